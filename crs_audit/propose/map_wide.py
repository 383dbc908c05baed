"""Maps of tables in wide form: one column for each vital, lab or grade."""

from __future__ import annotations

import polars as pl

from crs_audit.propose.column import Column
from crs_audit.propose.grades import say_grades
from crs_audit.propose.known import Measure, header_unit
from crs_audit.propose.limits import limit
from crs_audit.propose.maps import Draft, note_unknown
from crs_audit.propose.proposal import counted
from crs_audit.propose.unit_lines import say_units
from crs_audit.vocabulary.load import load_vocabulary


def wide(draft: Draft) -> None:
    """Every wide column of the claim, its unit by its header, pairs split."""
    rows: list[pl.DataFrame] = []
    stated: dict[str, str | None] = {}
    for column, hit in draft.claim.wide:
        draft.used.add(column.at)
        name = _put(draft, column, hit)
        if name is None:
            continue
        stated[column.name] = hit.unit or (header_unit(column.name) if draft.claim.table == "labs" else None)
        texts = draft.cells(column).drop_nulls()
        rows.append(
            pl.DataFrame({"value": texts}).with_columns(
                text=pl.lit(column.name), name=pl.lit(name), unit=pl.lit(None, pl.String)
            )
        )
        if name == "o2_device":
            read = load_vocabulary().devices.read
            note_unknown(
                draft, "value", column, {text: n for text, n in column.counts.iter_rows() if read(text) is None}
            )
        if draft.claim.table == "assessments":
            say_grades(draft, column.counts.iter_rows())
    if rows and draft.claim.table != "assessments":
        say_units(draft, pl.concat(rows), stated, None)
    if draft.claim.table == "vitals":
        draft.take_by_header("site")


def _put(draft: Draft, column: Column, hit: Measure) -> str | None:
    """The line of one column; returns the vital or lab its cells are (of a pair, the first part)."""
    filled = counted(column.filled, "cell")
    if hit.parts:
        draft.block.put("wide", column.name, value=column.name, reason=f"{filled}, such as 120/80")
        draft.block.put("split", column.name, value=list(hit.parts), reason="two pressures in one cell")
        return hit.parts[0]
    if column.numbers < limit("column", "shape") <= column.amount_share:
        doubt = f"{column.name!r} holds number and unit in one cell, which a wide column cannot be read from"
        draft.block.put("wide", column.name, value=hit.name, doubt=doubt)
        return None
    draft.block.put("wide", column.name, value=hit.name, reason=filled)
    return hit.name
