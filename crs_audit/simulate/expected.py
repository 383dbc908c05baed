"""What the audit must say of a plan: the verdicts that stand in `truth/planted.csv`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

MEASURES = (
    "G1-06", "G2-01", "G2-02", "G2-03", "G2-04", "G2-05", "G2-06", "G2-07", "G2-08", "G3-02", "G3-03", "G4-02",
    "PRIN-02", "PIT-02",
)  # fmt: skip
"""The measures of which every opportunity of every infusion is listed (`listed` = `every`)."""
PRESENT_ONLY = ("MON-06", "MON-07", "G1-05", "G2-14", "G3-09", "G4-05", "PRIN-01", "HLH-01", "HLH-02", "HLH-04",
                "ALT-01", "PIT-01", "PIT-04")  # fmt: skip
"""The informational ones: listed where present. Of MON-07 only what disagrees is: every other grade must agree."""
UNLISTED_ARE_MET = (
    "BAS-01", "BAS-02", "MON-01", "MON-02", "MON-03", "MON-04", "MON-05", "G1-01", "G1-02", "G1-04", "G1-07", "G2-09",
    "G2-10", "G2-11", "G2-12", "G2-13", "G3-01", "G3-04", "G3-05", "G3-06", "G3-07", "G4-01", "G4-03", "G4-04",
    "PRIN-03", "HLH-03", "ICANS-01", "PIT-03",
)  # fmt: skip
"""The others: what is not listed must be met or no opportunity; or censored, where the plan cuts follow-up short."""
OF_EPISODES = frozenset({
    "MON-02", "MON-04", "MON-05", "MON-06", "G1-01", "G1-02", "G1-04", "G1-06", "G1-07", "G2-01", "G2-02", "G2-10",
    "G2-11", "G2-12", "G2-13", "G2-14", "G3-01", "G3-02", "G3-03", "G3-04", "G3-05", "G3-06", "G3-07", "G4-01", "G4-02",
    "G4-03", "G4-04", "G4-05", "PRIN-01", "ICANS-01", "PIT-01",
})  # fmt: skip
"""The measures whose unit is the episode."""
EVERY, PLANTED = "every", "planted"


class Expected(NamedTuple):
    measure: str
    episode: int | None
    status: str
    reason: str = ""
    """A word that must stand in the audit's reason; blank where the verdict has no fixed word."""
    note: str = ""
    opportunity: int = 1
    """Counted only where not every opportunity is listed; the others are numbered in the order they are named."""


class Listed(NamedTuple):
    opportunity: int
    listed: str
    verdict: Expected


def listed(expected: list[Expected]) -> Iterator[Listed]:
    """The rows of one infusion; measures listed in full that nobody named fall to their default."""
    for measure in MEASURES:
        rows = [row for row in expected if row.measure == measure]
        if not rows and measure in ("G2-07", "G2-08") and any(row.measure == "G2-03" for row in expected):
            rows = [Expected(measure, None, "met")]
        if not rows and measure in ("PRIN-02", "PIT-02"):
            rows = [Expected(measure, None, "met")]
        if not rows:
            yield Listed(0, EVERY, Expected(measure, None, "not_applicable"))
        yield from (Listed(number, EVERY, row) for number, row in enumerate(rows, start=1))
    for measure in sorted((*PRESENT_ONLY, *UNLISTED_ARE_MET)):
        rows = sorted((row for row in expected if row.measure == measure), key=lambda row: row.opportunity)
        yield from (Listed(row.opportunity, PLANTED, row) for row in rows)


def without_procedures(expected: list[Expected], worst_grades: list[int]) -> list[Expected]:
    """The same verdicts where no procedure was extracted of anybody: what asks for one cannot be judged."""
    asking = {"MON-02": 1, "MON-04": 2, "G3-07": 3}
    kept = [row for row in expected if row.measure != "HLH-02" and (row.measure not in asking or row.episode is None)]
    for measure, least in asking.items():
        episodes = [number for number, worst in enumerate(worst_grades, start=1) if worst >= least]
        kept += [
            Expected(measure, episode, "indeterminate", "procedures", opportunity=number)
            for number, episode in enumerate(episodes, start=1)
        ]
    return [*kept, Expected("HLH-02", None, "indeterminate", "procedures")]
