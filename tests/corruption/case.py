"""The table of corruption → answer: a case for each line and seed, and what must hold whatever the line says."""

from __future__ import annotations

import csv
import os
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from tests.corruption.audits import FOUND, SHARES, Audit, audit, in_clean_records, of_clean, of_table, validation, write
from tests.corruption.clean import SECRETS, Table, clean
from tests.corruption.wreck import At, Wreck

HERE = Path(__file__).parent
NOBODY = 65534
VALUE = re.compile(r"\s*(\d{1,3}|[<>+-]?\d*[.,]\d+|\d{4}-\d\d-\d\d.*)\s*")
"""A number or a time, which is no name and is not to be told as one; whole numbers may be codes of names."""


@dataclass(frozen=True)
class Answer:
    """A line of the table. name: unique with the table and column. kind, text, table, column: what is wrecked (`At`).

    said: words of the one line of a refusal, divided by `;`. rejected: how many records (`touched`: all that were;
    `all`), `because` of which `column: reason`, divided by `;`. duplicates: how many, told alike. reads: how the
    accepted records read: blank = as the clean ones, `nowhere` = as if they were not there, `otherwise` = as they
    stand, or a text in place of the column's cell.
    """

    name: str
    kind: str
    text: str
    table: str
    column: str
    seeds: str
    exit: str
    said: str
    rejected: str
    because: str
    duplicates: str
    reads: str
    note: str

    @property
    def share(self) -> int:
        """The share of the measures that the case is audited with."""
        return zlib.crc32(f"{self.name} {self.table}".encode()) % SHARES


