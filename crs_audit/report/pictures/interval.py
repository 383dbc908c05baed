"""A rate with its interval as a small bar from 0 to 100 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from crs_audit.report import words

if TYPE_CHECKING:
    from crs_audit.report.result import MeasureSummary

_WIDTH, _HEIGHT, _PAD = 150, 16, 5


def interval_bar(measure: MeasureSummary) -> Markup:
    """Diamond = the share the interval belongs to, line = 95 % interval. Where that share is the rate, hatch = where
    the rate could lie, were all indeterminate known. Where it is of infusions, the diamond is hollow, and the rate,
    which is of something else, is not drawn."""
    if measure.rate is None or measure.low is None or measure.high is None:
        return Markup("")
    other = of_infusions(measure)
    parts = [f'<rect class="track" x="{_PAD}" y="5" width="{_WIDTH - 2 * _PAD}" height="6"/>']
    if not other and measure.bound_low is not None and measure.bound_high is not None and measure.n_indeterminate:
        left, right = _x(measure.bound_low), _x(measure.bound_high)
        parts.append(f'<rect class="no" x="{left:.1f}" y="2" width="{max(right - left, 1):.1f}" height="12"/>')
    parts.append(f'<path class="half" d="M{_x(0.5):.1f} 3V13"/>')
    low, high = _x(measure.low), _x(measure.high)
    parts.append(f'<path class="ci" d="M{low:.1f} 8H{high:.1f}M{low:.1f} 4.5V11.5M{high:.1f} 4.5V11.5"/>')
    share = _share(measure)
    title = f"95 % interval {interval_text(measure)}"
    if share is not None:
        at, cls = _x(share), "pt inf" if other else "pt"
        parts.append(f'<path class="{cls}" d="M{at:.1f} 2.5L{at + 5:.1f} 8L{at:.1f} 13.5L{at - 5:.1f} 8Z"/>')
        title = f"{words.percent(share)}{' of infusions with all met' if other else ''}, {title}"
    if not other and (bounds := bounds_text(measure)):
        title += f", {bounds} were everything not judgeable known"
    return Markup(
        f'<svg class="bar" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def of_infusions(measure: MeasureSummary) -> bool:
    """Whether the interval is of infusions with every judged opportunity met, and so not that of the rate."""
    return measure.interval_unit == "infusions"


def _share(measure: MeasureSummary) -> float | None:
    return share_of_infusions(measure) if of_infusions(measure) else measure.rate


def share_of_infusions(measure: MeasureSummary) -> float | None:
    """Of the infusions with something judged, those with all of it met; None where it may not be told."""
    met, of = measure.interval_met, measure.interval_of
    return None if met is None or not of else met / of


def interval_said(measure: MeasureSummary) -> str:
    """The interval with the share it is of, where that is not the rate: `57 of 59 infusions: 96.6 %, 88.5–99.1 %`."""
    share = share_of_infusions(measure) if of_infusions(measure) else None
    if share is None or measure.low is None:
        return interval_text(measure)
    of = f"{words.count(measure.interval_of)} {words.plural(measure.interval_of, 'infusion')}"
    return f"{words.count(measure.interval_met)} of {of}: {words.percent(share)}, {interval_text(measure)}"


def bounds_text(measure: MeasureSummary) -> str:
    """`76.5–80.0 %`: where the rate would lie, were everything not judgeable known. Empty where nothing is unknown."""
    if measure.rate is None or not measure.n_indeterminate or measure.bound_low is None or measure.bound_high is None:
        return ""
    return f"{measure.bound_low * 100:.1f}–{measure.bound_high * 100:.1f}\u202f%"


def interval_text(measure: MeasureSummary) -> str:
    """`70.1–95.0 %`, empty without a rate."""
    if measure.low is None or measure.high is None:
        return ""
    return f"{measure.low * 100:.1f}–{measure.high * 100:.1f}\u202f%"


def _x(share: float) -> float:
    return _PAD + share * (_WIDTH - 2 * _PAD)
