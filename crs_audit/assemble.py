"""The shards' frames and the intake's counts → the one result, and the tables of `data/`."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from typing import Any

import polars as pl

from crs_audit import __version__
from crs_audit.accounting import accounting_rows
from crs_audit.deidentify.columns import allowed
from crs_audit.deidentify.report import nameless, told_accounting, without_lookups
from crs_audit.engine.work import ShardOutcome
from crs_audit.intake.sources import Source
from crs_audit.intake.take_in import Intake
from crs_audit.protocol.load import Protocol
from crs_audit.quality.run import Quality, quality
from crs_audit.quality.suspects import RunClock
from crs_audit.report.attrition import attrition
from crs_audit.report.result import ACCOUNTING, ATTRITION, AuditResult
from crs_audit.report.summaries import summarise
from crs_audit.report.tables import profile_tables, with_files
from crs_audit.settings import Settings

LIBRARIES = ("polars", "pandera", "fastexcel", "openpyxl", "jinja2", "typer")


@dataclass(frozen=True)
class Assembled:
    """A finished run: the result the pages are made from, the tables of `data/`, accounting rows, and notes for who
    runs it alone."""

    result: AuditResult
    tables: dict[str, pl.DataFrame]
    accounting: list[dict[str, Any]]
    for_the_desk: tuple[str, ...] = ()


def assemble(
    settings: Settings,
    protocol: Protocol,
    intake: Intake,
    outcomes: Sequence[ShardOutcome],
    frames: dict[str, pl.DataFrame],
    profile: Mapping[str, Sequence[pl.DataFrame]],
    clock: RunClock,
    tokens: dict[str, str],
) -> Assembled:
    """frames: those of `work.PARTS`, of all shards. profile: `quality.shard.PARTS`, each as the shards left it."""
    duplicates: dict[int, int] = {}
    for outcome in outcomes:
        for source, n in outcome.duplicates.items():
            duplicates[source] = duplicates.get(source, 0) + n
    accounting = accounting_rows(intake, duplicates)
    unaudited = tuple(sorted(patient for outcome in outcomes for patient in outcome.unaudited))
    patients = sum(outcome.patients for outcome in outcomes)
    on_rules = _notes_on_rules(settings, protocol, not tokens)
    infusions = with_grades(frames, tokens)
    rejects = intake.rejects.with_columns(pl.col("source").cast(pl.UInt16), pl.col("row").cast(pl.UInt32))
    if settings.deidentify_by is not None:
        # Before anything counts by reason.
        rejects = rejects.with_columns(reason=without_lookups(pl.col("reason")))
    counts = pl.DataFrame([{name: row[name] for name in ACCOUNTING} for row in accounting], schema=ACCOUNTING)
    looks = quality(profile, rejects, counts, intake.facts, clock.infusions_after, settings.max_rejected)
    listed = settings.deidentify_by is None
    on_rows = _notes_on_rows(len(unaudited), accounting, clock, listed=listed)
    # Follow-up of patients whose dates were moved is no longer before or after the extract's last row.
    on_follow_up = _notes_on_follow_up(infusions, looks.tables, settings.charted_until) if listed else ()
    without_names = (*on_rows, *on_follow_up, *on_rules)
    result = AuditResult(
        program_version=__version__,
        input_name=settings.input.resolve().name,
        generated=settings.as_of,
        timezone=settings.timezone,
        timezone_defaulted=settings.timezone_defaulted,
        protocol=protocol,
        parameters_hash=protocol.hash,
        infusions=infusions,
        timeline=frames["timeline"],
        episodes=frames["episodes"],
        results=frames["results"],
        evidence=frames["evidence"],
        flags=frames["flags"],
        measures=summarise(frames["results"], protocol, settings.measures),
        attrition=pl.DataFrame(schema=ATTRITION),
        accounting=counts,
        rejects=rejects,
        unmatched=intake.unmatched.drop("some_patients"),
        quality=looks,
        treatment=frames["treatment_times"],
        outside_period=intake.infusions.height - infusions.height,
        sources=intake.extract.sources,
        looked_up=intake.extract.looked_up,
        skipped=intake.extract.skipped,
        unaudited=unaudited,
        notes=(*intake.notes, *without_names),
        notes_without_names=without_names,
        notes_on_rules=on_rules,
        patients=patients,
        libraries={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    )
    result = replace(result, attrition=pl.DataFrame(attrition(result), schema=ATTRITION))
    if settings.deidentify_by is not None:
        result = nameless(result, settings.deidentify_by, settings.policies)
        accounting = told_accounting(accounting, result.sources)
    tables = data_tables(frames, infusions, result.rejects, result.attrition, result.quality, result.sources)
    if result.deidentified:
        tables = {name: allowed(frame, name) for name, frame in tables.items()}
    return Assembled(result, tables, accounting)


def data_tables(
    frames: dict[str, pl.DataFrame],
    infusions: pl.DataFrame,
    rejects: pl.DataFrame,
    steps: pl.DataFrame,
    looks: Quality,
    sources: Sequence[Source],
) -> dict[str, pl.DataFrame]:
    """The tables of `data/`. frames: as in `assemble`; infusions: `with_grades`; rejects, steps (the
    attrition): of the result; looks: its profile."""
    files = pl.DataFrame(
        [(source.number, source.file, source.sheet) for source in sources],
        schema={"source": pl.UInt16, "source_file": pl.String, "sheet": pl.String},
        orient="row",
    )
    return {
        "infusions": with_files(infusions.drop("infusion", strict=False), files),
        "episodes": frames["episodes"],
        "timeline": frames["timeline"],
        "results": frames["results"],
        "evidence": with_files(frames["evidence"], files),
        "flags": with_files(frames["flags"], files),
        "rejects": with_files(rejects, files),
        "attrition": steps,
        "cohort": frames["cohort"],
        "steroid_days": frames["steroid_days"],
        **profile_tables(looks, files),
    }


def with_grades(frames: dict[str, pl.DataFrame], tokens: dict[str, str]) -> pl.DataFrame:
    """One row per audited infusion with its token and its highest grades; null where no vitals were charted."""
    grades = frames["episodes"].group_by("infusion_id").agg(
        pl.col("max_grade").max(), pl.col("strict_max_grade").max(), episodes=pl.len().cast(pl.UInt16)
    )  # fmt: skip
    observed = frames["timeline"].group_by("infusion_id").agg(observed=pl.col("observed").any())
    named = pl.DataFrame(list(tokens.items()), schema={"infusion_id": pl.String, "token": pl.String}, orient="row")
    zero = pl.when("observed").then(pl.lit(0, pl.UInt8))
    return (
        frames["infusions"]
        .drop("episodes", "max_grade", "strict_max_grade", "token", strict=False)
        .join(named, on="infusion_id", how="left")
        .join(grades, on="infusion_id", how="left")
        .join(observed, on="infusion_id", how="left")
        .with_columns(
            pl.col("max_grade").fill_null(zero),
            pl.col("strict_max_grade").fill_null(zero),
            pl.col("episodes").fill_null(0),
        )
        .drop("observed")
        .sort("infusion_id")
    )


def _rejected(accounting: list[dict[str, Any]]) -> str:
    """`2 of 381 rows of mar, 1 of 2,350 rows of vitals`: a share that tells a slip from a column mapped wrongly."""
    counts = {row["table"]: [0, 0] for row in accounting}
    for row in accounting:
        counts[row["table"]][0] += row["rejected"]
        counts[row["table"]][1] += row["read"]
    return ", ".join(f"{n:,} of {read:,} rows of {table}" for table, (n, read) in sorted(counts.items()) if n)


def _notes_on_rows(
    unaudited: int, accounting: list[dict[str, Any]], clock: RunClock, *, listed: bool
) -> tuple[str, ...]:
    """listed: whether the report names the patients without an infusion."""
    notes = []
    if unaudited:
        who = "1 patient has" if unaudited == 1 else f"{unaudited:,} patients have"
        where = ", listed on the data-quality page" if listed else ""
        notes.append(f"{who} rows but no infusion: not audited{where}")
    if clock.infusions_after:
        one = clock.infusions_after == 1
        lie = "1 infusion lies" if one else f"{clock.infusions_after:,} infusions lie"
        notes.append(f"{lie} after the time of this run: shifted dates?")
    if rejected := _rejected(accounting):
        notes.append(f"rejected: {rejected}; reasons are on the data-quality page and in data/rejects.csv")
    return tuple(notes)


def _notes_on_follow_up(infusions: pl.DataFrame, tables: pl.DataFrame, charted_until: datetime | None) -> list[str]:
    """infusions: INFUSIONS; tables: those of the profile."""
    charted = tables.filter(pl.col("table").is_in(["vitals", "labs", "mar"]))
    last = pl.lit(charted.get_column("latest").max())
    if charted_until is not None:
        later = charted.filter(pl.col("latest") > charted_until).height
        return ["rows are charted after charted_until: was the extract made then? They count as done"] if later else []
    open_stays = infusions.filter((pl.col("e_source") == "adt") & (pl.col("e") > last)).height
    if not open_stays:
        return []
    who = "1 infusion is" if open_stays == 1 else f"{open_stays:,} infusions are"
    return [
        f"{who} followed, by the ward stays, beyond the last charted row of the extract: what was due after it counts "
        "as not done; say when the extract was made (charted_until)"
    ]


def _notes_on_rules(settings: Settings, protocol: Protocol, none: bool) -> tuple[str, ...]:
    notes = []
    if settings.timezone_defaulted:
        notes.append("no time zone was set: clock times without an offset are taken as UTC (set `timezone`)")
    if settings.period:
        first, after = settings.period
        days = f"from {first} up to, and not on, {after}" if settings.deidentify_by is None else "of a period not told"
        notes.append(f"only infusions {days}")
        if none:
            notes.append("no infusion lies in the period: there was nothing to judge")
    if settings.charted_until:
        notes.append("what was due after the extract was made (charted_until) is not judged")
    if protocol.changes:
        titles = " and ".join(policy.title for policy in settings.policies)
        n = len(protocol.changes)
        what = "1 rule differs" if n == 1 else f"{n} rules differ"
        notes.append(f"{what} from the default protocol, by {titles}: see the methods page")
    if settings.measures is not None:
        notes.append("only measures " + ", ".join(sorted(settings.measures)))
    return tuple(notes)
