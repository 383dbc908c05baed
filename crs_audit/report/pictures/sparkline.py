"""A lab's values over the whole window as a small picture: all of a page have one time axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import Any, NamedTuple

from markupsafe import Markup

from crs_audit.report.clock import DAY
from crs_audit.report.escaping import escaped
from crs_audit.report.pictures.canvas import Canvas
from crs_audit.report.pictures.drawing import Drawing
from crs_audit.report.pictures.timeline import window_span

_WIDTH, _LEFT, _HEIGHT, _TOP, _BOTTOM = 500, 52, 44, 7.0, 37.0
_LOG_FROM = 10
"""A lab that spreads widely is drawn on a logarithmic scale where its highest value is so many times the lowest."""
JOINED = 2 * DAY
"""Values further apart are not joined: nobody knows what was between them."""


class Reading(NamedTuple):
    time: int
    value: float
    bound: str | None
    """`<` or `>` where the lab told no number but a bound."""
    told: str
    """Value with bound and unit."""


class Sparklines:
    """Draws the labs of one infusion; `axis` is the picture that stands over them."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        start, end = window_span(drawing)
        canvas = Canvas(start, end, drawing.clock, _WIDTH, _LEFT)
        canvas.time_axis(drawing.view.infusion["t0"])
        self.axis = _svg("".join(canvas.parts), int(canvas.y), 'aria-hidden="true"')
        back = [self._episode(canvas, episode) for episode in drawing.episodes]
        days = "".join(f"M{canvas.x(us):.1f} 0V{_HEIGHT}" for us in drawing.clock.hours(start, end, 24))
        t0 = f'<path class="t0" d="M{canvas.x(drawing.view.infusion["t0"]):.1f} 0V{_HEIGHT}"/>'
        self._back = f'{"".join(back)}<path class="tick" d="{days}"/>{t0}'
        self._canvas = canvas

    @staticmethod
    def _episode(canvas: Canvas, episode: Mapping[str, Any]) -> str:
        left, right = canvas.x(episode["onset"]), canvas.x(episode["end"])
        return (
            f'<rect class="epi" x="{left:.1f}" y="0" width="{max(right - left, 1):.1f}" height="{_HEIGHT}">'
            f"<title>Episode {episode['episode']}</title></rect>"
        )

    def draw(
        self, readings: Sequence[Reading], limit: float | None, lowest: bool, wide: bool, label: str
    ) -> tuple[Markup, bool]:
        """The picture of readings with a time, in time order, and whether its scale is logarithmic.

        limit: drawn as a dashed line; lowest: whether values below it are the ones that matter; wide: whether the lab
        spreads over powers of ten; label: the picture's name for who cannot see it.
        """
        values = [reading.value for reading in readings] + ([] if limit is None else [limit])
        low, high = min(values, default=0.0), max(values, default=1.0)
        logarithmic = wide and low > 0 and high / low >= _LOG_FROM
        place = _scale(low, high, logarithmic)
        canvas = self._canvas
        canvas.parts = []
        if limit is not None:
            canvas.parts.append(f'<path class="limit" d="M{_LEFT} {place(limit):.1f}H{canvas.right}"/>')
            canvas.text(_LEFT - 5, place(limit) + 4, f"{limit:,.0f}".replace(",", "\u202f"), "lim")
        shown = [reading for reading in readings if canvas.shows(reading.time)]
        path, last = "", -JOINED
        for us, value, *_ in shown:
            path += f"{'L' if path and us - last <= JOINED else 'M'}{canvas.x(us):.1f} {place(value):.1f}"
            last = us
        canvas.parts.append(f'<path class="ln lab" d="{path}"/>' if path else "")
        for us, value, bound, told in shown:
            symbol = {">": "m-over", "<": "m-under"}.get(bound or "", "m-temp")
            cls = "lab out" if _beyond(value, bound, limit, lowest) else "lab"
            canvas.mark(symbol, us, place(value), cls, f"{told}, {canvas.clock.text(us)}")
        if not shown:
            canvas.text(_LEFT + 6, _HEIGHT / 2 + 4, "no value with a time", "t none")
        return _svg(
            self._back + "".join(canvas.parts), _HEIGHT, f'role="img" aria-label="{escaped(label)}"'
        ), logarithmic


def _beyond(value: float, bound: str | None, limit: float | None, lowest: bool) -> bool:
    """Beyond the limit; `>10000` is above 10,000."""
    if limit is None:
        return False
    if lowest:
        return value < limit or (value == limit and bound == "<")
    return value > limit or (value == limit and bound == ">")


def _scale(low: float, high: float, logarithmic: bool) -> Callable[[float], float]:
    """value → y; linear scales begin at 0."""
    if logarithmic:
        factor = (_BOTTOM - _TOP) / log(high / low)
        return lambda value: _BOTTOM - log(value / low) * factor
    factor = (_BOTTOM - _TOP) / (high or 1.0)
    return lambda value: _BOTTOM - value * factor


def _svg(content: str, height: int, attributes: str) -> Markup:
    return Markup(f'<svg class="pic spark" viewBox="0 0 {_WIDTH} {height}" {attributes}>{content}</svg>')
