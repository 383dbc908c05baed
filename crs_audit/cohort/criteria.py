"""Which infusions a study takes: inclusions and then exclusions, one after the other, each with its reason.

    [[include]]
    column = "max_grade"
    op = ">="
    value = 2
    why = "CRS of grade 2 or more"

    [[exclude]]
    column = "follow_up_hours"
    op = "<"
    value = 168
    why = "less than a week of follow-up"

A date is that whole day of the site's calendar: `<=` takes it in to its end, `>` begins after it, `==` and `in` are any
time in it. A value that is unknown meets no inclusion and no exclusion: it leaves the infusion out of the first, and
in at the second. Both are counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.cohort.conditions import condition
from crs_audit.cohort.criterion import KEYS, KINDS, KNOWN, OPERATIONS, Criterion
from crs_audit.errors import UsageError, nearest

ATTRITION = {
    "step": pl.UInt16(), "kind": pl.String(), "criterion": pl.String(), "why": pl.String(), "before": pl.UInt32(),
    "left_out": pl.UInt32(), "left_out_unknown": pl.UInt32(), "kept_unknown": pl.UInt32(), "after": pl.UInt32(),
    "patients_after": pl.UInt32(),
}  # fmt: skip
"""before = left_out + left_out_unknown + after; kept_unknown are among those after."""


def read_criteria(path: Path) -> list[Criterion]:
    """The criteria of a file, inclusions first. UsageError where it cannot be read or says what no criterion is."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {(error.strerror or 'no reason given').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is no text in UTF-8; save it so") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: cannot be read as TOML ({error}); mend the file") from None
    for key in document:
        if key not in KINDS:
            raise UsageError(f"{path}: key {key!r} is unknown; write [[include]] and [[exclude]]")
    criteria = []
    for kind in KINDS:
        entries = document.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise UsageError(f"{path}: {kind} is no list of tables; write [[{kind}]]")
        for number, entry in enumerate(entries, start=1):
            criteria.append(_criterion(kind, entry, f"{path}: {kind} {number}"))
    return criteria


def _criterion(kind: str, entry: Mapping[str, Any], place: str) -> Criterion:
    for key in entry:
        if key not in KEYS:
            raise UsageError(f"{place}: key {key!r} is unknown; {nearest(key, KEYS)}")
    for key in ("column", "op", "why"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise UsageError(f'{place}: says no {key}; write {key} = "..."')
    op = entry["op"]
    if op not in OPERATIONS:
        raise UsageError(f"{place}: op {op!r} is unknown; known: {', '.join(OPERATIONS)}")
    if (op in KNOWN) == ("value" in entry):
        raise UsageError(f"{place}: {op} takes {'no value' if op in KNOWN else 'a value'}")
    return Criterion(kind, entry["column"], op, entry.get("value"), entry["why"], place)


def chosen(
    cohort: pl.DataFrame, criteria: Sequence[Criterion], zone: str, hidden: Sequence[str] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of `cohort` that meet all criteria, and `ATTRITION`: a row for what was audited and one a criterion.

    zone: of dates and times without an offset. hidden: columns whose values the attrition does not tell. UsageError
    for an unknown column, or a value that the column cannot hold.
    """
    conditions = [condition(criterion, cohort.schema, zone) for criterion in criteria]
    told = cohort.select(
        "infusion_id",
        "patient_id",
        *(met.alias(str(number)) for number, met in enumerate(conditions)),
    )
    steps = [_step(0, "audited", "infusions audited", "", None, (0, 0, 0), told)]
    for number, criterion in enumerate(criteria):
        met, before = told[str(number)], told.height
        unknown = met.null_count()
        including = criterion.kind == "include"
        told = told.filter(met.fill_null(False) if including else ~met.fill_null(False))
        lost = before - told.height
        counts = (lost - unknown, unknown, 0) if including else (lost, 0, unknown)
        text = criterion.text(hidden)
        steps.append(_step(number + 1, criterion.kind, text, criterion.why, before, counts, told))
    rows = cohort.join(told.select("infusion_id"), on="infusion_id", how="semi", maintain_order="left")
    return rows, pl.DataFrame(steps, schema=ATTRITION)


def _step(
    step: int, kind: str, text: str, why: str, before: int | None, counts: tuple[int, int, int], left: pl.DataFrame
) -> dict[str, Any]:
    cells = (step, kind, text, why, before, *counts, left.height, left["patient_id"].n_unique())
    return dict(zip(ATTRITION, cells, strict=True))
