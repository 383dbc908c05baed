"""Which exit code a finished run ends with: limits on rejects and on what is unknown, conditions to fail on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crs_audit import errors
from crs_audit.settings import Settings


def beyond(share: float | None, limit: float | None) -> bool:
    """Whether a share is known and larger than a limit that is set."""
    return share is not None and limit is not None and share > limit


def exit_code(settings: Settings, summary: Mapping[str, Any]) -> int:
    """The exit code of a run with this summary.json; rejects and the unknown outrank conditions."""
    counts = summary["counts"]
    if beyond(counts["rejected_share"], settings.max_rejected) or beyond(
        counts["indeterminate_share"], settings.max_indeterminate
    ):
        return errors.REJECTS
    rates = {measure["measure_id"]: measure["rate"] for measure in summary["measures"]}
    for condition in settings.fail_on:
        if condition.measure is None:
            hit = counts["fallouts"] > 0
        else:
            rate = rates.get(condition.measure)
            hit = rate is not None and condition.below is not None and rate < condition.below
        if hit:
            return errors.HIT
    return errors.OK
