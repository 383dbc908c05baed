"""Patients with fever alone and ICANS, or with hemophagocytic lymphohistiocytosis suspected."""

from __future__ import annotations

from ..plan import Course

_FAILING_LIVER = {"ast": "640", "alt": "520", "bilirubin": "4.8"}


def grade1_icans_steroid(c: Course) -> None:
    """Fever alone with ICANS 2: three doses of dexamethasone for the ICANS."""
    c.product = "liso-cel"
    c.fever(0, 36)
    c.icans(12, 30, 2)
    c.steroid("dexamethasone", 10, 13, 19, 25)
    c.expect("G1-06", "excluded", note="ICANS of grade 2 within 12 h of each dose")
    c.expect("ICANS-01", "met")


def grade1_icans_tocilizumab(c: Course) -> None:
    """Fever alone with ICANS 2, treated with tocilizumab: one measure's fallout, exempt in the other."""
    c.product = "ide-cel"
    c.fever(0, 36)
    c.icans(12, 30, 2)
    c.tocilizumab(14)
    c.expect("G1-06", "excluded", note="judged by the measure of concurrent ICANS")
    c.expect("ICANS-01", "not_met", "tocilizumab")


def grade1_icans_untreated(c: Course) -> None:
    """Fever alone with ICANS 2, and no steroid."""
    c.fever(0, 36)
    c.icans(12, 30, 2)
    c.expect("G1-06", "met")
    c.expect("ICANS-01", "not_met", "never_given")


def grade1_hlh(c: Course) -> None:
    """Fever alone, ferritin above 10,000 ng/mL and liver enzymes of grade 3: treated as HLH, which the marrow shows."""
    c.product = "cilta-cel"
    c.fever(0, 60)
    c.stat_labs(20, ferritin=">10000", **_FAILING_LIVER)
    c.steroid("dexamethasone", 10, 22, 28, 34)
    c.tocilizumab(23)
    c.marrow(40)
    c.expect("G1-06", "excluded", note="HLH suspected two hours before the first dose")
    c.expect("HLH-03", "met")


def grade1_hlh_treated_late(c: Course) -> None:
    """HLH suspected, tocilizumab and dexamethasone two days later only; no better after three days, etoposide."""
    c.product = "cilta-cel"
    c.fever(0, 96)
    c.stat_labs(20, ferritin="18500", **_FAILING_LIVER)
    c.steroid("dexamethasone", 10, 70, 76)
    c.tocilizumab(70.5)
    c.drug("etoposide", 250, 80)
    c.expect("G1-06", "excluded", note="HLH suspected before the first dose")
    c.expect("HLH-03", "not_met")
    c.expect("HLH-04", "met", note="fever alone on the third day as on the first")


def hlh_without_steroid(c: Course) -> None:
    """HLH suspected, tocilizumab at once and no steroid."""
    c.fever(0, 60)
    c.stat_labs(20, ferritin="11800", **_FAILING_LIVER)
    c.tocilizumab(21)
    c.expect("G1-06", "excluded", note="HLH suspected an hour before the dose")
    c.expect("HLH-03", "not_met", "never_given")


def hlh_after_four_doses(c: Course) -> None:
    """Four doses of tocilizumab in a first episode; HLH suspected in a second one: a steroid alone is right."""
    c.fever(0, 40)
    c.oxygen(10, 38, "nc", 3)
    for hour in (11, 19, 27, 35):
        c.tocilizumab(hour)
    c.steroid("dexamethasone", 10, 30)
    c.fever(90, 116)
    c.stat_labs(96, ferritin="12400", **_FAILING_LIVER)
    c.steroid("dexamethasone", 10, 97, 103)
    c.expect("G2-01 G2-02", "met")
    c.expect("G1-06", "excluded", note="HLH suspected an hour before", episode=2)
    c.expect("HLH-03", "met", note="no more tocilizumab may be given")


def hlh_without_etoposide(c: Course) -> None:
    """HLH suspected and treated at once; no better after three days, and no etoposide."""
    c.product = "ide-cel"
    c.fever(0, 96)
    c.stat_labs(20, ferritin="15200", **_FAILING_LIVER)
    c.steroid("dexamethasone", 10, 21, 27, 33)
    c.tocilizumab(21.5)
    c.expect("G1-06", "excluded", note="HLH suspected an hour before the first dose")
    c.expect("HLH-03 HLH-04", "met")
