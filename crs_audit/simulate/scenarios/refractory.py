"""Patients of grade 2 whose fluid, oxygen, tocilizumab or dexamethasone is not as the protocol asks, or not enough."""

from __future__ import annotations

from ..plan import Course


def _low_from_ten_despite_fluid(c: Course) -> None:
    """Hypotension from hour 10 to hour 18, two boluses, tocilizumab at hours 11 and 19; no vasopressor."""
    c.fever(0, 44)
    c.low(10, 18)
    c.checked(14)
    c.bolus(10.4, 11.6)
    c.tocilizumab(11)
    c.tocilizumab(19)
    c.expect("G2-01 G2-02", "met")
    c.expect("G3-06", "not_met", "not_done", note="low an hour after the second bolus")


def grade2_no_bolus(c: Course) -> None:
    """Hypotension for three hours without a bolus; telemetry only two and a half hours after grade 2."""
    c.fever(0, 44)
    c.low(10, 13)
    c.tocilizumab(11)
    c.monitored("telemetry", 12.5, 18)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-10", "not_met", "never_given")
    c.expect("MON-04", "not_met", "not_done")


def grade2_oxygen_late(c: Course) -> None:
    """A saturation below 90 % on room air, oxygen two hours later; oximetry taken off before the oxygen was."""
    c.fever(0, 44)
    c.desaturation(8, 8.7)
    c.oxygen(10, 15, "nc", 3)
    c.tocilizumab(11)
    c.monitored("continuous_oximetry", 10.3, 13)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-11", "not_met", "late")
    c.expect("MON-04", "not_met", "stopped")


def grade2_not_repeated(c: Course) -> None:
    """Oxygen for 19 hours; one dose of tocilizumab, and nothing when it had not helped after eight hours."""
    c.fever(0, 44)
    c.oxygen(10, 29, "nc", 3)
    c.tocilizumab(11)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-09", "not_met", "never_given")


def grade2_no_steroid_after_a_day(c: Course) -> None:
    """Oxygen for 28 hours; four doses of tocilizumab and no steroid when a day had not helped."""
    c.fever(0, 44)
    c.oxygen(10, 38, "nc", 3)
    for hour in (11, 19, 27, 35):
        c.tocilizumab(hour)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-13", "not_met", "never_given")


def grade2_bolus_and_steroid_late(c: Course) -> None:
    """Hypotension, a bolus after two and a half hours; oxygen for 26 hours more, dexamethasone 29 hours after the first
    of four doses of tocilizumab."""
    c.fever(0, 44)
    c.low(10, 13)
    c.bolus(12.5)
    c.oxygen(12, 38, "nc", 3)
    for hour in (11, 19, 27, 35):
        c.tocilizumab(hour)
    c.steroid("dexamethasone", 10, 40)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-10 G2-13", "not_met", "late")


def grade2_refractory_no_steroid(c: Course) -> None:
    """Hypotension through two boluses and a dose of tocilizumab, and no dexamethasone."""
    _low_from_ten_despite_fluid(c)
    c.expect("G2-12", "not_met", "never_given")


def grade2_refractory_dexamethasone(c: Course) -> None:
    """Hypotension through two boluses and tocilizumab, dexamethasone within the hour; a third dose at grade 2 a day
    later, with oxygen."""
    _low_from_ten_despite_fluid(c)
    c.oxygen(16, 40, "nc", 2)
    c.steroid("dexamethasone", 10, 14.5, 26.5, 38.5)
    c.expect("G2-12 G2-13", "met")
    c.expect("G2-09", "met")
    c.expect("G2-09", "met", opportunity=2)


def grade2_unwatched_after_tocilizumab(c: Course) -> None:
    """Hypotension, tocilizumab at 23:00; from 00:15 to noon nobody charted whether it had helped."""
    c.begins(2, 12)
    c.fever(0, 44)
    c.low(10, 12.25)
    c.bolus(10.3)
    c.tocilizumab(11)
    c.uncharted(12.25, 24)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-09", "indeterminate", "unobserved")
    c.expect("MON-03", "not_met", "too_little", opportunity=3)
