"""What was given, by class of drug: the marks of each lane, and the lanes as they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from crs_audit.report import words
from crs_audit.report.pictures.canvas import CHAR, MARK, Canvas, staggered
from crs_audit.tables import DOSE_MAKING

if TYPE_CHECKING:
    from crs_audit.report.clock import SiteClock
    from crs_audit.report.result import PatientView


class Lane(NamedTuple):
    """One class of drug: the symbols of its marks, and the vocabulary's classes that belong to it."""

    label: str
    symbol: str
    cls: str
    meaning: str
    classes: tuple[str, ...]
    named: bool = False
    """Whether the drug's name stands beside its mark."""


LANES = (
    Lane("CAR-T cells", "m-cart", "cart", "CAR-T product", ("car_t",), True),
    Lane("Tocilizumab", "m-toci", "toci", "tocilizumab", ("tocilizumab",)),
    Lane("Corticosteroid", "m-ster", "ster", "corticosteroid", ("corticosteroid",)),
    Lane("Anticytokine", "m-anti", "alt", "other anticytokine", ("siltuximab", "anakinra", "anticytokine"), True),
    Lane("Alternative", "m-alt", "alt", "alternative agent", ("alternative", "etoposide"), True),
    Lane("GM-CSF", "m-gm", "gm", "GM-CSF", ("gmcsf",), True),
    Lane("G-CSF", "m-gcsf", "gcsf", "G-CSF", ("gcsf",), True),
    Lane("IV fluid", "m-fluid", "fluid", "IV fluid", ("crystalloid",)),
    Lane("Antipyretic", "m-apy", "apy", "antipyretic", ("antipyretic",)),
    Lane("Antibiotic", "m-abx", "abx", "antibiotic", ("antibiotic_broad",)),
    Lane("Antifungal", "m-afg", "afg", "antifungal", ("antifungal",)),
    Lane("Not counted", "m-unc", "unc", "inotrope or mineralocorticoid: in no rule", ("inotrope", "mineralocorticoid"),
         True),
)  # fmt: skip
"""From top to bottom. Vasopressors have lanes of their own: `states.pressor_lanes`."""

FURTHER = (
    ("m-toci", "toci low", "tocilizumab not by vein: not counted"),
    ("m-ster-low", "ster low", "physiologic corticosteroid"),
    ("m-bolus", "bolus", "fluid bolus"),
)
"""Symbol, class and meaning of marks that are not their lane's usual ones."""

ALWAYS = ("Tocilizumab", "Corticosteroid")
"""Lanes that are drawn empty too: that nothing was given is what a reader asks first."""
_LEVEL = 14
_ROWS_BELOW, _APART = 3, 5
_BAR_FROM = 5.0
"""A duration is drawn where it is longer than this on the picture; a mark covers what is shorter."""


class Mark(NamedTuple):
    time: int
    symbol: str
    cls: str
    label: str
    title: str
    end: int | None = None


@cache
def lane_of() -> Mapping[str, Lane]:
    """Drug concept → its lane; a concept of two classes goes to the upper lane."""
    from crs_audit.vocabulary.load import load_vocabulary  # heavy, and only the workers need it

    vocabulary = load_vocabulary()
    found: dict[str, Lane] = {}
    for lane in LANES:
        for name in lane.classes:
            for concept in vocabulary.concepts_of(name):
                found.setdefault(concept, lane)
    return found


def drug_marks(view: PatientView, clock: SiteClock) -> dict[str, list[Mark]]:
    """Marks by lane in time order: merged doses of tocilizumab and steroids, given rows of the other drugs."""
    lanes: dict[str, list[Mark]] = {lane.label: [] for lane in LANES}
    for dose in view.rows("tocilizumab_doses"):
        amount, per_kg = _amount(dose["amount"]), dose["per_kg"]
        worth = f" = {words.number(round(per_kg, 2))} mg/kg" if per_kg is not None else ""
        told = f"tocilizumab {amount}{worth} {_route(dose['route'])}"
        lanes["Tocilizumab"].append(_mark("m-toci", "toci", amount, told, dose["time"], dose["end"], clock))
    for dose in view.rows("steroid_doses"):
        amount, low, equivalent = _amount(dose["amount"]), dose["physiologic"], dose["dex_mg"]
        worth = f" = dexamethasone {words.amount(equivalent, 'mg')}" if equivalent is not None else ""
        told = f"{dose['drug']} {amount}{worth} {_route(dose['route'])}{', physiologic' if low else ''}"
        symbol, cls = ("m-ster-low", "ster low") if low else ("m-ster", "ster")
        label = f"{_SHORT.get(dose['drug'], dose['drug'])} {amount}"
        lanes["Corticosteroid"].append(_mark(symbol, cls, label, told, dose["time"], dose["end"], clock))
    for label, mark in _charted(view, clock):
        lanes[label].append(mark)
    return {label: sorted(marks, key=lambda mark: mark[:5]) for label, marks in lanes.items()}


