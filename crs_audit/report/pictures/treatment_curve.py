"""The share of episodes treated as time passes: a step curve for each drug, with the protocol's times as lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil

from markupsafe import Markup, escape

from crs_audit.report import words
from crs_audit.report.time_to_treatment import HOUR, Curve, Target

_WIDTH, _LEFT, _RIGHT, _PLOT, _ROW = 420, 40, 336, 170, 13
_LABEL = 27
"""Two lines of text at the end of a curve."""
_STEPS = (1, 2, 3, 6, 12, 24)
_MAX_TICKS = 7


def treatment_curves(
    curves: Sequence[Curve], targets: Sequence[Target], band: float | None, span: float, then: str, head: int = 0
) -> Markup:
    """Curves of one anchor over `span` minutes from it. band: minutes of the bands in the ground, if any; then: what
    the anchor is, in words; head: room above the plot that other pictures beside this one need, of `head_room`."""
    span = max(span, *(2 * one.minutes for one in targets), 0)
    top = max(head, head_room(targets, band))
    bottom = top + _PLOT

    def x(minutes: float) -> float:
        return _LEFT + min(minutes, span) / span * (_RIGHT - _LEFT)

    def y(share: float) -> float:
        return bottom - share * _PLOT

    parts = _bands(band, span, x, top) if band else []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path class="sep" d="M{_LEFT} {y(share):.1f}H{_RIGHT}"/>')
        parts.append(f'<text class="lim" x="{_LEFT - 6}" y="{y(share) + 4:.1f}">{share * 100:.0f} %</text>')
    for row, due in enumerate(targets):
        at, cls = x(due.minutes), "due amber" if due.amber else "due"
        line = top - _ROW * (len(targets) - row) + 6 - (18 if band else 0)
        parts.append(f'<path class="{cls}" d="M{at:.1f} {line - 3}V{bottom}"/>')
        parts.append(f'<text class="t" x="{at + 4:.1f}" y="{line + 4}">{escape(due.text)}</text>')
    hours = span / HOUR
    step = next((s for s in _STEPS if hours / s <= _MAX_TICKS), _STEPS[-1])
    for hour in range(0, int(hours) + 1, step):
        parts.append(f'<path class="base" d="M{x(hour * HOUR):.1f} {bottom}v4"/>')
        parts.append(f'<text class="ax" x="{x(hour * HOUR):.1f}" y="{bottom + 16}">{hour}</text>')
    parts.append(f'<text class="ax" x="{(_LEFT + _RIGHT) / 2}" y="{bottom + 31}">hours since {escape(then)}</text>')
    drawn = [(one, [(at, share) for at, share in one.steps if at <= span]) for one in curves if one.n]
    for one, steps in drawn:
        path = f"M{x(0):.1f} {y(0):.1f}" + "".join(f"H{x(at):.1f}V{y(share):.1f}" for at, share in steps)
        end = span if one.known_to is None else min(one.known_to, span)
        parts.append(f'<path class="ln {one.drug}" d="{path}H{x(end):.1f}"/>')
    heights = _apart([y(steps[-1][1] if steps else 0.0) for _, steps in drawn], top, bottom)
    for (one, steps), height in zip(drawn, heights, strict=True):
        told = words.percent(steps[-1][1] if steps else 0.0)
        parts.append(f'<text class="t b {one.drug}" x="{_RIGHT + 5}" y="{height + 2:.1f}">{one.drug}</text>')
        parts.append(f'<text class="t" x="{_RIGHT + 5}" y="{height + 14:.1f}">{told}, n {one.n}</text>')
    name = f"since-{curves[0].since}"
    return Markup(
        f'<svg class="pic curve" viewBox="0 0 {_WIDTH} {bottom + 38}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">Share of episodes treated by hours since {escape(then)}</title>'
        f'<desc id="{name}-d">The same numbers are in the table below.</desc>{"".join(parts)}</svg>'
    )


def head_room(targets: Sequence[Target], band: float | None) -> int:
    """Height above the plot that the texts of limits and bands take."""
    return 6 + _ROW * len(targets) + (18 if band else 0)


def _bands(band: float, span: float, x: Callable[[float], float], top: float) -> list[str]:
    """Every second band as a shade, numbered as the measure counts them."""
    edges = pairwise(band * i for i in range(ceil(span / band) + 1))
    parts = []
    for i, (left, right) in enumerate(edges):
        if i % 2:
            shape = f'x="{x(left):.1f}" y="{top}" width="{x(right) - x(left):.1f}" height="{_PLOT}"'
            parts.append(f'<rect class="after" {shape}/>')
        parts.append(f'<text class="ax" x="{(x(left) + x(right)) / 2:.1f}" y="{top - 10}">{i}</text>')
    return [*parts, f'<text class="lim" x="{_LEFT - 6}" y="{top - 10}">band</text>']


def _apart(wanted: list[float], top: float, bottom: float) -> list[float]:
    """Heights near the wanted ones that leave room for a label each, in the same order from top to bottom."""
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    found = dict.fromkeys(order, 0.0)
    free = top
    for place, i in enumerate(order):
        # Leaves room for those that follow.
        most = bottom - _LABEL * (len(order) - place) + _LABEL / 2
        found[i] = max(free, min(wanted[i], most))
        free = found[i] + _LABEL
    return [found[i] for i in range(len(wanted))]
