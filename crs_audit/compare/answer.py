"""The answer of `compare`: a page with every finding, counts by measure as text or JSON. No patient on stdout."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from crs_audit import __version__
from crs_audit.answers import as_json
from crs_audit.compare.two_runs import CAUSES, NOT_TOLD, WHATS, Comparison, Finding, compare
from crs_audit.console import aligned
from crs_audit.protocol.load import load_protocol
from crs_audit.publish import told_name, write_page
from crs_audit.report.environment import render
from crs_audit.report.verdicts import anchor


def compare_answer(before: Path, after: Path, out: Path, *, other_rules: bool, json: bool) -> str:
    """Writes the page at `out` and gives the answer."""
    found = compare(before, after, other_rules=other_rules)
    measures = _by_measure(found)
    counted = Counter(one.what for one in found.findings)
    totals = [counted[what] for what in WHATS]
    titles = {rule.id: rule.title for rule in load_protocol().measures.values()}
    page = render(
        "compare.html.j2",
        script=True,
        version=__version__,
        before=told_name(before),
        after=told_name(after),
        found=found,
        measures=measures,
        totals=totals,
        whats=WHATS,
        causes=CAUSES,
        titles=titles,
        rows=[(one, one.result_id.rsplit("|", 2)[0], _link(one, before, after, out)) for one in found.findings],
    )
    write_page(out, page)
    if json:
        return as_json({"page": str(out), **_document(found)})
    rows = [["measure", "", *WHATS]] + [[id_, titles.get(id_, ""), *map(str, counts)] for id_, counts in measures]
    rows.append(["all", "", *map(str, totals)])
    causes = Counter(one.cause for one in found.findings if one.cause)
    why = ", ".join(f"{causes[cause]} {_BY.get(cause, f'by {cause}')}" for cause in CAUSES if causes[cause]) or "none"
    alone = f"{found.infusions_before} only in the earlier, {found.infusions_after} only in the later"
    head = f"{found.infusions_both} infusions in both runs, {alone}"
    parts = [
        head,
        aligned(rows, right=tuple(range(2, 2 + len(WHATS)))),
        f"changed: {why}",
        *_not_compared(found),
        f"findings: {out}",
    ]
    return "\n\n".join(parts)


_BY = {NOT_TOLD: "by what cannot be told apart"}


def _not_compared(found: Comparison) -> list[str]:
    """What only one of the runs has, and so nothing is said of."""
    lines = []
    if found.fallouts_before_only or found.fallouts_after_only:
        lines.append(
            f"not compared, of infusions or measures that one run lacks: {found.fallouts_before_only} fallouts of the "
            f"earlier, {found.fallouts_after_only} of the later"
        )
    for run, measures in (("earlier", found.measures_before), ("later", found.measures_after)):
        if measures:
            lines.append(f"measures only in the {run}: {', '.join(measures)}")
    if not found.infusions_both:
        lines.append("no infusion is in both runs: nothing is compared")
    return ["\n".join(lines)] if lines else []


def _by_measure(found: Comparison) -> list[tuple[str, tuple[int, ...]]]:
    """(measure id, how many of each of WHATS) of every measure with a finding."""
    counts = Counter((one.measure_id, one.what) for one in found.findings)
    ids = sorted({one.measure_id for one in found.findings})
    return [(id_, tuple(counts[id_, what] for what in WHATS)) for id_ in ids]


def _link(one: Finding, before: Path, after: Path, out: Path) -> str | None:
    """The finding on its patient's page, in the later run where that has it."""
    run = after if one.after is not None else before
    if one.token is None:
        return None
    page = Path(os.path.relpath(run.resolve() / "patients" / f"{one.token}.html", out.resolve().parent)).as_posix()
    return f"{page}#{anchor(one.measure_id, int(one.result_id.rsplit('|', 1)[1]))}"


def _document(found: Comparison) -> dict[str, Any]:
    """Findings by page token: the id would name the patient."""
    return {
        "same_rules": found.same_rules, "same_input": found.same_input, "same_program": found.same_program,
        "programs": list(found.programs), "measures_before_only": list(found.measures_before),
        "measures_after_only": list(found.measures_after),
        "infusions_both": found.infusions_both, "infusions_before": found.infusions_before,
        "infusions_after": found.infusions_after, "fallouts_before_only": found.fallouts_before_only,
        "fallouts_after_only": found.fallouts_after_only,
        "findings": [
            {
                "token": one.token, "measure_id": one.measure_id, "opportunity": int(one.result_id.rsplit("|", 1)[1]),
                "what": one.what, "before": one.before, "after": one.after, "cause": one.cause,
            }
            for one in found.findings
        ],
    }  # fmt: skip
