"""A drawing of lanes over time: one x scale, lanes stacked downwards, everything as SVG text.

Colours and strokes are classes of the page's style sheet (light, dark, print); only coordinates are written here.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil

from markupsafe import Markup

from crs_audit.report.clock import HOUR, SiteClock
from crs_audit.report.escaping import escaped

WIDTH = 1000
LEFT = 132
RIGHT = 990
CHAR, BOLD = 6.9, 7.7
"""Width of a letter of the pictures' 11 px text, plain and bold, in the widest of the fonts a page may be shown in:
for deciding what fits."""
MARK = 6
"""Half the width of a symbol."""

_HOUR_STEPS = (1, 2, 3, 4, 6, 12)
_MAX_TICKS = 13
_GAP = 6
_DAY_WIDTH = BOLD * len("day 30") + _GAP
_DATED_DAY_WIDTH = BOLD * len("day 30 · 31 Dec") + _GAP


class Canvas:
    """Collects the marks of one picture that shows `[start, end]` (microseconds since 1970).

    width: of the whole picture; left: where its lanes begin, beside their labels. Both in units of the drawing, which
    are pixels where the page shows it in its own size.
    """

    def __init__(self, start: int, end: int, clock: SiteClock, width: int = WIDTH, left: int = LEFT) -> None:
        self.start, self.end, self.clock = start, end, clock
        self.width, self.left, self.right = width, left, width - (WIDTH - RIGHT)
        self.y = 4.0
        self.back: list[str] = []
        self.parts: list[str] = []
        self._scale = (self.right - left) / max(end - start, 1)

    def x(self, us: int) -> float:
        """Horizontal place of an instant, clipped to the plot."""
        if us <= self.start:
            return self.left
        return self.right if us >= self.end else self.left + (us - self.start) * self._scale

    def shows(self, us: int) -> bool:
        return self.start <= us <= self.end

    def lane(self, label: str, height: float, note: str = "") -> float:
        """Opens a lane under the last one and gives its top."""
        top = self.y
        self.y = top + height
        self.parts.append(f'<path class="sep" d="M0 {top:.1f}H{self.right}"/>')
        self.text(0, top + 13, label, "lane")
        if note:
            self.parts.append(f'<text class="note" x="0" y="{top + 26:.1f}">{escaped(note)}</text>')
        return top

    def bar(self, start: int, end: int, y: float, height: float, cls: str, title: str, *texts: str) -> None:
        """A bar from start to end; of its texts the first that fits."""
        if end <= self.start or start >= self.end:
            return
        left, right = self.x(start), self.x(end)
        width = max(right - left, 1.2)
        self.parts.append(
            f'<rect class="{cls}" x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}">'
            f"{self.named(title)}</rect>"
        )
        text = next((text for text in texts if width >= BOLD * len(text) + 4), "")
        if text:
            self.text(left + width / 2, y + height / 2 + 4, text, f"on {cls}-t")

    def mark(self, symbol: str, us: int, y: float, cls: str, title: str) -> None:
        """A symbol of the page's sprite, centred on its instant."""
        self.parts.append(
            f'<use href="#{symbol}" class="{cls}" x="{self.x(us):.1f}" y="{y:.1f}">{self.named(title)}</use>'
        )

    def text(self, x: float, y: float, text: str, cls: str = "t") -> None:
        self.parts.append(f'<text class="{cls}" x="{x:.1f}" y="{y:.1f}">{escaped(text)}</text>')

    def rule(self, us: int, top: float, bottom: float, cls: str, title: str = "", behind: bool = False) -> None:
        """A vertical line at an instant; `behind` all that is written."""
        x = self.x(us)
        name = self.named(title) if title else ""
        parts = self.back if behind else self.parts
        parts.append(f'<path class="{cls}" d="M{x:.1f} {top:.1f}V{bottom:.1f}">{name}</path>')

    @staticmethod
    def named(title: str) -> str:
        """What a mark says to who points at it."""
        return f"<title>{escaped(title)}</title>"

    def time_axis(self, t0: int) -> None:
        """Ticks at clock hours or at local midnights, with the day after the infusion's date (day 0). What has no room
        beside the label before it is left out."""
        hours = (self.end - self.start) / HOUR
        step = next((s for s in _HOUR_STEPS if hours / s <= _MAX_TICKS), None)
        base = self.clock.local(t0).date()
        ticks = self.clock.hours(self.start, self.end, step or 24)
        midnights = [us for us in ticks if self.clock.local(us).hour == 0]
        # Days are named at even distances: all, or every second, third …
        every = 1 if step else ceil(_DAY_WIDTH * len(ticks) / (self.right - self.left))
        dates = [self.x(us) for us in midnights]
        long = all(later - earlier >= _DATED_DAY_WIDTH for earlier, later in pairwise(dates)) and (
            # A label that would run over the picture's edge ends at its midnight instead.
            len(dates) < 2 or dates[-1] + _DATED_DAY_WIDTH / 2 <= self.width
            or dates[-1] - dates[-2] >= _DATED_DAY_WIDTH * 3 / 2
        )  # fmt: skip
        day_free = hour_free = 0.0
        for i, us in enumerate(ticks):
            local, x = self.clock.local(us), self.x(us)
            midnight = local.hour == 0
            self.back.append(f'<path class="{"day" if midnight else "tick"}" d="M{x:.1f} {self.y + 30:.1f}V@"/>')
            if i % every:
                continue
            day, date = f"day {(local.date() - base).days}".replace("-", "−"), f"{local.day} {local:%b}"
            upper, lower = (day, date) if not step or (midnight and not long) else (day, f"{local:%H:%M}")
            upper += f" · {date}" if step and long else ""
            # Where the picture begins between midnights its day is named, unless that hides the name of the next.
            alone = i == 0 and (not midnights or self.x(midnights[0]) - x > BOLD * len(upper) + _GAP)
            if midnight or alone or not step:
                end = self.axis_label(x, self.y + 11, upper, BOLD, " b", day_free)
                if end is None and not step:
                    continue
                day_free = end or day_free
            hour_free = self.axis_label(x, self.y + 24, lower, CHAR, "", hour_free) or hour_free
        self.y += 32

    def axis_label(self, x: float, y: float, text: str, letter: float, cls: str, free: float) -> float | None:
        """Writes a label centred at x, or ending there at the picture's edge; gives its end, None if it has no room
        from `free` on."""
        width = letter * len(text)
        inside = x + width / 2 <= self.width
        left = x - width / 2 if inside else x - width
        if left < free:
            return None
        self.parts.append(f'<text class="{"ax" if inside else "ax fin"}{cls}" x="{x:.1f}" y="{y:.1f}">{text}</text>')
        return left + width + _GAP

    def svg(self, name: str, title: str, description: str) -> Markup:
        """The picture; `name` makes its ids unique in the page."""
        height = self.y + 4
        back = "".join(part.replace("@", f"{self.y:.1f}") for part in self.back)
        return Markup(
            f'<svg class="pic w{self.width}" viewBox="0 0 {self.width} {height:.0f}" role="img" '
            f'aria-labelledby="{name}-t {name}-d">'
            f'<title id="{name}-t">{escaped(title)}</title><desc id="{name}-d">{escaped(description)}</desc>'
            f'{back}{"".join(self.parts)}<path class="sep" d="M0 {self.y:.1f}H{self.right}"/></svg>'
        )


