"""Patients who reach grade 4: positive pressure, or two vasopressors."""

from __future__ import annotations

from ..plan import Course


def _ventilated_at_30(c: Course, until: float, device: str = "vent") -> None:
    """Hypotension at hour 20, norepinephrine at 22, ventilator at hour 30; tocilizumab and dexamethasone in time."""
    c.fever(0, until)
    c.low(20, 22)
    c.bolus(20.3, 21.2)
    c.tocilizumab(20.5)
    c.pressor("norepinephrine", 22, until - 4)
    c.steroid("dexamethasone", 10, 22.5)
    c.oxygen(30, until, device)
    c.icu(22.5, until + 4)
    c.expect("G2-01 G2-02 G3-02 G3-03 G4-01", "met")
    if until >= 22 + 24:
        c.expect("G3-04", "excluded", "grade_4")


def _methylprednisolone(c: Course, doses: int, first: float = 30.5) -> float:
    """500 mg every twelve hours; gives the hour of the last."""
    hours = [first + 12 * n for n in range(doses)]
    c.steroid("methylprednisolone", 500, *hours)
    return hours[-1]


def _taper(c: Course, last: float, each: int = 4) -> float:
    """250 mg, then 125 mg, so many doses of each every twelve hours; gives the hour of the last."""
    c.steroid("methylprednisolone", 250, *(last + 12 * n for n in range(1, each + 1)))
    c.steroid("methylprednisolone", 125, *(last + 12 * n for n in range(each + 1, 2 * each + 1)))
    return last + 12 * 2 * each


def grade4_full_course(c: Course) -> None:
    """Ventilated for 20 hours; methylprednisolone 500 mg every 12 h for three days, then the ladder down; oxygen until
    the ladder has begun."""
    _ventilated_at_30(c, until=50)
    c.oxygen(50, 60, "hfnc", 40)
    c.oxygen(60, 96, "nc", 3)
    _taper(c, _methylprednisolone(c, 6))
    c.expect("G4-02 G4-03", "met")
    c.expect("G3-05", "excluded", "ladder")


def grade4_incomplete(c: Course) -> None:
    """Ventilated for two days; methylprednisolone stopped after four doses, anakinra instead."""
    _ventilated_at_30(c, until=84)
    _methylprednisolone(c, 4)
    c.drug("anakinra", 100, 56, 68, 80, route="SC", spares=True)
    c.expect("G4-02", "not_met", note="four doses, and grade 4 went on")
    c.expect("G4-04", "met", note="an alternative agent")


def grade4_extended(c: Course) -> None:
    """Ventilated for 34 hours; two doses of 1,000 mg among eight, then the ladder down."""
    _ventilated_at_30(c, until=64)
    c.oxygen(64, 76, "hfnc", 40)
    c.oxygen(76, 100, "nc", 3)
    _methylprednisolone(c, 2)
    c.steroid("methylprednisolone", 1000, 54.75, 66.75)
    _taper(c, _methylprednisolone(c, 4, first=78.75), each=2)
    c.expect("G4-02", "met", note="extended")
    c.expect("G4-03 G4-04 G3-05", "met")


def grade4_short_but_well(c: Course) -> None:
    """On BiPAP for ten hours; three doses, and no fourth, as 24 hours without CRS had begun before it was due."""
    _ventilated_at_30(c, until=40, device="bipap")
    _methylprednisolone(c, 3)
    c.expect("G4-02", "met", note="grade 0 for 24 h began before the gap broke")


def _intubated_for_icans(c: Course) -> None:
    """Oxygen and tocilizumab for CRS, then ICANS of grade 4 and a tube at hour 30."""
    c.product = "axi-cel"
    c.fever(0, 50)
    c.oxygen(26, 30, "nc", 3)
    c.tocilizumab(27)
    c.icans(29.5, 60, 4)
    c.oxygen(30, 60, "vent")
    c.icu(29.5, 66)
    c.expect("G2-01 G2-02 G3-02 G3-03", "met")
    c.expect("G4-01 G4-02", "excluded", "airway_protection")
    c.expect("G3-04", "excluded", "grade_4")
    c.expect("G3-05", "excluded", "icans")
    c.expect("ICANS-01", "excluded", "grade_2")


def grade4_airway(c: Course) -> None:
    """Intubated for ICANS of grade 4, which protects the airway: no course for CRS is asked for."""
    _intubated_for_icans(c)
    c.steroid("dexamethasone", 10, *(29.75 + 6 * n for n in range(6)))


def grade4_airway_methylprednisolone(c: Course) -> None:
    """Intubated for ICANS of grade 4, five doses of methylprednisolone 500 mg for it: neither ladder nor more is asked
    for."""
    _intubated_for_icans(c)
    _methylprednisolone(c, 5)
    c.expect("G4-03 G4-04", "excluded", "airway_protection")


