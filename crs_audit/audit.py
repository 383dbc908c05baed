"""The main job on one page: read → accept → shard → evaluate → publish."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit import __version__, errors
from crs_audit.assemble import Assembled, assemble
from crs_audit.audience import SHARE
from crs_audit.deidentify.pseudonyms import Pseudonyms, pseudonyms
from crs_audit.deidentify.report import told_protocol, told_sources
from crs_audit.deidentify.shard import CLOCK
from crs_audit.deidentify.shared_ends import shared_ends
from crs_audit.engine.local import run_tasks
from crs_audit.engine.work import PARTS, ShardOutcome, ShardTask, work
from crs_audit.finished_run import open_run
from crs_audit.intake.take_in import Intake, take_in
from crs_audit.limits import conditions, exit_code, told
from crs_audit.period import audited_of, refuse_impossible_end
from crs_audit.protocol.load import Protocol
from crs_audit.publish import refuse_in_place_of_another, staging
from crs_audit.quality.shard import PARTS as PROFILE
from crs_audit.quality.suspects import RunClock
from crs_audit.report.disclosure import disclosed, tellable
from crs_audit.report.mail import write_mail
from crs_audit.report.result import MeasureSummary, PageContext
from crs_audit.report.site import render_site
from crs_audit.report.tables import KEYS, write_tables
from crs_audit.review.put_up import put_up_for_review
from crs_audit.review.verdicts import Review, merged, read_reviews
from crs_audit.scratch import scratch_folder
from crs_audit.settings import Settings
from crs_audit.summary import summary_document, write_summary
from crs_audit.tokens import tokens_of
from crs_audit.trend.history import History, writing
from crs_audit.trend.measure_trends import measure_trends
from crs_audit.trend.month_counts import months_of

Progress = Callable[[str], None]

_BEYOND = (
    "more rows were rejected, or opportunities indeterminate, than allowed: the history keeps the months of this run "
    "marked as such; audit them again"
)


@dataclass(frozen=True)
class RunOutcome:
    """What `run` answers with: the published folder, its summary.json as a document, notes for the person."""

    out: Path
    summary: dict[str, Any]
    notes: tuple[str, ...]
    exit_code: int
    measures: tuple[MeasureSummary, ...]
    """As the report tells them."""


def run(settings: Settings, protocol: Protocol, progress: Progress) -> RunOutcome:
    """Audits `settings.input` and puts the report in place at `settings.out`.

    Raises InputError (nothing is published) and OutputError.
    """
    with scratch_folder() as folder:
        intake = take_in(settings, protocol, folder, progress)
        refuse_impossible_end(settings, intake.infusions)
        if intake.unfit is not None:
            raise errors.InputError(f"{intake.unfit}; nothing was published, look with `crs-audit validate`")
        with _history(settings) as history, staging(settings.out) as fresh:
            shared, hidden = settings.audience == SHARE, settings.deidentify_by is not None
            refuse_in_place_of_another(settings.out, shared=shared, deidentified=hidden)
            reviews = () if shared or hidden else _reviews(settings)
            assembled = _evaluated(settings, protocol, intake, reviews, folder, fresh, progress)
            progress("writing the report")
            found = conditions(settings, summary_document(assembled, settings))
            notes = tuple(told(found))
            if shared:
                assembled = _for_sharing(assembled, settings)
            else:
                result = put_up_for_review(assembled.result, reviews, settings, fresh)
                if history is not None and settings.period is not None:
                    beyond = exit_code(found) == errors.REJECTS
                    history.replace(months_of(result, settings.period, beyond_limits=beyond))
                    notes += (_BEYOND,) if beyond else ()
                    result = replace(result, trends=tuple(one.in_short for one in measure_trends(history.months())))
                assembled = replace(assembled, result=result)
                write_tables(assembled.tables, fresh / "data", None if hidden else settings.timezone)
            render_site(assembled.result, fresh)
            summary = summary_document(assembled, settings, () if shared else found)
            write_mail(assembled.result, summary, fresh)
            write_summary(summary, fresh)
            if history is not None:
                history.keep()
    # Who sits at the desk has the extract: a report without names hides nothing from him.
    notes = (*(intake.notes if hidden else ()), *assembled.result.notes, *assembled.for_the_desk, *notes)
    return RunOutcome(settings.out, summary, notes, exit_code(found), tuple(assembled.result.measures))


def _for_sharing(assembled: Assembled, settings: Settings) -> Assembled:
    """What of a run may leave the house: nothing of its tables, and of its result what the rules of disclosure let."""
    if not tellable(assembled.result, settings.suppress_below):
        raise errors.InputError(
            f"{settings.input}: fewer patients than suppress_below ({settings.suppress_below}) were audited, a shared "
            "report would hold nothing; nothing was published"
        )
    return Assembled(disclosed(assembled.result, settings.suppress_below), tables={}, accounting=[])


def _reviews(settings: Settings) -> tuple[Review, ...]:
    """The reviews of the report that is replaced, with those of `--reviews`: taking those in loses none."""
    kept = read_reviews(settings.out)
    if settings.reviews is None:
        return kept
    if settings.reviews.is_dir():
        open_run(settings.reviews)
    return merged(kept, read_reviews(settings.reviews))


def _history(settings: Settings) -> AbstractContextManager[History | None]:
    return nullcontext() if settings.history is None else writing(settings.history)


def _evaluated(
    settings: Settings,
    protocol: Protocol,
    intake: Intake,
    reviews: tuple[Review, ...],
    folder: Path,
    fresh: Path,
    progress: Progress,
) -> Assembled:
    pages, parts = fresh / "patients", folder / "parts"
    if settings.audience != SHARE:
        pages.mkdir()
    parts.mkdir()
    audited = audited_of(settings, intake.infusions)
    tokens = tokens_of(audited, settings.site_key)
    clock = RunClock.of(intake.infusions, settings.as_of)
    names = _pseudonyms(settings, intake, audited)
    tasks = [
        replace(task, names=names)
        for task in _tasks(settings, protocol, intake, reviews, tokens, clock, pages if pages.exists() else None, parts)
    ]
    outcomes: list[ShardOutcome] = []
    for outcome in run_tasks(work, tasks, settings.jobs):
        outcomes.append(outcome)
        progress(f"evaluated {len(outcomes)} of {len(tasks)} shards")
    outcomes.sort(key=lambda outcome: outcome.number)
    frames = {name: _gathered(name, outcomes) for name in PARTS}
    profile = {name: [pl.read_parquet(outcome.profile[name]) for outcome in outcomes] for name in PROFILE}
    if names is None:
        return assemble(settings, protocol, intake, outcomes, frames, profile, clock, tokens)
    told = assemble(settings, protocol, intake, outcomes, frames, profile, clock, names.tokens)
    ends = shared_ends(names.true_ends(frames["infusions"]), protocol.span("window.length"))
    return replace(told, for_the_desk=ends)


def _pseudonyms(settings: Settings, intake: Intake, audited: list[str]) -> Pseudonyms | None:
    if settings.deidentify_by is None:
        return None
    of_run = intake.infusions.filter(pl.col("infusion_id").is_in(audited))
    of_run = of_run.select("infusion_id", "patient_id", infusion_time="t0")
    return pseudonyms(of_run, settings.deidentify_by, settings.timezone)


def _tasks(
    settings: Settings,
    protocol: Protocol,
    intake: Intake,
    reviews: tuple[Review, ...],
    tokens: dict[str, str],
    clock: RunClock,
    pages: Path | None,
    parts: Path,
) -> list[ShardTask]:
    context = PageContext(
        program_version=__version__,
        input_name=settings.input.resolve().name,
        generated=settings.as_of,
        timezone=settings.timezone,
        protocol=protocol,
        sources=intake.extract.sources,
    )
    if key := settings.deidentify_by:
        context = replace(
            context, input_name="", generated=None, timezone=CLOCK, protocol=told_protocol(settings.policies),
            sources=told_sources(intake.extract.sources, key), deidentified=True,
        )  # fmt: skip
    shards = intake.store.shards_of(intake.infusions)
    return [
        ShardTask(
            number=number,
            part=intake.store.part(number),
            infusions=intake.infusions.filter(shards == number),
            protocol=protocol,
            facts=intake.facts,
            measures=settings.measures,
            tokens=tokens,
            clock=clock,
            context=context,
            reviews=reviews,
            pages=pages,
            parts=parts,
        )
        for number in range(intake.store.shards)
    ]


def _gathered(name: str, outcomes: list[ShardOutcome]) -> pl.DataFrame:
    """The shards' frames as one, in an order that does not tell how the patients were sharded."""
    frame = pl.concat([pl.read_parquet(outcome.files[name]) for outcome in outcomes])
    keys = [key for key in KEYS.get(name, ()) if key in frame.columns]
    return frame.sort([*keys, *(column for column in frame.columns if column not in keys)])
