"""One infusion's results with their clauses, grouped as its page shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crs_audit.report import words
from crs_audit.report.cited import Key, key, named_cells
from crs_audit.report.escaping import escaped

if TYPE_CHECKING:
    from crs_audit.protocol.load import MeasureRule
    from crs_audit.report.clock import SiteClock
    from crs_audit.report.result import PageContext, PatientView

GROUPS: tuple[tuple[str, str, str], ...] = (
    ("not_met", "Not met", "Required care that the extract does not show in time."),
    ("considered", "Considered in the text, not done", "Not a fallout: the text leaves these to the team."),
    ("indeterminate", "Not judgeable", "What would decide is missing from the extract."),
    ("excluded", "Excluded", "An opportunity that does not count, and why."),
    ("met", "Met", ""),
    ("present", "For information", "No rule to meet or miss."),
)
"""Key, heading and explanation of each group, in the order of the page."""

_MOST_ROWS = 40
"""Source rows of one clause that a page lists; the rest is counted and stands in data/evidence."""


@dataclass(frozen=True)
class Verdict:
    """One opportunity as its page shows it."""

    anchor: str
    rule: MeasureRule
    status: str
    """As words.shown_status gives it."""
    sentence: str
    value: str
    reason: str
    code: str
    """The word the reason is counted under."""
    time: str
    episode: int | None
    threshold: str
    clauses: Markup
    result_id: str
    reviews: tuple[tuple[str, str], ...] = ()
    """What reviewers said, each with why it no longer stands (empty: it does)."""

    @property
    def open(self) -> bool:
        return self.status in ("not_met", "amber", "indeterminate")


@cache
def chip(status: str) -> Markup:
    """A status as sign and word."""
    told = f'<span aria-hidden="true">{words.SIGN[status]}</span> {words.STATUS[status]}'
    return Markup(f'<span class="s s-{status}">{told}</span>')


FOLDED_FROM = 4
"""So many verdicts of one measure in a group that needs no attention stand behind one line."""

_ATTENTION = frozenset({"not_met", "considered", "indeterminate"})


def by_measure(key: str, found: Sequence[Verdict]) -> list[tuple[bool, list[Verdict]]]:
    """Runs of one measure's verdicts, and whether to fold the run (a month of daily checks that were met)."""
    runs = [list(members) for _, members in groupby(found, key=lambda verdict: verdict.rule.id)]
    return [(key not in _ATTENTION and len(run) >= FOLDED_FROM, run) for run in runs]


def headed(found: Sequence[Verdict]) -> list[tuple[Verdict, list[Verdict]]]:
    """Verdicts for a list at the top of a page: of many of one measure and status the first, and the rest behind it."""
    told: list[tuple[Verdict, list[Verdict]]] = []
    for _, members in groupby(found, key=lambda verdict: (verdict.rule.id, verdict.status)):
        first, *rest = members
        told += [(first, rest)] if len(rest) + 1 >= FOLDED_FROM else [(verdict, []) for verdict in (first, *rest)]
    return told


_NO_TABLE = {
    "vitals": "no vital signs", "labs": "no laboratory values", "mar": "no medication record", "adt": "no ward stays",
}  # fmt: skip


def heading(found: Mapping[str, Sequence[Verdict]], gradable: bool) -> str:
    """What stands over a page on which nothing is “not met”: never that nothing was missing where a whole table was."""
    unjudged = found.get("indeterminate", ())
    if not gradable:
        return "Little could be judged"
    lacking = Counter(_NO_TABLE[verdict.code] for verdict in unjudged if verdict.code in _NO_TABLE)
    if lacking:
        return f"Not judgeable: {', '.join(f'{why} ({n})' for why, n in lacking.most_common())}"
    return "No required care found missing" + (" in what could be judged" if unjudged else "")


def judged(found: Mapping[str, Sequence[Verdict]]) -> str:
    """How many opportunities were judged, excluded and not judgeable, in words."""
    n = {key: len(members) for key, members in found.items()}
    told = [f"{words.count(sum(n.get(key, 0) for key in ('met', 'not_met', 'considered')))} judged"]
    told += [f"{words.count(n[key])} {text}" for key, text in _UNCOUNTED if key in n]
    return ", ".join(told)


_UNCOUNTED = (("excluded", "excluded"), ("indeterminate", "could not be judged"))


def anchor(measure_id: str, opportunity: int) -> str:
    """Id of a verdict in its patient page; the measure pages link to it."""
    return f"r-{measure_id}-{opportunity}"


