"""SHA-256 of the input's files, worked out in a thread beside their reading, which leaves a core idle now and then."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread

from crs_audit.errors import InputError
from crs_audit.intake.encoding import opened

_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class KnownHash:
    """What stands in the place of a file's hash."""

    hex: str
    bytes: int


class FileHash:
    """The hash of one file, begun at once; messages call the file `file`. Sent to another process, it is waited for.

    Raises InputError where the file cannot be opened.
    """

    def __init__(self, path: Path, file: str) -> None:
        self._path, self._file = path, file
        with opened(path, file) as content:
            self.bytes = os.fstat(content.fileno()).st_size
        self._found: str | None = None
        # A run that ends before, with an error or by a key, waits for no hash.
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    @cached_property
    def hex(self) -> str:
        """Waits for it. Raises InputError where the file cannot be read."""
        self._thread.join()
        if self._found is None:
            raise InputError(f"{self._file}: cannot be read to its end")
        return self._found

    def _work(self) -> None:
        try:
            with _ONE_AT_A_TIME, self._path.open("rb") as content:
                self._found = hashlib.file_digest(content, "sha256").hexdigest()
        except OSError:
            pass  # told where the hash is asked for

    def __getstate__(self) -> dict[str, object]:
        return {"bytes": self.bytes, "hex": self.hex}
