"""The history: what each month's audit counted, kept in one SQLite file. No patient stands in it, only counts.

A month is a calendar month of infusion in the site's zone. Auditing it again replaces it whole, so that a month can
neither be counted twice nor be half of one run and half of another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from crs_audit.errors import InputError, OutputError

SCHEMA_VERSION = 2
_APPLICATION_ID = 0x63727361
"""Marks the file as a history of this program."""
_MARK_AT = 68
"""Where in the file SQLite keeps that mark (https://sqlite.org/fileformat.html, the database header)."""
_WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class MeasureCounts:
    """A measure's opportunities in one month. `all_met` of `infusions`: those whose every judged opportunity was met,
    which is what is charted where the opportunities of one patient are not independent (`clustered`)."""

    measure_id: str
    title: str
    kind: str
    met: int
    not_met: int
    amber: int
    excluded: int
    indeterminate: int
    clustered: bool
    all_met: int
    infusions: int

    @property
    def charted(self) -> tuple[int, int]:
        """(met, judged) of the charts."""
        return (self.all_met, self.infusions) if self.clustered else (self.met, self.met + self.not_met)


@dataclass(frozen=True)
class Month:
    """One month as it was last audited."""

    month: date
    """Its first day."""
    infusions: int
    episodes: int
    parameters_sha256: str
    """The rules' numbers: months of different rules are not compared."""
    program_version: str
    audited: str
    """ISO 8601 time of the audit."""
    measures: tuple[MeasureCounts, ...]
    beyond_limits: bool = False
    """More rows were rejected, or opportunities indeterminate, than the run allowed (`--max-rejected`,
    `--max-indeterminate`): the counts may lack what was rejected."""

    @property
    def label(self) -> str:
        """`Oct 2026`."""
        return f"{self.month:%b %Y}"


_TABLES = (
    "CREATE TABLE months (month TEXT PRIMARY KEY, infusions INTEGER NOT NULL, episodes INTEGER NOT NULL, "
    "parameters_sha256 TEXT NOT NULL, program_version TEXT NOT NULL, audited TEXT NOT NULL, "
    "beyond_limits INTEGER NOT NULL DEFAULT 0) STRICT",
    "CREATE TABLE counts (month TEXT NOT NULL REFERENCES months ON DELETE CASCADE, measure_id TEXT NOT NULL, "
    "title TEXT NOT NULL, kind TEXT NOT NULL, met INTEGER NOT NULL, not_met INTEGER NOT NULL, amber INTEGER NOT NULL, "
    "excluded INTEGER NOT NULL, indeterminate INTEGER NOT NULL, clustered INTEGER NOT NULL, all_met INTEGER NOT NULL, "
    "infusions INTEGER NOT NULL, PRIMARY KEY (month, measure_id)) STRICT",
)
_FROM_VERSION_1 = "ALTER TABLE months ADD COLUMN beyond_limits INTEGER NOT NULL DEFAULT 0"
_COUNTS = tuple(field.name for field in fields(MeasureCounts))


class History:
    """An open history; changes are kept when `keep` is called, and undone otherwise."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    def months(self) -> tuple[Month, ...]:
        """All months, in order. Raises InputError where the file is damaged."""
        with _told(self._path):
            return self._months()

    def _months(self) -> tuple[Month, ...]:
        counts: dict[str, list[MeasureCounts]] = {}
        columns = ", ".join(_COUNTS)
        for month, *cells in self._connection.execute(
            f"SELECT month, {columns} FROM counts ORDER BY month, measure_id"
        ):
            values: dict[str, Any] = dict(zip(_COUNTS, cells, strict=True))
            counts.setdefault(month, []).append(MeasureCounts(**{**values, "clustered": bool(values["clustered"])}))
        rows = self._connection.execute(
            "SELECT month, infusions, episodes, parameters_sha256, program_version, audited, "
            f"{'beyond_limits' if self._version(2) else '0'} FROM months ORDER BY month"
        )
        return tuple(
            Month(
                date.fromisoformat(month),
                infusions,
                episodes,
                rules,
                program,
                audited,
                tuple(counts.get(month, [])),
                bool(beyond),
            )
            for month, infusions, episodes, rules, program, audited, beyond in rows
        )

    def replace(self, months: tuple[Month, ...]) -> None:
        """Puts `months` in place of what was kept of them. Raises InputError where the file is damaged."""
        with _told(self._path):
            self._replace(months)

    def _version(self, least: int) -> bool:
        return bool(self._connection.execute("PRAGMA user_version").fetchone()[0] >= least)

    def _replace(self, months: tuple[Month, ...]) -> None:
        for month in months:
            name = month.month.isoformat()
            self._connection.execute("DELETE FROM counts WHERE month = ?", (name,))
            self._connection.execute(
                "REPLACE INTO months VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    name, month.infusions, month.episodes, month.parameters_sha256, month.program_version,
                    month.audited, int(month.beyond_limits),
                ),
            )  # fmt: skip
            marks = ", ".join("?" * (1 + len(_COUNTS)))
            self._connection.executemany(
                f"INSERT INTO counts (month, {', '.join(_COUNTS)}) VALUES ({marks})",
                [(name, *astuple(counts)) for counts in month.measures],
            )

    def keep(self) -> None:
        """Makes the changes last. Raises OutputError where they cannot be written."""
        try:
            self._connection.commit()
        except sqlite3.Error:
            raise OutputError(
                f"{self._path}: the history cannot be written; is there room, and the right to?"
            ) from None


@contextmanager
def writing(path: Path) -> Iterator[History]:
    """The history at `path`, made where there is none, held until the block ends; what was not kept is undone.

    Raises OutputError where it cannot be written or another run holds it, InputError where the file is something else.
    """
    if not path.parent.is_dir():
        raise OutputError(f"{path}: its folder does not exist; make it, or name another file as --history")
    connection = _open(path, f"file:{path.resolve().as_posix()}?mode=rwc")
    try:
        with _told(path):
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in (*_TABLES, f"PRAGMA application_id = {_APPLICATION_ID}"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            _check(connection, path)
            if connection.execute("PRAGMA user_version").fetchone()[0] == 1:
                connection.execute(_FROM_VERSION_1)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        yield History(connection, path)
    finally:
        connection.rollback()
        connection.close()


def read_months(path: Path) -> tuple[Month, ...]:
    """The months kept at `path`, in order. Raises InputError where there is no history or it is damaged, OutputError
    where another run holds it."""
    if not path.is_file():
        raise InputError(f"{path}: no such history; `crs-audit run --history {path.name}` begins one")
    connection = _open(path, f"file:{path.resolve().as_posix()}?mode=ro")
    try:
        with _told(path):
            _check(connection, path)
        return History(connection, path).months()
    finally:
        connection.close()


def _open(path: Path, address: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
    except sqlite3.Error:
        raise OutputError(f"{path}: the history cannot be opened; name another file as --history") from None


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises InputError where the file is something else, of another version, or damaged anywhere."""
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if mark != _APPLICATION_ID:
        raise _foreign(path)
    if version not in (1, SCHEMA_VERSION):
        raise InputError(
            f"{path}: is a history of another version of the program; read it with that, or begin a new one"
        )
    if [row[0] for row in connection.execute("PRAGMA quick_check(1)")] != ["ok"]:
        raise _damaged(path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite says of the file at `path`, in one line: held by another run, damaged, something else."""
    try:
        yield
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OutputError(f"{path}: another run holds the history; try again later") from None
        if code == sqlite3.SQLITE_ERROR:  # a table or column is gone
            raise _damaged(path) from None
        raise OutputError(f"{path}: the history cannot be read or written; is there room, and the right to?") from None
    except (sqlite3.DatabaseError, ValueError, TypeError):
        raise (_damaged(path) if _ours(path) else _foreign(path)) from None


def _ours(path: Path) -> bool:
    """Whether the file begins as a history of this program does, whatever became of the rest of it."""
    try:
        with path.open("rb") as file:
            head = file.read(_MARK_AT + 4)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") and head[_MARK_AT:] == _APPLICATION_ID.to_bytes(4, "big")


def _damaged(path: Path) -> InputError:
    return InputError(f"{path}: the history is damaged; put a copy in its place")


def _foreign(path: Path) -> InputError:
    return InputError(f"{path}: is no history of crs-audit; name another file")
