"""Patients without CRS, or with fever alone. Hours count from the first fever (`Course.onset`)."""

from __future__ import annotations

from ..plan import Course


def quiet(c: Course) -> None:
    """No fever at all; pegfilgrastim and filgrastim, both allowed; a baby aspirin and desmopressin as look-alikes."""
    c.drug("pegfilgrastim", 6, 12, route="SC")
    c.drug("filgrastim", 480, 60, 84, 108, route="SC")
    c.drug("aspirin", 81, 10, 34, 58, route="PO")
    c.drug("desmopressin", 0.1, 20, 44, route="PO")


def premedication_dexamethasone(c: Course) -> None:
    """10 mg of dexamethasone an hour before the infusion; later fever alone, cared for as the protocol says."""
    c.steroid("dexamethasone", 10, c.before_infusion(1))
    c.fever(0, 28)
    c.expect("PRIN-02", "not_met", note="dexamethasone 10 mg one hour before the infusion")
    c.expect("G1-06", "met")


def premedication_held(c: Course) -> None:
    """Dexamethasone before the infusion was held; later one false cuff pressure, and tocilizumab pulled, not given."""
    c.not_given("dexamethasone", 10, c.before_infusion(1), "Held")
    c.fever(0, 30)
    c.artefact(10)
    c.not_given("tocilizumab", c.right_dose(), 11, "Override Pull")
    c.not_given("tocilizumab", c.right_dose(), 11.5, "Held")
    c.expect("G1-06", "met", note="the lone 88/40 was normal ten minutes later; the tocilizumab was never given")
    c.expect("PRIN-02", "met", note="a held dose is no dose")


def home_cpap_and_hydrocortisone(c: Course) -> None:
    """CPAP every night at home, hydrocortisone 10 + 5 mg a day for adrenal insufficiency; fever alone."""
    c.person.home_cpap = True
    c.fever(0, 26)
    for day in range(-3, 8):
        c.steroid("hydrocortisone", 10, c.before_infusion(4 - 24 * day), route="PO", spares=False)
        c.steroid("hydrocortisone", 5, c.before_infusion(-4 - 24 * day), route="PO", spares=False)
    c.expect("G1-06", "met", note="15 mg of hydrocortisone a day is physiologic; home CPAP never counts")
    c.expect("PRIN-02", "met", note="physiologic hydrocortisone is no premedication")


def borderline_fever_sargramostim(c: Course) -> None:
    """37.9 °C, then exactly 38.0 °C; sargramostim on the day after."""
    c.borderline = True
    c.fever(0, 22)
    c.drug("sargramostim", 250, 30, route="SC")
    c.expect("G1-06", "met")
    c.expect("PIT-02", "not_met", note="sargramostim is GM-CSF")


def grade1_tocilizumab(c: Course) -> None:
    """Fever alone, and tocilizumab six hours into it."""
    c.fever(0, 36)
    c.tocilizumab(6)
    c.expect("G1-06", "not_met", note="tocilizumab at grade 1 without an exemption")


def grade1_dexamethasone(c: Course) -> None:
    """Fever alone after tisagenlecleucel, and dexamethasone eight hours into it."""
    c.product = "tisa-cel"
    c.fever(0, 30)
    c.steroid("dexamethasone", 10, 8)
    c.expect("G1-06", "not_met", note="a steroid at grade 1 without an exemption")


def grade1_early_steroid_axi_cel(c: Course) -> None:
    """Fever alone after axicabtagene ciloleucel; early dexamethasone, which this product permits."""
    c.product = "axi-cel"
    c.fever(0, 30)
    c.steroid("dexamethasone", 10, 5)
    c.expect("G1-06", "excluded", note="the product permits early steroids")


def grade1_icans_steroid(c: Course) -> None:
    """Fever alone with ICANS 2: three doses of dexamethasone for the ICANS."""
    c.product = "liso-cel"
    c.fever(0, 36)
    c.icans(12, 30, 2)
    c.steroid("dexamethasone", 10, 13, 19, 25)
    c.expect("G1-06", "excluded", note="ICANS of grade 2 within 12 h of each dose")


def grade1_hlh(c: Course) -> None:
    """Fever alone, ferritin above 10,000 ng/mL and liver enzymes of grade 3: treated as HLH."""
    c.product = "cilta-cel"
    c.fever(0, 60)
    c.stat_labs(20, ferritin=">10000", ast="640", alt="520", bilirubin="4.8")
    c.steroid("dexamethasone", 10, 22, 28, 34)
    c.tocilizumab(23)
    c.expect("G1-06", "excluded", note="HLH suspected two hours before the first dose")


def grade1_persistent_fever(c: Course) -> None:
    """Fever without a break for 84 hours; tocilizumab an hour after the third day, as for grade 2."""
    c.fever(0, 84)
    c.tocilizumab(73)
    c.expect("G1-06", "excluded", note="fever persisted for 72 h before the dose")


def tocilizumab_before_fever(c: Course) -> None:
    """Tocilizumab ten hours before the first fever; fever alone afterwards."""
    c.tocilizumab(-10)
    c.fever(0, 24)
    c.expect("G1-06", "met", note="the dose came before the episode")


def second_infusion(c: Course) -> None:
    """The second infusion of a patient: fever alone, supportive care."""
    c.fever(0, 24)
    c.expect("G1-06", "met")


def support_without_fever(c: Course) -> None:
    """Two litres of oxygen for fluid overload, never a fever: no CRS."""
    c.oxygen(4, 18, "nc", 2)


def steroid_the_evening_before(c: Course) -> None:
    """Dexamethasone for nausea 13 hours before the infusion: outside the last 12 hours."""
    c.steroid("dexamethasone", 8, c.before_infusion(13))
    c.expect("PRIN-02", "met", note="told in the reason, not failed")


def fever_at_infusion(c: Course) -> None:
    """Febrile from three hours before the infusion: the episode begins at the infusion."""
    c.onset = 0
    c.fever(-3, 20)
    c.expect("G1-06", "met")


def uncharted_night(c: Course) -> None:
    """Fever alone, and nobody charted for nine hours of it."""
    c.fever(0, 48)
    c.uncharted(20, 29)
    c.expect("G1-06", "met")


def grade1_icans_tocilizumab(c: Course) -> None:
    """Fever alone with ICANS 2, treated with tocilizumab: another measure's fallout, exempt here."""
    c.product = "ide-cel"
    c.fever(0, 36)
    c.icans(12, 30, 2)
    c.tocilizumab(14)
    c.expect("G1-06", "excluded", note="judged by the measure of concurrent ICANS")


def grade1_impatient_tocilizumab(c: Course) -> None:
    """Fever for 84 hours, but tocilizumab already at 60 hours."""
    c.fever(0, 84)
    c.tocilizumab(60)
    c.expect("G1-06", "not_met", note="given before the fever had lasted 72 h")


def vitals_missing(c: Course) -> None:
    """No vitals were extracted for the patient; one dose of tocilizumab on the MAR."""
    c.vitals_charted = False
    c.fever(0, 30)
    c.tocilizumab(12)
    c.expect("G1-06 G2-01 G2-02 G3-02 G3-03 G4-02", "indeterminate", "vitals", episode=None)
