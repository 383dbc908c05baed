"""All measures: importing the chapters registers them."""

from __future__ import annotations

from crs_audit.measures import (
    grade1,
    grade2,
    grade3,
    grade4,
    pitfalls,
    principles,
    steroid_schedule,
    taper,
    vasopressors,
)
from crs_audit.measures.catalogue import CATALOGUE, Measure

CHAPTERS = (grade1, grade2, grade3, steroid_schedule, taper, vasopressors, grade4, principles, pitfalls)


def measures_in(only: frozenset[str] | None = None) -> tuple[Measure, ...]:
    """The measures of `only`, or all, by id."""
    return tuple(one for id_, one in sorted(CATALOGUE.items()) if only is None or id_ in only)
