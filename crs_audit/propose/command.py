"""The two things `crs-audit map` does: propose a mapping file and write it, or check the one in force."""

from __future__ import annotations

from pathlib import Path

from crs_audit.answers import as_json
from crs_audit.console import Progress
from crs_audit.errors import OK
from crs_audit.propose.answer import check_text, proposal_text
from crs_audit.settings import Settings


def proposed(path: Path, out: Path | None, force: bool, json: bool, progress: Progress) -> tuple[str, int]:
    """Writes the proposal; returns the answer and the exit code. Raises UsageError, InputError, OutputError."""
    from crs_audit.propose.propose import propose
    from crs_audit.propose.toml_text import toml_text
    from crs_audit.propose.write import target, write

    place = target(path, out, force)
    try:
        proposal = propose(path, progress)
    finally:
        progress.done()
    write(place, toml_text(proposal))
    if json:
        return as_json({"written": str(place), **proposal.document()}), OK
    return proposal_text(proposal, str(place), str(path), elsewhere=out is not None), OK


def checked(settings: Settings, json: bool, progress: Progress) -> tuple[str, int]:
    """Runs the mapping in force; returns the answer and the exit code. Raises UsageError, InputError."""
    from crs_audit.propose.check import check
    from crs_audit.settings import protocol_of

    try:
        found = check(settings, protocol_of(settings), progress)
    finally:
        progress.done()
    return as_json(found.document) if json else check_text(found.document), found.exit_code