def grade4_followed_into_the_ladder(c: Course) -> None:
    """Six doses of methylprednisolone and one of 250 mg; follow-up ends before the next was overdue."""
    _ventilated_at_30(c, until=50)
    c.oxygen(50, 96, "nc", 3)
    c.steroid("methylprednisolone", 250, _methylprednisolone(c, 6) + 12)
    c.follow_up_ends(110)
    c.expect("G4-02", "met")
    c.expect("G4-03", "excluded", "censored")


def grade4_untreated_death(c: Course) -> None:
    """Never treated; two vasopressors and the ventilator, death a day later: failures, not censored."""
    c.fever(0, 54)
    c.low(20, 22)
    c.bolus(20.3)
    c.pressor("norepinephrine", 22, 54)
    c.pressor("epinephrine", 29, 54)
    c.oxygen(30, 54, "vent")
    c.icu(22.5, 54)
    c.follow_up_ends(54)
    c.expect("G2-01", "not_met")
    c.expect("G2-02", "not_met", "never_given")
    c.expect("G3-02 G3-03 G4-02", "not_met")
    c.expect("G4-01", "not_met", "never_given")
    c.expect("G3-04", "excluded", "grade_4")


def grade4_capped_and_stopped(c: Course) -> None:
    """Three doses of tocilizumab before the ventilator; six of methylprednisolone, no more when a day had not helped,
    and no ladder."""
    c.fever(0, 84)
    c.oxygen(10, 30, "nc", 4)
    for hour in (11, 19, 27):
        c.tocilizumab(hour)
    c.oxygen(30, 84, "vent")
    c.icu(30.25, 88)
    _methylprednisolone(c, 6)
    c.expect("G2-01 G2-02 G3-03 G4-02", "met")
    c.expect("G3-02 G4-01", "excluded", "cap")
    c.expect("G3-04", "excluded", "grade_4")
    c.expect("G4-03", "not_met", "too_few")
    c.expect("G4-04", "not_met", "not_done")


def grade4_ladder_to_60_mg(c: Course) -> None:
    """Oxygen until the last rung of the ladder: 250, 125 and 60 mg, every step as asked."""
    _ventilated_at_30(c, until=50)
    c.oxygen(50, 176, "nc", 3)
    last = _taper(c, _methylprednisolone(c, 6), each=2)
    c.steroid("methylprednisolone", 60, *(last + 12 * n for n in (1, 2, 3)))
    c.expect("G4-02 G4-03 G3-05", "met")


def grade4_off_the_ladder(c: Course) -> None:
    """Two doses of 250 mg, then 40 mg, while oxygen is still needed."""
    _ventilated_at_30(c, until=50)
    c.oxygen(50, 140, "nc", 3)
    last = _methylprednisolone(c, 6)
    c.steroid("methylprednisolone", 250, last + 12, last + 24)
    c.steroid("methylprednisolone", 40, last + 36)
    c.expect("G4-02", "met")
    c.expect("G4-03", "not_met", "off_ladder")


def grade4_late(c: Course) -> None:
    """Ventilated; the first methylprednisolone 75 minutes later."""
    _ventilated_at_30(c, until=50)
    c.oxygen(50, 60, "nc", 3)
    _methylprednisolone(c, 5, first=31.25)
    c.expect("G4-02", "not_met", note="the first dose 75 minutes after grade 4")


def grade4_two_vasopressors(c: Course) -> None:
    """Norepinephrine and epinephrine together for 20 hours; the hour counts from the hour of both. Well for a day
    before the ladder was due."""
    c.fever(0, 70)
    c.low(20, 22)
    c.bolus(20.3, 21.2)
    c.tocilizumab(20.5)
    c.pressor("norepinephrine", 22, 56)
    c.pressor("epinephrine", 26, 46)
    c.steroid("dexamethasone", 10, 22.5)
    c.icu(22.5, 62)
    _methylprednisolone(c, 5, first=27.75)
    c.expect("G2-01 G2-02 G3-02 G3-03 G4-01 G4-03", "met")
    c.expect("G4-02", "met", note="105 minutes after both ran, 45 after the rule could know")
    c.expect("G3-04", "excluded", "grade_4")


def grade4_followed_for_40_min(c: Course) -> None:
    """Follow-up ends 40 minutes after the ventilator, before methylprednisolone was due."""
    c.fever(0, 31)
    c.low(20, 22)
    c.bolus(20.3)
    c.tocilizumab(20.5)
    c.pressor("norepinephrine", 22, 31)
    c.steroid("dexamethasone", 10, 22.5)
    c.oxygen(30, 31, "vent")
    c.icu(22.5, 31)
    c.follow_up_ends(30 + 2 / 3)
    c.expect("G2-01 G2-02 G3-02 G3-03", "met")
    c.expect("G4-02", "excluded", "censored")
    c.expect("G2-13", "excluded", "censored", note="nobody knows whether a day would have helped")
