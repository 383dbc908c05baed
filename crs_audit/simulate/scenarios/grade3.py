"""Patients whose worst grade is 3: one vasopressor, or high-flow oxygen."""

from __future__ import annotations

from ..plan import Course


def _shock_at_22(c: Course, tocilizumab: bool = True) -> None:
    """Hypotension at hour 20 (grade 2), two boluses, tocilizumab at hour 21, a vasopressor needed at hour 22."""
    c.fever(0, 56)
    c.low(20, 22)
    c.bolus(20.3, 21.2)
    if tocilizumab:
        c.tocilizumab(21)
        c.expect("G2-01 G2-02", "met")
    c.icu(22.5, 58)


def _every_six_hours(c: Course, first: float, doses: int = 5) -> None:
    c.steroid("dexamethasone", 10, *(first + 6 * n for n in range(doses)))


def grade3_norepinephrine_vasopressin(c: Course) -> None:
    """Norepinephrine with vasopressin is still grade 3; dexamethasone within the hour."""
    _shock_at_22(c)
    c.pressor("norepinephrine", 22, 44)
    c.pressor("vasopressin", 26, 38)
    _every_six_hours(c, 22.5)
    c.expect("G3-02 G3-03", "met")


def grade3_pressor_switch_amber(c: Course) -> None:
    """From norepinephrine to phenylephrine with 20 minutes of both; dexamethasone after 90 minutes."""
    _shock_at_22(c)
    c.pressor("norepinephrine", 22, 30 + 1 / 3)
    c.pressor("phenylephrine", 30, 42)
    _every_six_hours(c, 23.5)
    c.expect("G3-02", "met")
    c.expect("G3-03", "not_met", "amber")


def grade3_untreated_turn(c: Course) -> None:
    """Tocilizumab at grade 2; eight and a half hours later a vasopressor, with neither tocilizumab nor a steroid."""
    c.fever(0, 60)
    c.oxygen(12.5, 30, "nc", 3)
    c.tocilizumab(13.5)
    c.low(20, 22)
    c.pressor("norepinephrine", 22, 40)
    c.icu(22.5, 44)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-02", "not_met", note="the only dose was 8 h 30 min before")
    c.expect("G3-03", "not_met", note="no steroid")


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


def grade3_low_steroid(c: Course) -> None:
    """A high-flow cannula at once; dexamethasone 4 mg only."""
    c.fever(0, 48)
    c.oxygen(20, 40, "hfnc", 30)
    c.tocilizumab(21)
    c.icu(20.5, 46)
    c.steroid("dexamethasone", 4, 20.5, 26.5)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-02", "met")
    c.expect("G3-03", "not_met", note="4 mg is less than 10 mg")


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
    """6.5 litres by nasal cannula: above 6, so grade 3."""
    c.fever(0, 40)
    c.oxygen(10, 26, "nc", 6.5)
    c.oxygen(26, 36, "nc", 3)
    c.tocilizumab(11)
    _every_six_hours(c, 10.5, 3)
    c.icu(11, 30)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-02 G3-03", "met")


def grade3_push_beside_drip(c: Course) -> None:
    """Norepinephrine and a single phenylephrine push: still grade 3. Dexamethasone after 135 minutes."""
    _shock_at_22(c)
    c.pressor("norepinephrine", 22, 40)
    c.push("phenylephrine push", 25, 100)
    _every_six_hours(c, 24.25)
    c.expect("G3-02", "met")
    c.expect("G3-03", "not_met", note="135 minutes after grade 3")
