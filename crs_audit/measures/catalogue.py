"""The measures by id, and the one place where clauses become a status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from crs_audit.measures.case import Case
    from crs_audit.measures.opportunities import Opportunities

MET, NOT_MET, EXCLUDED, INDETERMINATE, NOT_APPLICABLE = (
    "met",
    "not_met",
    "excluded",
    "indeterminate",
    "not_applicable",
)
INFORMATIONAL = "I"
"""The kind of measure that has no rate."""
CENSORED = "censored"
AMBER = "amber"

Judge = Callable[["Case"], "Opportunities"]


@dataclass(frozen=True)
class Measure:
    """A measure of the protocol file and the function that finds and judges its opportunities.

    `opened_by`: what must be extracted for anybody to say whether there is an opportunity: a table (`vitals`) or a
    kind (`assessments: icans_grade`). An infusion that lacks one is indeterminate, once, at T0.
    """

    id: str
    opened_by: tuple[str, ...]
    judge: Judge


CATALOGUE: dict[str, Measure] = {}


def measure(id_: str, *, opened_by: tuple[str, ...] = ()) -> Callable[[Judge], Judge]:
    """Registers the decorated function as the measure `id_` of the protocol file."""

    def register(judge: Judge) -> Judge:
        CATALOGUE[id_] = Measure(id_, opened_by, judge)
        return judge

    return register


TRUE, FALSE, UNKNOWN = "true", "false", "unknown"


def clause_state(holds: pl.Expr, by: pl.Expr | None, follow_up_end: pl.Expr) -> pl.Expr:
    """What a clause says: true, false, unknown, or censored (false, but its deadline was not before the end of
    follow-up). A clause without deadline, a broken prohibition for one, is never censored."""
    state = pl.when(holds).then(pl.lit(TRUE)).when(holds.is_null()).then(pl.lit(UNKNOWN))
    if by is not None:
        state = state.when(by >= follow_up_end).then(pl.lit(CENSORED))
    return state.otherwise(pl.lit(FALSE))


def settle(states: Sequence[pl.Expr], excluded: pl.Expr, exempt: pl.Expr) -> pl.Expr:
    """The status of opportunities whose clauses are in `states`.

    `excluded`: the opportunity is out before anything is judged. `exempt`: it is out if it turns out not met. A
    clause that failed outweighs one that is unknown, and that outweighs one that is censored.
    """
    failed = _any(states, FALSE)
    return (
        pl.when(excluded)
        .then(pl.lit(EXCLUDED))
        .when(failed & exempt)
        .then(pl.lit(EXCLUDED))
        .when(failed)
        .then(pl.lit(NOT_MET))
        .when(_any(states, UNKNOWN))
        .then(pl.lit(INDETERMINATE))
        .when(_any(states, CENSORED))
        .then(pl.lit(EXCLUDED))
        .otherwise(pl.lit(MET))
    )


def _any(states: Sequence[pl.Expr], word: str) -> pl.Expr:
    return pl.any_horizontal([state == word for state in states]) if states else pl.lit(False)
