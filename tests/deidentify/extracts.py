"""An extract of which every text is marked, and what tests look at in a report."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tests.functional.extract import Rows, crs_audit, many_marked, tables, write

KEY = "a key of more than sixteen"
WITH_KEY = {"CRS_AUDIT_SITE_KEY": KEY}
MARK = "zqvxk"
"""Stands in every text of the extract that could name somebody; in no word of the program and no token."""
YEAR = 2031
"""Of every time in the marked extract; moved back, none is of that year."""
SAMPLES = ("synthetic", "synthetic-messy", "warehouse", "clif-demo")


def token(kind: str, text: str) -> str:
    return hmac.new(KEY.encode(), f"cohort\0{kind}\0{text}".encode(), hashlib.sha256).hexdigest()[:16]


def contents(run: Path) -> Iterator[tuple[str, str]]:
    """(name, text) of every file of a report, its tables and workbook unpacked, and of all file names."""
    for path in sorted(run.rglob("*")):
        name = path.relative_to(run).as_posix()
        yield f"name of {name}", name
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
            nested = [column for column, dtype in frame.schema.items() if dtype.is_nested()]
            yield name, frame.with_columns(pl.col(nested).cast(pl.String) if nested else []).write_csv()
            yield f"bytes of {name}", path.read_bytes().decode("latin-1")
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from ((f"{name}/{part}", book.read(part).decode()) for part in book.namelist())
        elif path.is_file():
            yield name, path.read_text("utf-8")


def files_of(run: Path) -> dict[str, bytes]:
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*.*")}


def table(run: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(run / "data" / f"{name}.parquet")


def marked() -> dict[str, Rows]:
    """The small extract for two dozen patients: every free text marked, some rows to reject, some names unknown."""
    found = tables()
    found["vitals"][0] += ["site"]
    for row in found["vitals"][1:]:
        row.append(f"ward {MARK}")
    found["vitals"].append(["P-1", "2026-01-03T11:00:00Z", "o2_device", f"Nasal cannula 2 L {MARK}-Dr Moss", "", ""])
    found["infusions"][0] += ["site", "age_years", "birth_date", "end_of_followup"]
    found["infusions"][1] += [f"North {MARK}", "93.7", "1932-05-17", "2026-01-20"]
    found["infusions"][2] += [f"South {MARK}", "41.6", "1984-05-30", ""]
    found["mar"][0] += ["rate", "rate_unit", "order_id", "indication"]
    for row in found["mar"][1:]:
        row += ["5", f"drops/{MARK}", f"order-{MARK}", f"for {MARK}"]
        row[2], row[3], row[6] = f"{row[2]} {MARK}", f"{row[3]}", f"{row[6]} {MARK}"
    found["mar"].append(
        ["P-1", "2026-01-04T08:00:00Z", f"Dexamethasone {MARK}", "Given", "1", f"{MARK} vial", "IV", "", "", "", "", ""]
    )
    found["mar"].append(["P-1", "2026-01-04T09:00:00Z", f"{MARK}umab", f"{MARK} done", "1", "mg", "IV", *[""] * 5])
    found = many_marked(found, MARK, YEAR)
    found["vitals"][1][3] = f"{MARK}-raw"
    found["labs"].append([f"P-9-{MARK}", f"{YEAR}-01-01T06:00:00Z", "crp", "1", "mg/L", ""])
    found["labs"].append([f"P-1-{MARK}01", f"{YEAR}-01-02T06:00:00Z", f"{MARK}in", "1", "mg/L", ""])
    return found


RULES = f"""
timezone = "America/Chicago"
[tables.vitals]
file = "vitals"
[protocol.parameters]
"G2-02.target" = {{ value = 60, why = "as {MARK} wants it", source = "{MARK}" }}
"""


def run_marked(folder: Path, *flags: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    extract = folder / f"{MARK}-extract"
    if not extract.exists():
        write(extract, marked())
        (extract / "vitals.csv").rename(extract / f"vitals_{MARK}.csv")
        (extract / f"{MARK}.txt").write_text("notes", encoding="utf-8")
        (extract / "crs-audit.toml").write_text(RULES, encoding="utf-8")
    return crs_audit("run", extract, "--as-of", f"{YEAR}-02-01T00:00:00+00:00", *flags, env=env)
