"""Episodes as brackets of time: their spans in the whole window, and in each what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crs_audit.report import words
from crs_audit.report.clock import MINUTE
from crs_audit.report.pictures.canvas import BOLD, CHAR, Canvas
from crs_audit.report.pictures.drawing import DELAY, Drawing

SPANS = 22
"""Height of the line of spans."""


def episode_spans(canvas: Canvas, episodes: Sequence[Mapping[str, Any]]) -> None:
    canvas.y += SPANS
    for episode in episodes:
        left, right = canvas.x(episode["onset"]), canvas.x(episode["end"])
        y = canvas.y - 3
        canvas.parts.append(f'<path class="span" d="M{left:.1f} {y - 5:.1f}v5H{max(right, left + 1):.1f}v-5"/>')
        text = f"episode {episode['episode']}"
        if right - left < 70:
            text = str(episode["episode"])
        canvas.text((left + right) / 2, y - 4, text, "t m")


def course_lane(canvas: Canvas, drawing: Drawing, episode: Mapping[str, Any]) -> list[tuple[int, str]]:
    """The lane of onset, first grades and first tocilizumab, with the times between them; gives their lines."""
    top = canvas.y + 4
    points = [(episode["onset"], "onset", "an")]
    points += [(episode[f"first_grade_{k}"], f"grade {k}", "an") for k in (2, 3, 4) if episode[f"first_grade_{k}"]]
    canvas.parts.append(f'<text class="lane" x="0" y="{top + 12:.1f}">Course</text>')
    together: dict[int, list[str]] = {}
    for us, name, _ in points:
        together.setdefault(us, []).append(name)
    ends: list[float] = [0.0, 0.0]
    for us, names in together.items():
        text, x = " = ".join(names), canvas.x(us)
        row = next((i for i, end in enumerate(ends) if end <= x), len(ends))
        ends[row : row + 1] = [x + BOLD * len(text) + 8]
        canvas.text(x + 3, top + 10 + 13 * row, text, "t b")
    canvas.y += 29 + 13 * len(ends)
    given, second = drawing.delays.get(episode["episode"]), episode["first_grade_2"]
    anchors = [(us, "an") for us in together]
    y = canvas.y - 10
    if second and second > episode["onset"]:
        _bracket(canvas, episode["onset"], second, y, words.span((second - episode["onset"]) / MINUTE), first=True)
    if second and given is not None:
        minutes = (given - second) / MINUTE
        late = "" if minutes <= drawing.protocol.value(f"{DELAY}.target") else " late"
        told = words.span(minutes) if minutes >= 0 else f"{words.span(-minutes)} before"
        _bracket(canvas, min(second, given), max(second, given), y, f"to tocilizumab {told}", late)
        anchors.append((given, f"tz{late}"))
    elif second:
        text = f"tocilizumab {drawing.untreated(episode).replace('the episode’s end', 'its end')}"
        _bracket(canvas, second, episode["end"], y, "")
        x, latest = canvas.x(second) + 4, canvas.right - CHAR * len(text)
        if x <= latest:
            canvas.text(x, y - 4, text)
        else:
            # Further to the left it would lie on the time from onset to grade 2: it has a line of its own.
            canvas.text(latest, y + 13, text)
            canvas.y += 14
    return anchors


def _bracket(
    canvas: Canvas, start: int, end: int, y: float, text: str, late: str = "", first: bool = False
) -> None:  # fmt: skip
    """A span with its length; where the span is too short for it, the text stands to the right, or to the left of the
    first, which another one may follow."""
    left, right = canvas.x(start), canvas.x(end)
    ends = f"M{left:.1f} {y - 4:.1f}v8M{left:.1f} {y:.1f}H{right:.1f}M{right:.1f} {y - 4:.1f}v8"
    canvas.parts.append(f'<path class="br{late}" d="{ends}"/>')
    if not text:
        return
    if right - left > CHAR * len(text) + 6:
        canvas.text((left + right) / 2, y - 4, text, f"t m{late}")
    elif not first and right + 5 + CHAR * len(text) < canvas.right:
        canvas.text(right + 5, y + 4, text, f"t{late}")
    else:
        canvas.text(max(left - 5, canvas.left), y + 4, text, f"t e{late}")
