"""Wrecked bytes: encodings, line ends, quotes, compression, files cut off."""

from __future__ import annotations

import gzip
import zlib

from tests.corruption.clean import as_csv
from tests.corruption.wreck import At, Record, Wreck, wreck

SOME = 4
MARK = "\x1aHERE\x1a"
"""Stands in a cell while the records are written, and is then replaced by bytes that no text could hold."""


def encoded(at: At) -> Wreck:
    """The file in the encoding `text` names."""
    return wreck(at, at.records(), rewrite=lambda data: data.decode().encode(at.text))


def ends(at: At) -> Wreck:
    """Every line ends with `text`."""
    return wreck(at, at.records(), rewrite=lambda data: data.replace(b"\n", at.text.encode()))


def mixed_ends(at: At) -> Wreck:
    """From a record in the middle on, lines end with `text`."""
    here = at.middle() + 1

    def rewrite(data: bytes) -> bytes:
        lines = data.split(b"\n")
        return b"\n".join(lines[:here]) + b"\n" + at.text.encode().join(lines[here:])

    return wreck(at, at.records(), rewrite=rewrite)


def bytes_in_cells(at: At) -> Wreck:
    """Bytes (`text` in Latin-1) stand behind the text of some of the column's cells."""
    position, records = at.clean.at(at.column), at.records()
    chosen = at.some(SOME, lambda cells: bool(cells[position]))
    for n in chosen:
        cells = records[n].cells
        records[n] = Record((*cells[:position], cells[position] + MARK, *cells[position + 1 :]), n)
    return wreck(at, records, rewrite=lambda data: data.replace(MARK.encode(), at.text.encode("latin-1")))


def bytes_before_record(at: At) -> Wreck:
    """Bytes (`text` in Latin-1) stand before a record in the middle."""
    n, put = at.middle(), at.text.encode("latin-1")

    def rewrite(data: bytes) -> bytes:
        lines = data.split(b"\n")
        return b"\n".join([*lines[: n + 1], put + lines[n + 1], *lines[n + 2 :]])

    return wreck(at, at.records(), rewrite=rewrite, touched={n})


def joined_with_mark(at: At) -> Wreck:
    """Two files with a header and a byte order mark each, one behind the other."""
    records, n = at.records(), at.middle()
    header = Record(("\ufeff" + at.clean.header[0], *at.clean.header[1:]), None)
    made = wreck(at, [*records[:n], header, *records[n:]], header.cells)
    return made


def joined_in_a_line(at: At) -> Wreck:
    """Two files with a header each, of which the first did not end with a line end."""
    records, n = at.records(), at.middle()
    joined = Record((*records[n].cells[:-1], records[n].cells[-1] + at.clean.header[0], *at.clean.header[1:]), n)
    return wreck(at, [*records[:n], joined, *records[n + 1 :]])


def delimited(at: At) -> Wreck:
    """From a record in the middle on, the delimiter is `text`."""
    records, n = at.records(), at.middle()
    later = [Record((at.text.join(one.cells),), one.of) for one in records[n:]]
    data = as_csv(at.clean.header, [one.cells for one in records[:n]])
    data += as_csv((), [one.cells for one in records[n:]], at.text)
    return wreck(at, [*records[:n], *later], rewrite=lambda _: data)


def quoted_whole(at: At) -> Wreck:
    """Every cell stands in quotes."""
    lines = [at.clean.header, *at.clean.records]
    data = "".join(",".join(f'"{cell}"' for cell in cells) + "\n" for cells in lines).encode()
    return wreck(at, at.records(), rewrite=lambda _: data)


def cut(at: At) -> Wreck:
    """The file ends within a record of the middle, behind the column before its `column`, and `text`."""
    n, position = at.middle(), at.clean.at(at.column)
    records = at.records()[: n + 1]
    records[n] = Record((*records[n].cells[:position], MARK), n)
    end = at.text.encode("latin-1")
    return wreck(at, records, rewrite=lambda data: data.removesuffix(b"\n").replace(MARK.encode(), end))


def zipped(at: At) -> Wreck:
    """The file compressed, under the name `text`."""
    return wreck(at, at.records(), file=at.text, rewrite=gzip.compress)


def zipped_members(at: At) -> Wreck:
    """Two gzip members, one behind the other."""
    return wreck(
        at, at.records(), file=f"{at.table}.csv.gz",
        rewrite=lambda data: gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :]),
    )  # fmt: skip


def zipped_and_cut(at: At) -> Wreck:
    """The compressed file, less a share of its end."""
    return _zipped(at, lambda data: data[: int(len(data) * float(at.text))])


def zipped_and_more(at: At) -> Wreck:
    """Bytes (`text` in Latin-1) behind the compressed file."""
    return _zipped(at, lambda data: data + at.text.encode("latin-1"))


def zipped_and_damaged(at: At) -> Wreck:
    """Some bytes of the compressed file are others."""

    def damaged(data: bytes) -> bytes:
        here = at.chance.randrange(len(data) // 3, len(data) // 2)
        return data[:here] + bytes(255 - byte for byte in data[here : here + 8]) + data[here + 8 :]

    return _zipped(at, damaged)


def zipped_with_wrong_sum(at: At) -> Wreck:
    """The compressed file bears another checksum."""

    def wrong(data: bytes) -> bytes:
        return data[:-8] + (zlib.crc32(data) ^ 1).to_bytes(4, "little") + data[-4:]

    return _zipped(at, wrong)


def plain_as_zipped(at: At) -> Wreck:
    """A file that is not compressed, under a name that says so."""
    return wreck(at, at.records(), file=f"{at.table}.csv.gz")


def _zipped(at: At, damage: object) -> Wreck:
    assert callable(damage)
    return wreck(at, at.records(), file=f"{at.table}.csv.gz", rewrite=lambda data: damage(gzip.compress(data, mtime=0)))
