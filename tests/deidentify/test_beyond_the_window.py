"""One true day for everybody (a data freeze, the time of the extract, 2099-12-31) gives nobody's dates back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.deidentify.extracts import WITH_KEY, contents, table, token
from tests.functional.extract import AS_OF, Rows, crs_audit, tables, write

FOREVER, MADE, BEGUN = "2099-12-31", "2026-04-17", "1999-09-09"
"""A sentinel, the day of the extract in place of an open end, and of an unknown begin."""


def _open_ended() -> dict[str, Rows]:
    found = tables()
    found["infusions"][0].append("end_of_followup")
    found["infusions"][1].append(MADE)
    found["infusions"][2].append(MADE)
    toci = found["mar"][1]
    found["mar"] = [
        found["mar"][0],
        [*toci[:7], f"{FOREVER}T00:00:00Z"],
        ["P-1", "2026-01-04T08:00:00Z", "Norepinephrine", "New Bag", "5", "mcg/min", "IV", f"{MADE}T09:00:00Z"],
        ["P-1", "2026-01-04T09:00:00Z", "Dexamethasone", "Given", "10", "mg", "IV", f"{MADE}T09:00:00Z"],
        ["P-1", "2026-01-03T10:10:00Z", "Sodium chloride 0.9 % bolus", "Given", "500", "mL", "IV", f"{FOREVER}T00:00Z"],
        ["P-2", "2026-01-05T08:00:00Z", "Tocilizumab", "Given", "560", "mg", "IV", f"{MADE}T09:00:00Z"],
    ]
    found["adt"] = [
        ["patient_id", "in_time", "out_time", "location_type"],
        ["P-1", f"{BEGUN}T00:00:00Z", f"{BEGUN}T20:00:00Z", "ward"],
        ["P-1", f"{BEGUN}T23:00:00Z", "2026-01-04T00:00:00Z", "ward"],
        ["P-1", "2026-01-04T00:00:00Z", f"{FOREVER}T00:00:00Z", "icu"],
        ["P-2", "2025-12-30T00:00:00Z", f"{MADE}T09:00:00Z", "ward"],
    ]
    found["procedures"] = [
        ["patient_id", "time", "procedure", "end_time"],
        ["P-1", "2026-01-04T08:00:00Z", "telemetry", f"{FOREVER}T00:00:00Z"],
        ["P-1", "2026-01-03T09:30:00Z", "blood_culture", f"{MADE}T09:00:00Z"],
    ]
    return found


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("beyond")
    extract = write(folder / "x", _open_ended())
    for out, flags in (("inside", ()), ("hidden", ("--deidentify",))):
        done = crs_audit("run", extract, "--as-of", AS_OF, "--out", folder / out, *flags, env=WITH_KEY)
        assert done.returncode == 0, done.stderr
        assert "can count back" not in done.stderr
    return folder / "inside", folder / "hidden"


def test_a_pages_times_are_those_of_the_window(two: tuple[Path, Path]) -> None:
    inside, hidden = two
    for id_ in ("P-1/1", "P-2/1"):
        row = table(hidden, "infusions").row(
            by_predicate=pl.col("infusion_id") == token("infusion_id", id_), named=True
        )
        first, last = row["t0"] - timedelta(days=7), row["w"]
        page = (hidden / "patients" / f"{row['infusion_id']}.html").read_text("utf-8")
        days = {datetime.fromisoformat(day) for day in re.findall(r"\b\d{4}-\d\d-\d\d\b", page)}
        assert len(days) > 4
        assert {day for day in days if not first.date() <= day.date() <= last.date()} == set()
    shown = "\n".join(text for name, text in contents(inside) if name.startswith("patients/"))
    # They are in the internal report: the search would find them.
    assert all(day in shown for day in (FOREVER, MADE, BEGUN))


def test_no_true_day_of_everybody_is_there_moved(two: tuple[Path, Path]) -> None:
    inside, hidden = two
    true = {token("infusion_id", id_): t0 for id_, t0 in table(inside, "infusions").select("infusion_id", "t0").rows()}
    text = "\n".join(text for name, text in contents(hidden) if not name.startswith("bytes of"))
    for id_, t0 in table(hidden, "infusions").select("infusion_id", "t0").rows():
        back = true[id_].date() - t0.date()
        for day in (FOREVER, MADE, BEGUN):
            moved = datetime.fromisoformat(day).date() - back
            # The end of that day is the midnight after it.
            assert f"{moved}" not in text, day
            assert f"{moved + timedelta(days=1)}" not in text, day
    infusions = table(hidden, "infusions")
    assert infusions["end_of_followup"].null_count() == infusions.height == 2
    assert table(inside, "infusions")["end_of_followup"].null_count() == 0


def test_no_duration_leads_there(two: tuple[Path, Path]) -> None:
    inside, hidden = two
    spans = {}
    for run in two:
        results = table(run, "results").filter(pl.col("unit").is_in(["min", "h"]))
        minutes = results["value"] * results["unit"].replace_strict({"min": 1.0, "h": 60.0})
        spans[run] = minutes.drop_nulls().max()
        doses = results.filter(measure_id="G2-05").sort("time")
        beyond = ["beyond the end of the window" in sentence for sentence in doses["sentence"]]
        assert beyond == ([True] * 2 if run == hidden else [False] * 2)
        assert doses["value"].null_count() == (2 if run == hidden else 0)
        assert set(doses["status"]) == {"not_met"}
    longest = timedelta(days=37) / timedelta(minutes=1)
    assert spans[hidden] <= longest < spans[inside]
    cohort = table(hidden, "cohort").select(pl.selectors.starts_with("hours_") | pl.selectors.ends_with("_hours"))
    assert all((cohort[name].max() or 0) <= longest / 60 for name in cohort.columns)
    words = "\n".join(text for name, text in contents(hidden) if name.startswith("patients/") and name.endswith("html"))
    years = (datetime.fromisoformat(FOREVER) - datetime(2026, 1, 3, 12, 30)) / timedelta(minutes=1)  # noqa: DTZ001
    assert f"{years:.0f}" not in words.replace(",", "")


def test_who_runs_it_is_told_of_ends_that_are_shared(tmp_path: Path) -> None:
    content = _open_ended()
    for row in content["infusions"][1:]:
        row[-1] = "2026-01-20"
    content["infusions"][2][1] = "2026-01-02T12:00:00Z"
    extract = write(tmp_path / "x", content)
    message = "2 infusions of 2 patients are followed, before their 30 days are over, to one instant that they share"
    for flags in ((), ("--deidentify",)):
        out = tmp_path / f"r{len(flags)}"
        done = crs_audit("run", extract, "--as-of", AS_OF, "--out", out, *flags, env=WITH_KEY)
        assert (done.returncode, message in done.stderr) == (0, bool(flags)), done.stderr
        assert not re.search(r"P-\d|2026-01", done.stdout + done.stderr)
        assert "can count back" not in "".join(text for _, text in contents(out))
    for flags in ((), ("--deidentify",)):
        done = crs_audit("cohort", tmp_path / "r0", *flags, env=WITH_KEY)
        assert (done.returncode, message in done.stderr) == (0, bool(flags)), done.stderr
    # Each has an end of his own.
    content["infusions"][1][-1] = "2026-01-21"
    done = crs_audit("run", write(tmp_path / "y", content), "--deidentify", "--out", tmp_path / "z", env=WITH_KEY)
    assert (done.returncode, "can count back" in done.stderr) == (0, False)


def test_a_cohort_of_a_run_that_says_when_the_extract_was_made_is_refused(tmp_path: Path) -> None:
    extract = write(tmp_path / "x", tables())
    done = crs_audit("run", extract, "--charted-until", "2026-01-20", "--out", tmp_path / "r", "--quiet")
    assert done.returncode == 0, done.stderr
    done = crs_audit("cohort", tmp_path / "r", "--deidentify", env=WITH_KEY)
    assert (done.returncode, done.stderr.count("\n"), "charted_until" in done.stderr) == (2, 1, True)
    assert not (tmp_path / "cohort-deidentified").exists()
    assert crs_audit("cohort", tmp_path / "r").returncode == 0