def cases(name: str) -> Iterator[object]:
    """Every line of a table of answers, with every seed."""
    with (HERE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            answer = Answer(**line)
            for seed in range(1, int(answer.seeds or 1) + 1):
                place = f"{answer.table}.{answer.column}" if answer.column else answer.table
                yield pytest.param(answer, seed, id=f"{answer.name}-{place}-{seed}")


def wrecked(answer: Answer, seed: int, kinds: ModuleType) -> Wreck:
    """The wreck of a case; the same for the same line and seed."""
    kind: Callable[[At], Wreck] = getattr(kinds, answer.kind)
    text = answer.text.encode("latin-1", "backslashreplace").decode("unicode_escape")
    cited = of_clean(answer.share)["evidence"].filter(pl.col("table") == answer.table)["record"].unique().to_list()
    # A few choices of records for each column, not one for each name: they share the audits they are held against.
    chance = random.Random(f"{answer.table} {answer.column} {answer.share} {seed}")
    return kind(At(answer.table, answer.column, text, chance, frozenset(cited)))


def check(answer: Answer, wreck: Wreck, folder: Path) -> None:
    """Audits the wreck and holds what comes of it against the answer and the clean extract."""
    extract = write(folder / "x", wreck)
    with _as_anybody(folder) if answer.kind == "is_locked" else nullcontext():
        done = audit(extract, folder / "r", answer.share)
        assert done.code == int(answer.exit or 0), done.err
        said, document = "", None
        if answer.said or answer.rejected:  # where nothing is refused or rejected, `validate` has nothing else to tell
            code, said, document = validation(extract)
            assert code == done.code
    for text in (done.out, done.err, said):
        assert not re.search(SECRETS, text), re.search(SECRETS, text)
        assert "Traceback" not in text
    assert not done.left_behind
    if done.code:
        _refused(answer, done)
        return
    assert done.summary is not None
    if document is not None:
        assert document["accounting"] == done.summary["accounting"]
        assert not [name for name in document["unmatched"] if VALUE.fullmatch(name["text"])]
    rejected = _accounted(answer, wreck, done)
    _verdicts(answer, wreck, done, rejected)


@contextmanager
def _as_anybody(folder: Path) -> Iterator[None]:
    """Without an administrator's right to read everything; everybody may look into `folder`."""
    if os.geteuid() != 0:
        yield
        return
    for parent in (folder, *folder.parents[:4]):
        parent.chmod(parent.stat().st_mode | (0o055 if parent == folder else 0o011))
    (folder / "x").chmod(0o755)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _refused(answer: Answer, done: Audit) -> None:
    assert done.out == ""
    assert done.summary is None
    (line,) = done.err.splitlines()
    for words in answer.said.split(";"):
        assert words.strip() in line, line


def _accounted(answer: Answer, wreck: Wreck, done: Audit) -> Counter[int | None]:
    """Holds the accounting against the records that are in the files; gives the clean records that were rejected,
    those that are no clean record as None."""
    assert done.summary is not None
    for row in done.summary["accounting"]:
        assert row["read"] == row["accepted"] + row["rejected"] + row["duplicates"]
        if row["table"] != wreck.table:
            assert (row["read"], row["accepted"]) == (len(clean()[row["table"]].records),) * 2
    ours = [row for row in done.summary["accounting"] if row["table"] == wreck.table]
    assert {row["file"]: row["read"] for row in ours} == {file: len(rows) for file, rows in wreck.records.items()}
    rejects = done.tables["rejects"]
    of = {(file, number): n for file, rows in wreck.records.items() for number, n in rows}
    rejected = Counter(of[place] for place in rejects.select("source_file", "source_row").iter_rows())
    why = {f"{column or 'row'}: {reason}" for column, reason in rejects.select("column", "reason").iter_rows()}
    assert why == {words.strip() for words in answer.because.split(";") if words}
    assert sum(row["rejected"] for row in ours) == rejects.height == _number(answer.rejected, wreck)
    assert set(rejected) <= {*wreck.touched, None}
    assert sum(row["duplicates"] for row in ours) == _number(answer.duplicates, wreck)
    return rejected


def _number(told: str, wreck: Wreck) -> int:
    words = {"touched": len(wreck.touched), "all": sum(map(len, wreck.records.values())), "": 0}
    return words[told] if told in words else int(told)


def _verdicts(answer: Answer, wreck: Wreck, done: Audit, rejected: Counter[int | None]) -> None:
    """The clean extract without the rejected records gives the same verdicts on the same rows; patients without a
    touched record have the clean ones."""
    found = in_clean_records(done.tables, wreck)
    records = clean()[wreck.table].records
    patients = {records[n][0] for n in wreck.touched} | wreck.others
    if not wreck.lost_column:
        for name in FOUND:
            assert _of_others(found[name], patients).equals(_of_others(of_clean(answer.share)[name], patients)), name
    if answer.reads == "otherwise":
        return
    stand = Counter(n for rows in wreck.records.values() for _, n in rows if n is not None)
    nowhere = wreck.touched if answer.reads == "nowhere" else set()
    left = tuple(n for n in range(len(records)) if stand[n] > rejected[n] and n not in nowhere)
    expected = of_table(wreck.table, _left(answer, wreck, left), left, answer.share)
    for name in FOUND:
        assert _without_raw(found[name], wreck).equals(_without_raw(expected[name], wreck)), name


def _left(answer: Answer, wreck: Wreck, left: tuple[int, ...]) -> Table:
    """The clean table with these records alone, read as the answer says."""
    from tests.corruption.kinds_cells import filled

    table = clean()[wreck.table]
    position = table.at(answer.column) if answer.column else None

    def read(n: int) -> tuple[str, ...]:
        cells = table.records[n]
        if position is None or not (wreck.lost_column or (answer.reads not in ("", "nowhere") and n in wreck.touched)):
            return cells
        text = "" if wreck.lost_column else filled(answer.reads, cells[position])
        return (*cells[:position], text, *cells[position + 1 :])

    return Table(table.header, tuple(map(read, left)))


def _of_others(frame: pl.DataFrame, patients: set[str]) -> pl.DataFrame:
    key = "infusion_id" if "infusion_id" in frame.columns else "result_id"
    return frame.filter(~pl.col(key).str.split("/").list.first().is_in(sorted(patients)))


def _without_raw(frame: pl.DataFrame, wreck: Wreck) -> pl.DataFrame:
    """What touched records hold is written otherwise, even where it reads alike; one that stands twice is cited once
    or twice."""
    if "raw_value" not in frame.columns:
        return frame
    touched = (pl.col("table") == wreck.table) & pl.col("record").is_in(sorted(wreck.touched))
    return frame.with_columns(pl.when(~touched.fill_null(False)).then("raw_value")).unique().sort(pl.all())
