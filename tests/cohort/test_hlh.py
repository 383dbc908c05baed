"""HLH suspected: yes, no, or nobody can say."""

from __future__ import annotations

import pytest

from tests.cohort.row import row
from tests.spec.judged import hypotensive
from tests.spec.patient import Patient


def told(p: Patient) -> tuple[bool | None, float | None]:
    found = row(p)
    return found["hlh_suspected"], found["hours_to_hlh"]


def test_a_very_high_ferritin_with_a_severe_organ_grade_close_to_it() -> None:
    assert told(hypotensive().lab("20h", "ferritin", 12000).lab("68h", "alt", 300)) == (True, 20.0)
    assert told(hypotensive().lab("20h", "ferritin", 12000).lab("21h", "alt", 30)) == (False, None)
    assert told(hypotensive().lab("20h", "ferritin", 9000).lab("21h", "alt", 300)) == (False, None)
    assert told(hypotensive().lab("20h", "ferritin", 10000, bound=">").lab("21h", "alt", 300)) == (True, 20.0)


def test_what_was_never_measured_was_not_normal() -> None:
    """No ferritin; or no organ value within 48 h of a ferritin that is very high."""
    assert told(hypotensive().lab("21h", "alt", 300)) == (None, None)
    assert told(hypotensive().lab("-1h", "ferritin", 400).lab("21h", "alt", 300)) == (None, None)
    assert told(hypotensive().lab("20h", "ferritin", 12000)) == (None, None)
    assert told(hypotensive().lab("20h", "ferritin", 12000).lab("68h1m", "alt", 300)) == (None, None)


@pytest.mark.parametrize(
    ("ferritin", "alt", "said"),
    [
        ((5000, ">"), (2500, None), None), ((5000, ">"), (30, None), False), ((20000, "<"), (300, None), None),
        ((9000, "<"), (300, None), False), ((12000, None), (50, ">"), None), ((12000, None), (300, ">"), True),
        ((9000, None), (50, ">"), False),
    ],
)  # fmt: skip
def test_where_a_bound_leaves_it_open_nobody_can_say(
    ferritin: tuple[float, str | None], alt: tuple[float, str | None], said: bool | None
) -> None:
    p = hypotensive().lab("20h", "ferritin", ferritin[0], bound=ferritin[1])
    assert told(p.lab("21h", "alt", alt[0], bound=alt[1]))[0] is said


def test_where_an_earlier_ferritin_may_be_the_first_the_hour_is_not_told() -> None:
    p = hypotensive().lab("10h", "ferritin", 5000, bound=">").lab("20h", "ferritin", 12000).lab("21h", "alt", 300)
    assert told(p) == (True, None)


def test_of_a_ferritin_of_a_date_alone_no_hour_is_told() -> None:
    """The infusion is at 12:00 UTC; midnight 36 h after it."""
    p = hypotensive().lab("36h", "ferritin", 12000, day_only=True).lab("40h", "alt", 300)
    assert told(p) == (True, None)


def test_where_the_hour_of_a_date_decides_nobody_can_say() -> None:
    """ALT 60 h after that midnight: within 48 h of the date's end, not of its beginning."""
    p = hypotensive().lab("36h", "ferritin", 12000, day_only=True).lab("96h", "alt", 300)
    assert told(p) == (None, None)
