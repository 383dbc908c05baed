"""The answer of `concordance`: a page with matrices and disagreements, the figures as text or JSON.

Text and JSON name no patient and tell of none: an onset's hours are given as median and quartiles of enough infusions;
single ones stand on the page.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from crs_audit import __version__
from crs_audit.answers import as_json
from crs_audit.concordance.documented import GRADES, LEFT_OUT
from crs_audit.concordance.grades import Concordance, Counts, concordance
from crs_audit.concordance.onsets import LEAST, Onsets
from crs_audit.concordance.weighted_kappa import Kappa
from crs_audit.console import aligned
from crs_audit.publish import told_name, write_page
from crs_audit.report.environment import render

WEIGHTS = "linear"
OF_NO_PATIENT = ("median_hours", "lower_quartile_hours", "upper_quartile_hours")


def concordance_answer(run: Path, out: Path, *, json: bool) -> str:
    """Writes the page at `out` and gives the answer."""
    found = concordance(run)
    patients = Path(os.path.relpath(run.resolve() / "patients", out.resolve().parent)).as_posix()
    rows = [(row, f"{patients}/{row['token']}.html") for row in found.largest]
    page = render(
        "concordance.html.j2", script=True, version=__version__, name=told_name(run), found=found, rows=rows,
        reasons=LEFT_OUT,
    )  # fmt: skip
    write_page(out, page)
    return as_json({"page": str(out), **_document(found)}) if json else _text(found, out)


def _document(found: Concordance) -> dict[str, object]:
    onsets = asdict(found.onsets)
    told = {name: onsets[name] for name in ("n", "dated", "only_documented", "only_computed")}
    return {
        "weights": WEIGHTS,
        "assessments": found.assessments,
        "assessment_kappa": asdict(found.assessment_kappa),
        "left_out": found.left_out,
        "infusions": found.infusions,
        "infusion_kappa": asdict(found.infusion_kappa),
        "infusions_left_out": found.infusions_left_out,
        "onsets": {**told, **{name: onsets[name] if found.onsets.of_many else None for name in OF_NO_PATIENT}},
        "disagreements": found.disagreements,
        "largest": [
            {name: row[name] for name in ("token", "opportunity", "documented", "computed")} for row in found.largest
        ],
    }


def _text(found: Concordance, out: Path) -> str:
    largest = f"the widest {len(found.largest)} of {found.disagreements}" if found.largest else "none"
    return "\n\n".join(
        [
            f"every documented grade, weighted kappa ({WEIGHTS}) {_kappa(found.assessment_kappa)}",
            _matrix(found.assessments),
            *_left_out("documented grades", found.left_out),
            f"highest grade of each infusion, weighted kappa ({WEIGHTS}) {_kappa(found.infusion_kappa)}",
            _matrix(found.infusions),
            *_left_out("infusions, by their highest documented grade", found.infusions_left_out),
            _onsets(found.onsets),
            f"disagreements, {largest}: {out}",
        ]
    )


def _kappa(kappa: Kappa) -> str:
    if kappa.value is None:
        return "not known"
    interval = "no interval" if kappa.low is None else f"{kappa.low:.2f} to {kappa.high:.2f}, {kappa.method}"
    return f"{kappa.value:.2f} ({interval})"


def _matrix(counts: Counts) -> str:
    head = ["documented", *(f"computed {grade}" for grade in GRADES)]
    rows = [[f"grade {grade}", *map(str, row)] for grade, row in zip(GRADES, counts, strict=True)]
    return aligned([head, *rows], right=(1, 2, 3, 4, 5))


def _left_out(what: str, counts: Mapping[str, int]) -> list[str]:
    told = [f"{count} {LEFT_OUT[reason]}" for reason, count in counts.items() if count]
    return [f"left out, {what}: {'; '.join(told)}"] if told else []


def _onsets(onsets: Onsets) -> str:
    if onsets.of_many:
        hours = (
            f"documented {onsets.median_hours:+.1f} h after the computed one in the median (quartiles "
            f"{onsets.lower_quartile_hours:+.1f} to {onsets.upper_quartile_hours:+.1f} h)"
        )
    else:
        hours = f"fewer than {LEAST}, hours on the page alone"
    return (
        f"onset in {onsets.n} infusions: {hours}; first documented with a date alone {onsets.dated}, only computed "
        f"{onsets.only_computed}, only documented {onsets.only_documented}"
    )
