"""A rate with its interval as a small bar from 0 to 100 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from crs_audit.report import words

if TYPE_CHECKING:
    from crs_audit.report.result import MeasureSummary

_WIDTH, _HEIGHT, _PAD = 150, 16, 5


def interval_bar(measure: MeasureSummary) -> Markup:
    """Diamond = rate, line = 95 % interval, hatch = where the rate could lie, were all indeterminate known."""
    if measure.rate is None or measure.low is None or measure.high is None:
        return Markup("")
    parts = [f'<rect class="track" x="{_PAD}" y="5" width="{_WIDTH - 2 * _PAD}" height="6"/>']
    if measure.bound_low is not None and measure.bound_high is not None and measure.n_indeterminate:
        left, right = _x(measure.bound_low), _x(measure.bound_high)
        parts.append(f'<rect class="no" x="{left:.1f}" y="2" width="{max(right - left, 1):.1f}" height="12"/>')
    parts.append(f'<path class="half" d="M{_x(0.5):.1f} 3V13"/>')
    low, high, at = _x(measure.low), _x(measure.high), _x(measure.rate)
    parts.append(f'<path class="ci" d="M{low:.1f} 8H{high:.1f}M{low:.1f} 4.5V11.5M{high:.1f} 4.5V11.5"/>')
    parts.append(f'<path class="pt" d="M{at:.1f} 2.5L{at + 5:.1f} 8L{at:.1f} 13.5L{at - 5:.1f} 8Z"/>')
    title = f"{words.percent(measure.rate)}, 95 % interval {interval_text(measure)}"
    return Markup(
        f'<svg class="bar" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def interval_text(measure: MeasureSummary) -> str:
    """`70.1–95.0 %`, empty without a rate."""
    if measure.low is None or measure.high is None:
        return ""
    return f"{measure.low * 100:.1f}–{measure.high * 100:.1f}\u202f%"


def _x(share: float) -> float:
    return _PAD + share * (_WIDTH - 2 * _PAD)
