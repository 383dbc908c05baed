"""Patients whose grade 2 does not improve."""

from __future__ import annotations

from typing import Any

from tests.spec.judged import followed
from tests.spec.patient import Patient


def unimproved(until: str = "60h", **cells: Any) -> Patient:
    """Grade 2 from 0 h on: fever to 60 h, hypotension to `until`; then well."""
    p = followed(**cells).every("2h", "0h", "60h", temperature=38.5).every("4h", "0h", until, sbp=85)
    return p.every("2h", until, "60h", sbp=120).well("60h", "5d")


def ending(at: str, **cells: Any) -> Patient:
    """Grade 2 from 0 h to `at`, then grade 0: the end of the episode."""
    p = followed(**cells).every("2h", "0h", at, temperature=38.5).every("2h", "0h", at, sbp=85)
    return p.every("2h", at, "5d", temperature=36.8, sbp=120)


def unseen(since: str, until: str, **cells: Any) -> Patient:
    """Grade 2 from 0 h to 60 h; nothing charted in between, so nobody knows from 6 h after the last reading on."""
    p = followed(**cells)
    for start, end in (("0h", since), (until, "60h")):
        p.every("2h", start, end, temperature=38.5, sbp=85)
    return p.well("60h", "5d")
