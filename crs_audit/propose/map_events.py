"""Maps of the MAR, of infusions and of stays."""

from __future__ import annotations

from crs_audit.intake.raw import folded
from crs_audit.propose.column import Column
from crs_audit.propose.known import header_unit, location
from crs_audit.propose.limits import limit
from crs_audit.propose.maps import Draft, is_number_column, note_unknown
from crs_audit.propose.tables import action_column
from crs_audit.tables import LOCATIONS
from crs_audit.vocabulary.load import load_vocabulary

_GIVEN = "given"


def mar(draft: Draft) -> None:
    """mar: drug, action, dose and unit, route, rate; what the vocabulary does not know is listed."""
    drug, vocabulary = draft.claim.name, load_vocabulary()
    assert drug is not None
    draft.take("drug", drug, f"{len(drug.drugs):,} of its names are drugs of the audit")
    action = action_column(draft.looked)
    if action is None:
        doubt = "no column tells whether a row was given, held or only ordered; only if all were given, say so"
        draft.block.put("constants", "action", value=_GIVEN, doubt=doubt)
    else:
        draft.take("action", action, f"{len(action.actions):,} of its texts are known actions")
    _amount(draft, "dose", "dose_unit")
    _amount(draft, "rate", "rate_unit")
    route = draft.take_by_header("route") or _route(draft)
    for name in ("order_id", "rxnorm", "indication"):
        draft.take_by_header(name)
    read = vocabulary.drugs.read
    drugs = ((text, n, read(text)) for text, n in drug.counts.iter_rows())
    note_unknown(draft, "drug", drug, {text: n for text, n, found in drugs if found.drug is None and not found.denied})
    for name, column, known in (("action", action, vocabulary.actions.read), ("route", route, vocabulary.routes.read)):
        if column is not None:
            note_unknown(draft, name, column, {text: n for text, n in column.counts.iter_rows() if known(text) is None})


def _route(draft: Draft) -> Column | None:
    """A column whose header says nothing and whose cells are routes."""
    for column in draft.looked.columns:
        free = column.at not in draft.used and not column.roles and not column.again
        if free and column.filled and column.known_share(column.routes) >= limit("column", "shape"):
            draft.take("route", column, "its cells are routes")
            return column
    return None


def _amount(draft: Draft, name: str, unit_name: str) -> None:
    """A dose or a rate with its unit: beside it, in its cells, or in its header."""
    found = draft.columns(name)
    unit = next((column for column in draft.columns(unit_name) if not is_number_column(column)), None)
    if not found:
        if name == "dose":
            ordered = draft.columns("dose_ordered")
            if ordered:
                doubt = "the dose ordered, which may not be the dose given"
                draft.take(name, ordered[0], "", doubt)
            else:
                doubt = "no column holds doses; without them no dose can be judged: an empty text says that it is so"
                draft.block.put("constants", name, value="", doubt=doubt)
            _no_unit(draft, unit_name, unit)
        return
    dose = found[0]
    half = limit("column", "names")
    if dose.amount_share >= half and dose.numbers < half:
        reason = f"{dose.amounts['count'].sum():,} cells hold number and unit"
        draft.block.put("amounts", dose.name, value=[name, unit_name], reason=reason)
        draft.used.add(dose.at)
        if unit is not None:
            draft.take(unit_name, unit, "where the cell names none")
        return
    draft.take(name, dose, "a known header")
    stated = header_unit(dose.name)
    if unit is not None:
        draft.take(unit_name, unit, "a known header")
    elif stated is not None:
        draft.block.put("constants", unit_name, value=stated, reason="the header states it")
    elif name == "dose":
        _no_unit(draft, unit_name, None)


def _no_unit(draft: Draft, unit_name: str, unit: Column | None) -> None:
    if unit is not None:
        draft.take(unit_name, unit, "a known header")
        return
    doubt = "no column tells the unit of doses: name it if it is one for all; an empty text leaves amounts unknown"
    draft.block.put("constants", unit_name, value="", doubt=doubt)


def infusions(draft: Draft) -> None:
    """infusions: one row each, with what the audit may know of the patient."""
    if draft.claim.name is not None:
        draft.take("product", draft.claim.name, "holds CAR-T products")
    else:
        draft.take_by_header("product")
    weight = next(iter(draft.columns("weight_kg")), None)
    if weight is not None:
        _weight(draft, weight)
    for name in ("age_years", "site", "filter_used"):
        draft.take_by_header(name)


def _weight(draft: Draft, weight: Column) -> None:
    unit = header_unit(weight.name)
    if unit is not None and folded(unit) not in ("kg", "kgs"):
        doubt = f"the header states {unit!r}: if so, also set units.weight_kg at the top of this file"
        draft.take("weight_kg", weight, "", doubt)
    else:
        draft.take("weight_kg", weight, "a known header")


def adt(draft: Draft) -> None:
    """adt: the kind of place by the words of its name; a name that says nothing is listed."""
    place = draft.claim.name
    assert place is not None
    draft.take("location_type", place, "holds the places")
    unknown: dict[str, int] = {}
    for text, n in place.counts.iter_rows():
        kind = location(text)
        if kind is None or not draft.guard.may_tell(text):
            if folded(text) not in LOCATIONS:
                unknown[text] = n
        elif folded(text) != kind:
            draft.block.put("values", "location_type", text, value=kind, reason=f"{n:,} rows; by its words")
    note_unknown(draft, "location_type", place, unknown)
