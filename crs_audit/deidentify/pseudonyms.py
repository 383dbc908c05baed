"""Whom the key names how: a token for every patient, infusion and site, and the days each patient is moved back by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import polars as pl

from crs_audit.tokens import keyed_number, keyed_token

SHIFT_FROM, SHIFT_KINDS = 30, 365
"""A patient's dates are moved into the past by so many whole days or up to a year more: enough to hide the season."""


def tokens_for(texts: Sequence[str], kind: str, key: str) -> dict[str, str]:
    """Text → token; kind: `patient`, or the name of the column the text is an id of."""
    return {text: keyed_token(kind, text, key) for text in texts}


@dataclass(frozen=True)
class Pseudonyms:
    """people: infusion_id, patient_id, _infusion and _patient (their tokens), _back (days to move dates back), _clock
    (what a UTC clock lacks to the site's at the patient's first infusion), in an order that tells nothing: by token of
    the patient, then by time. `timezone`: the site's."""

    people: pl.DataFrame
    key: str
    timezone: str

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Token of an infusion → itself, the name of its page, in the order of the report."""
        return {token: token for token in self.people.get_column("_infusion")}

    def true_ends(self, infusions: pl.DataFrame) -> pl.DataFrame:
        """patient_id, t0, e of de-identified infusions (infusion_id, t0, e), moved back to where they were in UTC: for
        counts that only who runs it is told."""
        moved = infusions.join(self.people, left_on="infusion_id", right_on="_infusion", suffix="_true")
        on = pl.col("_back") - pl.col("_clock")
        return moved.select(patient_id="_patient", t0=pl.col("t0") + on, e=pl.col("e") + on)

    def told(self, column: str, texts: pl.Series) -> pl.Series:
        """A column of ids or sites as tokens."""
        distinct = texts.drop_nulls().unique().to_list()
        kind = "infusion_id" if column in _INFUSIONS else column
        found: Mapping[str, str] = tokens_for(distinct, kind, self.key)
        return texts.replace_strict(found, default=None, return_dtype=pl.String)


_INFUSIONS = ("infusion_id", "baseline_of", "token")
"""Columns that name an infusion."""


def pseudonyms(infusions: pl.DataFrame, key: str, timezone: str) -> Pseudonyms:
    """infusions: infusion_id, patient_id, infusion_time (with a zone) of every audited infusion of a run, so that a
    choice among them changes no token and no day."""
    site = pl.col("infusion_time").dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    utc = pl.col("infusion_time").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    first = infusions.sort("infusion_time").group_by("patient_id", maintain_order=True).agg(_clock=(site - utc).first())
    patients = first.get_column("patient_id").to_list()
    days = [SHIFT_FROM + keyed_number("shift", id_, key, SHIFT_KINDS) for id_ in patients]
    moved = first.with_columns(
        _patient=pl.Series(list(tokens_for(patients, "patient", key).values()), dtype=pl.String),
        _back=pl.Series([timedelta(days=n) for n in days], dtype=pl.Duration("us")),
    )
    ids = infusions.get_column("infusion_id").to_list()
    named = infusions.select("infusion_id", "patient_id", "infusion_time").with_columns(
        _infusion=pl.Series(list(tokens_for(ids, "infusion_id", key).values()), dtype=pl.String)
    )
    people = named.join(moved, on="patient_id").sort("_patient", "infusion_time", "_infusion").drop("infusion_time")
    return Pseudonyms(people, key, timezone)
