"""One audit in this process: what it said, and what it found, told in records of the clean extract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import polars as pl
from typer.testing import CliRunner

from crs_audit.cli import app
from crs_audit.protocol.load import load_protocol
from tests.corruption.clean import SETTINGS, Table, as_csv, clean
from tests.corruption.wreck import Wreck
from tests.functional.extract import AS_OF

SHARES = 3
FOUND = ("results", "evidence", "timeline", "episodes")


@dataclass(frozen=True)
class Audit:
    """Exit code, stdout and stderr; the published tables and summary, none if refused."""

    code: int
    out: str
    err: str
    tables: dict[str, pl.DataFrame]
    summary: dict[str, Any] | None
    left_behind: list[str]


def audit(folder: Path, out: Path, share: int) -> Audit:
    """`crs-audit run` on an extract, with the grading and a share (0 …) of the measures: scoring takes most of the
    time, and between them the cases have all."""
    measures = ",".join(sorted(load_protocol().measures)[share::SHARES])
    flags = ["--out", str(out), "--jobs", "1", "--as-of", AS_OF, "--measures", measures]
    done = CliRunner().invoke(app, ["run", str(folder), *flags])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    tables, summary = {}, None
    if out.exists():
        tables = {name: pl.read_parquet(out / "data" / f"{name}.parquet") for name in (*FOUND, "rejects")}
        summary = json.loads((out / "summary.json").read_text("utf-8"))
    left = [path.name for path in out.parent.iterdir() if path.name not in (folder.name, out.name, f".{out.name}.lock")]
    return Audit(done.exit_code, done.stdout, done.stderr, tables, summary, left)


def validation(folder: Path) -> tuple[int, str, dict[str, Any] | None]:
    """`crs-audit validate` on an extract: exit code, all it said, its answer as a document."""
    done = CliRunner().invoke(app, ["validate", str(folder), "--json"])
    return done.exit_code, done.stdout + done.stderr, json.loads(done.stdout) if done.stdout else None


def write(folder: Path, wreck: Wreck | None = None) -> Path:
    """The clean extract with the wreck in place of its table."""
    folder.mkdir()
    (folder / "crs-audit.toml").write_text(SETTINGS)
    for name, table in clean().items():
        if wreck is None or name != wreck.table:
            (folder / f"{name}.csv").write_bytes(as_csv(table.header, list(table.records)))
    for name, content in (wreck.files if wreck else {}).items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            content(folder / name)
    return folder


@cache
def of_clean(share: int) -> dict[str, pl.DataFrame]:
    """What the clean extract gives, in its own records."""
    return of_table("vitals", clean()["vitals"], tuple(range(len(clean()["vitals"].records))), share)


@cache
def of_table(name: str, table: Table, numbers: tuple[int, ...], share: int) -> dict[str, pl.DataFrame]:
    """What the clean extract gives with these records in place of a table's own; `numbers`: the records they are."""
    wreck = Wreck(
        name, {f"{name}.csv": as_csv(table.header, list(table.records))}, {f"{name}.csv": [*enumerate(numbers, 2)]}
    )
    # Without its pages, which take a third of the time.
    with TemporaryDirectory() as temporary, patch("crs_audit.audit.render_site"):
        done = audit(write(Path(temporary) / "x", wreck), Path(temporary) / "r", share)
    assert done.code == 0, done.err
    return in_clean_records(done.tables, wreck)


def in_clean_records(tables: dict[str, pl.DataFrame], wreck: Wreck) -> dict[str, pl.DataFrame]:
    """Results, evidence, timeline and episodes, the evidence's rows as tables and numbers of clean records."""
    files = {f"{name}.csv": [(n + 2, n) for n in range(len(table.records))] for name, table in clean().items()}
    places = [
        (file, number, file.split(".")[0].split("_")[0], of)
        for file, records in {**files, **wreck.records}.items()
        for number, of in records
    ]
    schema = {"source_file": pl.String, "source_row": pl.UInt32, "table": pl.String, "record": pl.UInt32}
    known = pl.DataFrame(places, schema=schema, orient="row")
    evidence = tables["evidence"].join(known, on=["source_file", "source_row"], how="left")
    assert evidence.filter(pl.col("source_row").is_not_null() & pl.col("record").is_null()).is_empty()
    evidence = evidence.drop("source_file", "sheet", "source_row")
    return {**{name: tables[name] for name in FOUND}, "evidence": evidence.sort(pl.all())}
