"""Engine and oracle on the same tables, and what they say differently."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from crs_audit.evaluate import Evaluation, evaluate
from crs_audit.protocol.load import load_protocol
from crs_audit.tables import ASSESSMENTS, PROCEDURES, Facts
from tests.generative.patients import build_patient
from tests.oracle.audit import MEASURES, Answer, audit
from tests.oracle.results import Verdict
from tests.oracle.unit import Extract
from tests.spec.patient import Patient, facts, tables

PROTOCOL = load_protocol()
INFORMATIONAL = {
    "MON-06", "MON-07", "G1-05", "G2-14", "G3-09", "G4-05", "PRIN-01", "HLH-01", "HLH-02", "HLH-04", "ALT-01",
    "PIT-01", "PIT-04",
}  # fmt: skip
"""What they tell beside their value may stand in the reason."""
COMPARED = MEASURES.keys() & PROTOCOL.measures.keys()
SEEDS = range(5)
"""Of the cohorts that are the same every time."""
TIMEZONE = "America/New_York"
"""Six days after the infusions of `T0` its clocks are put forward: a day of 23 h."""
LONG = int(os.environ.get("CRS_AUDIT_GENERATIVE", "0"))
"""Examples of a long search with fresh random numbers; 0 = the short search that is the same every time."""


def searching(examples: int) -> settings:
    """How long to search: `examples` the same every time, or `LONG` other ones."""
    return settings(
        max_examples=LONG or examples,
        derandomize=not LONG,
        deadline=None,
        print_blob=True,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.target, Phase.shrink),
    )


@st.composite
def cohorts(draw: Callable[[st.SearchStrategy[Any]], Any], most: int = 3) -> list[Patient]:
    """A few patients of one extract."""

    def pick(choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    return [build_patient(pick, f"P{n}", TIMEZONE) for n in range(draw(st.integers(1, most)))]


def random_cohort(seed: int, size: int) -> list[Patient]:
    """Every other extract lacks every other kind of procedure and assessment."""
    choose = random.Random(seed).choice
    cohort = [build_patient(choose, f"P{n:04}", TIMEZONE) for n in range(size)]
    if seed % 2 == 1:
        lacking = [*PROCEDURES, *ASSESSMENTS][seed // 2 % 2 :: 2]
        for one in cohort:
            for table, kind in (("procedures", "procedure"), ("assessments", "assessment")):
                one.rows[table] = [row for row in one.rows[table] if row[kind] not in lacking]
    return cohort


@lru_cache(maxsize=len(SEEDS))
def many(seed: int) -> tuple[Evaluation, list[Answer]]:
    """Engine and oracle on many patients at once, which costs the engine hardly more than one."""
    cohort = random_cohort(seed, 300)
    return engine(cohort), oracle(cohort)


def known(cohort: list[Patient], charted_until: datetime | None = None) -> Facts:
    return facts(*cohort, timezone=TIMEZONE, charted_until=charted_until)


def engine(cohort: list[Patient], charted_until: datetime | None = None, *, judged: bool = True) -> Evaluation:
    return evaluate(tables(*cohort), PROTOCOL, known(cohort, charted_until), None if judged else frozenset())


def oracle(cohort: list[Patient], charted_until: datetime | None = None, *, judged: bool = True) -> list[Answer]:
    rows = {table: frame.to_dicts() for table, frame in tables(*cohort).frames.items()}
    facts = known(cohort)
    extract = Extract(facts.tables, facts.procedures, facts.assessments, facts.timezone, charted_until)
    return audit(rows, extract, judged=judged)


def timeline_of(evaluation: Evaluation) -> set[tuple[Any, ...]]:
    columns = ["infusion_id", "start", "end", "grade", "observed", "drivers"]
    return {(*row[:-1], row[-1] or "") for row in evaluation.timeline.select(columns).iter_rows()}


def expected_timeline(found: list[Answer]) -> set[tuple[Any, ...]]:
    return {
        (answer.unit.infusion_id, row.start, row.end, row.grade, row.observed, row.drivers)
        for answer in found
        for row in answer.timeline
    }


def episodes_of(evaluation: Evaluation) -> set[tuple[Any, ...]]:
    firsts = [f"first_grade_{k}" for k in (1, 2, 3, 4)]
    hours = [f"hours_grade_{k}" for k in (1, 2, 3, 4)]
    plain = ["infusion_id", "episode", "onset", "end", "max_grade", "strict_max_grade"]
    frame = evaluation.episodes.select(*plain, *firsts, *hours, "hours_unobserved")
    return {(*row[:10], *(round(number, 6) for number in row[10:])) for row in frame.iter_rows()}


def expected_episodes(found: list[Answer]) -> set[tuple[Any, ...]]:
    return {
        (
            *(answer.unit.infusion_id, e.number, e.onset, e.end, e.max_grade, e.strict_max_grade),
            *e.first_grade.values(),
            *(round(hours, 6) for hours in [*e.hours_grade.values(), e.hours_unobserved]),
        )
        for answer in found
        for e in answer.episodes
    }


def results_of(evaluation: Evaluation) -> dict[tuple[str, str, int], tuple[Any, ...]]:
    """(infusion, measure, opportunity) → (status, episode, time, value, reason)."""
    columns = ["infusion_id", "measure_id", "opportunity", "status", "episode", "time", "value", "reason"]
    rows = evaluation.results.select(columns).iter_rows()
    return {row[:3]: row[3:] for row in rows if row[1] in COMPARED}


def same_reason(measure: str, reason: str | None, verdict: Verdict) -> bool:
    """The engine's reason holds the oracle's class of reasons; a plain "met" has none."""
    if verdict.reason is not None:
        return verdict.reason in (reason or "")
    return verdict.status != "met" or reason is None or measure in INFORMATIONAL


def same_value(measure: str, value: float | None, verdict: Verdict) -> bool:
    """Of verdicts met or not met, where the protocol defines one; etoposide that was not given has none."""
    if verdict.status not in ("met", "not_met"):
        return True
    if verdict.value is None:
        return measure != "HLH-04" or value is None
    return value is not None and abs(value - verdict.value) < 1e-6


def different_results(evaluation: Evaluation, found: list[Answer]) -> list[tuple[Any, ...]]:
    """(key, engine's, oracle's)."""
    theirs = results_of(evaluation)
    ours = {
        (a.unit.infusion_id, r.measure, r.opportunity): r for a in found for r in a.results if r.measure in COMPARED
    }
    different: list[tuple[Any, ...]] = []
    for key in sorted(theirs.keys() | ours.keys()):
        if key not in theirs or key not in ours:
            different.append((key, theirs.get(key), ours.get(key)))
            continue
        status, episode, time, value, reason = theirs[key]
        result = ours[key]
        same = (status, episode, time) == (result.verdict.status, result.episode, result.time)
        same = same and same_reason(key[1], reason, result.verdict) and same_value(key[1], value, result.verdict)
        if not same:
            different.append((key, theirs[key], result))
    return different