def staggered(marks: list[tuple[float, str]], levels: int, width: float = WIDTH) -> tuple[list[tuple[int, bool]], int]:
    """(x, label) of marks in order of x → for each its level and whether its label fits there, and the levels used.
    width: of the picture they stand in.

    With all labels if some level has room for every one of them; else with those that differ from the one before; else
    the marks are spread first and only the labels that the next mark of their level leaves room for are written: the
    others are in the tooltip and the tables.
    """
    whole = [label for _, label in marks]
    changes = [label if i == 0 or label != whole[i - 1] else "" for i, label in enumerate(whole)]
    for labels in (whole, changes):
        ends = [_end(x, label) for (x, _), label in zip(marks, labels, strict=True)]
        found = _spread([(x - MARK, end) for (x, _), end in zip(marks, ends, strict=True)], levels)
        if found is not None:
            written = [bool(label) and end <= width for label, end in zip(labels, ends, strict=True)]
            return list(zip(found, written, strict=True)), max(found, default=0) + 1
    ends = [_end(x, label) for x, label in marks]
    spread = _spread([(x - MARK, x + MARK) for x, _ in marks], levels) or [i % levels for i in range(len(marks))]
    placed, following = [], [float(width)] * levels
    for (x, _), level, end in zip(reversed(marks), reversed(spread), reversed(ends), strict=True):
        placed.append((level, end <= following[level]))
        following[level] = x - MARK - _GAP / 2
    return placed[::-1], max(spread, default=0) + 1


def _end(x: float, label: str) -> float:
    """Where a mark and the label to its right end."""
    return x + MARK + (2 + CHAR * len(label) if label else 0)


def _spread(extents: list[tuple[float, float]], levels: int) -> list[int] | None:
    """First level with room for each (left, right), or None where some find none."""
    ends, found = [-1e9] * levels, []
    for left, right in extents:
        level = next((i for i in range(levels) if ends[i] + _GAP / 2 <= left), None)
        if level is None:
            return None
        ends[level] = right
        found.append(level)
    return found
