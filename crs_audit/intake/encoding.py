"""Bytes of a text file → UTF-8 in blocks, the encoding decided on the whole file.

Nothing is written to disk on the way: a compressed or foreign file is decompressed and transcoded as it is read.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, cast

from crs_audit.errors import InputError

BLOCK = 8 << 20
"""Bytes decoded at a time: large enough for polars to work on, small enough to hold several."""

_GLANCE = 1 << 20
"""Bytes looked at at a time where nothing else is done with them: they stay in the processor's cache."""

_GZIP = b"\x1f\x8b"
_UNDEFINED_1252 = b"\x81\x8d\x8f\x90\x9d"
REPLACEMENT = "�".encode()


@dataclass(frozen=True)
class Encoding:
    """What one look at every byte of a file has found."""

    text_bytes: int
    """Bytes of the content, decompressed."""
    name: str
    """`utf-8`, `utf-16-le`, `utf-16-be` or `cp1252`."""
    bom: int
    """Bytes of the byte order mark to leave out."""
    doubtful: bool
    """Some bytes mean nothing in `name`: they are read as U+FFFD and their records are broken."""
    old_mac: bool
    """Records end with a carriage return alone."""


def examine(path: Path, file: str) -> Encoding:
    """Reads all of `path` once. Raises InputError, calling it `file`, where its bytes are no text."""
    look = _Look(file)
    with opened(path, file) as raw:
        for block in _blocks(raw, file, min(_GLANCE, BLOCK)):
            look.at(block)
    return look.result()


class _Look:
    """What the blocks seen so far allow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.started = self.wide = False
        self.size = 0
        self.bom, self.name = 0, "utf-8"
        self.accented = self.undefined = self.newline = self.returns = False
        self.bad = False
        self.decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()

    def at(self, block: bytes) -> None:
        self.size += len(block)
        if not self.started:
            self.started = True
            self._byte_order_mark(block)
        if self.wide:
            self._wide(block)
            return
        if b"\0" in block:
            raise InputError(
                f"{self.file}: holds NUL bytes, so it is not text in a known encoding; save it as CSV UTF-8"
            )
        self.newline = self.newline or b"\n" in block
        self.returns = self.returns or b"\r" in block
        self._narrow(block)

    def _byte_order_mark(self, block: bytes) -> None:
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
        ):
            if block.startswith(mark):
                self.bom, self.name, self.wide = len(mark), name, name != "utf-8"
                self.decoder = codecs.getincrementaldecoder(name)("replace" if self.wide else "strict")
                return

    def _wide(self, block: bytes) -> None:
        text = self.decoder.decode(block)
        self.bad = self.bad or "�" in text
        self.newline = self.newline or "\n" in text
        self.returns = self.returns or "\r" in text
        if "\0" in text:
            raise InputError(f"{self.file}: holds NUL characters; save it as CSV UTF-8")

    def _narrow(self, block: bytes) -> None:
        if block.isascii() and not self.decoder.getstate()[0]:
            return
        try:
            self.accented = not self.decoder.decode(block).isascii() or self.accented
        except UnicodeDecodeError:
            self.decoder.reset()
            self.bad = True
            # Letters outside ASCII that are sound UTF-8 tell a UTF-8 file with damage from a Windows-1252 file.
            kept = block.decode("utf-8", "ignore")
            self.accented = self.accented or not kept.isascii()
        self.undefined = self.undefined or block.translate(None, _UNDEFINED_1252) != block

    def result(self) -> Encoding:
        self.bad = self.bad or bool(self.decoder.getstate()[0])
        if self.bad and not self.accented and not self.bom:
            self.name, self.bad = "cp1252", self.undefined
        return Encoding(
            text_bytes=self.size,
            name=self.name,
            bom=self.bom,
            doubtful=self.bad,
            old_mac=self.returns and not self.newline,
        )


def utf8_blocks(path: Path, file: str, encoding: Encoding) -> Iterator[bytes]:
    """The file's text in UTF-8 without its byte order mark, in blocks; a block may end within a record."""
    plain = encoding.name == "utf-8" and not encoding.doubtful
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    skip = encoding.bom
    with opened(path, file) as raw:
        for block in _blocks(raw, file, BLOCK):
            data, skip = block[skip:], 0
            if not plain:
                data = decoder.decode(data).encode()
            if encoding.old_mac:
                data = data.replace(b"\r", b"\n")
            yield data
        if not plain and (rest := decoder.decode(b"", final=True)):
            yield rest.encode()


def opened(path: Path, file: str) -> BinaryIO:
    """The file, open for reading. Raises InputError, calling it `file`, where it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from None


def _blocks(raw: BinaryIO, file: str, size: int) -> Iterator[bytes]:
    """Blocks of the content, decompressed where the file begins like gzip, whatever its name."""
    start = raw.read(len(_GZIP))
    if start == _GZIP:
        yield from _unzipped(_Again(start, raw), file, size)
        return
    yield start + raw.read(size - len(start))
    while block := raw.read(size):
        yield block


class _Again(BufferedIOBase):
    """A file whose first bytes were already taken."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self.start, self.rest = start, rest

    def read(self, size: int | None = -1) -> bytes:
        if self.start:
            start, self.start = self.start, b""
            return start
        return self.rest.read(-1 if size is None else size)


def _unzipped(raw: _Again, file: str, size: int) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=cast("BinaryIO", raw)) as content:
        while True:
            try:
                block = content.read(size)
            except EOFError:
                raise InputError(f"{file}: the gzip file is cut off; copy it again") from None
            except (gzip.BadGzipFile, zlib.error):
                raise InputError(f"{file}: the gzip file is damaged; copy it again") from None
            if not block:
                return
            yield block
