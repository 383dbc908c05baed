"""Patients whose worst grade is 2: low-flow oxygen, or hypotension without a vasopressor."""

from __future__ import annotations

from ..plan import Course


def _oxygen_from_ten(c: Course, until: float = 15) -> None:
    """Fever for 44 h, three litres of oxygen from hour 10 on: grade 2 at hour 10."""
    c.fever(0, 44)
    c.oxygen(10, until, "nc", 3)


def grade2_within_90_min(c: Course) -> None:
    """Hypotension at hour 10, two boluses, tocilizumab 90 minutes after grade 2."""
    c.fever(0, 44)
    c.low(10, 13)
    c.bolus(10.4, 11.9)
    c.tocilizumab(11.5)
    c.expect("G2-01 G2-02", "met")


def grade2_after_150_min(c: Course) -> None:
    """Oxygen at hour 10, tocilizumab 150 minutes later: amber."""
    _oxygen_from_ten(c)
    c.tocilizumab(12.5)
    c.expect("G2-01", "met")
    c.expect("G2-02", "not_met", "amber")


def grade2_after_300_min(c: Course) -> None:
    """Oxygen at hour 10, tocilizumab 300 minutes later: late."""
    _oxygen_from_ten(c, until=17)
    c.tocilizumab(15)
    c.expect("G2-01", "met")
    c.expect("G2-02", "not_met", note="five hours after grade 2")


def grade2_never_treated(c: Course) -> None:
    """Oxygen for 30 hours, the fever gone with acetaminophen alone; no tocilizumab, a dose was refused."""
    c.fever(0, 12)
    c.oxygen(10, 40, "nc", 3)
    c.not_given("tocilizumab", c.right_dose(), 11, "Refused")
    c.expect("G2-01", "not_met")
    c.expect("G2-02", "not_met", "never_given")


def grade2_followed_for_an_hour(c: Course) -> None:
    """Follow-up ends one hour after grade 2, untreated: nothing was overdue yet."""
    _oxygen_from_ten(c)
    c.follow_up_ends(11)
    c.expect("G2-01 G2-02", "excluded", "censored")


def grade2_followed_for_three_hours(c: Course) -> None:
    """Follow-up ends three hours after grade 2, untreated: the two hours had passed."""
    _oxygen_from_ten(c)
    c.follow_up_ends(13)
    c.expect("G2-01", "excluded", "censored", note="a day had not passed")
    c.expect("G2-02", "not_met", "never_given")


def grade2_four_doses_then_capped(c: Course) -> None:
    """Doses at 0, 8, 16 and 24 h, all legal, with dexamethasone; an episode two days later, when no more may be
    given."""
    c.fever(0, 40)
    c.oxygen(10, 40, "nc", 3)
    for hour in (11, 19, 27, 35):
        c.tocilizumab(hour)
    c.steroid("dexamethasone", 10, 30)
    c.fever(90, 116)
    c.oxygen(96, 108, "nc", 2)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-01 G2-02", "excluded", "cap", note="four doses given", episode=2)


def grade2_four_doses_in_24_h(c: Course) -> None:
    """Four doses 7 h 48 min apart: each gap within the grace, but four within 24 hours."""
    c.fever(0, 50)
    c.oxygen(10, 44, "nc", 4)
    for hour in (11, 18.8, 26.6, 34.4):
        c.tocilizumab(hour)
    c.steroid("dexamethasone", 10, 30)
    for dose in (2, 3, 4):
        c.expect("G2-09", "excluded", "cap", note="three within 24 hours by then", opportunity=dose)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-07", "not_met", note="the fourth dose 23 h 24 min after the first")


def grade2_five_doses(c: Course) -> None:
    """Five doses in all, never more than three in 24 hours."""
    c.fever(0, 60)
    c.oxygen(10, 54, "nc", 4)
    for hour in (11, 19, 27, 35, 45):
        c.tocilizumab(hour)
    c.steroid("dexamethasone", 10, 30)
    for dose in (4, 5):
        c.expect("G2-09", "excluded", "cap", note="four doses given", opportunity=dose)
    c.expect("G2-01 G2-02", "met")
    c.expect("G2-08", "not_met", note="a fifth dose")


