"""Maps of vitals, grades and labs in long form: a column of names, one of values, one of units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from crs_audit.intake.columns import NAME_COLUMN
from crs_audit.intake.raw import folded
from crs_audit.propose.aside import leave_aside, of_others
from crs_audit.propose.cell_forms import forms_told
from crs_audit.propose.chosen_rows import choose_rows
from crs_audit.propose.column import PAIR, TRIPLE, Column
from crs_audit.propose.grades import say_grades
from crs_audit.propose.known import Measure, measure
from crs_audit.propose.limits import limit
from crs_audit.propose.maps import Draft, note_unknown, texts_of
from crs_audit.propose.pressures import pressure_parts, say_stray
from crs_audit.propose.proposal import counted
from crs_audit.propose.unit_lines import say_units
from crs_audit.vocabulary.load import load_vocabulary

_WORDS = {"vitals": "vitals", "assessments": "grades or scores"}
_NUMBERS = r"^(?:[<>≤≥]=?\s*)?[+-]?[0-9]*[.,]?[0-9]+$"
_AMOUNT = r"^[+-]?[0-9]*[.,]?[0-9]+\s*(?:°|deg|[a-zA-Z%])[^0-9]*$"


@dataclass(frozen=True)
class _Name:
    """A name as charted, with what its values look like (shares of cells)."""

    text: str
    n: int
    number: float
    pair: float
    triple: float
    amount: float


def measures(draft: Draft) -> None:
    """vitals, assessments: known flowsheet names are mapped, all others listed and left aside."""
    table, name = draft.claim.table, draft.claim.name
    assert name is not None
    draft.take(NAME_COLUMN[table], name, "holds the names")
    value = _value(draft)
    if value is None:
        return
    unit = _unit(draft) if table == "vitals" else None
    mapped, unknown = _read_names(draft, name, value)
    rows = _rows(draft, mapped, name, value, unit)
    if table == "vitals":
        _amounts(draft, rows, value)
        say_units(draft, rows, {text: hit.unit for text, hit in mapped.items()}, unit)
        _devices(draft, rows, value)
        draft.take_by_header("site")
    else:
        say_grades(draft, texts_of(rows, "value"))
    if not mapped:
        draft.block.whole_doubt = f"none of its names can be mapped for certain as {_WORDS[table]}"
    else:
        leave_aside(draft, name, unknown)
    note_unknown(draft, NAME_COLUMN[table], name, unknown, aside=True)


def _value(draft: Draft) -> Column | None:
    """The column of values: by its header, else the only one of numbers; one of numbers beside it fills its gaps."""
    found = [column for column in draft.columns("value") if column.times < limit("column", "shape")]
    numbers = draft.columns("number")
    if found:
        first, rest = found[0], [column for column in numbers if column.at != found[0].at]
        if rest and first.filled < first.rows and _fills(draft, first, rest[0]):
            draft.used |= {first.at, rest[0].at}
            reason = "the text, which keeps bounds such as <0.5; where it is blank, the number"
            draft.block.put("columns", "value", value=[first.name, rest[0].name], reason=reason)
        else:
            draft.take("value", first, "a known header")
        return first
    if not numbers:
        numbers = [
            column
            for column in draft.looked.columns
            if column.at not in draft.used and not column.roles and column.numbers >= limit("column", "shape")
        ]
        if len(numbers) != 1:
            return None
    draft.take("value", numbers[0], "the column of numbers")
    return numbers[0]


def _unit(draft: Draft) -> Column | None:
    """The column of units: by its header, else by its cells."""
    found = draft.take_by_header("unit")
    if found is not None:
        return found
    for column in draft.looked.columns:
        free = column.at not in draft.used and not column.roles and not column.again
        if free and column.filled and column.known_share(column.units) >= limit("column", "names"):
            draft.take("unit", column, f"{sum(column.units.values()):,} of its cells are known units")
            return column
    return None


def _fills(draft: Draft, first: Column, other: Column) -> bool:
    blank = draft.cells(first).is_null()
    return bool((blank & draft.cells(other).is_not_null()).any())


def _named(draft: Draft, name: Column, value: Column) -> list[_Name]:
    cell = pl.col("value").str.strip_chars()
    frame = draft.looked.frame.select(name=pl.col(str(name.at)).str.strip_chars(), value=str(value.at))
    found = (
        frame.filter(pl.col("name") != "")
        .group_by("name")
        .agg(
            n=pl.len(),
            number=cell.str.contains(_NUMBERS).mean(),
            pair=(cell.str.contains(PAIR) | cell.str.contains(TRIPLE)).mean(),
            triple=cell.str.contains(TRIPLE).mean(),
            amount=cell.str.contains(_AMOUNT).mean(),
        )
        .with_columns(pl.col(pl.Float64).fill_null(0.0))
        .sort("n", "name", descending=[True, False])
    )
    return [_Name(*row) for row in found.iter_rows()]


def _read_names(draft: Draft, name: Column, value: Column) -> tuple[dict[str, Measure], dict[str, int]]:
    """Names that are mapped, and those unknown with counts."""
    table, column = draft.claim.table, NAME_COLUMN[draft.claim.table]
    mapped: dict[str, Measure] = {}
    unknown: dict[str, int] = {}
    half = limit("column", "names")
    seen: set[str] = set()
    for one in _named(draft, name, value):
        hit = measure(one.text, pair=one.pair >= half)
        if hit is None or hit.table != table:
            if not of_others(draft, one.text):
                unknown[one.text] = one.n
            continue
        if folded(one.text) in seen:
            continue
        seen.add(folded(one.text))
        rows = counted(one.n, "row")
        if hit.parts:
            if one.pair >= half:
                parts = pressure_parts(hit, one.triple)
                shape = "84/50 (61)" if len(parts) > len(hit.parts) else "120/80"
                draft.block.put("split", one.text, value=list(parts), reason=f"{rows}, such as {shape}")
                mapped[one.text] = hit
                _stray(draft, one.text, name, value, PAIR, TRIPLE)
            else:
                told = forms_told(_cells_of(draft, one.text, name, value).iter_rows())
                doubt = f"{one.text!r} ({rows}) is a name for two pressures, but its cells are not two numbers: {told}"
                draft.block.put("values", column, one.text, value=hit.parts[0], doubt=doubt)
            continue
        shaped = max(one.number, one.amount)
        if table == "vitals" and hit.name != "o2_device" and shaped < half:
            doubt = f"{one.text!r} ({rows}) is a name for {hit.name}, but most of its cells are no number: "
            doubt += forms_told(_cells_of(draft, one.text, name, value).iter_rows())
            draft.block.put("values", column, one.text, value=hit.name, doubt=doubt)
            continue
        if folded(one.text) != hit.name:
            draft.block.put("values", column, one.text, value=hit.name, reason=rows)
        mapped[one.text] = hit
        if table == "vitals" and hit.name != "o2_device":
            _stray(draft, one.text, name, value, _NUMBERS, _AMOUNT)
    return mapped, unknown


def _cells_of(draft: Draft, text: str, name: Column, value: Column) -> pl.DataFrame:
    """text, count of the values of one name."""
    cells = draft.cells(value).filter(draft.cells(name) == text)
    return pl.DataFrame(texts_of(pl.DataFrame({"value": cells}), "value"), schema=["text", "count"], orient="row")


def _stray(draft: Draft, text: str, name: Column, value: Column, *forms: str) -> None:
    cells = _cells_of(draft, text, name, value)
    if not cells.is_empty():
        odd = cells.filter(~pl.any_horizontal(pl.col("text").str.contains(form) for form in forms))
        say_stray(draft, text, odd, int(cells["count"].sum()))


def _rows(
    draft: Draft, mapped: Mapping[str, Measure], name: Column, value: Column, unit: Column | None
) -> pl.DataFrame:
    """text, name (as mapped), value, unit (null without a column) of the rows with a mapped name."""
    known = pl.DataFrame(
        {"text": list(mapped), "name": [hit.parts[0] if hit.parts else hit.name for hit in mapped.values()]},
        schema={"text": pl.String, "name": pl.String},
    )
    frame = draft.looked.frame.select(
        text=pl.col(str(name.at)).str.strip_chars(),
        value=pl.col(str(value.at)).str.strip_chars(),
        unit=pl.lit(None, pl.String) if unit is None else pl.col(str(unit.at)).str.strip_chars(),
    )
    return frame.join(known, on="text", how="inner")


def _amounts(draft: Draft, rows: pl.DataFrame, value: Column) -> None:
    numbers = rows.filter(pl.col("name") != "o2_device")["value"]
    amounts = int(numbers.str.contains(_AMOUNT).sum())
    if amounts < limit("column", "names") * max(1, numbers.len()):
        return
    draft.block.lines = [line for line in draft.block.lines if getattr(line, "path", ()) != ("columns", "value")]
    draft.block.put("amounts", value.name, value=["value", "unit"], reason=f"{amounts:,} cells hold number and unit")


def _devices(draft: Draft, rows: pl.DataFrame, value: Column) -> None:
    texts = texts_of(rows.filter(pl.col("name") == "o2_device"), "value")
    unknown = {text: n for text, n in texts if load_vocabulary().devices.read(text) is None}
    note_unknown(draft, "value", value, {text: n for text, n in unknown.items() if not text.replace(".", "").isdigit()})


def labs(draft: Draft) -> None:
    """labs: the vocabulary reads the names; those it does not know are listed."""
    name = draft.claim.name
    assert name is not None
    draft.take("lab", name, "holds the names")
    value = _value(draft)
    unit = _unit(draft)
    loinc = draft.take_by_header("loinc")
    draft.take_by_header("ref_high")
    choose_rows(draft, "specimen", "blood", "no_blood", "are of blood")
    read = load_vocabulary().labs.read
    codes = draft.looked.frame.select(
        text=pl.col(str(name.at)).str.strip_chars(),
        loinc=pl.lit(None, pl.String) if loinc is None else pl.col(str(loinc.at)),
    )
    pairs = (
        codes.filter(pl.col("text") != "")
        .group_by("text", "loinc")
        .agg(n=pl.len())
        .sort("n", "text", descending=[True, False])
    )
    names: dict[str, str] = {}
    unknown: dict[str, int] = {}
    for text, code, n in pairs.iter_rows():
        found = read(text, code)
        if found.lab is not None:
            names[text] = found.lab
        elif not found.denied and not of_others(draft, text):
            unknown[text] = unknown.get(text, 0) + n
    if value is not None:
        mapped = {text: Measure("labs", lab) for text, lab in names.items()}
        rows = _rows(draft, mapped, name, value, unit)
        _amounts(draft, rows, value)
        say_units(draft, rows, {}, unit)
    leave_aside(draft, name, unknown)
    note_unknown(draft, "lab", name, unknown, aside=True)
