"""The labs that the audit reads, over the window: a small picture of each, with its extreme and its last value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from crs_audit.intake.units import known_units
from crs_audit.report import words
from crs_audit.report.pictures.sparkline import Reading, Sparklines

if TYPE_CHECKING:
    from crs_audit.report.pictures.drawing import Drawing


class Shown(NamedTuple):
    lab: str
    limit: str | None = None
    """Parameter of the protocol that is drawn as a line."""
    lowest: bool = False
    """Whether the lowest value is the worst, not the highest."""
    wide: bool = False
    """Whether its values spread over powers of ten."""
    always: bool = False
    """Told too where there is no value at all."""


LABS = (
    Shown("crp", always=True),
    Shown("ferritin", "shared.hlh_ferritin", wide=True, always=True),
    Shown("anc", "G1-04.anc", lowest=True),
    Shown("wbc", "G1-04.wbc", lowest=True),
    Shown("creatinine"),
    Shown("alt", wide=True),
    Shown("ast", wide=True),
    Shown("bilirubin"),
    Shown("fibrinogen", lowest=True),
)
"""CRP and ferritin are due every day; the others decide on neutropenia, organ toxicity and suspected HLH."""


class Course(NamedTuple):
    """One lab of one infusion as its row shows it; a value in words is empty where there is none."""

    name: str
    unit: str
    picture: Markup
    logarithmic: bool
    before: str
    """The last before T0."""
    worst: str
    """`highest 312`, `lowest <0.1`, from T0 on."""
    worst_time: str
    last: str
    last_time: str
    values: int


def laboratory(drawing: Drawing) -> tuple[Markup, list[Course]]:
    """The time axis of the pictures, and a row for each of LABS that has values, or is `always` told."""
    readings = _readings(drawing)
    if not readings:
        return Markup(""), []
    sparklines = Sparklines(drawing)
    return sparklines.axis, [
        _course(drawing, shown, readings.get(shown.lab, []), sparklines)
        for shown in LABS
        if shown.always or shown.lab in readings
    ]


def _readings(drawing: Drawing) -> dict[str, list[tuple[Reading, bool]]]:
    """Lab → its readings in time order, each with whether it has a time."""
    columns = drawing.view.tables.get("labs", {})
    found: dict[str, list[tuple[Reading, bool]]] = {}
    wanted = {shown.lab for shown in LABS}
    if columns:
        names = ("lab", "time", "value", "bound", "day_only")
        for lab, us, value, bound, day_only in zip(*(columns[name] for name in names), strict=True):
            if lab in wanted and value is not None:
                told = f"{bound or ''}{words.number(value)} {_unit(lab)}"
                found.setdefault(lab, []).append((Reading(us, value, bound, told), not day_only))
    return found


def _course(
    drawing: Drawing, shown: Shown, found: Sequence[tuple[Reading, bool]], sparklines: Sparklines
) -> Course:  # fmt: skip
    t0, clock = drawing.view.infusion["t0"], drawing.clock
    before = [reading for reading, _ in found if reading.time < t0]
    since = [(reading, timed) for reading, timed in found if reading.time >= t0]
    worst, last = _worst(since, shown.lowest), since[-1] if since else None

    def when(entry: tuple[Reading, bool] | None) -> str:
        if entry is None:
            return ""
        return clock.text(entry[0].time) if entry[1] else f"{clock.date(entry[0].time)}, no time"

    name = words.name(shown.lab)
    extreme = "" if worst is None else f"{'lowest' if shown.lowest else 'highest'} {_value(worst[0])}"
    told = f"{name}, {len(found)} {words.plural(len(found), 'value')}" + (f", {extreme}" if extreme else "")
    limit = None if shown.limit is None else float(drawing.protocol.value(shown.limit))
    picture, logarithmic = sparklines.draw(
        [reading for reading, timed in found if timed], limit, shown.lowest, shown.wide, told
    )
    return Course(
        name=name[0].upper() + name[1:],
        unit=_unit(shown.lab),
        picture=picture,
        logarithmic=logarithmic,
        before=_value(before[-1]) if before else "",
        worst=extreme,
        worst_time=when(worst),
        last=_value(last[0]) if last else "",
        last_time=when(last),
        values=len(found),
    )


def _worst(found: Sequence[tuple[Reading, bool]], lowest: bool) -> tuple[Reading, bool] | None:
    """The first of the extreme values; of equal numbers a bound beyond it is the worse."""
    if not found:
        return None
    if lowest:
        return min(found, key=lambda entry: (entry[0].value, entry[0].bound != "<"))
    return max(found, key=lambda entry: (entry[0].value, entry[0].bound == ">"))


def _value(reading: Reading) -> str:
    return f"{reading.bound or ''}{words.number(reading.value)}"


@cache
def _unit(lab: str) -> str:
    """The canonical unit of a lab as a reader writes it."""
    return next((unit.replace("uL", "µL") for unit, *_ in known_units("labs", lab).values()), "")
