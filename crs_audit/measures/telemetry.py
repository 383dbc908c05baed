"""Continuous monitoring from grade 2 on."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, within_episodes
from crs_audit.measures.blocks import ANCHOR, from_then, in_words, minutes, united, with_first
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities

KINDS = {"telemetry": "Telemetry", "continuous_oximetry": "continuous oximetry"}
"""Kind of procedure → how the sentence calls it."""


@measure("MON-04", opened_by=("vitals",))
def telemetry_and_oximetry(case: Case) -> Opportunities:
    """Grade 2 or higher: telemetry and continuous oximetry, each begun by the deadline and running without a break to
    the end of the episode's last grade 2 or more, or of follow-up if that comes first."""
    due, rows = ANCHOR + case.span("MON-04.after"), _with_last_end(case.episodes_from(2), case)
    opened, told, limit = Opportunities(rows), [], f"by {case.said('MON-04.after')} after grade 2"
    for kind, name in KINDS.items():
        opened.rows, cited = _with_run(opened.rows, case, kind, due)
        begun = pl.col(f"{kind}_begun")
        opened.require(
            f"{kind} begun {limit} and running to the end of the last grade 2", pl.col(f"{kind}_whole"), by=due,
            fails=pl.when(begun.is_null()).then(pl.lit("not_done")).otherwise(pl.lit("stopped")),
            lacking=case.lacks("procedures", kind), cites=cited,
        )  # fmt: skip
        told.append(
            pl.when(begun.is_null())
            .then(pl.format(f"{name}: none charted as running at grade 2 or begun {limit}{{}}", _later(kind)))
            .otherwise(pl.format(f"{name}: {{}}, {{}}{{}}", _begun(begun), _ended(kind), _later(kind)))
        )
    return opened.cite("grade 2 reached", drivers_at(rows)).tell(pl.concat_str(told, separator="; "))


def _with_last_end(rows: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Adds `until`: the end of the episode's last grade 2 or more, or of follow-up if that comes first."""
    last = within_episodes(rows, case, pl.col("grade") >= 2).group_by("key").agg(until=pl.col("end").max())
    known = rows.join(last, on="key", how="left", maintain_order="left")
    return known.with_columns(until=pl.min_horizontal("until", "e"))


def _with_run(rows: pl.DataFrame, case: Case, kind: str, due: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds <kind>_begun, <kind>_ended (null = still running) and <kind>_whole (it reaches `until`) of the last run that
    began by `due` and was not over by grade 2, and <kind>_later (when one began after `due`); and gives the charted
    rows from its beginning on, or of all where none did."""
    charted = case.procedures(kind)
    runs = united(charted.select("infusion", "end", start="time"))
    asked = rows.select("key", "infusion", "anchor", "until", due=due).join(runs, on="infusion")
    whole = pl.col("end").is_null() | (pl.col("end") >= pl.col("until"))
    # One that was over by grade 2 is none of it.
    begun = asked.filter((pl.col("start") <= pl.col("due")) & (whole | (pl.col("end") > ANCHOR)))
    # No run reaches further than the last one that has begun.
    last = begun.sort("key", "start").unique("key", keep="last", maintain_order=True)
    later = asked.filter((pl.col("start") > pl.col("due")) & (pl.col("start") < pl.col("until")))
    told = last.select(
        "key",
        pl.col("start").alias(f"{kind}_begun"),
        pl.col("end").alias(f"{kind}_ended"),
        whole.alias(f"{kind}_whole"),
    )
    known = with_first(rows, later.select("key", time="start"), f"{kind}_later")
    known = known.join(told, on="key", how="left", maintain_order="left").with_columns(
        pl.col(f"{kind}_whole").fill_null(False)
    )
    near = known.select("key", "infusion", "until", since=f"{kind}_begun").join(charted, on="infusion")
    cited = near.filter(
        (pl.col("time") <= pl.col("until")) & (pl.col("since").is_null() | (pl.col("time") >= pl.col("since")))
    )
    return known, cited.drop("infusion", "until", "since", "end")


def _begun(begun: pl.Expr) -> pl.Expr:
    return pl.format("begun {}", from_then(minutes(ANCHOR, begun), "grade 2"))


def _later(kind: str) -> pl.Expr:
    since = pl.format(", then begun {}", from_then(minutes(ANCHOR, pl.col(f"{kind}_later")), "grade 2"))
    return pl.when(~pl.col(f"{kind}_whole")).then(since).fill_null("")


def _ended(kind: str) -> pl.Expr:
    short = in_words(minutes(pl.col(f"{kind}_ended"), pl.col("until")))
    return (
        pl.when(pl.col(f"{kind}_whole"))
        .then(pl.lit("running to the end of the last grade 2 or of follow-up"))
        .otherwise(pl.format("ended {} min before the end of the last grade 2 or of follow-up", short))
    )
