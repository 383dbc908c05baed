"""All measures: importing the chapters registers them."""

from __future__ import annotations

from crs_audit.measures import (
    alternatives,
    baseline,
    documentation,
    grade1,
    grade2,
    grade3,
    grade4,
    hlh,
    icans,
    monitoring,
    pitfalls,
    principles,
    products,
    refractory,
    steroid_schedule,
    supportive,
    taper,
    telemetry,
    vasopressors,
    vital_signs,
)
from crs_audit.measures.catalogue import CATALOGUE, Measure

CHAPTERS = (
    baseline, monitoring, vital_signs, telemetry, documentation, grade1, grade2, supportive, refractory, grade3,
    steroid_schedule, taper, vasopressors, products, grade4, principles, hlh, icans, alternatives, pitfalls,
)  # fmt: skip


def measures_in(only: frozenset[str] | None = None) -> tuple[Measure, ...]:
    """The measures of `only`, or all, by id."""
    return tuple(one for id_, one in sorted(CATALOGUE.items()) if only is None or id_ in only)
