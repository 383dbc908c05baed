"""The lane of oxygen: what counts as support, in words as long as there is room for, and every charting."""

from __future__ import annotations

from crs_audit.report import words
from crs_audit.report.pictures.canvas import Canvas

_SUPPORT_HEIGHT = {2: 12, 3: 15, 4: 18}
OXYGEN_SHORT = {
    "nasal cannula": "NC", "high-flow cannula": "HFNC", "mask": "mask", "non-invasive": "NIV", "invasive": "IMV",
    "device unknown": "O₂",
}  # fmt: skip
"""Device → how a bar too short for its name calls it."""


def oxygen_parts(text: str) -> tuple[str, float | None]:
    """Device and flow in L/min of oxygen as `words.driver` writes it."""
    device, _, flow = text.removesuffix(" L/min").rpartition(" ")
    try:
        return device, float(flow)
    except ValueError:
        return text, None


def short_oxygen(text: str) -> str:
    """`nasal cannula 2 L/min` → `NC 2`."""
    device, flow = oxygen_parts(text)
    short = OXYGEN_SHORT.get(device, device)
    return short if flow is None else f"{short} {words.number(flow)}"


def oxygen_lane(
    canvas: Canvas, support: list[tuple[int, int, str]], charted: list[tuple[int, str]], low_flow: float
) -> None:  # fmt: skip
    """Support that counts towards the grade as bars, as high as the grade it asks for, every charting as a tick.

    low_flow: of the protocol, L/min.
    """
    top = canvas.lane("Oxygen", 30, "counted support")
    for start, end, text in support:
        grade = support_grade(text, low_flow)
        title = f"{text} (support of grade {grade}), {canvas.clock.text(start)} to {canvas.clock.text(end)}"
        height = _SUPPORT_HEIGHT[grade]
        canvas.bar(start, end, top + 20 - height, height, "ox", title, text, short_oxygen(text))
    for us, text in charted:
        if canvas.shows(us):
            canvas.rule(us, top + 22, top + 28, "ch", f"{canvas.clock.text(us)}: {text}")


def support_grade(text: str, low_flow: float) -> int:
    """The grade that oxygen support asks for: text as `words.driver` gives it."""
    device, flow = oxygen_parts(text)
    if device in ("non-invasive", "invasive"):
        return 4
    if device == "mask" or (flow is None and device != "nasal cannula"):
        return 3
    return 3 if flow is not None and flow > low_flow else 2
