"""Which tables a file or sheet serves, by its headers and its cells together; never by its own name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crs_audit.propose.column import Column
from crs_audit.propose.known import Measure, measure
from crs_audit.propose.limits import document, limit
from crs_audit.propose.look import Looked
from crs_audit.propose.times import time_columns
from crs_audit.vocabulary.load import load_vocabulary


@dataclass(frozen=True)
class Claim:
    """A table that a file serves.

    name: the column of names (of drugs, for mar; of places, for adt), or null. wide: columns that are each one measure.
    others: tables whose names stand in `name` too.
    """

    table: str
    reason: str
    name: Column | None = None
    wide: tuple[tuple[Column, Measure], ...] = ()
    others: tuple[str, ...] = ()


def claims(looked: Looked) -> tuple[list[Claim], str]:
    """The tables `looked` serves, and where it serves none, why."""
    if looked.unread is not None:
        return [], looked.unread
    if looked.frame.is_empty():
        return [], "has a header and no rows: what it is cannot be seen"
    if not time_columns(looked):
        return [], "no column holds times"
    for one in (_mar, _infusions, _adt):
        claim = one(looked)
        if claim is not None:
            return [claim], ""
    found = [*_named(looked)] or [*_wide(looked)]
    if found:
        return found, ""
    return [], "no column holds names of vitals, labs, drugs, places or grades that are known here, and none is one"


def _text_columns(looked: Looked) -> list[Column]:
    return [column for column in looked.columns if not column.again]


def best(columns: Sequence[Column], role: str, found: Callable[[Column], dict[str, int]]) -> Column | None:
    """The column that holds names of a kind: by a known header and one known name, or by several known names and half
    of its cells. Of several the one with the most known names, then the one whose header says it first."""
    fits = []
    for column in columns:
        names = found(column)
        named = role in column.roles
        many = len(names) >= limit("column", "distinct_names")
        if names and not column.prose and (named or (many and column.known_share(names) >= limit("column", "names"))):
            rank = column.roles.index(role) if named else len(column.roles) + 1
            fits.append((-len(names), rank, column.at, column))
    return min(fits, key=lambda fit: fit[:3])[3] if fits else None


def action_column(looked: Looked) -> Column | None:
    """The column of MAR actions: its header says so, or its cells are known ones."""
    share = limit("column", "names")
    found = [
        column
        for column in _text_columns(looked)
        if column.filled and column.known_share(column.actions) >= share and not column.prose
    ]
    named = [column for column in _text_columns(looked) if column.roles[:1] == ("action",) and not _is_number(column)]
    ranked = sorted(found, key=lambda column: ("action" not in column.roles, -column.known_share(column.actions)))
    return next(iter([*ranked, *named]), None)


def drug_column(looked: Looked) -> Column | None:
    """The column of drugs."""
    columns = _text_columns(looked)
    found = [column for column in columns if column.drugs and "drug" in column.roles]
    if found:
        return min(found, key=lambda column: (-sum(column.drugs.values()), column.roles.index("drug"), column.at))
    return best([column for column in columns if "product" not in column.roles], "drug", lambda column: column.drugs)


def _is_number(column: Column) -> bool:
    return column.numbers >= limit("column", "shape")


def _mar(looked: Looked) -> Claim | None:
    drug, action = drug_column(looked), action_column(looked)
    if action is not None and action.actions:
        drug = drug or next((column for column in _text_columns(looked) if column.roles[:1] == ("drug",)), None)
    if drug is None:
        return None
    roles = {role for column in looked.columns for role in column.roles}
    if action is None and not roles & {"given", "scheduled", "dose", "dose_ordered", "rate"}:
        return None
    if action is None and drug.known_share(drug.products) >= limit("column", "products"):
        return None
    n = len(drug.drugs)
    acted = "" if action is None else f", and {action.name!r} holds actions"
    return Claim("mar", f"{drug.name!r} holds names of drugs ({n} known){acted}", drug)


def _infusions(looked: Looked) -> Claim | None:
    product = [
        column
        for column in _text_columns(looked)
        if column.filled and column.known_share(column.products) >= limit("column", "products")
    ]
    if product:
        return Claim("infusions", f"{product[0].name!r} holds CAR-T products and nothing is charted beside", product[0])
    for column in time_columns(looked):
        if column.roles[:1] == ("infused",) and not any(other.roles[:1] == ("value",) for other in looked.columns):
            return Claim("infusions", f"{column.name!r} is a known name of the infusion's time")
    return None


def _adt(looked: Looked) -> Claim | None:
    roles = {column.roles[0] for column in time_columns(looked) if column.roles}
    if any(column.roles[:1] == ("value",) for column in looked.columns) or not roles & {"in", "out"}:
        return None
    columns = _text_columns(looked)
    place = best(columns, "location", lambda column: column.locations)
    place = place or next((column for column in columns if "location" in column.roles and not _is_number(column)), None)
    if place is None:
        return None
    return Claim("adt", f"{place.name!r} holds places, with times in and out", place)


_LONG: tuple[tuple[str, str, Callable[[Column], dict[str, int]]], ...] = (
    ("vitals", "measure", lambda column: column.vitals),
    ("assessments", "measure", lambda column: column.assessments),
    ("labs", "lab", lambda column: column.labs),
    ("procedures", "procedure", lambda column: column.procedures),
)


def _named(looked: Looked) -> list[Claim]:
    """Tables in long form: a column of names."""
    columns = _text_columns(looked)
    chosen = {table: best(columns, role, found) for table, role, found in _LONG}
    counts = {table: len(found(column)) if (column := chosen[table]) else 0 for table, _, found in _LONG}
    if counts["vitals"] and counts["labs"] and chosen["vitals"] is chosen["labs"]:
        less = min(("vitals", "labs"), key=lambda table: counts[table])
        if counts[less] < limit("column", "both_tables") or (
            less == "vitals" and not _at_the_bedside(chosen["vitals"])
        ):
            counts[less] = 0
    if counts["procedures"] and (counts["labs"] or counts["vitals"]) and counts["procedures"] < max(counts.values()):
        counts["procedures"] = 0
    used = {table: column for table, column in chosen.items() if counts[table] and column is not None}
    return [
        Claim(
            table,
            f"{column.name!r} holds names of {_WORDS[table]} ({counts[table]} known)",
            column,
            others=tuple(other for other in used if other != table and used[other] is column),
        )
        for table, column in used.items()
    ]


def _at_the_bedside(column: Column | None) -> bool:
    """Whether vitals are named that no laboratory reports: a blood gas brings temperature, flow and saturation."""
    names = set() if column is None else {hit.name for text in column.vitals if (hit := measure(text)) is not None}
    return bool(names & set(document("limits.toml")["bedside"]["vitals"]))


_WORDS = {"vitals": "vitals", "assessments": "grades or scores", "labs": "labs", "procedures": "procedures"}


def _wide(looked: Looked) -> list[Claim]:
    """Tables in wide form: a column for each measure."""
    found: dict[str, list[tuple[Column, Measure]]] = {}
    for column in _text_columns(looked):
        hit = wide_measure(column)
        if hit is not None:
            found.setdefault(hit.table, []).append((column, hit))
    if "vitals" in found and not any(hit.name == "o2_device" for _, hit in found["vitals"]):
        free = {column.at for several in found.values() for column, _ in several}
        found["vitals"] += [
            (column, Measure("vitals", "o2_device"))
            for column in _text_columns(looked)
            if column.at not in free and not column.roles and _holds_devices(column)
        ][:1]
    several = limit("column", "distinct_names")
    if len(found.get("labs", ())) < several:
        found.pop("labs", None)
    return [
        Claim(table, f"{len(columns)} of its columns are each one of the {_WORDS[table]}", wide=tuple(columns))
        for table, columns in found.items()
    ]


def _holds_devices(column: Column) -> bool:
    """Whether cells are oxygen devices, of several kinds."""
    return len(column.devices) >= limit("column", "distinct_names") and column.known_share(column.devices) >= limit(
        "column", "shape"
    )


def wide_measure(column: Column) -> Measure | None:
    """The vital or assessment a column holds by its header, or the lab if its cells are numbers. Cells that cannot be
    read as a vital are for the map to tell: dropped, nobody would miss them."""
    shape = limit("column", "shape")
    if not column.filled:
        return None
    hit = measure(column.name, pair=column.pairs >= shape)
    if hit is not None and hit.table in ("vitals", "assessments"):
        return hit
    lab = load_vocabulary().labs.read(column.name).lab
    if lab is not None and column.numbers >= shape and not column.roles:
        return Measure("labs", lab)
    return None
