"""Maps of the MAR, of infusions and of stays."""

from __future__ import annotations

from crs_audit.intake.raw import folded
from crs_audit.propose.column import Column
from crs_audit.propose.known import header_unit, location, measure
from crs_audit.propose.limits import document, limit
from crs_audit.propose.maps import Draft, is_number_column, note_unknown
from crs_audit.propose.proposal import Line, counted
from crs_audit.propose.tables import action_column
from crs_audit.tables import LOCATIONS
from crs_audit.vocabulary.charting import NOT_GIVEN
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
    _due(draft, action)
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


def _due(draft: Draft, action: Column | None) -> None:
    """What was not given has no time of giving: when it was due stands for it, if every such row says so itself."""
    given = next((pick for pick in draft.times if pick.name == "time" and pick.doubt is None and not pick.joined), None)
    due = next(iter(draft.columns("scheduled")), None)
    if given is None or due is None or action is None or len(given.columns) != 1:
        return
    blank = draft.cells(given.columns[0]).is_null() & draft.cells(due).is_not_null()
    if not blank.any():
        return
    read = load_vocabulary().actions.read
    actions = {read(text) if text else None for text in draft.cells(action).filter(blank).unique()}
    rows = f"{counted(int(blank.sum()), 'row')} without {given.columns[0].name!r}"
    value = [given.columns[0].name, due.name]
    draft.block.lines = [line for line in draft.block.lines if getattr(line, "path", ()) != ("columns", "time")]
    if actions <= {NOT_GIVEN}:
        reason = f"{rows}; none of them was given, so when it was due stands for it"
        draft.block.put("columns", "time", value=value, reason=reason)
        draft.used.add(due.at)
    else:
        draft.block.put("columns", "time", value=value[0], reason=given.reason)
        doubt = f"{rows}, and not all of them say that nothing was given: may the time it was due stand for it?"
        draft.block.put("columns", "time", value=value, doubt=doubt)


def infusions(draft: Draft) -> None:
    """infusions: one row each, with what the audit may know of the patient."""
    if draft.claim.name is not None:
        draft.take("product", draft.claim.name, "holds CAR-T products")
    else:
        draft.take_by_header("product")
    _weight(draft)
    for name in ("age_years", "site"):
        draft.take_by_header(name)
    used = draft.take_by_header("filter_used")
    if used is not None:
        words = document("words.toml")
        for text, n in used.counts.iter_rows():
            word = next((word for word in ("yes", "no") if folded(text) in words[word]), None)
            if word is not None and folded(text) != word:
                draft.block.put("values", "filter_used", text, value=word, reason=counted(n, "row"))


def _weight(draft: Draft) -> None:
    """The weight; a unit other than kg that its header states is said once for all files."""
    weight = next(iter(draft.columns("weight_kg")), None)
    if weight is None:
        return
    draft.take("weight_kg", weight, "a known header")
    found = measure(weight.name)
    if found is not None and found.unit not in (None, "kg"):
        draft.top.append(Line(("units", "weight_kg"), found.unit or "", f"the header {weight.name!r} states it"))


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
            draft.block.put("values", "location_type", text, value=kind, reason=f"{counted(n, 'row')}; by its words")
    note_unknown(draft, "location_type", place, unknown)
