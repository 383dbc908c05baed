"""Documented beside computed grades: what is compared, what is left out and why, and what is printed of it.

Patients A, B, … are infused at 08:00 on 3 March 2025 and have fever and normal pressures from 08:00 to 18:00 on the
4th (grade 1, unless a low pressure makes it 2); from 24:00 on nobody looks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crs_audit.concordance.documented import documented
from crs_audit.concordance.grades import Concordance, concordance
from crs_audit.finished_run import open_run
from tests.functional.extract import AS_OF, Rows, crs_audit, tables, write

ILL = [f"2025-03-04T{hour:02d}:00:00Z" for hour in range(8, 20, 2)]
EARLY, NOON, LATER = "2025-03-04T07:00:00Z", "2025-03-04T12:00:00Z", "2025-03-06T12:00:00Z"
SAME_DAY, DAY_BEFORE = "2025-03-04", "2025-03-03"
DOCUMENTED = {
    "A": [(NOON, 1), (LATER, 1)],
    "B": [(NOON, 0), ("2025-03-04T14:00:00Z", 5)],
    "C": [(SAME_DAY, 1), (NOON, 1)],
    "D": [(SAME_DAY, 2)],
    "E": [(LATER, 2), (NOON, 1)],
    "F": [(EARLY, 1), (NOON, 1)],
}


def extract(
    graded: dict[str, list[tuple[str, int]]], infusions: list[tuple[str, str]] | None = None
) -> dict[str, Rows]:
    """Every patient looked at from the morning before; F has a low pressure at 12:00."""
    patients = infusions or [(name, "2025-03-03T08:00:00Z") for name in graded]
    vitals: Rows = [["patient_id", "time", "vital", "value"]]
    for name in graded:
        vitals += [[name, "2025-03-04T06:00:00Z", "temperature", "37"], [name, "2025-03-04T06:00:00Z", "sbp", "120"]]
        vitals += [[name, time, "temperature", "38.5"] for time in ILL]
        low = (NOON, "2025-03-04T14:00:00Z") if name == "F" else ()
        vitals += [[name, time, "sbp", "80" if time in low else "120"] for time in ILL]
    grades = [[name, time, "crs_grade", str(grade)] for name, rows in graded.items() for time, grade in rows]
    return {
        "infusions": [["patient_id", "infusion_time"], *([name, time] for name, time in patients)],
        "vitals": vitals,
        "labs": [tables()["labs"][0]],
        "mar": [tables()["mar"][0]],
        "assessments": [["patient_id", "time", "assessment", "value"], *grades],
    }


def audited(folder: Path, content: dict[str, Rows]) -> Path:
    done = crs_audit("run", write(folder / "in", content), "--out", folder / "out", "--as-of", AS_OF, "--quiet")
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("concordance"), extract(DOCUMENTED))


@pytest.fixture(scope="module")
def found(run: Path) -> Concordance:
    return concordance(run)


def cells(counts: list[list[int]]) -> dict[tuple[int, int], int]:
    """(documented, computed) → how many, of those there are."""
    return {(i, j): n for i, row in enumerate(counts) for j, n in enumerate(row) if n}


def test_every_documented_grade_is_compared_or_left_out_for_a_reason(run: Path, found: Concordance) -> None:
    told = documented(open_run(run))
    out = dict(told.filter(pl.col("left_out").is_not_null()).group_by("left_out").agg("infusion_id").iter_rows())
    assert {reason: sorted(ids) for reason, ids in out.items()} == {
        "grade_5": ["B/1"], "date_only": ["C/1", "D/1"], "unobserved": ["A/1", "E/1"],
    }  # fmt: skip
    assert found.left_out == {"grade_5": 1, "date_only": 2, "not_computed": 0, "unobserved": 2}
    assert sum(cells(found.assessments).values()) + sum(found.left_out.values()) == told.height == 11


def test_what_is_compared(found: Concordance) -> None:
    """F was graded 1 while looked at and well, and 1 at grade 2."""
    assert cells(found.assessments) == {(0, 1): 1, (1, 0): 1, (1, 1): 3, (1, 2): 1}


def test_a_lower_grade_does_not_take_the_place_of_the_highest(found: Concordance) -> None:
    """B's 5 is not computed, E's 2 was written when nobody looked; of D's date the hour does not matter."""
    assert cells(found.infusions) == {(1, 1): 2, (1, 2): 1, (2, 1): 1}
    assert found.infusions_left_out == {"grade_5": 1, "date_only": 0, "not_computed": 0, "unobserved": 1}


def test_an_onset_is_of_grades_with_their_hour(found: Concordance) -> None:
    """From 08:00: A and E at 12:00, B (grade 5) at 14:00, F at 07:00; C and D may have been graded at any hour."""
    onsets = found.onsets
    assert (onsets.n, onsets.dated, onsets.only_computed, onsets.only_documented) == (4, 2, 0, 0)
    assert (onsets.earliest_hours, onsets.median_hours, onsets.latest_hours) == (-1.0, 4.0, 6.0)


