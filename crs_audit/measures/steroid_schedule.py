"""Grade 3 that lasts: steroids every six hours through its first day."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import CELLS, drivers_at, drivers_of, within_episodes
from crs_audit.measures.blocks import ANCHOR, chain, counted, from_then, in_words, minutes, runs, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.medication.steroids import DECIMALS

SINCE, UNTIL = pl.col("since"), pl.col("until")


@measure("G3-04", opened_by=("vitals",))
def steroids_through_the_day(case: Case) -> Opportunities:
    """The first run of grade 3 or more that lasts: steroids of its first day add up to the text's total, or doses worth
    the text's dexamethasone are begun at once and go on without a long gap. Grade 4 that day asks for more."""
    rows = _with_run(case.episodes_from(3), case)
    rows, severe = _with_grade_4(rows, case)
    rows, given = _with_total(rows, case)
    dex, least = pl.col("dex_mg"), case.value("medication.steroid_dose")
    rows, dosed = _on_schedule(rows, case, case.steroids.filter(dex >= least), "kept")
    rows, possible = _on_schedule(rows, case, case.steroids.filter((dex >= least).fill_null(True)), "may_be_kept")
    total, enough, period = pl.col("total"), case.value("G3-04.total"), case.said("G3-04.period")
    done = (total >= enough) | pl.col("kept")
    possibly = done | (pl.col("unclear") > 0) | pl.col("may_be_kept")
    return (
        Opportunities(rows)
        .exclude("grade_4", pl.col("severe"))
        .require(
            f"{case.said('G3-04.total')} in the first {period}, or doses of {case.said('medication.steroid_dose')} "
            f"with gaps ≤ {case.said('G3-04.gap')}",
            pl.when(done).then(pl.lit(True)).when(~possibly).then(pl.lit(False)), by=UNTIL, table="mar",
            fails="too_little", unknown="amount",
            cites=pl.concat([frame.select("key", "dose") for frame in (given, dosed, possible)]).unique(),
        )
        .cite("lasting grade 3 begins", drivers_at(rows, SINCE))
        .cite("grade 4 that day", severe)
        .measured(total, "mg dexamethasone-equivalent", f"≥ {enough:g}")
        .tell(pl.format(
            f"Steroids charted as worth {{}} mg dexamethasone in the first {period} of lasting grade 3, which began "
            f"{{}}; {{}} of {least:g} mg or more in a row, {{}} of unknown amount",
            in_words(total), from_then(minutes(ANCHOR, SINCE), "grade 3"), counted(pl.col("kept_doses"), "dose"),
            pl.col("unclear").cast(pl.String)))
    )  # fmt: skip


def _with_run(rows: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Those of `rows` with grade 3 or more for the whole period; adds since (its start) and until (the period's
    end)."""
    period = case.span("G3-04.period")
    segments = case.grading.segments.join(rows, on="infusion", how="semi")
    lasting = runs(segments, pl.col("grade") >= 3, lasting=period).rename({"start": "time"})
    found = within(rows, lasting, pl.col("onset"), pl.col("over"), until_included=False)
    first = found.group_by("key").agg(since=pl.col("time").min())
    return rows.join(first, on="key", maintain_order="left").with_columns(until=SINCE + period)


def _with_grade_4(rows: pl.DataFrame, case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds `severe` (grade 4 in the period), with the rows that grade rests on."""
    severe = within_episodes(rows, case, pl.col("grade") >= 4).filter(pl.col("start") < UNTIL)
    severe = severe.filter(pl.col("end") > SINCE)
    marked = rows.with_columns(severe=pl.col("key").is_in(severe["key"].implode()))
    # Those of several stretches may be the same.
    asked = severe.select("key", "infusion", grade_at=pl.max_horizontal("start", "since"))
    return marked, drivers_of(case, asked).select(CELLS).unique()


def _with_total(rows: pl.DataFrame, case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds total (mg dexamethasone-equivalent of the period's doses) and unclear (doses of unknown amount); and gives
    the doses."""
    given = within(rows, case.steroids, SINCE, UNTIL, until_included=False)
    told = given.group_by("key").agg(total=pl.col("dex_mg").sum())
    rows = rows.join(told, on="key", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("total").fill_null(0).round(DECIMALS))
    return with_count(rows, given.filter(pl.col("dex_mg").is_null()), "unclear"), given


def _on_schedule(rows: pl.DataFrame, case: Case, doses: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds <name> (the first of `doses` came in time, and no gap up to the period's end is too long) and <name>_doses
    (doses up to the first such gap); and gives those."""
    gap = case.span("G3-04.gap")
    found = chain(within(rows, doses, SINCE - case.span("G3-04.before"), UNTIL, until_included=False), gap)
    ends = found.group_by("key").agg(_first=pl.col("time").min(), _last=pl.col("time").max())
    told = rows.join(ends, on="key", how="left", maintain_order="left")
    kept = (pl.col("_first") <= SINCE + case.span("G3-04.target")) & (pl.col("_last") + gap >= UNTIL)
    told = told.with_columns(kept.fill_null(False).alias(name)).drop("_first", "_last")
    return with_count(told, found, f"{name}_doses"), found