def _charted(view: PatientView, clock: SiteClock) -> Iterator[tuple[str, Mark]]:
    """Given rows of every drug but those whose merged doses are drawn instead; a row ends where the MAR says so, or
    where the drug is next charted as stopped before its next dose."""
    columns = view.tables.get("mar", {})
    if not columns:
        return
    of = lane_of()
    boluses = set(view.tables.get("fluid_boluses", {}).get("time", ()))
    names = ("time", "drug", "action", "day_only", "raw_dose", "raw_dose_unit", "route", "route_text", "bolus_text",
             "end_time")  # fmt: skip
    following: dict[str, tuple[str, int]] = {}
    for row in zip(*(reversed(columns[name]) for name in names), strict=True):
        us, drug, action, day_only, dose, unit, route, route_text, bolus, end = row
        lane = of.get(drug)
        if lane is None or day_only:
            continue
        if action == "stopped" or action in DOSE_MAKING:
            after = following.get(drug)
            following[drug] = (action, us)
            if action == "stopped" or lane.label == "Corticosteroid":
                continue
        else:
            continue
        symbol, cls, name = lane.symbol, lane.cls, drug.replace("_", " ")
        label = name if lane.named else ""
        if lane.label == "Tocilizumab":
            if route in (None, "iv"):
                continue
            cls, label = "toci low", words.name(route)
        if lane.label == "IV fluid" and (us in boluses or (not boluses and (bolus or action == "bolus"))):
            symbol, cls, name = "m-bolus", "bolus", f"{name} bolus"
            label = f"{dose or ''} {unit or ''}".strip()
        if end is None and after is not None and after[0] == "stopped":
            end = after[1]
        told = " ".join(part for part in (name, dose, unit, _route(route) if route else route_text) if part)
        yield lane.label, _mark(symbol, cls, label, told, us, end, clock)


def _mark(symbol: str, cls: str, label: str, told: str, time: int, end: int | None, clock: SiteClock) -> Mark:
    until = f" to {clock.text(end)}" if end is not None and end > time else ""
    return Mark(time, symbol, cls, label, f"{' '.join(told.split())}, {clock.text(time)}{until}", end)


class Placed(NamedTuple):
    """The marks a picture shows in one lane, and where."""

    marks: list[Mark]
    places: list[tuple[int, bool]]
    """Level of each, and whether its label fits beside it."""
    below: list[tuple[int, float, str]]
    """Level, place and text of labels that stand below the marks instead."""
    levels: int
    crowded: bool
    """Whether a label that differs from the one before had no room at all."""


def placed_marks(canvas: Canvas, marks: Sequence[Mark]) -> Placed:
    """The marks of one lane that begin, or still run, within the picture."""
    start, stop = canvas.start, canvas.end
    shown = [m for m in marks if m.time <= stop and (m.time >= start or (m.end is not None and m.end > start))]
    labels = [(canvas.x(mark.time), mark.label if mark.time >= start else "") for mark in shown]
    places, used = staggered(labels, 3, canvas.width)
    below, crowded = _below(labels, [fits for _, fits in places], used, canvas.width)
    return Placed(shown, places, below, max([used, *(level + 1 for level, *_ in below)]), crowded)


def _below(
    labels: Sequence[tuple[float, str]], fits: Sequence[bool], levels: int, width: float
) -> tuple[list[tuple[int, float, str]], bool]:
    """Labels that differ from the one before but do not fit beside their mark: a row or two for them below, each where
    its mark stands; of the same drug's next dose the number alone."""
    found: list[tuple[int, float, str]] = []
    ends, crowded, before = [0.0] * _ROWS_BELOW, False, ""
    for (x, label), fit in zip(labels, fits, strict=True):
        if label and label != before and not fit:
            drug, _, dose = label.partition(" ")
            text = dose if found and dose and before.partition(" ")[0] == drug else label
            left = min(x - MARK, width - CHAR * len(text))
            row = next((i for i, end in enumerate(ends) if end <= left), None)
            if row is None:
                crowded = True
            else:
                ends[row] = left + CHAR * len(text) + _APART
                found.append((levels + row, left, text))
        before = label or before
    return found, crowded


def drug_lanes(canvas: Canvas, lanes: Mapping[str, Placed], heights: Mapping[str, int], empty: str, t0: int) -> None:
    """Draws the lanes of `heights` (label → levels, the same in all pictures of an infusion, so that a lane is found at
    the same height in each). empty: what is written, from T0 on, in a lane of ALWAYS in which nothing is shown."""
    for label, levels in heights.items():
        top = canvas.lane(label, 8 + _LEVEL * levels)
        marks, places, below, *_ = lanes[label]
        if not marks and label == LANES[0].label:
            canvas.text(canvas.left + 6, top + 15, "not in this stretch", "t none")
        if not marks and label in ALWAYS:
            canvas.text(max(canvas.x(t0), canvas.left) + 6, top + 15, empty, "t none")
        for mark, (level, fits) in zip(marks, places, strict=True):
            y = top + 11 + _LEVEL * level
            _duration(canvas, mark, y)
            if mark.time < canvas.start:
                continue
            canvas.mark(mark.symbol, mark.time, y, mark.cls, mark.title)
            if fits and mark.label:
                canvas.text(canvas.x(mark.time) + MARK + 2, y + 4, mark.label)
        for level, x, text in below:
            canvas.text(x, top + 14 + _LEVEL * level, text)


def _duration(canvas: Canvas, mark: Mark, y: float) -> None:
    """A bar under the mark, from the start of what ran for long to its end."""
    if mark.end is None or mark.end <= mark.time:
        return
    left, right = canvas.x(mark.time), canvas.x(mark.end)
    if right - left >= _BAR_FROM:
        canvas.parts.append(
            f'<rect class="dur {mark.cls}" x="{left:.1f}" y="{y + 4.5:.1f}" width="{right - left:.1f}" height="2.5">'
            f"{canvas.named(mark.title)}</rect>"
        )


_SHORT = {"dexamethasone": "dex", "methylprednisolone": "mpred", "prednisone": "pred", "prednisolone": "prednisol.",
          "hydrocortisone": "hydroc."}  # fmt: skip


def _amount(value: Any) -> str:
    return "amount unknown" if value is None else f"{words.number(value)} mg"


def _route(route: str | None) -> str:
    return "route not charted" if route is None else words.name(route)
