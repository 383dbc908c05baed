"""What a person should know of an extract before reading verdicts made from it: one line each, no patient, no value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from crs_audit.intake.rejects import FAHRENHEIT_SUSPECT, UNKNOWN_NAME
from crs_audit.intake.sources import Extract

FEVER = ("temperature",)
PRESSURE = ("sbp", "map")


def notes_of(
    extract: Extract,
    *,
    read: Mapping[int, int],
    vitals: frozenset[str],
    infusions: pl.DataFrame,
    rejects: pl.DataFrame,
    car_t_days: int,
    without_action: Mapping[str, int],
) -> tuple[str, ...]:
    """read: rows by source. vitals: kinds that occur in accepted rows. rejects: REJECTS. car_t_days: MAR rows of a
    CAR-T product with a date alone. without_action: drug of the audit → rows whose action no vocabulary knows."""
    lines = [*_sources(extract, read), *extract.warnings]
    if "vitals" in extract.tables:
        lines += _not_charted(vitals)
        lines += _all_rejected(vitals, rejects)
    lines += _drugs(rejects, without_action)
    lines += _patients(infusions)
    if "infusions" not in extract.tables and car_t_days:
        lines.append(f"{car_t_days} MAR rows of a CAR-T product have a date without a time: they begin no infusion")
    if extract.skipped:
        # Their names may tell of a patient: the pages list them, the terminal does not.
        several = len(extract.skipped)
        one, more = "1 file, folder or sheet belongs", f"{several} files, folders or sheets belong"
        what = f"{one} to no table and was" if several == 1 else f"{more} to no table and were"
        lines.append(f"{what} not read; data-quality.html lists them")
    return tuple(lines)


def _sources(extract: Extract, read: Mapping[int, int]) -> Iterator[str]:
    for source in extract.sources:
        records = extract.records(source)
        if not read[source.number] and records:
            what = f"the mapping of table {source.table} leaves out all {records:,} records"
            yield f"{source.place}: {what}; look at its where"
        elif not read[source.number]:
            yield f"{source.place}: table {source.table} has a header and no rows"
        if parts := extract.parts(source):
            became = f"{records:,} records became {records + parts:,} rows"
            yield f"{source.place}: {became} of table {source.table} by a lookup that matches several rows"
        aside = pl.concat(found) if (found := extract.aside(source)) else None
        if aside is not None and aside.height:
            names = aside.get_column("text").n_unique()
            yield (
                f"{source.place}: {aside.get_column('count').sum():,} rows of {names:,} names that the audit does not "
                f"know were left aside (table {source.table}); data-quality.html lists the names"
            )


def _not_charted(vitals: frozenset[str]) -> Iterator[str]:
    if not vitals.intersection(FEVER):
        yield "no temperature was accepted from the whole extract: no fever can be seen, and no CRS episode begins"
    if not vitals.intersection(PRESSURE):
        yield "no blood pressure was accepted from the whole extract: hypotension cannot be seen"


def _all_rejected(vitals: frozenset[str], rejects: pl.DataFrame) -> Iterator[str]:
    lost = rejects.filter(
        (pl.col("table") == "vitals") & pl.col("name").is_not_null() & ~pl.col("name").is_in(list(vitals))
    )
    for name, reason, n in lost.group_by("name", "reason").len().sort("name", "reason").iter_rows():
        yield f"no row of {name} was accepted: {n:,} were rejected with {reason!r}"


def no_temperature(input_path: Path, vitals: frozenset[str], rejects: pl.DataFrame) -> str | None:
    """Why an extract cannot be audited whose temperatures are all rejected, or under a name nobody knows: it would
    show no fever, and so no CRS, in anybody."""
    if vitals.intersection(FEVER):
        return None
    of_vitals = rejects.filter(pl.col("table") == "vitals")
    lost = of_vitals.filter(pl.col("name").is_in(FEVER))
    if lost.height:
        reason, n = lost.group_by("reason").len().sort("len", "reason", descending=[True, False]).row(0)
        cure = 'if they are °F, say so: units.temperature = "°F"' if reason == FAHRENHEIT_SUSPECT else "map the table"
        what = f"all {lost.height:,} temperatures were rejected, {n:,} of them with {reason!r}"
        return f"{input_path}: {what}, and without them no fever can be seen; {cure} in crs-audit.toml"
    if of_vitals.filter(pl.col("reason") == UNKNOWN_NAME).height:
        what = "no row of vitals is a temperature, and some have names nobody knows"
        return f"{input_path}: {what}; map the names (values.vital in crs-audit.toml), `crs-audit validate` lists them"
    return None


def _drugs(rejects: pl.DataFrame, without_action: Mapping[str, int]) -> Iterator[str]:
    lost = rejects.filter((pl.col("table") == "mar") & pl.col("name").is_not_null())
    if lost.height:
        counts = lost.group_by("name").len().sort("len", "name", descending=[True, False]).iter_rows()
        yield f"rejected MAR rows name drugs of the audit ({_counted(dict(counts))}): verdicts may miss these doses"
    if without_action:
        told = _counted(dict(sorted(without_action.items(), key=lambda item: (-item[1], item[0]))))
        yield f"MAR rows of drugs of the audit have an action nobody knows ({told}): none counts as given"


def _counted(counts: Mapping[str, int], most: int = 6) -> str:
    told = [f"{name} {n:,}" for name, n in list(counts.items())[:most]]
    return ", ".join(told) + (", …" if len(counts) > most else "")


def _patients(infusions: pl.DataFrame) -> Iterator[str]:
    """One number for two people: hospitals that number their patients alike."""
    for column, what in (("birth_date", "birth dates"), ("site", "sites")):
        several = infusions.group_by("patient_id").agg(pl.col(column).drop_nulls().n_unique())
        n = several.filter(pl.col(column) > 1).height
        if n:
            who = "1 patient id has" if n == 1 else f"{n:,} patient ids have"
            cure = "if two hospitals number alike, join site and id (join.patient_id)"
            yield f"{who} several {what}: is it one person? {cure}"
