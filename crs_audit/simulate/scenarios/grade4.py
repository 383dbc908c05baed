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
    c.expect("G2-01 G2-02 G3-02 G3-03", "met")


def _methylprednisolone(c: Course, doses: int, first: float = 30.5) -> float:
    """500 mg every twelve hours; gives the hour of the last."""
    hours = [first + 12 * n for n in range(doses)]
    c.steroid("methylprednisolone", 500, *hours)
    return hours[-1]


def _taper(c: Course, last: float) -> None:
    c.steroid("methylprednisolone", 250, *(last + 12 * n for n in range(1, 5)))
    c.steroid("methylprednisolone", 125, *(last + 12 * n for n in range(5, 9)))


def grade4_full_course(c: Course) -> None:
    """Ventilated; methylprednisolone 500 mg every 12 h for three days, then the ladder down."""
    _ventilated_at_30(c, until=60)
    c.oxygen(60, 84, "nc", 3)
    _taper(c, _methylprednisolone(c, 6))
    c.expect("G4-02", "met")


def grade4_incomplete(c: Course) -> None:
    """Ventilated for three days; methylprednisolone stopped after four doses."""
    _ventilated_at_30(c, until=100)
    _methylprednisolone(c, 4)
    c.expect("G4-02", "not_met", note="four doses, and grade 4 went on")


def grade4_extended(c: Course) -> None:
    """Ventilated; eight doses of 500 mg."""
    _ventilated_at_30(c, until=64)
    _taper(c, _methylprednisolone(c, 8))
    c.expect("G4-02", "met", note="extended")


def grade4_short_but_well(c: Course) -> None:
    """On BiPAP for ten hours; three doses, and no fourth, as 24 hours without CRS had begun before it was due."""
    _ventilated_at_30(c, until=40, device="bipap")
    _methylprednisolone(c, 3)
    c.expect("G4-02", "met", note="grade 0 for 24 h began before the gap broke")


def grade4_airway(c: Course) -> None:
    """Intubated for ICANS of grade 4, which protects the airway: no course for CRS is asked for."""
    c.product = "axi-cel"
    c.fever(0, 50)
    c.oxygen(26, 30, "nc", 3)
    c.tocilizumab(27)
    c.icans(29.5, 60, 4)
    c.oxygen(30, 60, "vent")
    c.icu(29.5, 66)
    c.steroid("dexamethasone", 10, *(29.75 + 6 * n for n in range(6)))
    c.expect("G2-01 G2-02 G3-02 G3-03", "met")
    c.expect("G4-02", "excluded", "airway_protection")


def grade4_untreated_death(c: Course) -> None:
    """Never treated; two vasopressors and the ventilator, death a day later: failures, not censored."""
    c.fever(0, 54)
    c.low(20, 22)
    c.pressor("norepinephrine", 22, 54)
    c.pressor("epinephrine", 29, 54)
    c.oxygen(30, 54, "vent")
    c.icu(22.5, 54)
    c.follow_up_ends(54)
    c.expect("G2-01", "not_met")
    c.expect("G2-02", "not_met", "never_given")
    c.expect("G3-02 G3-03 G4-02", "not_met")


def grade4_late(c: Course) -> None:
    """Ventilated; the first methylprednisolone 75 minutes later."""
    _ventilated_at_30(c, until=60)
    _methylprednisolone(c, 6, first=31.25)
    c.expect("G4-02", "not_met", note="the first dose 75 minutes after grade 4")


def grade4_two_vasopressors(c: Course) -> None:
    """Norepinephrine and epinephrine together for a day; the hour counts from the hour of both."""
    c.fever(0, 70)
    c.low(20, 22)
    c.bolus(20.3, 21.2)
    c.tocilizumab(20.5)
    c.pressor("norepinephrine", 22, 56)
    c.pressor("epinephrine", 26, 50)
    c.steroid("dexamethasone", 10, 22.5)
    c.icu(22.5, 62)
    _methylprednisolone(c, 6, first=27.75)
    c.expect("G2-01 G2-02 G3-02 G3-03", "met")
    c.expect("G4-02", "met", note="105 minutes after both ran, 45 after the rule could know")


def grade4_followed_for_40_min(c: Course) -> None:
    """Follow-up ends 40 minutes after the ventilator, before methylprednisolone was due."""
    c.fever(0, 31)
    c.low(20, 22)
    c.tocilizumab(20.5)
    c.pressor("norepinephrine", 22, 31)
    c.steroid("dexamethasone", 10, 22.5)
    c.oxygen(30, 31, "vent")
    c.icu(22.5, 31)
    c.follow_up_ends(30 + 2 / 3)
    c.expect("G2-01 G2-02 G3-02 G3-03", "met")
    c.expect("G4-02", "excluded", "censored")


def mar_missing(c: Course) -> None:
    """Ventilated elsewhere; nothing of the MAR was extracted."""
    c.mar_charted = False
    c.fever(0, 44)
    c.oxygen(8, 14, "nc", 4)
    c.oxygen(14, 40, "vent")
    c.icu(14, 44)
    c.expect("G2-01 G2-02 G3-02 G3-03 G4-02", "indeterminate", "mar")
    c.expect("G2-03 G2-04 G2-05 G2-06 G2-07 G2-08 PRIN-02 PIT-02", "indeterminate", "mar")
