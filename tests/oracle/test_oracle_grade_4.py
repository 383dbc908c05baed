"""The oracle on grade 4, at the edges; expected values worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.oracle.results import Verdict
from tests.oracle.test_oracle_measures import ill, statuses, times, verdicts
from tests.spec.patient import Patient, patient


def ventilated(off: str | None = None, until: str = "20d") -> Patient:
    """Fever for nine days from 1 h on and grade 4 from 2 h on, `off` the ventilator and well from then on."""
    one = patient(until=until)
    end = one.at(off or "9d")
    one.every("4h", "1h", end, temperature=39, sbp=120).every("6h", "2h", end, heart_rate=80)
    when = one.at("2h")
    while when < end:
        one.oxygen(when, "invasive")
        when += timedelta(hours=10)
    return one if off is None else one.oxygen(off, "none").well(off, "10d")


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("0h", Verdict("met", None, -120)),
        ("4h", Verdict("met", None, 120)),
        ("4h1m", Verdict("not_met", "late", 121)),
    ],
)
def test_tocilizumab_at_grade_4(at: str, verdict: Verdict) -> None:
    assert verdicts(ill().oxygen("2h", "invasive").tocilizumab(at), "G4-01") == [verdict]


def test_a_day_old_tocilizumab_still_counts() -> None:
    for at, status in [("1h", "met"), ("59m", "not_met")]:
        one = patient(until="20d").every("4h", "1h", "41h", temperature=39, sbp=120).oxygen("25h", "invasive")
        assert statuses(one.tocilizumab(at), "G4-01") == [status]


def test_no_tocilizumab_beyond_the_cap_or_for_an_airway() -> None:
    one = ill()
    for at in ("3h", "9h", "15h"):
        one.tocilizumab(at)
    assert verdicts(one.oxygen("19h", "invasive"), "G4-01") == [Verdict("excluded", "cap")]
    assert verdicts(ill().oxygen("2h", "invasive").icans("2h", 3), "G4-01") == [
        Verdict("excluded", "airway_protection")
    ]


def descent(*amounts: float | None, off: str | None = "4d", gap: int = 12, until: str = "20d") -> Patient:
    """Five high doses from 3 h to 51 h, then `amounts` every `gap` hours from 63 h on."""
    one = ventilated(off, until)
    for hour in (3, 15, 27, 39, 51):
        one.methylprednisolone(timedelta(hours=hour))
    for n, amount in enumerate(amounts):
        one.methylprednisolone(timedelta(hours=51 + (n + 1) * gap), amount)
    return one


def test_the_ladder() -> None:
    """250 mg at 63 and 75 h, 125 mg at 87 and 99 h, 60 mg at 111 h; grade 0 from 96 h on."""
    one = descent(250, 250, 125, 125, 60)
    assert (verdicts(one, "G4-03"), times(one, "G4-03")) == ([Verdict("met", None, 5)], [one.at("51h")])
    assert verdicts(descent(250, 250, 125, 125), "G4-03") == [Verdict("met", None, 4)]
    assert verdicts(descent(250, 250, 125, 125, off="5d"), "G4-03") == [Verdict("not_met", "too_few", 4)]
    assert statuses(descent(250, 250, 125, 125, 60, off="5d"), "G4-03") == ["met"]


@pytest.mark.parametrize(
    ("amounts", "verdict"),
    [
        ((224, 250, 125, 125, 60), Verdict("not_met", "too_few", 0)),
        ((250, 250, 125, 125, 67), Verdict("not_met", "off_ladder", 4)),
        ((250, 125, 125, 60), Verdict("not_met", "too_few", 1)),
        ((250, 250, 60), Verdict("not_met", "too_few", 2)),
        ((250, 250, 125, 125, 250), Verdict("not_met", "off_ladder", 4)),
        ((250, 250, 125, 60), Verdict("not_met", "too_few", 3)),
        ((250,) * 6 + (125, 125, 60), Verdict("not_met", "too_few", 9)),
        ((250,) * 7, Verdict("not_met", "too_many", 6)),
        ((250, 250, None), Verdict("indeterminate", "amount")),
        ((), Verdict("not_met", "too_few", 0)),
    ],
)
def test_departures_from_the_ladder(amounts: tuple[float | None, ...], verdict: Verdict) -> None:
    """The patient does not improve before all of it is over."""
    assert verdicts(descent(*amounts, off="8d"), "G4-03") == [verdict]


def test_rungs_within_a_tenth() -> None:
    assert statuses(descent(225, 275, 112.5, 137.5, 54), "G4-03") == ["met"]
    assert statuses(descent(250, 250, 125, 125, 67, off="8d"), "G4-03") == ["not_met"]
    assert verdicts(descent(250, 250, 125, 138), "G4-03") == [Verdict("not_met", "too_few", 3)]


def test_rungs_are_at_most_14_hours_apart() -> None:
    assert statuses(descent(250, 250, 125, 125, gap=14), "G4-03") == ["met"]
    assert statuses(descent(250, 250, 125, 125, gap=15), "G4-03") == ["not_met"]


def test_the_rest_of_the_ladder_is_left_out_after_a_day_of_improvement() -> None:
    """The gap after 51 h breaks at 65 h: grade 0 from 41 h on has lasted a day by then."""
    assert verdicts(descent(off="41h"), "G4-03") == [Verdict("met", "improved", 0)]
    assert verdicts(descent(off="41h1m"), "G4-03") == [Verdict("not_met", "too_few", 0)]
    assert verdicts(descent(250, off="41h"), "G4-03") == [Verdict("not_met", "too_few", 1)]
    assert verdicts(descent(250, 250, off="41h"), "G4-03") == [Verdict("met", "improved", 2)]


def test_a_ladder_that_the_follow_up_cuts_off() -> None:
    assert verdicts(descent(250, off="8d", until="77h"), "G4-03") == [Verdict("excluded", "censored", None)]
    assert statuses(descent(250, off="8d", until="77h1m"), "G4-03") == ["not_met"]


def test_four_high_doses_ask_for_no_ladder() -> None:
    one = ventilated()
    for hour in (3, 15, 27, 39):
        one.methylprednisolone(timedelta(hours=hour))
    assert statuses(one, "G4-03") == ["not_applicable"]


def test_no_taper_is_asked_for_on_the_ladder() -> None:
    """Grade 0 from 96 h on: on the ladder that ends at 111 h, beyond one that ends at 87 h."""
    assert verdicts(descent(250, 250, 125, 125, 60), "G3-05") == [Verdict("excluded", "ladder")]
    assert statuses(descent(250, 250, 125), "G3-05") == ["met"]


def test_more_for_grade_4_that_high_doses_do_not_improve() -> None:
    """The first at 3 h: T is 27 h, and the next day ends at 51 h."""

    def one() -> Patient:
        return ventilated().methylprednisolone("3h")

    assert (verdicts(one(), "G4-04"), times(one(), "G4-04")) == (
        [Verdict("not_met", "not_done", 0)],
        [one().at("27h")],
    )
    assert verdicts(one().methylprednisolone("27h", 900).methylprednisolone("51h", 900), "G4-04") == [
        Verdict("met", None, 2)
    ]
    assert statuses(one().methylprednisolone("27h", 900).methylprednisolone("51h1m", 900), "G4-04") == ["not_met"]
    assert statuses(one().methylprednisolone("27h", 900).methylprednisolone("51h", 899), "G4-04") == ["not_met"]
    assert statuses(one().methylprednisolone("27h", 900).methylprednisolone("51h", None), "G4-04") == ["indeterminate"]
    assert statuses(one().give("51h", "ruxolitinib", 10, route="po"), "G4-04") == ["met"]
    assert statuses(one().give("26h59m", "anakinra", 100), "G4-04") == ["not_met"]
    assert statuses(ventilated().methylprednisolone("3h", 449), "G4-04") == ["not_applicable"]
    assert statuses(ventilated().methylprednisolone("1h59m"), "G4-04") == ["not_applicable"]


def test_grade_4_that_went_is_improved() -> None:
    assert statuses(ventilated("23h").methylprednisolone("3h"), "G4-04") == ["not_applicable"]
    assert statuses(ventilated("23h1m").methylprednisolone("3h").temp("26h", 39), "G4-04") == ["not_met"]


def test_hours_on_the_ventilator_are_told() -> None:
    assert verdicts(ill().oxygen("2h", "invasive").oxygen("5h30m", "mask", 8), "G4-05") == [Verdict("met", None, 3.5)]
    assert statuses(ill().oxygen("2h", "non-invasive"), "G4-05") == ["not_applicable"]
