"""What a row of each table must be, declared once: types, and rules in the order in which they are told.

A rule looks at a column that acceptance puts beside the typed ones: `<column>.problem` holds the reason why a cell
cannot stand, or null; a boolean column is true where a rule that spans cells holds. pandera finds the rows that break a
rule; a break that is not one of rows (a column missing, a type wrong) is a defect of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import polars as pl

from crs_audit.intake.rejects import (
    END_BEFORE_START,
    FAHRENHEIT_SUSPECT,
    IMPLAUSIBLE,
    INVISIBLE,
    MISSING,
    NO_SUCH_TIME,
    NO_TIME_OF_DAY,
    NOT_A_NUMBER,
    NOT_A_TIME,
    PROBLEM,
    UNKNOWN_NAME,
    UNKNOWN_UNIT,
)
from crs_audit.tables import SCHEMAS

DIGEST: dict[str, pl.DataType] = {"digest": pl.UInt64()}
BROKEN = "broken"
"""Column of the readers: why a row could not be read at all, null where it could."""


@dataclass(frozen=True)
class Rule:
    """`column`: the canonical column to blame, null for the whole row. `judged`: the column that tells."""

    column: str | None
    reason: str
    judged: str

    @property
    def spans_cells(self) -> bool:
        """Whether `judged` is a boolean column rather than a column of problems."""
        return not self.judged.endswith(".problem") and self.judged != BROKEN

    @property
    def judged_type(self) -> pl.DataType:
        """Type of the column `judged`."""
        return pl.Boolean() if self.spans_cells else pl.String() if self.judged == BROKEN else PROBLEM


def _problems(column: str, *reasons: str) -> tuple[Rule, ...]:
    return tuple(Rule(column, reason, f"{column}.problem") for reason in reasons)


def _holds(column: str, reason: str, judged: str) -> tuple[Rule, ...]:
    return (Rule(column, reason, f"{column}.{judged}"),)


def _time(column: str) -> tuple[Rule, ...]:
    return (*_problems(column, MISSING), *_time_if_any(column))


def _time_if_any(column: str) -> tuple[Rule, ...]:
    return _problems(column, NOT_A_TIME, NO_SUCH_TIME, IMPLAUSIBLE)


def _number_if_any(column: str) -> tuple[Rule, ...]:
    return (*_problems(column, NOT_A_NUMBER), *_holds(column, IMPLAUSIBLE, "plausible"))


def _after_start(column: str) -> tuple[Rule, ...]:
    return (*_time_if_any(column), *_holds(column, END_BEFORE_START, "after_start"))


_PATIENT = (Rule(None, BROKEN, BROKEN), *_problems("patient_id", MISSING, INVISIBLE))

RULES: dict[str, tuple[Rule, ...]] = {
    "infusions": (
        *_PATIENT,
        *_time("infusion_time"),
        *_holds("infusion_time", NO_TIME_OF_DAY, "has_time"),
        *_number_if_any("weight_kg"),
        *_number_if_any("age_years"),
        *_time_if_any("birth_date"),
        *_holds("birth_date", IMPLAUSIBLE, "plausible"),
        *_after_start("end_of_followup"),
    ),
    "vitals": (
        *_PATIENT,
        *_time("time"),
        *_problems("vital", MISSING, UNKNOWN_NAME),
        *_problems("value", MISSING, NOT_A_NUMBER),
        *_problems("unit", UNKNOWN_UNIT),
        *_holds("value", FAHRENHEIT_SUSPECT, "celsius"),
        *_holds("value", IMPLAUSIBLE, "plausible"),
    ),
    "labs": (
        *_PATIENT,
        *_time("time"),
        *_problems("lab", MISSING, UNKNOWN_NAME),
        *_problems("value", MISSING, NOT_A_NUMBER),
        *_problems("unit", UNKNOWN_UNIT),
        *_holds("value", IMPLAUSIBLE, "plausible"),
        *_time_if_any("result_time"),
        *_problems("ref_high", NOT_A_NUMBER),
    ),
    "mar": (
        *_PATIENT,
        *_time("time"),
        *_problems("drug", MISSING),
        *_problems("action", MISSING),
        *_number_if_any("dose"),
        *_number_if_any("rate"),
        *_after_start("end_time"),
    ),
    "adt": (
        *_PATIENT,
        *_time("in_time"),
        *_after_start("out_time"),
        *_problems("location_type", MISSING, UNKNOWN_NAME),
    ),
    "assessments": (
        *_PATIENT,
        *_time("time"),
        *_problems("assessment", MISSING, UNKNOWN_NAME),
        *_problems("value", MISSING, NOT_A_NUMBER),
        *_holds("value", IMPLAUSIBLE, "plausible"),
    ),
    "procedures": (
        *_PATIENT,
        *_time("time"),
        *_problems("procedure", MISSING, UNKNOWN_NAME),
        *_after_start("end_time"),
    ),
}


_ONE_AT_A_TIME = Lock()


class SchemaDefect(Exception):
    """A frame that no row of the extract can have made so: the program is wrong. Holds no value of the data."""


def first_broken(table: str, judged: pl.DataFrame) -> pl.Series:
    """For each row the number (in RULES[table]) of the first rule it breaks, null where it breaks none.

    `judged`: exactly the columns of SCHEMAS[table], DIGEST and those the rules look at. Raises SchemaDefect.
    """
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

    doubtful = _doubtful(table, judged)
    if not doubtful and _as_declared(table, judged):
        return pl.repeat(None, judged.height, dtype=pl.UInt8, eager=True)
    rules = {(rule.judged, rule.reason): number for number, rule in enumerate(RULES[table])}
    masks: dict[int, pl.Series] = {}
    try:
        # An environment variable can switch pandera off: never here. The context is one for all threads.
        with _ONE_AT_A_TIME, config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            _schema(table, doubtful).validate(judged, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            output = getattr(error, "check_output", None)
            number = rules.get((str(error.schema.name), str(getattr(error.check, "name", ""))))
            if number is None or output is None or output.height != judged.height:
                raise SchemaDefect(f"{table}: {error.reason_code} in column {error.schema.name}") from None
            masks[number] = ~output.to_series(0)
    found: pl.Series = pl.repeat(None, judged.height, dtype=pl.UInt8, eager=True)
    for number in sorted(masks, reverse=True):
        found = found.set(masks[number], number)
    return found


def _doubtful(table: str, judged: pl.DataFrame) -> frozenset[str]:
    """The columns rules look at in which some row may break one: its reason is told, or it does not hold."""
    doubtful = set()
    for rule in RULES[table]:
        column = judged.get_column(rule.judged, default=None)
        if column is None or column.dtype != rule.judged_type:
            continue  # a defect, which the types tell
        if rule.spans_cells:
            breaks = not column.all()
        else:
            breaks = column.null_count() < column.len() and (rule.judged == BROKEN or (column == rule.reason).any())
        if breaks:
            doubtful.add(rule.judged)
    return frozenset(doubtful)


def _as_declared(table: str, judged: pl.DataFrame) -> bool:
    """Whether `judged` has the declared columns, types and no null where none may be: then, and with no rule in doubt,
    pandera has nothing to find, and is not asked. It takes as long as reading 100,000 rows to say so."""
    declared = _schema(table, frozenset()).columns
    return set(judged.columns) == set(declared) and all(
        column.dtype == declared[column.name].dtype.type and (declared[column.name].nullable or not column.null_count())
        for column in judged
    )


@lru_cache(maxsize=64)
def _schema(table: str, doubtful: frozenset[str]) -> Any:
    """The schema of `table`: all its types, and the rules on `doubtful` columns. Where no row can break a rule pandera
    is not asked: asking takes time for each rule of each batch, however few its rows."""
    import pandera.polars as pa

    def check(holds: pl.Expr, reason: str) -> Any:
        # pandera hands over all columns and wants one boolean column back, as tall as the frame.
        rule: Callable[[Any], pl.LazyFrame] = lambda data: data.lazyframe.select(holds)  # noqa: E731
        return pa.Check(rule, name=reason)

    columns = {name: pa.Column(dtype, nullable=True) for name, dtype in {**SCHEMAS[table], **DIGEST}.items()}
    for name in ("source", "row", *DIGEST):
        columns[name] = pa.Column(columns[name].dtype.type, nullable=False)
    for judged in dict.fromkeys(rule.judged for rule in RULES[table]):
        checks: list[Any] = []
        rules = [rule for rule in RULES[table] if rule.judged == judged]
        for rule in rules if judged in doubtful else ():
            cell = pl.col(judged)
            if judged == BROKEN:
                checks.append(check(cell.is_null(), rule.reason))
            elif rule.spans_cells:
                checks.append(check(cell.fill_null(True), rule.reason))
            else:
                checks.append(check(cell.ne_missing(pl.lit(rule.reason, dtype=PROBLEM)), rule.reason))
        columns[judged] = pa.Column(rules[0].judged_type, checks=checks, nullable=True)
    return pa.DataFrameSchema(columns, strict=True)
