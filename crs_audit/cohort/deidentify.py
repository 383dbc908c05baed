"""A cohort without names and true dates, by a key that only the site holds.

It is a careful pseudonym, not a guarantee: rare courses, weights and sites stay what they are, and nobody's law or
review board has judged it. Who holds the key can go back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from crs_audit.errors import UsageError
from crs_audit.tokens import keyed_number, keyed_token

LEAST_KEY = 16
"""Characters of a key: patients' numbers are few enough to try them all against a short one."""
SHIFT_FROM, SHIFT_KINDS = 30, 365
"""A patient's dates are moved into the past by so many whole days or up to a year more: enough to hide the season."""
OLDEST = 90
"""Ages above 89 are few; all are told as this."""

TOKENS = ("infusion_id", "patient_id", "site")
WORDS = ("product", "vasopressors", "follow_up_source", "crp_peak_bound", "ferritin_peak_bound")
"""Texts that hold words of the program's own lists and no text of the extract. All other texts are left out."""
HIDDEN = (*TOKENS, "age_years")
"""Columns whose values no criterion tells; nor those of any time."""


def checked_key(key: str | None) -> str:
    """The key to de-identify by. UsageError where there is none, or a short one."""
    if not key:
        raise UsageError("--deidentify needs the site's key: set CRS_AUDIT_SITE_KEY, or give --site-key")
    if len(key) < LEAST_KEY:
        raise UsageError(f"the site's key is too short to hide anybody by; take one of at least {LEAST_KEY} characters")
    return key


def patients_of(cohort: pl.DataFrame, key: str) -> pl.DataFrame:
    """patient_id, _token, _back (days to move dates back), _clock (what a UTC clock lacks to the site's at the first
    infusion): of every patient of a run, so that a choice of infusions changes none of it."""
    local = pl.col("infusion_time").dt.replace_time_zone(None)
    utc = pl.col("infusion_time").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    first = cohort.sort("infusion_time").group_by("patient_id", maintain_order=True).agg(_clock=(local - utc).first())
    ids = first.get_column("patient_id").to_list()
    days = [SHIFT_FROM + keyed_number("shift", id_, key, SHIFT_KINDS) for id_ in ids]
    return first.with_columns(
        _token=pl.Series([keyed_token("patient", id_, key) for id_ in ids], dtype=pl.String),
        _back=pl.Series([timedelta(days=n) for n in days], dtype=pl.Duration("us")),
    )


def deidentified(frame: pl.DataFrame, patients: pl.DataFrame, owners: pl.DataFrame, key: str) -> pl.DataFrame:
    """A frame with infusion_id, in an order that tells nothing: ids and site as tokens, times moved back by the
    patient's days and told by the clock of the patient's first infusion, ages in whole years and grouped, texts left
    out.

    patients: of `patients_of`; owners: infusion_id, patient_id.
    """
    known = frame.drop("patient_id", strict=False).join(owners, on="infusion_id").join(patients, on="patient_id")
    told = {name: _cell(name, dtype) for name, dtype in frame.schema.items()}
    rows = known.select(cell.alias(name) for name, cell in told.items() if cell is not None)
    for name in ("infusion_id", "site"):
        if name in rows.columns:
            rows = rows.with_columns(_tokens(rows[name], name, key))
    dates = [name for name, dtype in rows.schema.items() if dtype == pl.Date]
    return rows.sort("infusion_id", *dates)


def _cell(name: str, dtype: pl.DataType) -> pl.Expr | None:
    if name == "patient_id":
        return pl.col("_token")
    if isinstance(dtype, pl.Datetime):
        utc = pl.col(name).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return utc + pl.col("_clock") - pl.col("_back")
    if dtype == pl.Date:
        return pl.col(name) - pl.col("_back")
    if name == "age_years":
        return pl.min_horizontal(pl.col(name).floor(), pl.lit(float(OLDEST)))
    text_left_out = dtype == pl.String and name not in (*TOKENS, *WORDS)
    return None if text_left_out else pl.col(name)


def _tokens(texts: pl.Series, kind: str, key: str) -> pl.Series:
    distinct = texts.drop_nulls().unique().to_list()
    found: Mapping[str, str] = {text: keyed_token(kind, text, key) for text in distinct}
    return texts.replace_strict(found, default=None, return_dtype=pl.String)
