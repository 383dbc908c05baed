"""The command line: what `crs-audit` and `python -m crs_audit` start."""

from __future__ import annotations

from crs_audit.commands import extracts, reports, rules
from crs_audit.commands.options import app
from crs_audit.interrupt import listen

__all__ = ["app", "extracts", "main", "reports", "rules"]


def main() -> None:
    """Entry point of `crs-audit`."""
    listen()
    app()
