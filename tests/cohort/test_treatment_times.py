"""How long until an episode was treated: from where, with what, and of which episodes nothing can be told."""

from __future__ import annotations

from typing import Any

from crs_audit.cohort.treatment_times import treatment_times
from tests.spec.judged import evaluated, febrile, followed, hypotensive, on_norepinephrine
from tests.spec.patient import Patient, patient


def told(p: Patient, drug: str, since: str) -> dict[str, Any]:
    """The only row of a drug and an anchor."""
    frame = treatment_times(evaluated(p, "G2-02").case)
    (row,) = [row for row in frame.to_dicts() if (row["drug"], row["since"]) == (drug, since)]
    return row


def test_minutes_from_grade_2_and_from_onset() -> None:
    """Onset at 0 h, grade 2 at 2 h, the end at 24 h."""
    p = hypotensive().tocilizumab("4h30m").tocilizumab("12h30m")
    row = told(p, "tocilizumab", "grade_2")
    assert (row["infusion_id"], row["episode"]) == ("P1/1", 1)
    assert (row["minutes"], row["followed"], row["ended"], row["left_out"]) == (150, 22 * 60, True, None)
    assert told(p, "tocilizumab", "onset")["minutes"] == 270


def test_given_before_is_at_once() -> None:
    assert told(hypotensive().tocilizumab("1h"), "tocilizumab", "grade_2")["minutes"] == 0


def test_none_of_the_episode_is_none() -> None:
    assert told(hypotensive().tocilizumab("24h"), "tocilizumab", "grade_2")["minutes"] is None


def test_grade_1_is_not_counted() -> None:
    assert treatment_times(evaluated(febrile(), "G2-02").case).is_empty()


def test_from_grade_3_tocilizumab_counts_as_there() -> None:
    """Grade 3 from 10 h: a dose more than 8 h before is no longer the current one."""
    assert told(on_norepinephrine().tocilizumab("1h59m"), "tocilizumab", "grade_3")["minutes"] is None
    assert told(on_norepinephrine().tocilizumab("2h"), "tocilizumab", "grade_3")["minutes"] == 0
    assert told(on_norepinephrine().tocilizumab("11h"), "tocilizumab", "grade_3")["minutes"] == 60


def test_a_steroid_is_a_dose_of_10_mg() -> None:
    p = on_norepinephrine().give("10h", "dexamethasone", 8).give("10h40m", "dexamethasone", 10)
    assert told(p, "steroid", "grade_3")["minutes"] == 40
    assert told(p, "steroid", "onset")["minutes"] == 10 * 60 + 40


def test_a_dose_of_unknown_amount_that_came_first_leaves_it_open() -> None:
    p = on_norepinephrine().give("10h40m", "dexamethasone", 10)
    assert told(p.give("12h", "dexamethasone", None), "steroid", "grade_3")["left_out"] is None
    assert told(p.give("10h30m", "dexamethasone", None), "steroid", "grade_3")["left_out"] == "amount"


def test_a_date_alone_leaves_it_open() -> None:
    p = hypotensive().tocilizumab("4h")
    p.give("36h", "tocilizumab", 560, day_only=True)
    assert told(p, "tocilizumab", "grade_2")["left_out"] == "date_only"
    assert told(p, "steroid", "grade_2")["left_out"] is None


def test_a_date_alone_of_a_small_steroid_dose_leaves_nothing_open() -> None:
    small = hypotensive().give("36h", "dexamethasone", 2, day_only=True)
    assert told(small, "steroid", "grade_2")["left_out"] is None
    large = hypotensive().give("36h", "dexamethasone", 10, day_only=True)
    assert told(large, "steroid", "grade_2")["left_out"] == "date_only"


def test_no_medication_record_leaves_it_open() -> None:
    p = patient(until="30d").every("4h", "0h", "24h", temperature=38.5)
    p.sbp("1h", 120).every("2h", "2h", "10h", sbp=85).every("2h", "10h", "24h", sbp=120).well("24h", "3d")
    assert {told(p, drug, "grade_2")["left_out"] for drug in ("tocilizumab", "steroid")} == {"mar"}


def test_caps_reached_before_leave_tocilizumab_out() -> None:
    p = followed().every("4h", "0h", "60h", temperature=38.5).every("2h", "0h", "40h", sbp=120)
    p.every("2h", "40h", "50h", sbp=85).every("2h", "50h", "60h", sbp=120).well("60h", "4d")
    for at in ("1h", "9h", "17h", "33h"):
        p.tocilizumab(at)
    assert told(p, "tocilizumab", "grade_2")["left_out"] == "cap"
    assert told(p, "steroid", "grade_2")["left_out"] is None


def test_the_end_of_follow_up_is_not_the_end_of_the_episode() -> None:
    row = told(hypotensive(until="6h"), "tocilizumab", "grade_2")
    assert (row["minutes"], row["followed"], row["ended"]) == (None, 240, False)


def test_an_episode_that_outlasts_the_last_stay_is_not_followed_to_its_end() -> None:
    row = told(hypotensive(until=None).stay("ward", "-1h", "6h"), "tocilizumab", "grade_2")
    assert (row["minutes"], row["followed"], row["ended"]) == (None, 240, False)
