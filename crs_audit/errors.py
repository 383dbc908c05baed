"""What a user can get wrong, and the exit code each mistake ends with (CONTRACT, exit codes).

A message is one line: where (file, sheet, row, column), what, and the cure. It never holds a patient's
identifier or a value of the data.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection

OK, HIT, USAGE, INPUT, REJECTS, OUTPUT, DEFECT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 70, 130


class CrsAuditError(Exception):
    """A mistake the user can mend; `str(error)` is the one line to show."""

    exit_code = DEFECT


class UsageError(CrsAuditError):
    """A flag, environment variable or setting that is wrong or unknown."""

    exit_code = USAGE


class InputError(CrsAuditError):
    """An input that cannot be audited: missing table or column, unreadable file."""

    exit_code = INPUT


class OutputError(CrsAuditError):
    """A place that cannot be written, or that another run holds."""

    exit_code = OUTPUT


def nearest(name: str, known: Collection[str]) -> str:
    """The cure for a word that is not known: the one that is likest, or all there are."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
