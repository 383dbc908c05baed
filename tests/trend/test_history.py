"""The history file: months are replaced whole, nothing half is kept, a foreign file is refused."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crs_audit.errors import InputError, OutputError
from crs_audit.trend import history
from crs_audit.trend.history import MeasureCounts, Month


def counts(measure: str = "G2-02", met: int = 3) -> MeasureCounts:
    return MeasureCounts(measure, "Tocilizumab in time", "R", met, 2, 1, 0, 1, False, met, met + 2)


def month(number: int, *measures: MeasureCounts, rules: str = "a") -> Month:
    return Month(date(2026, number, 1), 5, 4, rules, "0.1.0", "2026-11-25T00:00:00+00:00", measures)


def kept(path: Path, *months: Month) -> tuple[Month, ...]:
    with history.writing(path) as found:
        found.replace(months)
        found.keep()
    return history.read_months(path)


def test_months_come_back_in_order_as_they_were(tmp_path: Path):
    november, october = month(11, counts()), month(10, counts("G2-01"), counts("G2-02"))
    assert kept(tmp_path / "crs.db", november, october) == (october, november)


def test_a_month_audited_again_is_replaced_whole(tmp_path: Path):
    path = tmp_path / "crs.db"
    kept(path, month(10, counts("G2-01"), counts("G2-02")), month(11, counts()))
    again = month(10, counts("G2-02", met=1), rules="b")
    assert kept(path, again) == (again, month(11, counts()))


def test_what_is_not_kept_is_undone(tmp_path: Path):
    path = tmp_path / "crs.db"
    kept(path, month(10, counts()))
    with history.writing(path) as found:
        found.replace((month(10), month(11)))
        assert len(found.months()) == 2
    assert history.read_months(path) == (month(10, counts()),)


def test_one_run_at_a_time_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "crs.db"
    monkeypatch.setattr(history, "_WAIT_SECONDS", 0.05)
    with (
        history.writing(path),
        pytest.raises(OutputError, match=r"another run holds the history"),
        history.writing(path),
    ):
        pass


@pytest.mark.parametrize("content", [b"", b"patient_id,time\n", None])
def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes | None):
    path = tmp_path / "other.db"
    if content is None:
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE t (x)")
        other.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"other.db: is no history of crs-audit"):
        history.read_months(path)
    if content != b"":  # an empty file is begun
        with pytest.raises(InputError, match=r"is no history of crs-audit"), history.writing(path):
            pass
        assert path.read_bytes() == before


def test_a_history_of_the_first_version_is_read_and_gone_on_with(tmp_path: Path):
    path = tmp_path / "crs.db"
    kept(path, month(10, counts()))
    old = sqlite3.connect(path)
    old.execute("ALTER TABLE months DROP COLUMN beyond_limits")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    assert history.read_months(path) == (month(10, counts()),)
    beyond = replace(month(11, counts()), beyond_limits=True)
    assert kept(path, beyond) == (month(10, counts()), beyond)


@pytest.mark.parametrize("spoil", ["cut", "overwritten", "no table", "no month"])
def test_a_damaged_history_is_told_from_a_foreign_file(tmp_path: Path, spoil: str):
    path = tmp_path / "crs.db"
    kept(path, *(month(number, counts()) for number in range(1, 13)))
    whole = path.read_bytes()
    if spoil == "cut":
        path.write_bytes(whole[:6000])
    elif spoil == "overwritten":
        path.write_bytes(whole[:4096] + b"\xff" * 64 + whole[4160:])
    else:
        other = sqlite3.connect(path)
        other.execute("DROP TABLE counts" if spoil == "no table" else "UPDATE months SET month = 'x' || month")
        other.commit()
        other.close()
    with pytest.raises(InputError, match=r"crs.db: the history is damaged; put a copy in its place"):
        history.read_months(path)
    with (
        pytest.raises(InputError, match=r"the history is damaged"),
        history.writing(path) as found,
    ):
        found.months()


def test_a_history_that_is_being_written_is_told_from_a_foreign_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "crs.db"
    kept(path, month(10, counts()))
    monkeypatch.setattr(history, "_WAIT_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OutputError, match=r"another run holds the history; try again later"):
        history.read_months(path)
    other.close()


def test_places_that_cannot_be(tmp_path: Path):
    with pytest.raises(InputError, match=r"no such history; `crs-audit run --history crs.db` begins one"):
        history.read_months(tmp_path / "crs.db")
    with pytest.raises(OutputError, match=r"its folder does not exist"), history.writing(tmp_path / "no" / "crs.db"):
        pass
