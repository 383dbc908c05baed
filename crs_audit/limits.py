"""Which exit code a finished run ends with: limits on rejects and on what is unknown, conditions to fail on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crs_audit import errors
from crs_audit.settings import Settings


@dataclass(frozen=True)
class Condition:
    """A limit or condition that was set, and whether the run hits it."""

    text: str
    """As a person would say it: `G2-02<90%`."""
    value: float | None
    """A share or rate (0 to 1), or the number of fallouts; None: there was nothing to judge."""
    hit: bool
    exit_code: int


def beyond(share: float | None, limit: float | None) -> bool:
    """Whether a share is known and larger than a limit that is set."""
    return share is not None and limit is not None and share > limit


def conditions(settings: Settings, summary: Mapping[str, Any]) -> tuple[Condition, ...]:
    """All that are set, held against a run's summary.json."""
    counts = summary["counts"]
    rates = {measure["measure_id"]: measure["rate"] for measure in summary["measures"]}
    found = []
    for name, share, limit in (
        ("rows rejected", counts["rejected_share"], settings.max_rejected),
        ("opportunities indeterminate", counts["indeterminate_share"], settings.max_indeterminate),
    ):
        if limit is not None:
            found.append(Condition(f"{name} > {limit:.4g}", share, beyond(share, limit), errors.REJECTS))
    for one in settings.fail_on:
        value = counts["fallouts"] if one.measure is None else rates.get(one.measure)
        hit = value is not None and (value > 0 if one.below is None else value < one.below)
        found.append(Condition(one.text, value, hit, errors.HIT))
    return tuple(found)


def exit_code(found: Iterable[Condition]) -> int:
    """The exit code of a run; rejects and the unknown outrank conditions."""
    return max((condition.exit_code for condition in found if condition.hit), default=errors.OK)


def told(found: Sequence[Condition]) -> list[str]:
    """A line for each condition that is hit, and for each of which nothing could be judged."""
    lines = [f"exit code {one.exit_code}: {one.text}" for one in found if one.hit]
    return lines + [f"{one.text}: nothing was judged, so it is not hit" for one in found if one.value is None]
