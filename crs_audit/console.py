"""What the program says in a terminal: aligned text on stdout, progress on stderr. Never a patient, never a value."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Sequence
from typing import TextIO

from crs_audit.interrupt import heard

_SECONDS_BETWEEN = 0.1
WIDTH = 100
"""Characters of a line of wrapped text."""


class Progress:
    """One line on stderr that rewrites itself; silent where stderr is no terminal or `--quiet` was given."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._on = not quiet and self._stream.isatty()
        self._last = 0.0
        self._width = 0

    def __call__(self, text: str) -> None:
        """Shows `text` in place of what stood there; too frequent calls are left out.

        Raises KeyboardInterrupt where a signal to end came and was lost: Python ignores what is raised while it
        collects garbage, and the run would go on.
        """
        if heard():
            raise KeyboardInterrupt
        if self._on and time.monotonic() - self._last >= _SECONDS_BETWEEN:
            self._write(text)
            self._last = time.monotonic()

    def done(self) -> None:
        """Clears the line."""
        if self._on and self._width:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


def answer(text: str, *, json: bool, quiet: bool) -> None:
    """What a command was asked for, on stdout; `quiet` silences text and not a document."""
    if json or not quiet:
        print(text)


def note(text: str, quiet: bool = False) -> None:
    """A message for the person at the desk, on stderr."""
    if not quiet:
        print(f"crs-audit: {text}", file=sys.stderr)


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "") -> str:
    """Rows of cells as columns of text; the columns numbered in `right` are right-aligned."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((indent + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def percent(share: float | None) -> str:
    """`83.3 %`, or a dash where there is nothing to divide by."""
    return "–" if share is None else f"{100 * share:.1f} %"


def unfolded(rows: Sequence[tuple[Sequence[str], Sequence[str]]], indent: str = "", width: int = WIDTH) -> str:
    """Rows of (cells, texts): the cells as columns, and beside them the texts, each beginning a line of its own and
    wrapped so that no line is longer than `width`."""
    widths = [max(len(cells[i]) for cells, _ in rows) for i in range(len(rows[0][0]))]
    left = len(indent) + sum(w + 2 for w in widths)
    lines = []
    for cells, texts in rows:
        head = indent + "".join(cell.ljust(w) + "  " for cell, w in zip(cells, widths, strict=True))
        wrapped = [
            ("" if number == 0 else "  ") + line
            for text in texts
            for number, line in enumerate(textwrap.wrap(text, width - left - 2, break_on_hyphens=False))
        ]
        lines += [(head if number == 0 else " " * left) + line for number, line in enumerate(wrapped or [""])]
    return "\n".join(line.rstrip() for line in lines)
