"""PROTOCOL 5, monitoring: telemetry and oximetry from grade 2 on. Grade 2 from 2 h to 10 h."""

from __future__ import annotations

import polars as pl
import pytest

from crs_audit.measures.blocks import united
from crs_audit.tables import TIME
from tests.spec.judged import clauses, evaluated, febrile, followed, hypotensive, two_episodes, verdict, verdicts
from tests.spec.patient import T0, Patient, offset

BOTH = frozenset({"telemetry", "continuous_oximetry"})


def watched(*runs: tuple[str, str | None], p: Patient | None = None, other: str = "1h") -> Patient:
    """Telemetry rows from, to; oximetry from `other` on without an end."""
    p = p or hypotensive()
    for start, end in runs:
        p.procedure(start, "telemetry", end)
    return p.procedure(other, "continuous_oximetry")


@pytest.mark.parametrize(
    ("runs", "result"),
    [
        ([("4h", None)], ("met", None)),
        ([("4h1m", None)], ("not_met", "not_done")),
        ([("-3d", None)], ("met", None)),
        ([("2h", "10h")], ("met", None)),
        ([("2h", "9h59m")], ("not_met", "stopped")),
        ([("2h", "5h"), ("5h", "10h")], ("met", None)),
        ([("2h", "5h"), ("5h1m", "10h")], ("not_met", "stopped")),
        ([("2h", "5h"), ("4h", None)], ("met", None)),
        ([("2h", "12h"), ("3h", "4h")], ("met", None)),
        ([("2h", "6h"), ("3h", "4h"), ("6h", "8h"), ("7h", "10h")], ("met", None)),
        ([("-2d", "-1d"), ("4h1m", None)], ("not_met", "not_done")),
        ([("-2d", "2h"), ("4h1m", None)], ("not_met", "not_done")),
        ([("-2d", "2h1m"), ("4h1m", None)], ("not_met", "stopped")),
        ([("-2d", "1h"), ("4h", None)], ("met", None)),
        ([], ("not_met", "not_done")),
    ],
)
def test_telemetry(runs: list[tuple[str, str | None]], result: tuple[str, str | None]) -> None:
    assert verdict(watched(*runs), "MON-04", procedures=BOTH) == result


@pytest.mark.parametrize(("at", "result"), [("4h", ("met", None)), ("4h1m", ("not_met", "not_done"))])
def test_oximetry(at: str, result: tuple[str, str | None]) -> None:
    assert verdict(watched(("1h", None), other=at), "MON-04") == result


def test_to_the_last_grade_2() -> None:
    """Grade 2 again from 14 h to 16 h, in the same episode."""
    p = hypotensive().sbp("14h30m", 85).sbp("15h50m", 120)
    assert verdict(watched(("2h", "15h50m"), p=p), "MON-04") == ("met", None)
    p = hypotensive().sbp("14h30m", 85).sbp("15h50m", 120)
    assert verdict(watched(("2h", "15h49m"), p=p), "MON-04") == ("not_met", "stopped")


@pytest.mark.parametrize(("end", "result"), [("8h", ("met", None)), ("7h59m", ("not_met", "stopped"))])
def test_not_beyond_follow_up(end: str, result: tuple[str, str | None]) -> None:
    assert verdict(watched(("2h", end), p=hypotensive(until="8h")), "MON-04") == result
    left = hypotensive(until=None).stay("ward", "-1d", "8h")
    assert verdict(watched(("2h", end), p=left), "MON-04") == result


@pytest.mark.parametrize(("until", "status"), [("4h", "excluded"), ("4h1m", "not_met")])
@pytest.mark.parametrize("runs", [[], [("2h", "3h")]])
def test_follow_up(runs: list[tuple[str, str | None]], until: str, status: str) -> None:
    p = watched(*runs, p=hypotensive(until=until))
    assert verdict(p, "MON-04", procedures=BOTH)[0] == status


def test_a_kind_that_was_not_extracted() -> None:
    assert verdict(watched(), "MON-04") == ("indeterminate", "procedures: telemetry")
    late = watched(other="5h")
    assert verdict(late, "MON-04") == ("not_met", "not_done")
    assert verdict(hypotensive(), "MON-04")[0] == "indeterminate"


