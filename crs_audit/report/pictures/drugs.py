"""Lanes of what was given: one lane per class of drug, a symbol of its own for each, amounts as text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from crs_audit.report import words
from crs_audit.report.pictures.canvas import MARK, Canvas, staggered
from crs_audit.tables import DOSE_MAKING

if TYPE_CHECKING:
    from crs_audit.report.result import PatientView

LANES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Tocilizumab", "m-toci", "toci", ("tocilizumab",)),
    ("Corticosteroid", "m-ster", "ster", ("corticosteroid",)),
    ("Other agents", "m-alt", "alt", ("siltuximab", "anakinra", "anticytokine", "alternative", "etoposide")),
    ("GM-CSF", "m-gm", "gm", ("gmcsf",)),
    ("G-CSF", "m-gcsf", "gcsf", ("gcsf",)),
    ("IV fluid", "m-fluid", "fluid", ("crystalloid",)),
    ("Antipyretic", "m-apy", "apy", ("antipyretic",)),
    ("Antibiotic", "m-abx", "abx", ("antibiotic_broad",)),
    ("Antifungal", "m-afg", "afg", ("antifungal",)),
)
"""Label, symbol, colour class and vocabulary classes of each lane, from top to bottom."""

_LABELLED = frozenset({"Tocilizumab", "Corticosteroid", "Other agents", "GM-CSF", "G-CSF"})
_LEVEL = 14

Mark = tuple[int, str, str, str, str]
"""time, symbol, class, label, title"""


@cache
def lane_of() -> Mapping[str, str]:
    """Drug concept → label of its lane; a concept of two classes goes to the upper lane."""
    from crs_audit.vocabulary.load import load_vocabulary  # heavy, and only the workers need it

    vocabulary = load_vocabulary()
    found: dict[str, str] = {}
    for label, _, _, classes in LANES:
        for name in classes:
            for concept in vocabulary.concepts_of(name):
                found.setdefault(concept, label)
    return found


def drug_marks(view: PatientView, canvas: Canvas) -> dict[str, list[Mark]]:
    """Marks by lane: merged doses of tocilizumab and steroids, charted rows of the other drugs."""
    text = canvas.clock.text
    lanes: dict[str, list[Mark]] = {label: [] for label, *_ in LANES}
    for dose in view.rows("tocilizumab_doses"):
        amount = _amount(dose["amount"])
        lanes["Tocilizumab"].append(
            (dose["time"], "m-toci", "toci", amount, f"Tocilizumab {amount}, {text(dose['time'])}")
        )
    for dose in view.rows("steroid_doses"):
        amount, low = _amount(dose["amount"]), dose["physiologic"]
        equivalent = dose["dex_mg"]
        worth = f" = dexamethasone {words.number(equivalent)} mg" if equivalent is not None else ""
        title = f"{dose['drug']} {amount}{worth}{', physiologic' if low else ''}, {text(dose['time'])}"
        symbol, cls = ("m-ster-low", "ster low") if low else ("m-ster", "ster")
        lanes["Corticosteroid"].append((dose["time"], symbol, cls, f"{_short(dose['drug'])} {amount}", title))
    for label, mark in _charted(view, canvas):
        lanes[label].append(mark)
    return {label: sorted(m for m in marks if canvas.shows(m[0])) for label, marks in lanes.items()}


def _charted(view: PatientView, canvas: Canvas) -> list[tuple[str, Mark]]:
    """Given rows of every drug but tocilizumab and steroids, whose merged doses are drawn instead."""
    columns = view.tables.get("mar", {})
    if not columns:
        return []
    of, style = lane_of(), {label: (symbol, cls) for label, symbol, cls, _ in LANES}
    boluses = set(view.tables.get("fluid_boluses", {}).get("time", ()))
    found: list[tuple[str, Mark]] = []
    names = ("time", "drug", "action", "day_only", "raw_dose", "raw_dose_unit", "route_text", "bolus_text")
    for us, drug, action, day_only, dose, unit, route, bolus in zip(*(columns[n] for n in names), strict=True):
        label = of.get(drug)
        if label is None or action not in DOSE_MAKING or day_only or label in ("Tocilizumab", "Corticosteroid"):
            continue
        symbol, cls = style[label]
        amount = " ".join(part for part in (dose, unit) if part)
        name = drug.replace("_", " ")
        if label == "IV fluid" and (us in boluses or (not boluses and (bolus or action == "bolus"))):
            symbol, cls, name = "m-bolus", "bolus", f"{name} bolus"
        title = f"{name} {amount} {route or ''}".strip() + f", {canvas.clock.text(us)}"
        found.append((label, (us, symbol, cls, name if label in _LABELLED else "", title)))
    return found


def drug_lanes(canvas: Canvas, lanes: dict[str, list[Mark]]) -> list[str]:
    """Draws the lanes that hold marks; gives the labels of those that do not."""
    absent = []
    for label, *_ in LANES:
        marks = lanes[label]
        if not marks:
            absent.append(label)
            continue
        labels = [(canvas.x(us), text) for us, _, _, text, _ in marks]
        placed, levels = staggered(labels, 3)
        top = canvas.lane(label, 8 + _LEVEL * levels)
        for (us, symbol, cls, text, title), (level, fits) in zip(marks, placed, strict=True):
            y = top + 11 + _LEVEL * level
            canvas.mark(symbol, us, y, cls, title)
            if fits and text:
                canvas.text(canvas.x(us) + MARK + 2, y + 4, text)
    return absent


_SHORT = {"dexamethasone": "dex", "methylprednisolone": "mpred", "prednisone": "pred", "prednisolone": "prednisol.",
          "hydrocortisone": "hydroc."}  # fmt: skip


def _short(drug: str) -> str:
    return _SHORT.get(drug, drug)


def _amount(value: Any) -> str:
    return "amount unknown" if value is None else f"{words.number(value)} mg"
