"""A measure over periods: points, centre line, control limits where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from crs_audit.report import words

if TYPE_CHECKING:
    from crs_audit.report.result import Trend

_HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT, _STEP = 156, 18, 114, 44, 12, 39


def run_chart(trend: Trend, title: str, kind: str = "trend") -> Markup:
    """Periods without a judged opportunity have no point; the number judged stands under each.

    kind: tells charts of one measure on one page apart.
    """
    width = _LEFT + _RIGHT + _STEP * max(len(trend.points), 4)

    def x(i: int) -> float:
        return _LEFT + _STEP * (i + 0.5)

    def y(share: float) -> float:
        return _BOTTOM - share * (_BOTTOM - _TOP)

    parts = []
    for share in (0.0, 0.5, 1.0):
        parts.append(f'<path class="sep" d="M{_LEFT} {y(share):.1f}H{width - _RIGHT}"/>')
        parts.append(f'<text class="lim" x="{_LEFT - 6}" y="{y(share) + 4:.1f}">{share * 100:.0f} %</text>')
    if trend.centre is not None:
        parts.append(f'<path class="centre" d="M{_LEFT} {y(trend.centre):.1f}H{width - _RIGHT}"/>')
    path, joined = "", False
    for i, point in enumerate(trend.points):
        for style, level in (("limit", point.low), ("limit", point.high), ("centre", point.centre)):
            if level is not None:
                parts.append(f'<path class="{style}" d="M{x(i) - _STEP / 2:.1f} {y(level):.1f}h{_STEP}"/>')
        if point.new_rules:
            edge = x(i) - _STEP / 2
            parts.append(f'<path class="rules" d="M{edge:.1f} {_TOP}V{_BOTTOM}"><title>other rules</title></path>')
            parts.append(f'<text class="ax" x="{edge:.1f}" y="{_TOP - 8}">other rules</text>')
        joined = joined and not point.breaks
        if point.judged:
            path += f"{'L' if joined else 'M'}{x(i):.1f} {y(point.met / point.judged):.1f}"
            joined = True
    if path:
        parts.append(f'<path class="ln run" d="{path}"/>')
    for i, point in enumerate(trend.points):
        told = f"{point.label}: {point.met} of {point.judged}"
        if point.judged:
            at = y(point.met / point.judged)
            parts.append(
                f'<use href="#m-apy" class="run" x="{x(i):.1f}" y="{at:.1f}"><title>{escape(told)}</title></use>'
            )
        month, _, year = point.label.partition(" ")
        parts.append(f'<text class="ax" x="{x(i):.1f}" y="{_BOTTOM + 16}">{escape(month)}</text>')
        if i == 0 or trend.points[i - 1].label.partition(" ")[2] != year:
            parts.append(f'<text class="ax b" x="{x(i):.1f}" y="{_BOTTOM + 38}">{escape(year)}</text>')
        parts.append(f'<text class="ax" x="{x(i):.1f}" y="{_BOTTOM + 27}">{point.judged}</text>')
    centre = f" Centre line {words.percent(trend.centre)}." if trend.centre is not None else ""
    name = f"{kind}-{trend.measure_id}"
    return Markup(
        f'<svg class="pic run" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}" role="img" '
        f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">Share met per period, with the number judged under each.{centre}</desc>'
        f"{''.join(parts)}</svg>"
    )
