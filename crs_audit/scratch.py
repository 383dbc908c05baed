"""The folder a run keeps patients' rows in while it works, gone whatever ends the run."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder that only this user can read, in the system's temporary one (TMPDIR); removed at the end.

    Its name is known before it is made: tempfile.TemporaryDirectory leaves a folder behind when a signal comes between
    the making and the remembering.
    """
    path = Path(tempfile.gettempdir()) / f"crs-audit-{secrets.token_hex(8)}"
    try:
        path.mkdir(mode=0o700)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
