"""Which column of each file is the patient: one kind of key for all files, a crosswalk where a file lacks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crs_audit.propose.column import Column
from crs_audit.propose.hospitals import Hospitals, hospitals_of
from crs_audit.propose.limits import limit
from crs_audit.propose.look import Looked
from crs_audit.propose.proposal import counted


@dataclass(frozen=True)
class Crosswalk:
    """A file with one row for each encounter that names its patient too."""

    looked: Looked
    key: Column
    patient: Column


@dataclass(frozen=True)
class KeyPick:
    """column: the patient's key of a file; with a crosswalk the encounter, from which the patient is looked up. doubt:
    why it is not to be taken by itself. remarks: what to look at besides. hospitals: whether they share keys."""

    column: Column | None
    reason: str
    doubt: str | None = None
    crosswalk: Crosswalk | None = None
    remarks: tuple[str, ...] = ()
    hospitals: Hospitals = field(default_factory=Hospitals)


def pick_keys(serving: Sequence[Looked], every: Sequence[Looked]) -> dict[str, KeyPick]:
    """place → the key of each file that serves a table. every: all files, of which one may be the crosswalk."""
    patients = {looked.place: _of_role(looked, "patient") for looked in serving}
    encounters = {looked.place: _of_role(looked, "encounter") for looked in serving}
    if not any(patients.values()):
        if all(encounters.values()):
            alone = "the only key in all files: a patient who comes again counts as another"
            return {
                looked.place: KeyPick(encounters[looked.place][0], "key of the encounter", remarks=(alone,))
                for looked in serving
            }
        return {looked.place: _by_content(looked, {}) for looked in serving}
    chosen = _most_shared(patients)
    picks = {}
    for looked in serving:
        column = chosen.get(looked.place)
        if column is not None:
            reason = "a known name of the patient's key"
            picks[looked.place] = KeyPick(column, reason, remarks=_remarks(looked, chosen))
        elif encounters[looked.place]:
            picks[looked.place] = _looked_up(encounters[looked.place][0], chosen, every)
        else:
            picks[looked.place] = _by_content(looked, chosen)
    return _with_hospitals(serving, picks)


def _with_hospitals(serving: Sequence[Looked], picks: Mapping[str, KeyPick]) -> dict[str, KeyPick]:
    """The picks with what their files tell of hospitals; where keys collide in one file, none of any is certain."""
    found = {}
    for looked in serving:
        pick = picks[looked.place]
        walk = pick.crosswalk
        key = walk.patient if walk is not None else pick.column
        found[looked.place] = Hospitals() if key is None else hospitals_of(walk.looked if walk else looked, key)
    collide = next((place for place, one in found.items() if one.many), None)
    return {place: replace(pick, hospitals=replace(found[place], collide=collide)) for place, pick in picks.items()}


def key_texts(every: Sequence[Looked]) -> set[str]:
    """All keys of patients and encounters that were looked at: none of them may be told."""
    columns = [c for looked in every for c in looked.columns if {"patient", "encounter"} & set(c.roles)]
    return {text for column in columns for text in column.counts["text"]}


def _of_role(looked: Looked, role: str) -> list[Column]:
    found = [column for column in looked.columns if role in column.roles and column.filled and not column.again]
    return [column for column in found if column.times < limit("column", "shape")]


def _texts(column: Column) -> frozenset[str]:
    return frozenset(column.counts["text"].head(int(limit("look", "keys"))))


def _most_shared(patients: Mapping[str, list[Column]]) -> dict[str, Column]:
    """For each file the column whose keys the other files hold too; without such, the fullest, then the first."""
    chosen = {}
    for place, columns in patients.items():
        others = [_texts(c) for other, more in patients.items() if other != place for c in more]

        def rank(column: Column, others: list[frozenset[str]] = others) -> tuple[float, int, int]:
            own = _texts(column)
            return (-sum(_shared(own, other) for other in others), -column.filled, column.at)

        if columns:
            chosen[place] = min(columns, key=rank)
    return chosen


def _shared(own: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set's keys that both hold."""
    return len(own & other) / min(len(own), len(other)) if own and other else 0.0


def _remarks(looked: Looked, chosen: Mapping[str, Column]) -> tuple[str, ...]:
    own = _texts(chosen[looked.place])
    rest = frozenset[str]().union(*(_texts(column) for place, column in chosen.items() if place != looked.place))
    if not rest or _shared(own, rest) >= limit("keys", "shared"):
        return ()
    column = chosen[looked.place].name
    bare = _shared(frozenset(key.lstrip("0") for key in own), frozenset(key.lstrip("0") for key in rest))
    if bare >= limit("keys", "shared"):
        return (f"the keys in {column!r} fit those of the other files only without leading zeros: export one as text",)
    n = len(own & rest)
    found = f"{n:,} of its {counted(len(own), 'key')} {'is' if n == 1 else 'are'} found in the other files"
    if looked.whole:
        return (f"{column!r} may be another kind of key than the other files have: {found}",)
    return (f"of the rows looked at, {found}; `--check` and the run look at all",)


def _looked_up(encounter: Column, chosen: Mapping[str, Column], every: Sequence[Looked]) -> KeyPick:
    wanted = _texts(encounter)
    patients = [_texts(column) for column in chosen.values()]
    walks = []
    both = False
    for looked in every:
        for key in _of_role(looked, "encounter"):
            for patient in _of_role(looked, "patient"):
                fits = _shared(wanted, _texts(key)) >= limit("keys", "shared")
                both = both or fits
                if fits and looked.whole and key.filled == key.counts.height:
                    shared = max((_shared(_texts(patient), other) for other in patients), default=0)
                    walks.append((-shared, len(looked.columns), Crosswalk(looked, key, patient)))
    if walks:
        walk = min(walks, key=lambda one: one[:2])[2]
        reason = f"{encounter.name!r} is an encounter; {walk.looked.place} has one row for each, with its patient"
        return KeyPick(encounter, reason, crosswalk=walk)
    cure = "a file holds both keys but repeats encounters" if both else "no file holds both keys"
    doubt = f"{encounter.name!r} is an encounter and other files have the patient; {cure}: add one row per encounter"
    return KeyPick(encounter, doubt, doubt)


def _by_content(looked: Looked, chosen: Mapping[str, Column]) -> KeyPick:
    """A column whose header says nothing and whose cells are the other files' patients."""
    wanted = frozenset[str]().union(*(_texts(column) for column in chosen.values()))
    fits = [column for column in looked.columns if not column.again and _shared(_texts(column), wanted) >= 1]
    if len(fits) == 1 and len(_texts(fits[0])) > 1:
        return KeyPick(fits[0], "its cells are the patients of the other files")
    doubt = "no column is known to be the patient's key: name it"
    return KeyPick(None, doubt, doubt)
