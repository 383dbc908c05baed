"""summary.md: the run as plain text for a mail, in Markdown. No identifier, no name of a file, no text of a row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.report import words
from crs_audit.report.environment import generated
from crs_audit.report.pictures.interval import interval_said

if TYPE_CHECKING:
    from crs_audit.protocol.load import Change
    from crs_audit.report.result import AuditResult, MeasureSummary
    from crs_audit.review.adjudication import Adjudication

FILE = "summary.md"

_HEAD = ("Measure", "Met / judged", "Rate", "95 % interval", "Not met", "Amber", "Not judgeable", "What")
DEIDENTIFIED = (
    "De-identified: nobody is named, intervals are true, dates are not. A careful pseudonym, not a guarantee."
)

_RIGHT = range(1, 7)
_REVIEW_HEAD = (
    "Measure", "Raw", "Rate", "After review", "Rate", "Fallouts confirmed", "Overturned", "Met overturned", "Excluded",
    "Open", "What",
)  # fmt: skip


def write_mail(result: AuditResult, summary: dict[str, Any], folder: Path) -> None:
    """Writes summary.md. summary: the document of summary.json, for the period and the names of the policies."""
    hit = [one["condition"] for one in summary["conditions"] if one["hit"]]
    text = mail(result, summary["period"], summary["policy"], hit)
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")


def mail(
    result: AuditResult, period: Sequence[str] | None, policies: Sequence[str], conditions: Sequence[str] = ()
) -> str:
    """The Markdown. period: first day and the day after the last, ISO 8601; conditions: those that hold."""
    rated = [measure for measure in result.measures if measure.kind != INFORMATIONAL]
    hit = sorted((m for m in rated if m.fallouts), key=lambda m: (-(m.fallouts or 0), m.measure_id))
    hidden = [_withheld(m) for m in rated if m.judged is None]
    rest = [m for m in rated if m.fallouts == 0 and m.judged is not None]
    parts = ["# Management of cytokine release syndrome: audit", _opening(result, period)]
    parts += [f"**Condition hit:** {_plain('; '.join(conditions))}"] if conditions else []
    parts += [_heads(result)]
    parts += _section("Fallouts: required care not shown", hit, "None that may be told." if hidden else "None.")
    if hidden:
        parts.append(f"Counts withheld (in brackets the share met of all opportunities): {', '.join(hidden)}.")
    parts += _section("Without a fallout, or only to be considered", rest, "None.")
    if any("infusion" in interval_said(measure) for measure in rated):
        parts.append(
            "Where infusions stand before an interval, share and interval are of those with every judged opportunity "
            "met, not of the rate."
        )
    if result.adjudication:
        parts += ["## After review", *_reviewed(result.adjudication)]
    rules = _rules(result.protocol.changes, policies, result.parameters_hash)
    rows = "## Rows" + (" of the whole extract" if period else "")
    parts += [rows, _equation(result), "## Rules", rules]
    if result.notes_without_names:
        parts += ["## Notes", "\n".join(f"- {note}" for note in result.notes_without_names)]
    return "\n\n".join(parts) + "\n"


def _opening(result: AuditResult, period: Sequence[str] | None) -> str:
    of = f"Infusions from {period[0]} up to, and not on, {period[1]}." if period else "All infusions of the extract."
    if result.deidentified:
        # Neither the period nor the time of the run is told: they would say when.
        return f"Infusions of an extract or of a part of it. crs-audit {result.program_version}. {DEIDENTIFIED}"
    when = f"{generated(result.generated, result.timezone)} ({result.timezone})"
    made = f"Audited {when}, crs-audit {result.program_version}."
    if result.internal:
        return f"{of} {made}"
    return f"{of} {made} Made for sharing: counts of fewer than {result.suppress_below} patients are withheld."


def _heads(result: AuditResult) -> str:
    told = result.headline
    lines = (
        ((told.infusions, "infusions"), (told.with_episode, "with a CRS episode"), (told.severe, "of grade 3 or 4"),
         (told.ungraded, "not gradable")),
        ((told.fallouts, "fallouts"), (told.amber, "of them amber (late, inside the second limit)"),
         (told.with_fallout, "infusions with a fallout")),
        ((told.opportunities, "opportunities"), (told.indeterminate, "of them not judgeable")),
    )  # fmt: skip
    return "\n".join("- " + ", ".join(f"{_plain(words.count(n))} {what}" if n is not None else f"{what}: withheld"
                                      for n, what in line) for line in lines)  # fmt: skip


def _section(title: str, measures: Sequence[MeasureSummary], without: str) -> list[str]:
    return [f"## {title}", _table([_HEAD, *map(_row, measures)]) if measures else without]


def _row(m: MeasureSummary) -> tuple[str, ...]:
    kind = "" if m.kind == "R" else f" ({words.KIND[m.kind]})"
    judged = words.out_of(m.met, m.judged)
    return tuple(
        _plain(cell)
        for cell in (
            m.measure_id, judged, words.percent(m.rate), interval_said(m), words.count(m.not_met), words.count(m.amber),
            words.count(m.n_indeterminate), m.title + kind,
        )
    )  # fmt: skip


def _reviewed(found: Adjudication) -> list[str]:
    """Raw and adjudicated rates, and what of the reviews does not count."""
    rows = [
        (
            one.raw.measure_id, words.out_of(one.raw.met, one.raw.judged), words.percent(one.raw.rate),
            words.out_of(one.after.met, one.after.judged), words.percent(one.after.rate),
            f"{one.confirmed} of {one.fallouts_reviewed}", str(one.overturned), str(one.met_overturned),
            str(one.excluded), str(one.open), one.raw.title,
        )
        for one in found.measures
    ]  # fmt: skip
    stale = f" {found.stale} earlier reviews no longer stand, their findings having changed." if found.stale else ""
    foreign = f" {found.foreign} earlier reviews are of findings that this run does not have." if found.foreign else ""
    said = f"Findings reviewed: {found.reviewed}. Open ones count as the audit found them.{stale}{foreign}"
    if not rows:
        return [said]
    return [said, _table([_REVIEW_HEAD, *(tuple(map(_plain, row)) for row in rows)], range(1, 10))]


def _withheld(m: MeasureSummary) -> str:
    return m.measure_id + (f" ({_plain(words.band(m.met_band))})" if m.met_band else "")


def _equation(result: AuditResult) -> str:
    told = result.headline
    read, accepted, rejected, twice = (
        _plain(words.count(n)) for n in (told.rows_read, told.rows_accepted, told.rows_rejected, told.rows_duplicates)
    )
    return f"{read} read = {accepted} accepted + {rejected} rejected + {twice} exact duplicates"


def _rules(changes: Sequence[Change], policies: Sequence[str], parameters: str) -> str:
    under = f"Parameters {parameters[:12]}."
    if not changes:
        return f"The default protocol. {under}"
    rows: list[tuple[str, ...]] = [("Changed", "Default", "Here", "Why")]
    rows += [tuple(_plain(cell) for cell in (c.key, c.default, c.value, c.why)) for c in changes]
    return f"Policy {', '.join(policies)}. {under}\n\n{_table(rows, right=())}"


def _plain(text: str) -> str:
    """Blanks that every mail program and font shows, and nothing that breaks a table."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("|", "\\|")


def _table(rows: Sequence[Sequence[str]], right: Sequence[int] = _RIGHT) -> str:
    """A Markdown table whose columns stand below each other in plain text as well; the last column is not padded."""
    last = len(rows[0]) - 1
    widths = [0 if i == last else max(3, *(len(row[i]) for row in rows)) for i in range(last + 1)]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * (max(width, 3) - 1) + (":" if i in right else "-") for i, width in enumerate(widths)]
    return "\n".join([line(rows[0]), line(rule), *(line([" ".join(c.split()) for c in row]) for row in rows[1:])])
