"""From a run's treatment times: the share of episodes treated by each time, curve by curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.cohort.treatment_times import (
    AMOUNT,
    CAP,
    DATE_ONLY,
    GRADE_2,
    GRADE_3,
    NO_MAR,
    ONSET,
    STEROID,
    TOCILIZUMAB,
)
from crs_audit.report import words
from crs_audit.report.statistics import CENSORED, HAPPENED, PRECLUDED, cumulative_incidence

if TYPE_CHECKING:
    from crs_audit.protocol.load import Protocol

HOUR = 60.0
SHOWN = {GRADE_2: 12 * HOUR, GRADE_3: 12 * HOUR, ONSET: 72 * HOUR}
"""What is counted from, in the order it is drawn, and how many minutes of it the picture shows."""
TABLED = (1 * HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR)
"""Minutes by which the table counts."""
QUARTILES = (0.25, 0.5, 0.75)
WHY_LEFT_OUT = {
    NO_MAR: "without a medication record", CAP: "with the cap of tocilizumab reached before",
    DATE_ONLY: "with a dose of known date only", AMOUNT: "with a dose of unknown amount first",
}  # fmt: skip
_DRAWN = (TOCILIZUMAB, STEROID)
_NEVER = "not reached"


@dataclass(frozen=True)
class Curve:
    """The episodes of one anchor, and by when they had one drug."""

    drug: str
    since: str
    n: int
    """Episodes counted: treated or not, ended or not."""
    treated: int
    censored: int
    """Untreated when their follow-up ended before the episode did."""
    left_out: tuple[tuple[str, int], ...]
    """(why in words, episodes)"""
    times: tuple[float, ...]
    """Minutes of the treated ones, rising."""
    steps: tuple[tuple[float, float], ...]
    """(minutes, share treated from then on)"""
    known_to: float | None
    """Minutes beyond which nobody was watched any more who could still have been treated; None: known to the end."""

    def share_by(self, minutes: float) -> float | None:
        """The share treated by then; None where it is not known."""
        if self.known_to is not None and minutes > self.known_to:
            return None
        return max((share for at, share in self.steps if at <= minutes), default=0.0)

    def treated_by(self, minutes: float) -> int:
        return sum(at <= minutes for at in self.times)

    def time_of(self, share: float) -> float | None:
        """The minutes after which at least this share was treated; None where it never was."""
        # A share of counts that ought to be a half is one half of rounding short of it.
        return next((at for at, reached in self.steps if reached >= share - 1e-9), None)


@dataclass(frozen=True)
class Target:
    """A time of the protocol that a curve is held against."""

    minutes: float
    text: str
    amber: bool = False


def curves(times: pl.DataFrame) -> dict[str, tuple[Curve, ...]]:
    """What is counted from → its curves, tocilizumab first; of `cohort.treatment_times` of a run. Those without an
    episode are left out."""
    parts = times.partition_by("since", "drug", as_dict=True) if len(times) else {}
    found: dict[str, tuple[Curve, ...]] = {}
    for since in SHOWN:
        made = [_curve(drug, since, parts[since, drug]) for drug in _DRAWN if (since, drug) in parts]
        if made:
            found[since] = tuple(made)
    return found


def _curve(drug: str, since: str, rows: pl.DataFrame) -> Curve:
    counted = rows.filter(pl.col("left_out").is_null())
    observed = [_observed(*row) for row in counted.select("minutes", "followed", "ended").iter_rows()]
    last = max(observed, default=(0.0, HAPPENED))
    why = rows.get_column("left_out").drop_nulls().value_counts().sort("left_out")
    return Curve(
        drug=drug,
        since=since,
        n=counted.height,
        treated=sum(how == HAPPENED for _, how in observed),
        censored=sum(how == CENSORED for _, how in observed),
        left_out=tuple((WHY_LEFT_OUT[code], n) for code, n in why.iter_rows()),
        times=tuple(sorted(at for at, how in observed if how == HAPPENED)),
        steps=tuple(cumulative_incidence(observed)),
        known_to=last[0] if last[1] == CENSORED else None,
    )


def _observed(minutes: float | None, followed: float, ended: bool) -> tuple[float, int]:
    if minutes is not None:
        return minutes, HAPPENED
    return followed, PRECLUDED if ended else CENSORED


def targets(protocol: Protocol, since: str) -> tuple[Target, ...]:
    """The times of the rules in force that the curves of `since` are held against, the earliest first."""

    def minutes(key: str) -> float:
        return protocol.span(key).total_seconds() / HOUR

    found: list[Target] = []
    for measure, drug, from_, target, amber in (
        ("G2-02", TOCILIZUMAB, GRADE_2, "target", "amber"),
        ("G3-02", TOCILIZUMAB, GRADE_3, "after", None),
        ("G3-03", STEROID, GRADE_3, "target", "amber"),
    ):
        if from_ != since or measure not in protocol.measures:
            continue
        due = minutes(f"{measure}.{target}")
        found.append(Target(due, f"{measure} {drug}: {words.span(due)}"))
        if amber and minutes(f"{measure}.{amber}") > due:
            late = minutes(f"{measure}.{amber}")
            found.append(Target(late, f"{measure} amber: {words.span(late)}", amber=True))
    return tuple(sorted(found, key=lambda one: (one.minutes, one.text)))


def band(protocol: Protocol, since: str) -> float | None:
    """Minutes of a band of the delay since onset; None for another anchor, or where that rule is off."""
    if since != ONSET or "PIT-01" not in protocol.measures:
        return None
    return protocol.span("PIT-01.band").total_seconds() / HOUR


def tabled(found: Mapping[str, tuple[Curve, ...]]) -> list[dict[str, Any]]:
    """A row a curve for the table: curve, (treated, share) by each of TABLED, the median with the quartiles in
    words."""
    return [
        {
            "curve": curve,
            "by": [(curve.treated_by(at), curve.share_by(at)) for at in TABLED],
            "quartiles": _quartiles(*map(curve.time_of, QUARTILES)),
        }
        for made in found.values()
        for curve in made
    ]


def _quartiles(lower: float | None, middle: float | None, upper: float | None) -> str:
    if lower is None:
        return _NEVER
    told = [_NEVER if at is None else words.span(at) for at in (lower, middle, upper)]
    return f"{told[1]} ({told[0]}; {told[2]})"
