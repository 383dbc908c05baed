"""Maps of tables in wide form: one column for each vital, lab or grade."""

from __future__ import annotations

import polars as pl

from crs_audit.propose.cell_forms import forms_told
from crs_audit.propose.column import PAIR, TRIPLE, Column
from crs_audit.propose.grades import say_grades
from crs_audit.propose.known import Measure, header_unit
from crs_audit.propose.limits import limit
from crs_audit.propose.maps import Draft, note_unknown
from crs_audit.propose.pressures import pressure_parts, say_stray
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
    if not rows:
        draft.block.whole_doubt = "none of its columns can be read as it stands"
    if draft.claim.table == "vitals":
        draft.take_by_header("site")


def unreadable(column: Column, hit: Measure) -> str | None:
    """Why the cells of a column that its header calls a vital, lab or grade cannot be read as one; else null."""
    shape = limit("column", "shape")
    if column.numbers < shape <= column.amount_share:
        return f"{column.name!r} holds number and unit in one cell, which a wide column cannot be read from"
    if hit.parts:
        fits = column.pairs >= shape
    elif hit.name == "o2_device":
        fits = column.known_share(column.devices) >= limit("column", "names")
    else:
        fits = column.numbers >= shape or hit.table == "assessments"
    if fits:
        return None
    name = " and ".join(hit.parts) or hit.name
    told = forms_told(column.counts.iter_rows())
    return f"{column.name!r} is a name for {name}, but its cells are in a form that is not read: {told}"


def _put(draft: Draft, column: Column, hit: Measure) -> str | None:
    """The line of one column; returns the vital or lab its cells are (of a pair, the first part), null where they
    cannot be read as such: then it is a doubt."""
    filled = counted(column.filled, "cell")
    doubt = unreadable(column, hit)
    if hit.parts:
        parts = pressure_parts(hit, column.triples)
        shape = "84/50 (61)" if len(parts) > len(hit.parts) else "120/80"
        value = column.name if column.pairs >= limit("column", "names") else parts[0]
        draft.block.put("wide", column.name, value=value, reason=f"{filled}, such as {shape}", doubt=doubt)
        if doubt is None:
            draft.block.put("split", column.name, value=list(parts), reason=f"{len(parts)} pressures in one cell")
            odd = column.counts.filter(~pl.col("text").str.contains(PAIR) & ~pl.col("text").str.contains(TRIPLE))
            say_stray(draft, column.name, odd, column.filled)
        return parts[0] if doubt is None else None
    if doubt is not None:
        draft.block.put("wide", column.name, value=hit.name, doubt=doubt)
        return None
    draft.block.put("wide", column.name, value=hit.name, reason=filled)
    return hit.name
