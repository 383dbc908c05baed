"""PROTOCOL 7, sentence by sentence: the time that Lee 2014, CTCAE v5 and Penn grade, and the numbers they rest on."""

from __future__ import annotations

from crs_audit.protocol.scales import load_scales
from tests.cohort.row import grades, ill, row, scale
from tests.spec.judged import febrile
from tests.spec.patient import patient

NE = "norepinephrine"


def test_fever_is_grade_1_of_every_scale() -> None:
    p = ill()
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(1, False)] * 3


def test_without_an_episode_the_grade_is_0_and_without_vitals_unknown() -> None:
    assert grades(patient().well("0h", "2d")) == (0, 0, 0)
    assert grades(patient().lab("1h", "alt", 30)) == (None, None, None)
    assert row(patient())["lee_lower_bound"] is None


def test_support_without_fever_is_no_crs_in_any_scale() -> None:
    p = patient().well("0h", "12h").sbp("6h", 80).oxygen("6h", "invasive").start("6h", NE, 30, rate_unit="mcg/min")
    assert grades(p) == (0, 0, 0)


def test_what_comes_long_after_the_episode_does_not_count() -> None:
    p = ill().lab("10d", "bilirubin", 15).oxygen("10d", "invasive")
    assert grades(p) == (1, 1, 1)


def test_the_audit_does_not_change() -> None:
    """An organ grade 4 beside fever stays grade 1 of ASTCT."""
    assert row(febrile().lab("1h", "bilirubin", 13))["max_grade"] == 1


def test_every_number_lies_within_its_limits() -> None:
    for key, parameter in load_scales().parameters.items():
        values = parameter.value if isinstance(parameter.value, list) else [parameter.value]
        assert parameter.source, key
        assert parameter.why, key
        assert all(parameter.least <= float(str(one)) <= parameter.most for one in values), key
