"""What the files do not decide is never applied, but stands as a comment to search for: what was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.propose.doubts import MAR, maps


def test_a_mar_without_actions_is_not_taken_as_given(tmp_path: Path):
    at = MAR[0].index("MAR Action")
    document, text = maps(tmp_path, a=[[*row[:at], *row[at + 1 :]] for row in MAR])
    assert "action" not in document["tables"]["mar"][0].get("constants", {})
    assert '# constants.action = "given"' in text


def test_orders_beside_a_mar_are_no_doses(tmp_path: Path):
    orders = [["MRN", "Medication", "Ordered Dose", "Order Time"], ["A1", "Tocilizumab", "400 mg", "2026-01-01 08:00"]]
    document, text = maps(tmp_path, a=MAR, b=orders)
    assert [one["file"] for one in document["tables"]["mar"]] == ["a.csv"]
    assert "b.csv: no table" in text


def test_what_was_not_given_has_only_the_time_it_was_due(tmp_path: Path):
    rows = [[*MAR[0], "Scheduled Time"], [*MAR[1], "2026-01-02 07:00"], [*MAR[2][:-1], "", "2026-01-02 07:00"]]
    held, _ = maps(tmp_path / "held", a=rows)
    assert held["tables"]["mar"][0]["columns"]["time"] == ["Taken Time", "Scheduled Time"]
    given, text = maps(tmp_path / "given", a=[[cell.replace("Held", "Given") for cell in row] for row in rows])
    assert given["tables"]["mar"][0]["columns"]["time"] == "Taken Time"
    assert '# columns.time = ["Taken Time", "Scheduled Time"]' in text


@pytest.mark.parametrize(
    ("others", "offered"),
    [
        (["Startzeit", "Endzeit"], '# columns.time = "Startzeit"'), ([], "columns.time = …"),
        (["Erfasst am"], '# columns.time = "Erfasst am"'), (["Verabreicht um"], 'columns.time = "Verabreicht um"'),
    ],
)  # fmt: skip
def test_when_a_dose_was_due_is_never_offered_for_when_it_was_given(tmp_path: Path, others: list[str], offered: str):
    head = ["Patientennummer", "Medikament", "Status", "Dosis", "Geplant", *others]
    rows = [["A1", drug, "verabreicht", "400 mg", *["02.01.2026 08:00", "02.01.2026 08:40", "02.01.2026 09:40"]]
            for drug in ("Tocilizumab", "Paracetamol")]  # fmt: skip
    document, text = maps(tmp_path, a=[head, *(row[: len(head)] for row in rows)])
    assert offered in text
    assert 'columns.time = "Geplant"' not in text
    assert document["tables"]["mar"][0]["columns"].get("end_time") == ("Endzeit" if "Endzeit" in others else None)
    assert "'Geplant'" in text or others == ["Verabreicht um"]