def grade2_repeated_early(c: Course) -> None:
    """The second dose five hours after the first."""
    _oxygen_from_ten(c)
    c.tocilizumab(11)
    c.tocilizumab(16, spacing="not_met")
    c.expect("G2-01 G2-02", "met")


def grade2_heavy_800(c: Course) -> None:
    """120 kg: 800 mg is right."""
    c.person.weight = 120
    _oxygen_from_ten(c)
    c.tocilizumab(11, mg=800, form="vials")
    c.expect("G2-01 G2-02", "met")


def grade2_heavy_960(c: Course) -> None:
    """120 kg: 8 mg/kg uncapped, 960 mg."""
    c.person.weight = 120
    _oxygen_from_ten(c)
    c.tocilizumab(11, mg=960, amount="not_met", cap="not_met")
    c.expect("G2-01 G2-02", "met")


def grade2_low_dose_too_fast(c: Course) -> None:
    """A sixth less than 8 mg/kg, in 40 minutes."""
    _oxygen_from_ten(c)
    c.tocilizumab(11, mg=round(c.right_dose() * 5 / 6), minutes=40, form="end", amount="not_met", duration="not_met")
    c.expect("G2-01 G2-02", "met")


def grade2_weight_and_end_unknown(c: Course) -> None:
    """No weight anywhere, and the end of the infusion of tocilizumab not charted."""
    c.person.weight_known = False
    _oxygen_from_ten(c)
    c.tocilizumab(11, minutes=None, form="open", amount="indeterminate", duration="indeterminate")
    c.expect("G2-01 G2-02", "met")


def grade2_child(c: Course) -> None:
    """Six years, 22 kg: hypotension by the child's limit, 12 mg/kg of tocilizumab."""
    c.product = "tisa-cel"
    c.person.age, c.person.weight = 6, 22.0
    c.fever(0, 40)
    c.low(10, 13)
    c.bolus(10.3)
    c.tocilizumab(11, mg=264, amount="excluded")
    c.expect("G2-01 G2-02", "met")


def grade2_adolescent_six_litres(c: Course) -> None:
    """Fourteen years, 52 kg: six litres by cannula are still grade 2; the fever goes, the oxygen stays."""
    c.product = "tisa-cel"
    c.person.age, c.person.weight = 14, 52.0
    c.fever(0, 12.5)
    c.oxygen(10, 14, "nc", 6)
    c.oxygen(14, 16, "nc", 2)
    c.tocilizumab(12, form="vials")
    c.expect("G2-01 G2-02", "met", note="exactly 120 minutes")


def grade2_home_oxygen(c: Course) -> None:
    """Two litres at home: three litres are no more than that, six litres are grade 2."""
    c.person.home_oxygen = 2
    c.fever(0, 44)
    c.oxygen(4, 10, "nc", 3)
    c.oxygen(10, 15, "nc", 6)
    c.tocilizumab(11)
    c.expect("G2-01 G2-02", "met")


def grade2_then_hypotension_without_fever(c: Course) -> None:
    """Better after tocilizumab; 27 hours later hypotension without fever: the same course."""
    c.fever(0, 20)
    c.oxygen(10, 15, "nc", 3)
    c.tocilizumab(11)
    c.low(47, 50)
    c.bolus(47.3)
    c.expect("G2-01 G2-02", "met")


def grade2_too_slow(c: Course) -> None:
    """Tocilizumab over 100 minutes."""
    _oxygen_from_ten(c)
    c.tocilizumab(11, minutes=100, duration="not_met")
    c.expect("G2-01 G2-02", "met")


def grade2_uneventful(c: Course) -> None:
    """Oxygen at hour 10, tocilizumab 60 minutes later, better within the day."""
    _oxygen_from_ten(c)
    c.tocilizumab(11)
    c.expect("G2-01 G2-02", "met")
