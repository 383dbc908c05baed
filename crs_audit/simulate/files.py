"""One written file of an extract: rows of text, a delimiter, an encoding; compressed where its name says so."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sheet:
    file: str
    columns: tuple[str, ...]
    rows: list[list[str]]
    delimiter: str = ","
    encoding: str = "utf-8"


def write(folder: Path, sheet: Sheet) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sheet.delimiter, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows(sheet.rows)
    content = text.getvalue().encode(sheet.encoding)
    # Without the time of writing: the same rows give the same bytes.
    (folder / sheet.file).write_bytes(gzip.compress(content, mtime=0) if sheet.file.endswith(".gz") else content)