def test_a_state_that_holds_is_compared_though_nobody_looks(tmp_path: Path) -> None:
    """Norepinephrine runs on from 16:00 for 12 h, the last pressure of 18:00 holds for 6: at 02:00 it is grade 3."""
    content = extract({"A": [("2025-03-05T02:00:00Z", 3)]})
    names = content["mar"][0]
    row = {"patient_id": "A", "time": "2025-03-04T16:00:00Z", "drug": "norepinephrine", "action": "started",
           "route": "IV", "rate": "5", "rate_unit": "mcg/min", "end_time": "2025-03-05T04:00:00Z"}  # fmt: skip
    content["mar"] = [[*names, *(name for name in row if name not in names)]]
    content["mar"].append([row.get(name, "") for name in content["mar"][0]])
    found = concordance(audited(tmp_path, content))
    assert (cells(found.assessments), sum(found.left_out.values())) == ({(3, 3): 1}, 0)


def test_two_infusions_of_one_patient_are_not_independent(tmp_path: Path) -> None:
    graded = {name: [(NOON, grade)] for name, grade in (("A", 1), ("B", 2), ("C", 0), ("D", 1), ("F", 2))}
    once = concordance(audited(tmp_path / "once", extract(graded))).infusion_kappa
    twice = [(name, "2025-03-03T08:00:00Z") for name in graded] + [("A", "2025-03-20T08:00:00Z")]
    content = extract({**graded, "A": [(NOON, 1), ("2025-03-21T12:00:00Z", 1)]}, twice)
    content["vitals"] += [["A", "2025-03-21T11:00:00Z", vital, value] for vital, value in (("temperature", "38.5"),
                          ("sbp", "120"))]  # fmt: skip
    again = concordance(audited(tmp_path / "twice", content)).infusion_kappa
    assert (once.method, again.method) == ("large sample", "jackknife over patients")


# what is printed ------------------------------------------------------------------------------------------------------


def answered(run: Path, out: Path) -> dict[str, Any]:
    done = crs_audit("concordance", run, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_answer_says_weights_and_reasons_and_names_nobody(run: Path, tmp_path: Path) -> None:
    text = crs_audit("concordance", run, "--out", tmp_path / "c.html").stdout
    assert "weighted kappa (linear)" in text
    reasons = "1 documented as grade 5, which is not computed; 2 documented with a date alone"
    assert f"left out, documented grades: {reasons}" in text
    assert "left out, infusions, by their highest documented grade: 1 documented as grade 5" in text
    assert "disagreements, the widest 3 of 3: " in text
    document = answered(run, tmp_path / "c.html")
    assert document["weights"] == "linear"
    assert document["disagreements"] == 3
    assert document["largest"] == [
        {"token": "0002", "opportunity": 1, "documented": 0, "computed": 1},
        {"token": "0006", "opportunity": 1, "documented": 1, "computed": 0},
        {"token": "0006", "opportunity": 2, "documented": 1, "computed": 2},
    ]


def test_hours_of_few_infusions_stand_on_the_page_alone(run: Path, tmp_path: Path) -> None:
    assert answered(run, tmp_path / "c.html")["onsets"] == {
        "n": 4, "dated": 2, "only_documented": 0, "only_computed": 0, "median_hours": None,
        "lower_quartile_hours": None, "upper_quartile_hours": None,
    }  # fmt: skip
    text = crs_audit("concordance", run, "--out", tmp_path / "c.html").stdout
    assert "onset in 4 infusions: fewer than 11, hours on the page alone" in text
    page = (tmp_path / "c.html").read_text("utf-8")
    assert "4.0 h in the median (quartiles " in page
    assert "; range -1.0 to 6.0 h; less than 0: documented first)" in page


def test_hours_of_many_are_told_as_median_and_quartiles(tmp_path: Path) -> None:
    """Eleven patients, documented 0 to 10 h after the onset."""
    graded = {f"P{n:02d}": [(f"2025-03-04T{8 + n:02d}:00:00Z", 1)] for n in range(11)}
    onsets = answered(audited(tmp_path, extract(graded)), tmp_path / "c.html")["onsets"]
    assert (onsets["lower_quartile_hours"], onsets["median_hours"], onsets["upper_quartile_hours"]) == (2.5, 5.0, 7.5)


def test_the_page_tells_each_reason_apart(run: Path, tmp_path: Path) -> None:
    crs_audit("concordance", run, "--out", tmp_path / "c.html")
    page = (tmp_path / "c.html").read_text("utf-8")
    assert "1 grade documented as grade 5, which is not computed" in page
    assert "2 grades documented with a date alone" in page
    assert "2 grades documented when temperature" in page
    assert "The widest 3 of 3 compared grades that differ." in page
    assert "F/1" in page


def test_without_documented_grades_it_says_so(tmp_path: Path) -> None:
    done = crs_audit("concordance", audited(tmp_path, tables()))
    assert done.returncode == 3
    assert "holds no documented CRS grade" in done.stderr
