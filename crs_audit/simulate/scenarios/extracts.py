"""Patients of whom a table was not extracted."""

from __future__ import annotations

from ..plan import Course


def _days(c: Course) -> range:
    """Numbers of the dates after the infusion's that the stay covers whole, the first seven at most."""
    return range(1, next(day for day in range(1, 9) if day == 8 or c.midnight(day + 1) > c.stay_end()))


def vitals_missing(c: Course) -> None:
    """No vitals were extracted for the patient; one dose of tocilizumab on the MAR."""
    c.not_extracted("vitals")
    c.fever(0, 30)
    c.tocilizumab(12)
    c.expect("G1-06 G2-01 G2-02 G3-02 G3-03 G4-02", "indeterminate", "vitals", episode=None)
    c.expect(
        "MON-02 MON-04 MON-05 MON-06 G1-01 G1-02 G1-04 G1-07 G2-09 G2-10 G2-11 G2-12 G2-13 G2-14 G3-01 G3-04 G3-05 "
        "G3-06 G3-07 G4-01 G4-03 G4-04 G4-05 PRIN-01 ICANS-01 PIT-01",
        "indeterminate", "vitals", episode=None,
    )  # fmt: skip
    for day in _days(c):
        c.expect("MON-03", "indeterminate", "vitals", opportunity=day)


def labs_missing(c: Course) -> None:
    """No labs were extracted for the patient; fever alone."""
    c.not_extracted("labs")
    c.fever(0, 28)
    c.expect("G1-06", "met")
    c.expect("BAS-01 BAS-02 G1-04 HLH-01 HLH-03 HLH-04 PIT-04", "indeterminate", "labs", episode=None)
    for day in _days(c):
        c.expect("MON-01", "indeterminate", "labs", opportunity=day)


def mar_missing(c: Course) -> None:
    """Ventilated elsewhere; nothing of the MAR was extracted."""
    c.not_extracted("mar")
    c.product = "brexu-cel"
    c.fever(0, 44)
    c.stat_labs(0, anc="310")
    c.oxygen(8, 14, "nc", 4)
    c.oxygen(14, 40, "vent")
    c.icu(14, 44)
    c.expect("G2-01 G2-02 G3-02 G3-03 G4-02", "indeterminate", "mar")
    c.expect("G2-03 G2-04 G2-05 G2-06 G2-07 G2-08 PRIN-02 PIT-02", "indeterminate", "mar")
    c.expect("G1-01 G1-02 G1-04 G4-01", "indeterminate", "mar")
    c.expect(
        "G1-05 G2-09 G2-12 G2-13 G2-14 G3-05 G3-09 G4-03 G4-04 ALT-01 PRIN-03 PIT-01", "indeterminate", "mar",
        episode=None,
    )  # fmt: skip
    c.expect("G3-04", "excluded", "grade_4")


def adt_missing(c: Course) -> None:
    """A mask for twelve hours, treated in time; nobody knows where, as no stay was extracted."""
    c.not_extracted("adt")
    c.fever(0, 40)
    c.oxygen(20, 32, "mask", 10)
    c.tocilizumab(20.5)
    c.steroid("dexamethasone", 10, 20.5, 26.5, 32.5)
    c.expect("G2-01 G2-02 G3-02 G3-03", "met")
    c.expect("G3-01", "indeterminate", "adt")
