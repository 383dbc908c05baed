"""The counts of the whole run: the first page's heads, the steps of the attrition, the sums of summary.json."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.report import words

SEVERE = 3
"""Least grade of severe CRS (ASTCT grades 3 and 4)."""


@dataclass(frozen=True)
class Headline:
    """Counts of a run; one that may not be told outside is None."""

    rows_read: int | None
    rows_accepted: int | None
    rows_rejected: int | None
    rows_duplicates: int | None
    patients: int | None
    """With an accepted row in any table."""
    patients_with_infusion: int | None
    infusions: int
    """Audited ones, as all that follows."""
    with_episode: int | None
    """Infusions with a CRS episode."""
    severe: int | None
    """Infusions whose highest grade is 3 or 4."""
    ungraded: int | None
    """Infusions without vital signs."""
    grades: tuple[tuple[int | None, int], ...] | None
    """(highest grade, infusions); None = not gradable."""
    episodes: int | None
    opportunities: int | None
    """Of the measures with a rate, as `judged` and `indeterminate`: what only informs is neither met nor missed."""
    judged: int | None
    indeterminate: int | None
    fallouts: int | None
    amber: int | None
    """Of the fallouts."""
    with_fallout: int | None
    """Infusions with a fallout."""

    @property
    def patients_without_infusion(self) -> int | None:
        if self.patients is None or self.patients_with_infusion is None:
            return None
        return self.patients - self.patients_with_infusion

    @property
    def indeterminate_share(self) -> float | None:
        """Of the opportunities; None for none."""
        return None if self.indeterminate is None or not self.opportunities else self.indeterminate / self.opportunities

    @property
    def rejected_share(self) -> float | None:
        """Of the rows read; None for none."""
        return None if self.rows_rejected is None or not self.rows_read else self.rows_rejected / self.rows_read


def headline(
    infusions: pl.DataFrame,
    episodes: pl.DataFrame,
    results: pl.DataFrame,
    accounting: pl.DataFrame,
    patients: int,
    patients_with_infusion: int,
) -> Headline:
    """Counted from the frames of a result (INFUSIONS, its episodes, RESULTS, ACCOUNTING)."""
    rows = accounting.select(pl.col("read", "accepted", "rejected", "duplicates").sum()).row(0, named=True)
    highest = infusions.get_column("max_grade")
    some = results.filter(pl.col("opportunity") > 0)
    rated = some.filter(pl.col("kind") != INFORMATIONAL)
    missed = some.filter((pl.col("status") == "not_met") & (pl.col("kind") == "R"))
    return Headline(
        rows_read=rows["read"],
        rows_accepted=rows["accepted"],
        rows_rejected=rows["rejected"],
        rows_duplicates=rows["duplicates"],
        patients=patients,
        patients_with_infusion=patients_with_infusion,
        infusions=infusions.height,
        with_episode=infusions.filter(pl.col("episodes") > 0).height,
        severe=int((highest >= SEVERE).sum()),
        ungraded=highest.null_count(),
        grades=tuple(highest.value_counts().sort("max_grade", nulls_last=True).iter_rows()),
        episodes=episodes.height,
        opportunities=rated.height,
        judged=rated.filter(pl.col("status").is_in(["met", "not_met"])).height,
        indeterminate=rated.filter(pl.col("status") == "indeterminate").height,
        fallouts=missed.height,
        amber=sum(words.head(reason) == words.AMBER for reason in missed.get_column("reason")),
        with_fallout=missed.get_column("infusion_id").n_unique(),
    )
