"""Grade 1: supportive care alone."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, persisting_fever, reading_at, with_cap
from crs_audit.measures.blocks import (
    ANCHOR,
    NO_TOCILIZUMAB,
    TOCILIZUMAB_DOSE,
    below,
    counted,
    from_then,
    minutes,
    only_first,
    too_late,
    with_count,
    with_first_by,
    within,
)
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.due import due_around
from crs_audit.measures.hlh import hlh_suspected
from crs_audit.measures.icans import icans_beside, with_icans
from crs_audit.measures.opportunities import NOTHING, Opportunities
from crs_audit.vocabulary.load import load_vocabulary
from crs_audit.vocabulary.match import concepts_of

first = pl.col("first")


@measure("G1-01", opened_by=("vitals",))
def antipyretic_at_onset(case: Case) -> Opportunities:
    """Every episode: an antipyretic from shortly before to shortly after its onset. Aspirin in antiplatelet amounts is
    none."""
    antipyretics = case.medication.sparing.filter(pl.col("kind") == "antipyretic")
    told = due_around(case.episodes_from(1), antipyretics, case, "G1-01", "antipyretic", "onset")
    return told.cite("onset", drivers_at(told.rows))


@measure("G1-02", opened_by=("vitals",))
def intravenous_fluid(case: Case) -> Opportunities:
    """Every episode: crystalloid by vein given or running in the time from onset on. A bag runs to its end, or for a
    default time where none is charted."""
    rows, due = case.episodes_from(1), ANCHOR + case.span("G1-02.after")
    running = _running_crystalloid(case, rows, due)
    charted = within(rows, case.given("crystalloid", ("iv",)), ANCHOR, due)
    rows = rows.with_columns(given=pl.col("key").is_in(pl.concat([charted["key"], running["key"]]).unique().implode()))
    said = f"crystalloid by vein in the {case.said('G1-02.after')} from onset on"
    charted = charted.join(running, on="key", how="anti")
    found = pl.concat([only_first(running), only_first(charted)], how="diagonal")
    return (
        Opportunities(rows)
        .require(said, pl.col("given"), by=due, table="mar", cites=found)
        .cite("onset", drivers_at(rows))
        .tell(pl.when("given").then(pl.lit(f"{said[0].upper()}{said[1:]}")).otherwise(pl.lit(f"No {said}")))
    )


def _running_crystalloid(case: Case, rows: pl.DataFrame, until: pl.Expr) -> pl.DataFrame:
    """Crystalloid doses that run at some time from the opportunities' anchor to `until`, by key and time."""
    drugs, by_vein = sorted(concepts_of("crystalloid")), pl.col("route").is_null() | (pl.col("route") == "iv")
    doses = case.in_window(
        case.medication.doses.filter(pl.col("drug").is_in(drugs) & by_vein).select("infusion", "dose", "time", "end"),
        from_t0=False,
    )
    end = pl.coalesce("end", pl.col("time") + case.span("G1-02.runs"))
    pairs = rows.select("key", "infusion", since=ANCHOR, until=until).join(doses, on="infusion")
    running = pairs.filter((pl.col("time") <= pl.col("until")) & (end > pl.col("since")))
    return running.select("key", "infusion", "dose", "time").sort("key", "time", "dose")


@measure("G1-04", opened_by=("vitals",))
def antibiotic_if_neutropenic(case: Case) -> Opportunities:
    """Episodes that begin in neutropenia: a broad-spectrum antibiotic from before to after their onset."""
    rows, counts = _neutropenic(case, case.episodes_from(1))
    due = ANCHOR + case.span("G1-04.after")
    given = case.given("antibiotic_broad", ("iv", "im"))
    rows, found = with_first_by(rows, given, ANCHOR - case.span("G1-04.before"), due)
    before, after = case.said("G1-04.before"), case.said("G1-04.after")
    value = minutes(ANCHOR, first)
    return (
        Opportunities(rows)
        .leave_open(case.episode_without("labs", 1), "labs")
        .require(
            f"broad-spectrum antibiotic {before} before to {after} after onset", pl.col("in_time"), by=due,
            table="mar", fails=too_late(first), cites=found,
        )
        .cite("neutropenia", counts)
        .cite("onset", drivers_at(rows))
        .measured(value, "min", f"−{before} to {after}")
        .tell(pl.when(first.is_null())
              .then(pl.lit(f"Neutropenia at onset, no broad-spectrum antibiotic charted from {before} before it on"))
              .otherwise(pl.format(f"Neutropenia at onset, first broad-spectrum antibiotic {{}} (due by {after})",
                                   from_then(value, "it"))))
    )  # fmt: skip


