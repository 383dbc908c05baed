"""One written file of an extract: rows of text, a delimiter, an encoding."""

from __future__ import annotations

import csv
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
    (folder / sheet.file).write_bytes(text.getvalue().encode(sheet.encoding))