def verdicts(view: PatientView, context: PageContext, clock: SiteClock) -> dict[str, list[Verdict]]:
    """Group key → verdicts in the protocol's order, groups without any left out; `not_applicable` is not among them."""
    evidence = _by_result(view.tables.get("evidence", {}))
    cells = named_cells(view, (_key(row) for rows in evidence.values() for row in rows))
    order = {measure: i for i, measure in enumerate(context.protocol.measures)}
    rows = [row for row in view.rows("results") if row["status"] != "not_applicable" and row["measure_id"] in order]
    rows.sort(key=lambda row: (order[row["measure_id"]], row["opportunity"]))
    grouped: dict[str, list[Verdict]] = {key: [] for key, *_ in GROUPS}
    for row in rows:
        status = words.shown_status(row["status"], row["reason"], row["kind"])
        group = "not_met" if status == "amber" else status
        if row["status"] == "not_met" and row["kind"] != "R":
            group = "considered"
        grouped[group].append(
            Verdict(
                anchor=anchor(row["measure_id"], row["opportunity"]),
                rule=context.protocol.measures[row["measure_id"]],
                status=status,
                sentence=row["sentence"] or "",
                value=words.measured(row["value"], row["unit"]),
                reason=words.reason(row["reason"]),
                code=words.head(row["reason"]),
                time=clock.text(row["time"]),
                episode=row["episode"],
                threshold=words.limit(row["threshold"], row["unit"]),
                clauses=_clauses(evidence.get(row["result_id"], ()), cells, context, clock),
                result_id=row["result_id"],
                reviews=context.reviews.get(row["result_id"], ()),
            )
        )
    return {key: found for key, found in grouped.items() if found}


def not_applicable(view: PatientView, context: PageContext) -> list[MeasureRule]:
    """Measures without an opportunity in this infusion, in the protocol's order."""
    columns = view.tables.get("results", {})
    pairs = zip(columns.get("measure_id", ()), columns.get("status", ()), strict=True)
    none = {measure for measure, status in pairs if status == "not_applicable"}
    return [rule for key, rule in context.protocol.measures.items() if key in none]


Evidence = tuple[str, str, int | None, int | None, int | None, str | None]
"""clause, outcome, source, row, time, raw value"""


def _by_result(columns: Mapping[str, Sequence[Any]]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    if columns:
        names = ("result_id", "clause", "outcome", "source", "row", "time", "raw_value")
        for result, *rest in zip(*(columns[name] for name in names), strict=True):
            if "|timeline|" not in result:
                found.setdefault(result, []).append(tuple(rest))
    return found


def _key(row: Evidence) -> Key:
    _, _, source, number, time, raw = row
    return key(source, number, time, raw)


def source_text(context: PageContext, source: int | None) -> str:
    """File and sheet of a source as they are cited."""
    known = context.files.get(source) if source is not None else None
    if known is None:
        return ""
    return f"{known.file} [{known.sheet}]" if known.sheet else known.file


def breakable(name: str) -> Markup:
    """A file's name, escaped, that a narrow cell may break after an underscore."""
    return Markup(escaped(name).replace("_", "_<wbr>"))


def _clauses(
    rows: Sequence[Evidence], cells: Mapping[Key, tuple[str, str]], context: PageContext, clock: SiteClock
) -> Markup:  # fmt: skip
    """A table row per source row; the clause and its outcome once for the rows they share."""
    if not rows:
        return Markup("")
    clauses: dict[tuple[str, str], list[Evidence]] = {}
    for row in rows:
        clauses.setdefault((row[0], row[1]), []).append(row)
    parts: list[str] = []
    places: dict[int | None, str] = {None: "no row"}
    for (clause, outcome), members in clauses.items():
        shown = members[:_MOST_ROWS]
        height = len(shown) + (len(members) > len(shown))
        head = (
            f'<th scope="row" rowspan="{height}">{escaped(words.clause(clause))}</th>'
            f'<td rowspan="{height}"><b class="o o-{escaped(outcome)}">'
            f"{words.OUTCOME.get(outcome, escaped(outcome))}</b></td>"
        )
        for row in shown:
            _, _, source, number, time, raw = row
            if source not in places:
                places[source] = breakable(source_text(context, source))
            written, named = cells.get(_key(row), ("", ""))
            if raw is not None:
                told = named if raw == written else words.reason(raw) if source is None else words.charted(raw)
            told = "—" if raw is None else escaped(told)
            parts.append(
                f'<tr>{head}<td class="when">{clock.text(time)}</td>'
                f'<td class="raw">{told}</td><td class="place">{places[source]}</td>'
                f'<td class="n">{number if number is not None else "—"}</td></tr>'
            )
            head = ""
        if height > len(shown):
            left = len(members) - len(shown)
            parts.append(f'<tr><td colspan="4">and {left} more rows: data/evidence</td></tr>')
    return Markup("".join(parts))