def _neutropenic(case: Case, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Those of `rows` whose last neutrophil count before the anchor, or without one whose last white cell count, is
    low; and the counts that say so. Of several at one instant the lowest holds."""
    counts = within(rows, case.labs("anc", "wbc"), ANCHOR - case.span("G1-04.count_age"), ANCHOR)
    anc, wbc = (
        counts.filter(pl.col("lab") == lab)
        .with_columns(low=below(case.value(f"G1-04.{lab}")))
        .filter(pl.col("low").is_not_null())
        for lab in ("anc", "wbc")
    )
    used = pl.concat([anc, wbc.join(anc, on="key", how="anti")]).sort("key", "time", "source", "row")
    low = used.filter(pl.col("time") == pl.col("time").max().over("key")).filter("low")
    return rows.join(low, on="key", how="semi", maintain_order="left"), low


@measure("G1-05", opened_by=("mar",))
def gcsf_given(case: Case) -> Opportunities:
    """Infusions with G-CSF, which the text allows: how many rows of the window say it was given."""
    rows = case.every_infusion
    found = within(rows, case.given("gcsf"), pl.col("t0"), pl.col("w"), until_included=False)
    rows, given = with_count(rows, found, "given").filter(pl.col("given") > 0), pl.col("given")
    return (
        Opportunities(rows)
        .cite("G-CSF given", found)
        .measured(given, "rows", NOTHING)
        .tell(pl.format("G-CSF given in the window in {}", counted(given, "MAR row")))
    )


@measure("G1-06", opened_by=("vitals",))
def supportive_care_alone(case: Case) -> Opportunities:
    """Episodes never above grade 1: no tocilizumab and no treatment steroid before the end. Exempt if every such
    dose has a reason: HLH suspected, ICANS close by, fever that persisted, a product that permits early steroids."""
    rows = case.episodes_from(1).filter(pl.col("max_grade") == 1)
    rows = persisting_fever(case, rows)
    until = pl.col("over")
    tocilizumab = within(rows, case.tocilizumab, ANCHOR, until, until_included=False)
    steroids = within(rows, case.treatment, ANCHOR, until, until_included=False)
    rows = with_count(with_count(rows, tocilizumab, "tocilizumab"), steroids, "steroids")
    doses = pl.concat(
        [
            tocilizumab.select("key", "infusion", "time", steroid=pl.lit(False)),
            steroids.select("key", "infusion", "time", steroid=pl.lit(True)),
        ]
    )
    rows = rows.join(_reasons(case, rows, doses), on="key", how="left")
    unchecked = ~pl.col("has_labs") | pl.lit(case.lacks("assessments", "icans_grade") is not None)
    return (
        Opportunities(rows)
        .require(
            "no tocilizumab at grade 1", pl.col("tocilizumab") == 0, table="mar", fails="tocilizumab",
            cites=tocilizumab,
        )
        .require(
            "no treatment steroid at grade 1", pl.col("steroids") == 0, table="mar", fails="steroid", cites=steroids
        )
        .exempt(pl.format("exempt: {}", "why"), pl.col("all_exempt"), unchecked=unchecked)
        .cite("HLH suspected", _ferritin(case, doses))
        .cite("ICANS close to a dose", icans_beside(doses, case))
        .measured(pl.col("tocilizumab") + pl.col("steroids"), "doses", "0")
        .tell(pl.format("Grade 1 throughout, with {} and {}", counted(pl.col("tocilizumab"), TOCILIZUMAB_DOSE),
                        counted(pl.col("steroids"), "treatment steroid dose")))
    )  # fmt: skip


def _ferritin(case: Case, doses: pl.DataFrame) -> pl.DataFrame:
    """The ferritin that raised the suspicion of HLH, for opportunities with a dose at or after it."""
    found = doses.join(hlh_suspected(case), on="infusion").filter(pl.col("time") >= pl.col("hlh_at"))
    return found.select("key", "source", "row", "raw_value", time="hlh_at").unique().sort("key")


def _reasons(case: Case, rows: pl.DataFrame, doses: pl.DataFrame) -> pl.DataFrame:
    """key, all_exempt (every one of `doses` has an exemption), why (the exemptions)."""
    known = (
        with_icans(doses, case)
        .join(rows.select("key", "persisted", "product"), on="key")
        .join(hlh_suspected(case).select("infusion", "hlh_at"), on="infusion", how="left")
    )
    early = pl.col("steroid") & pl.col("product").is_in(sorted(load_vocabulary().early_steroid_products))
    why = (
        pl.when(pl.col("time") >= pl.col("hlh_at"))
        .then(pl.lit("HLH suspected"))
        .when(pl.col("icans"))
        .then(pl.lit("ICANS"))
        .when(pl.col("time") >= pl.col("persisted"))
        .then(pl.lit("fever persisted"))
        .when(early)
        .then(pl.lit("product permits early steroids"))
    )
    return (
        known.with_columns(why=why)
        .group_by("key")
        .agg(
            all_exempt=pl.col("why").is_not_null().all(),
            why=pl.col("why").drop_nulls().unique().sort().str.join("; "),
        )
    )


@measure("G1-07", opened_by=("vitals",))
def tocilizumab_for_persisting_fever(case: Case) -> Opportunities:
    """Episodes whose fever persisted without grade 2: tocilizumab from onset to shortly after it had."""
    rows = persisting_fever(case, case.episodes_from(1)).filter(pl.col("persisted").is_not_null())
    rows = with_cap(rows.with_columns(anchor="persisted"), case)
    due = ANCHOR + case.span("shared.persisting_fever_deadline")
    rows, found = with_first_by(rows, case.tocilizumab, pl.col("onset"), due)
    value, limit = minutes(ANCHOR, first), case.said("shared.persisting_fever_deadline")
    return (
        Opportunities(rows)
        .exclude("cap", pl.col("capped"))
        .require(
            f"tocilizumab from onset to {limit} after fever had persisted", pl.col("in_time"), by=due, table="mar",
            fails=too_late(first), cites=found,
        )
        .cite("onset", drivers_at(rows, pl.col("onset")))
        .cite("fever persisted", reading_at(case, rows, "temperature"))
        .measured(value, "min", f"≤ {limit}")
        .tell(pl.when(first.is_null()).then(pl.lit(f"Fever persisted at grade 1. {NO_TOCILIZUMAB} from onset on"))
              .otherwise(pl.format(f"Fever persisted at grade 1, first tocilizumab {{}} (limit {limit})",
                                   from_then(value, "that"))))
    )  # fmt: skip
