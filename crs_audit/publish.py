"""A report folder is put in place whole or not at all, and one run at a time holds it."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from crs_audit.audience import INTERNAL
from crs_audit.errors import InputError, OutputError

MARK = "summary.json"
"""A folder that holds this file is a report of ours and may be replaced."""


@contextmanager
def staging(out: Path, mark: str = MARK, what: str = "report") -> Iterator[Path]:
    """A new folder beside `out`; when the block ends without an error it takes the place of `out`.

    Until then `out` stands as it was, whatever cuts the run off. Only a folder that holds `mark`, and so is a `what` of
    ours, is replaced. Raises OutputError where `out` cannot be written, is something else, or is held by another run.
    """
    _check(out, mark, what)
    with holding(out, what):
        _restore(out)
        _sweep(out)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        try:
            yield fresh
            fresh.chmod(0o755)
            _put(fresh, out)
        except OSError as error:
            raise OutputError(f"{out}: cannot be written ({error.strerror}); nothing was published") from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def holding(out: Path, what: str = "report") -> Iterator[None]:
    """The `what` at `out` is nobody else's to write while the block runs. Raises OutputError where it is another's."""
    out = Path(os.path.abspath(out))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out.parent / f".{out.name}.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise OutputError(f"{out}: another run is writing this {what}; wait for it or choose another --out") from None
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None
    try:
        yield
    finally:
        lock.release()


def opened(run: Path) -> dict[str, Any]:
    """summary.json of an internal report. Raises InputError where `run` is none: a shared one has no findings."""
    document = _summary(run)
    if document is None:
        what = f"is not a report of crs-audit (no {MARK}); give the folder that `run` printed"
        raise InputError(f"{run}: {what}")
    if document.get("audience", INTERNAL) != INTERNAL:
        raise InputError(f"{run}: is a shared report, which holds no single finding; give the internal one")
    return document


def told_name(run: Path) -> str:
    """How a page calls a report: by its folder; a de-identified one by none, since a folder may be called after what
    went in."""
    return "de-identified report" if opened(run).get("deidentified", False) else run.resolve().name


def refuse_in_place_of_another(out: Path, *, shared: bool, deidentified: bool) -> None:
    """A report stays of its kind. One for others does not take the place of an internal one, whose pages and reviews
    would be lost; and what names patients, or tells more of them, does not come into a folder that others were given.
    """
    there = _summary(out)
    of = there or {}
    old = _kind(of.get("audience", INTERNAL) != INTERNAL, of.get("deidentified", False))
    new = _kind(shared, deidentified)
    if there is not None and old != new:
        raise OutputError(f"{out}: holds {old} report, which {new} one does not replace; choose another --out")


def _kind(shared: bool, deidentified: bool) -> str:
    return "a shared" if shared else "a de-identified" if deidentified else "an internal"


def _summary(run: Path) -> dict[str, Any] | None:
    try:
        document = json.loads((run / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _check(out: Path, mark: str, what: str) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputError(f"{out}: is not a folder; choose another --out")
    if out.is_dir() and any(out.iterdir()) and not (out / mark).is_file():
        raise OutputError(f"{out}: holds files that are not a {what}; choose an empty or new folder as --out")


def _old(out: Path) -> Path:
    return out.parent / f".{out.name}.old"


def _restore(out: Path) -> None:
    """A run cut off between the two renames of `_put` left the report under its old name: bring it back."""
    if _old(out).is_dir() and not out.exists():
        os.replace(_old(out), out)


def _sweep(out: Path) -> None:
    """Removes what runs that were killed left behind; the lock says that none is alive."""
    for left in [*out.parent.glob(f".{out.name}.new-*"), _old(out)]:
        shutil.rmtree(left, ignore_errors=True)


def _put(fresh: Path, out: Path) -> None:
    if not out.exists():
        os.rename(fresh, out)
    elif not _exchange(fresh, out):
        os.rename(out, _old(out))
        os.rename(fresh, out)
        shutil.rmtree(_old(out), ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two folders in one step where the system can (Linux renameat2); False where it can't."""
    if not sys.platform.startswith("linux"):
        return False
    at_working_folder, exchange = -100, 2
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    result = renameat2(at_working_folder, os.fsencode(one), at_working_folder, os.fsencode(other), exchange)
    return bool(result == 0)


PAGE_MARK = '<meta name="generator" content="crs-audit">'
"""A page that holds this line in its head stands for itself, is ours and may be replaced (`alone.html.j2`)."""
_HEAD_BYTES = 65_536


def write_page(out: Path, page: str) -> None:
    """Puts a page that stands for itself in place whole. Raises OutputError where it cannot be written, or something
    else stands there: an input of the command, a page of a report."""
    if out.exists() and not _replaceable(out):
        raise OutputError(f"{out}: is not a page of this command, and is left as it is; choose another --out")
    fresh = out.with_name(f".{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(page, encoding="utf-8", newline="\n")
        os.replace(fresh, out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None


def _replaceable(out: Path) -> bool:
    try:
        with out.open("rb") as file:
            return PAGE_MARK.encode() in file.read(_HEAD_BYTES)
    except OSError:
        return False