def test_each_episode_has_its_own() -> None:
    p = watched(("1h", "20h"), p=two_episodes())
    assert [row["status"] for row in verdicts(p, "MON-04")] == ["met", "not_met"]


def test_no_opportunity_and_no_vitals() -> None:
    assert verdict(watched(p=febrile()), "MON-04") == ("not_applicable", None)
    assert verdict(watched(p=followed()), "MON-04") == ("indeterminate", "vitals")


def test_what_is_told() -> None:
    (row,) = verdicts(watched(("3h", "9h")), "MON-04")
    assert (row["time"], row["value"], row["unit"]) == (T0 + offset("2h"), None, None)
    assert row["sentence"] == (
        "Telemetry: begun 60 min after grade 2, ended 60 min before the end of the last grade 2 or of follow-up; "
        "continuous oximetry: begun 60 min before grade 2, running to the end of the last grade 2 or of follow-up: "
        "not met, stopped too early."
    )
    (row,) = verdicts(watched(("3h", "5h"), ("5h1m", "9h")), "MON-04")
    assert row["sentence"].startswith(
        "Telemetry: begun 60 min after grade 2, ended 300 min before the end of the last grade 2 or of follow-up, then "
        "begun 181 min after grade 2; "
    )
    (row,) = verdicts(watched(("-9h", "1h"), ("4h1m", None)), "MON-04")
    assert row["sentence"].startswith(
        "Telemetry: none charted as running at grade 2 or begun by 2 h after grade 2, then begun 121 min after grade 2"
    )
    (row,) = verdicts(watched(), "MON-04", procedures=BOTH)
    assert row["sentence"].startswith(
        "Telemetry: none charted as running at grade 2 or begun by 2 h after grade 2; continuous"
    )


def test_evidence() -> None:
    telemetry = "telemetry begun by 2 h after grade 2 and running to the end of the last grade 2"
    oximetry = "continuous_oximetry begun by 2 h after grade 2 and running to the end of the last grade 2"
    p = watched(("-1d", "1h"), ("2h", "5h"), ("5h", "6h"), ("7h", None), ("11h", None))
    assert clauses(p, "MON-04") == {(telemetry, "false"), (oximetry, "true"), ("grade 2 reached", "true")}
    cited = evaluated(p, "MON-04").evidence.filter(clause=telemetry)
    assert cited.get_column("row").to_list() == [3, 4, 5]
    assert (telemetry, "unknown") in clauses(watched(), "MON-04")
    late = evaluated(watched(("5h", None)), "MON-04").evidence.filter(clause=telemetry)
    assert late.get_column("row").to_list() == [2]


# what touches is one -------------------------------------------------------------------------------------------------


def stretches(*spans: tuple[int, int, int | None]) -> list[tuple[int, int, int | None]]:
    """(infusion, start, end) in hours → the same of the union."""
    rows = [(i, T0 + offset(f"{a}h"), None if b is None else T0 + offset(f"{b}h")) for i, a, b in spans]
    frame = pl.DataFrame(rows, schema={"infusion": pl.UInt32, "start": TIME, "end": TIME}, orient="row")
    hours = [(pl.col(c) - T0).dt.total_hours() for c in ("start", "end")]
    return united(frame).select("infusion", *hours).rows()


def test_rows_that_touch_are_one() -> None:
    assert stretches((0, 1, 2), (0, 2, 3)) == [(0, 1, 3)]
    assert stretches((0, 1, 2), (0, 3, 4)) == [(0, 1, 2), (0, 3, 4)]
    assert stretches((0, 5, None), (0, 1, 5)) == [(0, 1, None)]
    assert stretches((0, 1, None), (0, 2, 3), (0, 9, 10)) == [(0, 1, None)]
    assert stretches((0, 1, 9), (0, 2, 3), (0, 8, 10)) == [(0, 1, 10)]
    assert stretches((0, 1, None), (1, 2, 3), (1, 1, 2), (2, 0, 1)) == [(0, 1, None), (1, 1, 3), (2, 0, 1)]
    assert stretches() == []
