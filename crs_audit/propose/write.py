"""Puts the proposed mapping file in its place; never over one that is there, unless told."""

from __future__ import annotations

from pathlib import Path

from crs_audit.errors import OutputError, UsageError
from crs_audit.settings import CONFIG_NAME


def target(input_path: Path, out: Path | None, force: bool) -> Path:
    """Where the file goes: `out`, else beside the tables, where every command looks for it.

    Raises UsageError where a file is there already.
    """
    folder = input_path if input_path.is_dir() else input_path.parent
    path = out if out is not None else folder / CONFIG_NAME
    if path.exists() and not force:
        raise UsageError(f"{path}: is there already and is not overwritten; name another with --out, or use --force")
    return path


def write(path: Path, text: str) -> None:
    """Writes the file whole. Raises OutputError."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror}); name another place with --out") from None
