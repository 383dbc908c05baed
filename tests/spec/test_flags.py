"""Flags of intake reach the reader: the row was read as it stands, and something about it is odd."""

from __future__ import annotations

import polars as pl

from crs_audit.evaluate import evaluate
from crs_audit.protocol.load import load_protocol
from tests.spec.judged import evaluated, hypotensive
from tests.spec.patient import Patient, patient


def _flags(p: Patient) -> list[tuple[str, int | None]]:
    found = evaluate(p.tables(), load_protocol(), p.facts()).flags
    return [(row["flag"], row["episode"]) for row in found.to_dicts()]


def test_a_doubled_instant_is_told_with_its_episode() -> None:
    p = patient().temp("1h", 38.5).vital("2h", "heart_rate", 90, flags="fold").vital("40h", "spo2", 97, flags="fold")
    assert _flags(p) == [("fold", None), ("fold", 1)]


def test_two_words_of_one_row_are_two_flags() -> None:
    p = patient().mar("1h", "norepinephrine", "started", rate=5, flags="fold,rate_in_dose")
    assert [flag for flag, _ in _flags(p) if flag in ("fold", "rate_in_dose")] == ["fold", "rate_in_dose"]


def test_rows_outside_the_window_and_drugs_not_looked_at_are_not_told() -> None:
    p = patient().vital("-1h", "heart_rate", 90, flags="fold").mar("1h", None, "given", flags="dose_unit_unknown")
    assert _flags(p) == []


def test_what_only_tells_the_program_how_to_read_is_not_told() -> None:
    assert _flags(patient().fluid("1h", 1000, minutes=45, flags="not_bolus")) == []


def test_no_column_is_lost() -> None:
    found = evaluate(patient().tables(), load_protocol(), patient().facts()).flags
    assert found.columns == ["infusion_id", "episode", "flag", "time", "source", "row"]
    assert found.schema["time"] == pl.Datetime("us", "UTC")


def test_tocilizumab_by_another_route_counts_nowhere_and_is_flagged() -> None:
    p = hypotensive().tocilizumab("3h", 162, route="sc", minutes=None)
    found = evaluated(p)
    flagged = found.flags.filter(flag="tocilizumab_not_iv")
    assert flagged.select("episode", "time").rows() == [(1, p.at("3h"))]
    (row,) = found.results.filter(measure_id="G2-01").to_dicts()
    assert row["status"] == "not_met"
    assert row["sentence"].startswith(
        "No IV tocilizumab (or of unknown route) charted after the infusion from 8 h before"
    )
