"""The answer of `concordance`: a page with matrices and disagreements, the figures as text or JSON."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from crs_audit import __version__
from crs_audit.answers import as_json
from crs_audit.concordance.grades import GRADES, Counts, concordance
from crs_audit.concordance.weighted_kappa import Kappa
from crs_audit.console import aligned
from crs_audit.publish import told_name, write_page
from crs_audit.report.environment import render


def concordance_answer(run: Path, out: Path, *, json: bool) -> str:
    """Writes the page at `out` and gives the answer."""
    found = concordance(run)
    patients = Path(os.path.relpath(run.resolve() / "patients", out.resolve().parent)).as_posix()
    rows = [(row, f"{patients}/{row['token']}.html") for row in found.largest]
    page = render("concordance.html.j2", script=True, version=__version__, name=told_name(run), found=found, rows=rows)
    write_page(out, page)
    if json:
        document = asdict(found)
        # Whose grades they are stands on the page, and by token here.
        document["largest"] = [
            {name: row[name] for name in ("token", "documented", "computed")} for row in found.largest
        ]
        return as_json({"page": str(out), **document})
    onsets = found.onsets
    hours = "" if onsets.median_hours is None else f", documented {onsets.median_hours:+.1f} h after the computed one"
    return "\n\n".join(
        [
            f"every documented grade, weighted kappa {_kappa(found.assessment_kappa)}",
            _matrix(found.assessments),
            f"highest grade of each infusion, weighted kappa {_kappa(found.infusion_kappa)}",
            _matrix(found.infusions),
            f"onset in {onsets.n} infusions (median){hours}; only computed {onsets.only_computed}, only documented "
            f"{onsets.only_documented}",
            f"disagreements: {out}",
        ]
    )


def _kappa(kappa: Kappa) -> str:
    if kappa.value is None:
        return "not known"
    return f"{kappa.value:.2f}" + ("" if kappa.low is None else f" ({kappa.low:.2f} to {kappa.high:.2f})")


def _matrix(counts: Counts) -> str:
    head = ["documented", *(f"computed {grade}" for grade in GRADES)]
    rows = [[f"grade {grade}", *map(str, row)] for grade, row in zip(GRADES, counts, strict=True)]
    return aligned([head, *rows], right=(1, 2, 3, 4, 5))
