"""What verdicts rest on: the outcome of each clause with the rows it cites, and the facts told beside the clauses.

Measures say what they cite by numbers (a dose, the time of a grade); the charted rows behind them are looked up once,
for all measures together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from crs_audit.measures.anchors import drivers_of
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import TRUE
from crs_audit.tables import TIME

CITED = {
    "dose": pl.UInt32(), "grade_at": TIME, "source": pl.UInt16(), "row": pl.UInt32(), "time": TIME,
    "raw_value": pl.String(),
}  # fmt: skip
"""What a citation points to: all rows of a dose, those that set the grade at a time, or one row of a table; a value of
its own has none of them."""
_CELLS = ["source", "row", "time", "raw_value"]


@dataclass(frozen=True)
class Shown:
    """A clause with `outcomes` (key, outcome of every opportunity), or a fact without. `rows`: what is cited, key and
    what `CITED` names."""

    name: str
    rows: pl.DataFrame | None = None
    outcomes: pl.DataFrame | None = None


class _Gathered(NamedTuple):
    """`outcomes`: shown (its number), key, outcome. `cited`: shown, key, columns CITED."""

    outcomes: pl.DataFrame
    cited: pl.DataFrame


def stacked(frames: Iterable[pl.DataFrame | None], columns: pl.Schema, number: str) -> pl.DataFrame:
    """The frames (of some of `columns`, others are left out; None = no rows) under each other, with the `number` of the
    frame that each row is of."""
    rows = [(n, frame) for n, frame in enumerate(frames) if frame is not None and frame.height]
    parts = [frame[[name for name in columns if name in frame.columns]] for _, frame in rows]
    heights = pl.DataFrame(
        {number: [n for n, _ in rows], "height": [frame.height for _, frame in rows]},
        schema={number: pl.UInt16, "height": pl.UInt32},
    )
    numbers = heights.select(pl.col(number).repeat_by("height").explode())
    return pl.concat([pl.DataFrame(schema=columns), *parts], how="diagonal").with_columns(numbers.get_columns())


def evidence_of(shown: Sequence[Shown]) -> pl.DataFrame:
    """key, clause, outcome, columns CITED of one measure, before rows are looked up."""
    return _together(_gathered(shown), shown).select("key", "clause", "outcome", *CITED)


def rows_behind(shown: Sequence[Sequence[Shown]], opportunities: pl.DataFrame, case: Case) -> pl.DataFrame:
    """measure, infusion, opportunity, clause, outcome, dose, source, row, time, raw_value: a line for each charted row
    or value. `shown`: by measure; `opportunities`: measure, key, infusion, opportunity."""
    every = [one for of_measure in shown for one in of_measure]
    measures = [n for n, of_measure in enumerate(shown) for _ in of_measure]
    outcomes, cited = (
        frame.with_columns(measure=pl.Series(measures, dtype=pl.UInt16).gather(frame["shown"]))
        for frame in _gathered(every)
    )
    owners = opportunities.select("measure", "key", "infusion", "opportunity")
    looked_up = _looked_up(cited, owners, case)
    return _together(_Gathered(outcomes, looked_up), every).join(owners, on=["measure", "key"])


def _gathered(shown: Sequence[Shown]) -> _Gathered:
    outcomes = pl.Schema({"key": pl.UInt32(), "outcome": pl.String()})
    cited = stacked([one.rows for one in shown], pl.Schema({"key": pl.UInt32(), **CITED}), "shown")
    return _Gathered(stacked([one.outcomes for one in shown], outcomes, "shown"), cited)


def _looked_up(cited: pl.DataFrame, owners: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Doses and grades as the rows they rest on."""
    of_dose, of_grade = pl.col("dose").is_not_null(), pl.col("grade_at").is_not_null()
    doses = cited.filter(of_dose).drop(_CELLS).join(case.medication.dose_rows, on="dose")
    asked = cited.filter(of_grade).drop(_CELLS).join(owners.drop("opportunity"), on=["measure", "key"])
    grades = drivers_of(case, asked)
    return pl.concat([frame.select(cited.columns) for frame in (cited.filter(~of_dose & ~of_grade), doses, grades)])


def _together(found: _Gathered, shown: Sequence[Shown]) -> pl.DataFrame:
    """A line for each citation of a clause, one bare line where nothing is cited, and the facts."""
    names = pl.Series([one.name for one in shown], dtype=pl.String)
    facts = pl.Series([n for n, one in enumerate(shown) if one.outcomes is None], dtype=pl.UInt16)
    cited = found.cited
    clauses = found.outcomes.join(cited.drop("measure", strict=False), on=["shown", "key"], how="left")
    beside = cited.filter(pl.col("shown").is_in(facts.implode())).with_columns(outcome=pl.lit(TRUE))
    lines = pl.concat([clauses, beside.select(clauses.columns)])
    return lines.with_columns(names.gather(lines["shown"]).alias("clause"))
