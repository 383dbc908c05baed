"""Which infusions a run reports on: all, or those of a period; and whether the extract can hold them."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from crs_audit import errors
from crs_audit.settings import Settings


def audited_of(settings: Settings, infusions: pl.DataFrame) -> list[str]:
    """infusion_ids to report on, in order: all, or those whose local date lies in the period."""
    if settings.period is not None:
        first, after = settings.period
        day = pl.col("t0").dt.convert_time_zone(settings.timezone).dt.date()
        chosen = infusions.filter((day >= first) & (day < after))
        if chosen.is_empty() and not _quiet(first, after, infusions.select(day).to_series(), settings):
            raise errors.InputError(f"{settings.input}: no infusion lies in the period; nothing was published")
        infusions = chosen
    return infusions.sort("patient_id", "t0").get_column("infusion_id").to_list()


def _quiet(first: date, after: date, days: pl.Series, settings: Settings) -> bool:
    """Whether a period without an infusion is one in which there could have been some: it begins after the first of the
    extract and is over. Any other is a slip of the pen, or of the extract. days: local dates of all infusions."""
    now = (settings.charted_until or settings.as_of).astimezone(ZoneInfo(settings.timezone)).date()
    return bool((days <= first).any()) and after <= now


def refuse_impossible_end(settings: Settings, infusions: pl.DataFrame) -> None:
    """Raises UsageError where the extract cannot have been made when charted_until says: what was not due by then is
    not judged, so that a slip of the pen makes a better month."""
    until = settings.charted_until
    if until is None:
        return
    if until > settings.as_of + timedelta(days=1):
        raise errors.UsageError("charted_until lies in the future; give when the extract was made")
    later = infusions.filter(pl.col("t0") >= until).height
    if later:
        raise errors.UsageError(f"charted_until lies before {later:,} of the infusions; give when the extract was made")
