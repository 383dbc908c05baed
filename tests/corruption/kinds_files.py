"""Files that are not what their names say, or cannot be read at all; workbooks and Parquet."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl

from tests.corruption.wreck import At, Record, Wreck, wreck

HTML = b"<!DOCTYPE html>\n<html><body><table><tr><td>Session expired</td></tr></table></body></html>\n"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n%%EOF\n"


def empty(at: At) -> Wreck:
    """A file of no bytes, under the name `text`."""
    return Wreck(at.table, {at.text: b""})


def is_html(at: At) -> Wreck:
    """A page of a portal whose session has ended, saved under the name `text`."""
    return Wreck(at.table, {at.text: HTML})


def is_pdf(at: At) -> Wreck:
    """A PDF under the name `text`."""
    return Wreck(at.table, {at.text: PDF})


def is_zip(at: At) -> Wreck:
    """A zip archive that holds the table, under the name `text`."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{at.table}.csv", ",".join(at.clean.header))
    return Wreck(at.table, {at.text: packed.getvalue()})


def is_folder(at: At) -> Wreck:
    """A folder named like the table's file."""
    return Wreck(at.table, {f"{at.table}.csv": Path.mkdir})


def is_loop(at: At) -> Wreck:
    """A link to itself."""
    return Wreck(at.table, {f"{at.table}.csv": lambda path: path.symlink_to(path)})


def leads_nowhere(at: At) -> Wreck:
    """A link to a file that is gone."""
    return Wreck(at.table, {f"{at.table}.csv": lambda path: path.symlink_to(path.with_name("gone.csv"))})


def is_gone(at: At) -> Wreck:
    """No file of the table."""
    return Wreck(at.table, {})


def is_locked(at: At) -> Wreck:
    """A file that the reader has no right to read."""

    def lock(path: Path) -> None:
        path.write_bytes(b"patient_id\n")
        path.chmod(0)

    return Wreck(at.table, {f"{at.table}.csv": lock})


def workbook(at: At) -> Wreck:
    """The table as the one sheet of a workbook, of which the share `text` is there."""
    return wreck(at, at.records(), file=f"{at.table}.xlsx", rewrite=lambda _: _share(_workbook(at), at.text))


def parquet(at: At) -> Wreck:
    """The table as Parquet, of which the share `text` is there."""
    data = _parquet(_frame(at))
    return wreck(at, at.records(), file=f"{at.table}.parquet", above=0, rewrite=lambda _: _share(data, at.text))


def parquet_damaged(at: At) -> Wreck:
    """Parquet in whose pages some bytes are others; the footer is whole."""
    data = bytearray(_parquet(_frame(at)))
    here = len(data) // 4
    data[here : here + 200] = bytes(255 - byte for byte in data[here : here + 200])
    return wreck(at, at.records(), file=f"{at.table}.parquet", above=0, rewrite=lambda _: bytes(data))


def parquet_of_lists(at: At) -> Wreck:
    """Parquet whose column holds lists."""
    data = _parquet(_frame(at).with_columns(pl.concat_list(at.column)))
    return wreck(at, at.records(), file=f"{at.table}.parquet", above=0, rewrite=lambda _: data)


def large_cell(at: At) -> Wreck:
    """A cell of `text` million letters in the middle."""
    n, position = at.middle(), at.clean.at(at.column)
    records = at.records()
    cells = records[n].cells
    records[n] = Record((*cells[:position], "x" * (int(at.text) * 1_000_000), *cells[position + 1 :]), n)
    return wreck(at, records)


def _frame(at: At) -> pl.DataFrame:
    schema = dict.fromkeys(at.clean.header, pl.String)
    return pl.DataFrame(list(at.clean.records), schema=schema, orient="row")


def _parquet(frame: pl.DataFrame) -> bytes:
    packed = BytesIO()
    frame.write_parquet(packed, compression="uncompressed")
    return packed.getvalue()


def _workbook(at: At) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = at.table
    for cells in (at.clean.header, *at.clean.records):
        sheet.append(list(cells))
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def _share(data: bytes, share: str) -> bytes:
    return data[: int(len(data) * float(share))]
