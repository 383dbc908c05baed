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
    """Prepared badly: dexamethasone an hour before, eleven CMP analytes and no magnesium, no LDH and fibrinogen, the
    cells through a leukapheresis filter; later fever alone."""
    c.steroid("dexamethasone", 10, c.before_infusion(1))
    c.fever(0, 28)
    c.no_baseline("magnesium", "albumin", "total_protein", "alp", "ldh", "fibrinogen")
    c.through_a_filter()
    c.expect("BAS-01 BAS-02", "not_met", "missing")
    c.expect("PIT-03", "not_met", "filter")
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
    """Fever alone after tisagenlecleucel, and dexamethasone eight hours into it, without an antifungal."""
    c.product = "tisa-cel"
    c.fever(0, 30)
    c.steroid("dexamethasone", 10, 8)
    c.omit("antifungal")
    c.expect("PRIN-03", "not_met", "never_given")
    c.expect("G1-06", "not_met", note="a steroid at grade 1 without an exemption")


def grade1_early_steroid_axi_cel(c: Course) -> None:
    """Fever alone after axicabtagene ciloleucel; early dexamethasone, which this product permits."""
    c.product = "axi-cel"
    c.fever(0, 30)
    c.steroid("dexamethasone", 10, 5)
    c.expect("G1-06", "excluded", note="the product permits early steroids")


def grade1_persistent_fever(c: Course) -> None:
    """Fever without a break for 84 hours; tocilizumab an hour after the third day, as for grade 2."""
    c.fever(0, 84)
    c.tocilizumab(73)
    c.expect("G1-06", "excluded", note="fever persisted for 72 h before the dose")
    c.expect("G1-07", "met")


def tocilizumab_before_fever(c: Course) -> None:
    """Tocilizumab ten hours before the first fever; fever alone afterwards, a ferritin beyond what the assay tells."""
    c.tocilizumab(-10)
    c.fever(0, 24)
    c.stat_labs(14, ferritin=">7500")
    c.expect("HLH-01", "indeterminate", "bound")
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
    """Fever alone, and nobody charted from two at night to eleven."""
    c.begins(2, 6)
    c.fever(0, 48)
    c.uncharted(20, 29)
    c.expect("G1-06", "met")
    c.expect("MON-03", "not_met", "too_little", opportunity=3)


def grade1_impatient_tocilizumab(c: Course) -> None:
    """Fever for 84 hours, but tocilizumab already at 60 hours."""
    c.fever(0, 84)
    c.tocilizumab(60)
    c.expect("G1-06", "not_met", note="given before the fever had lasted 72 h")
    c.expect("G1-07", "met")


def grade1_nothing_ordered(c: Course) -> None:
    """Fever alone with 310 neutrophils: no antipyretic, no fluid, no antibiotic, no urine culture and no chest film."""
    c.fever(0, 26)
    c.stat_labs(0, anc="310")
    c.omit("antipyretic", "fluid", "antibiotic", "urine_culture", "chest_xray")
    c.expect("G1-06", "met")
    c.expect("G1-01 G1-04", "not_met", "never_given")
    c.expect("G1-02", "not_met", "not_done")
    c.expect("MON-02", "not_met", "missing")


def grade1_everything_late(c: Course) -> None:
    """Fever alone with 310 neutrophils: the antipyretic after six hours, the antibiotic after 26; dexamethasone, and
    the antifungal 60 hours after it. No blood culture, and no ferritin on the fifth day."""
    c.product = "tisa-cel"
    c.fever(0, 30)
    c.stat_labs(0, anc="310")
    c.omit("antipyretic", "antibiotic", "antifungal")
    c.drug("acetaminophen", 650, 6, route="PO", spares=True)
    c.steroid("dexamethasone", 10, 8)
    c.drug("cefepime", 2, 26)
    c.drug("micafungin", 100, 68)
    c.omit("blood_culture")
    c.not_drawn("ferritin", day=5)
    c.expect("MON-01", "not_met", "missing", opportunity=5)
    c.expect("MON-02", "not_met", "missing")
    c.expect("G1-01 G1-04 PRIN-03", "not_met", "late")
    c.expect("G1-06", "not_met", note="a steroid at grade 1 without an exemption")


def grade1_poorly_watched(c: Course) -> None:
    """Fever alone; no vitals from three at night to noon, no CRP that morning, no grade documented for 22 hours; two
    days later no respiratory rate until the evening."""
    c.begins(2, 10)
    c.fever(0, 40)
    c.uncharted(17, 26)
    c.not_drawn("crp", day=3)
    c.undocumented(1, 23)
    c.not_read("respiratory_rate", 62, 82)
    c.expect("G1-06", "met")
    c.expect("MON-01", "not_met", "missing", opportunity=3)
    c.expect("MON-03", "not_met", "too_little", opportunity=3)
    c.expect("MON-03", "not_met", "too_little", opportunity=5)
    c.expect("MON-05", "not_met", "late")


def grade1_three_days_untreated(c: Course) -> None:
    """Fever without a break for 84 hours and no tocilizumab."""
    c.fever(0, 84)
    c.expect("G1-06", "met")
    c.expect("G1-07", "not_met", "never_given")


def grade1_fever_that_pauses(c: Course) -> None:
    """Fever for 100 hours with 20 hours without it between: persisting all the same, tocilizumab on the third day."""
    c.fever(0, 40)
    c.fever(60, 100)
    c.tocilizumab(73)
    c.expect("G1-06", "excluded", note="fever persisted for 72 h before the dose")
    c.expect("G1-07", "met")


def grade1_fever_treated_late(c: Course) -> None:
    """Fever without a break for 84 hours; tocilizumab five hours after the third day."""
    c.fever(0, 84)
    c.tocilizumab(77)
    c.expect("G1-06", "excluded", note="fever persisted for 72 h before the dose")
    c.expect("G1-07", "not_met", "late")


def grade1_fever_followed_for_73_hours(c: Course) -> None:
    """Fever for three days; follow-up ends an hour later, before tocilizumab was overdue."""
    c.fever(0, 84)
    c.follow_up_ends(73)
    c.expect("G1-06", "met")
    c.expect("G1-07", "excluded", "censored")


def grade1_fever_after_four_doses(c: Course) -> None:
    """Four doses of tocilizumab in a first episode; in a second one fever for 80 hours, when no more may be given."""
    c.fever(0, 40)
    c.oxygen(10, 38, "nc", 3)
    for hour in (11, 19, 27, 35):
        c.tocilizumab(hour)
    c.steroid("dexamethasone", 10, 30)
    c.fever(90, 170)
    c.expect("G2-01 G2-02", "met")
    c.expect("G1-06", "met", episode=2)
    c.expect("G1-07", "excluded", "cap", note="four doses given", episode=2)
