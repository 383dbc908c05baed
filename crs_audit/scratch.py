"""The folder a run keeps patients' rows in while it works, gone whatever ends the run."""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder that only this user can read, in the system's temporary one (TMPDIR); removed at the end.

    Its name is known before it is made: tempfile.TemporaryDirectory leaves a folder behind when a signal comes between
    the making and the remembering.
    """
    path = Path(tempfile.gettempdir()) / f"crs-audit-{secrets.token_hex(8)}"
    remove = partial(shutil.rmtree, path, ignore_errors=True)
    # A signal between the folder's making and the first line that uses it would come to no `finally` of ours.
    atexit.register(remove)
    try:
        path.mkdir(mode=0o700)
        yield path
    finally:
        remove()
        atexit.unregister(remove)
