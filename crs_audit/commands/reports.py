"""Commands on what runs have left: their reports and their history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crs_audit import console, errors
from crs_audit.commands.options import Json, Quiet, app
from crs_audit.console import note
from crs_audit.guarded import guarded


@app.command()
@guarded
def explain(
    run: Annotated[Path, typer.Argument(help="Folder of a report.")],
    result_id: Annotated[str, typer.Argument(help="<infusion id or page token>|<measure>|<opportunity>.")],
    json: Json = False,
) -> int:
    """One verdict: its clauses, values and source rows."""
    from crs_audit.explain import explain as answer
    from crs_audit.settings import site_key_of

    print(answer(run, result_id, json, site_key_of(None)))
    return errors.OK


@app.command()
@guarded
def review(
    run: Annotated[Path, typer.Argument(help="Folder of a report.")],
    worklist: Annotated[Path, typer.Argument(help="Its worklist.xlsx, filled in.")],
    as_of: Annotated[str | None, typer.Option(help="Time of the review (default: now).")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Take reviewers' verdicts in: raw and adjudicated rates side by side. Refused rows are named: exit code 4."""
    from crs_audit import setting_forms
    from crs_audit.review.answer import review_answer
    from crs_audit.review.take_in import take_in_reviews

    taken = take_in_reviews(run, worklist, setting_forms.as_of(as_of))
    for row, why in taken.refused:
        note(f"{worklist.name} [worklist]: row {row}: refused: {why}")
    console.answer(review_answer(taken, json), json=json, quiet=quiet)
    return errors.REJECTS if taken.refused else errors.OK


@app.command()
@guarded
def trend(
    db: Annotated[Path, typer.Argument(help="History that `run --history` keeps.")],
    out: Annotated[Path, typer.Option(help="Page with the charts.")] = Path("reports/trend.html"),
    quarters: Annotated[bool, typer.Option("--quarters", help="Quarters in place of months.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """The course over months: run and p charts of each measure, with what is more than chance."""
    from crs_audit.trend.answer import trend_answer

    console.answer(trend_answer(db, out, quarters=quarters, json=json), json=json, quiet=quiet)
    return errors.OK


@app.command()
@guarded
def compare(
    run_a: Annotated[Path, typer.Argument(help="Folder of the earlier report.")],
    run_b: Annotated[Path, typer.Argument(help="Folder of the later report.")],
    out: Annotated[Path, typer.Option(help="Page with every finding.")] = Path("reports/compare.html"),
    other_rules: Annotated[bool, typer.Option("--other-rules", help="Compare two rule sets nevertheless.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """New, persisting, resolved and no longer judged fallouts; what changed them: data, rules, program or settings."""
    from crs_audit.compare.answer import compare_answer

    found = compare_answer(run_a, run_b, out, other_rules=other_rules, json=json)
    console.answer(found, json=json, quiet=quiet)
    return errors.OK


@app.command()
@guarded
def concordance(
    run: Annotated[Path, typer.Argument(help="Folder of a report.")],
    out: Annotated[Path, typer.Option(help="Page with the matrices.")] = Path("reports/concordance.html"),
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Documented beside computed CRS grade: matrix, weighted kappa, difference of onset, largest disagreements."""
    from crs_audit.concordance.answer import concordance_answer

    console.answer(concordance_answer(run, out, json=json), json=json, quiet=quiet)
    return errors.OK


@app.command()
@guarded
def cohort(
    run: Annotated[Path, typer.Argument(help="Folder of a report.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the cohort (default: RUN-cohort, or cohort-deidentified beside RUN).")
    ] = None,
    criteria: Annotated[
        Path | None, typer.Option(help="TOML file of [[include]] and [[exclude]]; without it every infusion.")
    ] = None,
    deidentify: Annotated[
        bool,
        typer.Option("--deidentify", help="Tokens for ids, dates moved, ages over 89 grouped; needs the site's key."),
    ] = False,
    site_key: Annotated[
        str | None,
        typer.Option(help="Key of --deidentify; better in CRS_AUDIT_SITE_KEY, which no list of processes shows."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """One row per infusion for research, with attrition and data dictionary."""
    from crs_audit import answers
    from crs_audit.cohort.export import cohort as write
    from crs_audit.cohort.export import cohort_text
    from crs_audit.settings import site_key_of

    if site_key is not None and not deidentify:
        raise errors.UsageError("--site-key is the key of --deidentify; add that, or leave it out")
    outcome = write(run, out, criteria, deidentify, site_key_of(site_key))
    for text in outcome.notes:
        note(text, quiet)
    if json:
        print(answers.as_json(outcome.document))
    elif not quiet:
        print(cohort_text(outcome))
    return errors.OK
