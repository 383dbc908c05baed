"""Patients whose worst grade is 3: one vasopressor, or high-flow oxygen."""

from __future__ import annotations

from ..plan import Course


def _shock_at_22(c: Course, icu: float = 22.5) -> None:
    """Hypotension at hour 20 (grade 2), two boluses, tocilizumab at hour 21, a vasopressor needed at hour 22."""
    c.fever(0, 56)
    c.low(20, 22)
    c.bolus(20.3, 21.2)
    c.tocilizumab(21)
    c.icu(icu, 52)
    c.expect("G2-01 G2-02", "met")


def _high_flow_at_20(c: Course, until: float) -> None:
    """A high-flow cannula at hour 20, tocilizumab half an hour later."""
    c.fever(0, until + 8)
    c.oxygen(20, until, "hfnc", 40)
    c.tocilizumab(20.5)
    c.icu(20.5, until + 4)
    c.expect("G2-01 G2-02 G3-02", "met")


def _every_six_hours(c: Course, first: float, doses: int = 5) -> None:
    c.steroid("dexamethasone", 10, *(first + 6 * n for n in range(doses)))


def grade3_norepinephrine_vasopressin(c: Course) -> None:
    """Norepinephrine for 26 hours, with vasopressin still grade 3; dexamethasone within the hour and every six."""
    _shock_at_22(c)
    c.pressor("norepinephrine", 22, 48)
    c.pressor("vasopressin", 26, 38)
    _every_six_hours(c, 22.5)
    c.expect("G3-01 G3-02 G3-03 G3-04 G3-05 G3-07", "met")


def grade3_pressor_switch_amber(c: Course) -> None:
    """From norepinephrine to phenylephrine with 20 minutes of both; dexamethasone after 90 minutes, intensive care
    after five hours and a half, no echocardiogram."""
    _shock_at_22(c, icu=27.5)
    c.pressor("norepinephrine", 22, 30 + 1 / 3)
    c.pressor("phenylephrine", 30, 42)
    _every_six_hours(c, 23.5)
    c.omit("echocardiogram")
    c.expect("G3-02", "met")
    c.expect("G3-03", "not_met", "amber")
    c.expect("G3-01", "not_met", "late")
    c.expect("G3-07", "not_met", "not_done")


def grade3_untreated_turn(c: Course) -> None:
    """Tocilizumab at grade 2; eight and a half hours later a vasopressor, with neither tocilizumab nor a steroid."""
    c.fever(0, 60)
    c.oxygen(12.5, 30, "nc", 3)
    c.tocilizumab(13.5)
    c.low(20, 22)
    c.bolus(20.3)
    c.pressor("norepinephrine", 22, 40)
    c.icu(22.5, 44)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-02", "not_met", note="the only dose was 8 h 30 min before")
    c.expect("G3-03", "not_met", note="no steroid")
    c.expect("G2-09 G2-13", "not_met", "never_given")


def grade3_capped(c: Course) -> None:
    """Three doses of tocilizumab within 24 hours before the high-flow cannula; one phenylephrine push."""
    c.fever(0, 60)
    c.oxygen(10, 30, "nc", 4)
    for hour in (11, 19, 27):
        c.tocilizumab(hour)
    c.oxygen(30, 46, "hfnc", 40)
    c.push("phenylephrine push", 33, 100)
    c.icu(30.5, 50)
    _every_six_hours(c, 30.5, 4)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-02", "excluded", "cap")
    c.expect("G3-03", "met")


def grade3_vasopressor_without_steroid(c: Course) -> None:
    """Hypotension through two boluses and tocilizumab; a vasopressor within the hour, and no steroid."""
    c.fever(0, 50)
    c.low(20, 25)
    c.checked(23)
    c.bolus(20.2, 21)
    c.tocilizumab(21.2)
    c.tocilizumab(29.2)
    c.pressor("norepinephrine", 23.2, 32)
    c.icu(23.5, 36)
    c.expect("G2-01 G2-02 G3-02 G3-06", "met")
    c.expect("G2-12", "excluded", "grade_3", note="grade 3 before dexamethasone for grade 2 was due")
    c.expect("G3-03", "not_met", note="no steroid")


def grade3_underdosed(c: Course) -> None:
    """A high-flow cannula for 28 hours; dexamethasone 10 mg at once, but then every ten to twelve hours."""
    _high_flow_at_20(c, until=48)
    c.steroid("dexamethasone", 10, 20.5, 30, 42)
    c.expect("G3-03", "met")
    c.expect("G3-04", "not_met", "too_little", note="30 mg in the first 24 hours")


def grade3_never_tapered(c: Course) -> None:
    """Better after 20 hours of high flow; dexamethasone every six hours for two and a half days more."""
    _high_flow_at_20(c, until=40)
    _every_six_hours(c, 20.5, 14)
    c.expect("G3-03", "met")
    c.expect("G3-05", "not_met", "too_much")


def grade3_relapse(c: Course) -> None:
    """Better for 28 hours after high flow, then oxygen once more: no taper is asked for."""
    _high_flow_at_20(c, until=34)
    _every_six_hours(c, 20.5, 3)
    c.oxygen(62, 68, "nc", 2)
    c.expect("G3-03", "met")
    c.expect("G3-05", "excluded", "grade_2")


def grade3_steroid_amount_missing(c: Course) -> None:
    """Dexamethasone half an hour after the high-flow cannula, its amount not charted."""
    _high_flow_at_20(c, until=40)
    c.steroid("dexamethasone", None, 20.5)
    _every_six_hours(c, 26.5, 3)
    c.expect("G3-03", "indeterminate", "amount")


def grade3_low_steroid(c: Course) -> None:
    """A high-flow cannula at once; dexamethasone 4 mg only, and no more tocilizumab when that had not helped."""
    _high_flow_at_20(c, until=40)
    c.steroid("dexamethasone", 4, 20.5, 26.5)
    c.expect("G3-03", "not_met", note="4 mg is less than 10 mg")
    c.expect("G2-09", "not_met", "never_given")


def grade3_methylprednisolone(c: Course) -> None:
    """A mask at once; methylprednisolone 60 mg stands for dexamethasone 10 mg."""
    c.fever(0, 48)
    c.oxygen(20, 32, "mask", 10)
    c.oxygen(32, 40, "nc", 4)
    c.tocilizumab(20.75)
    c.icu(20.5, 46)
    c.steroid("methylprednisolone", 60, 20.5, 26.5, 32.5)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-02 G3-03", "met")


def grade3_six_and_a_half_litres(c: Course) -> None:
    """6.5 litres by nasal cannula: above 6, so grade 3; cared for on the ward."""
    c.fever(0, 40)
    c.oxygen(10, 26, "nc", 6.5)
    c.oxygen(26, 36, "nc", 3)
    c.tocilizumab(11)
    _every_six_hours(c, 10.5, 3)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-02 G3-03", "met")
    c.expect("G3-01", "not_met", "not_done")


def grade3_push_beside_drip(c: Course) -> None:
    """Norepinephrine and a single phenylephrine push: still grade 3. Dexamethasone after 135 minutes, an echocardiogram
    after 52 hours."""
    _shock_at_22(c)
    c.pressor("norepinephrine", 22, 40)
    c.push("phenylephrine push", 25, 100)
    _every_six_hours(c, 24.25)
    c.late_echocardiogram(74)
    c.expect("G3-02", "met")
    c.expect("G3-03", "not_met", note="135 minutes after grade 3")
    c.expect("G3-07", "not_met", "late")
