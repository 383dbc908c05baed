"""Commands on an extract: audit it, look at it, find out how it is written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crs_audit import console, errors
from crs_audit.commands.options import Config, Input, Json, Policy, Preset, Quiet, Timezone, app
from crs_audit.guarded import guarded


@app.command()
@guarded
def run(
    input: Input,
    config: Config = None,
    preset: Preset = None,
    policy: Policy = None,
    timezone: Timezone = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the report (default: reports/<input name>, or reports/deidentified)."),
    ] = None,
    measures: Annotated[str | None, typer.Option(help="Only these measures, e.g. G2-01,G2-02.")] = None,
    period: Annotated[
        str | None, typer.Option(help="Only infusions of this time: 2026, 2026-10, 2026-Q3, 2026-10-01..2026-10-31.")
    ] = None,
    charted_until: Annotated[
        str | None, typer.Option(help="When the extract was made, e.g. 2026-11-02: nothing due later is judged.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="Keep the months of --period in this file (SQLite), and show the course.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="internal, or share: counts only, small ones withheld, no patient.")
    ] = None,
    suppress_below: Annotated[
        int | None, typer.Option(help="Counts of fewer patients are withheld in a shared report (default: 11).")
    ] = None,
    deidentify: Annotated[
        bool | None,
        typer.Option(
            "--deidentify/--no-deidentify",
            help="Name nobody: tokens for ids, dates moved, texts left out; needs the site's key.",
        ),
    ] = None,
    site_key: Annotated[
        str | None,
        typer.Option(help="The site's key; better in CRS_AUDIT_SITE_KEY, which no list of processes shows."),
    ] = None,
    jobs: Annotated[int | None, typer.Option(help="Processes (default: one per core).")] = None,
    fail_on: Annotated[
        list[str] | None, typer.Option(help="Exit 1 when this holds: fallouts, or a rate such as 'G2-02<90%'.")
    ] = None,
    max_rejected: Annotated[str | None, typer.Option(help="Exit 4 when a larger share of rows is rejected.")] = None,
    max_indeterminate: Annotated[
        str | None, typer.Option(help="Exit 4 when a larger share of opportunities is indeterminate.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Time printed as that of the report (default: now).")] = None,
    sample_met: Annotated[int | None, typer.Option(help="Met opportunities of each measure on the worklist.")] = None,
    reviews: Annotated[
        Path | None, typer.Option(help="Report whose reviews to take in beside those of the one that is replaced.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Audit an extract and publish the report."""
    from crs_audit import answers, audit
    from crs_audit.console import Progress, note
    from crs_audit.protocol.load import load_protocol
    from crs_audit.settings import load_settings, protocol_of

    flags = {
        "preset": preset, "policy": policy, "timezone": timezone, "out": out, "measures": measures, "period": period,
        "charted_until": charted_until, "history": history, "audience": audience, "suppress_below": suppress_below,
        "deidentify": deidentify, "site_key": site_key, "jobs": jobs,
        "fail_on": fail_on or None, "max_rejected": max_rejected, "max_indeterminate": max_indeterminate,
        "as_of": as_of, "sample_met": sample_met, "reviews": reviews,
    }  # fmt: skip
    settings = load_settings(input, flags, load_protocol().measures, config)
    progress = Progress(quiet or json)
    try:
        outcome = audit.run(settings, protocol_of(settings), progress)
    finally:
        progress.done()
    for text in outcome.notes:
        note(text, quiet)
    if json:
        print(answers.as_json(outcome.summary))
    elif not quiet:
        print(answers.run_text(outcome))
    return outcome.exit_code


@app.command()
@guarded
def validate(
    input: Input,
    config: Config = None,
    preset: Preset = None,
    policy: Policy = None,
    timezone: Timezone = None,
    max_rejected: Annotated[str | None, typer.Option(help="Exit 4 when a larger share of rows is rejected.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Read and validate an extract: row accounting, rejects by reason, names nothing was found for. Scores nothing."""
    from crs_audit import answers
    from crs_audit.console import Progress
    from crs_audit.protocol.load import load_protocol
    from crs_audit.settings import load_settings, protocol_of
    from crs_audit.validation import validate as validate_extract

    flags = {"preset": preset, "policy": policy, "timezone": timezone, "max_rejected": max_rejected}
    settings = load_settings(input, flags, load_protocol().measures, config)
    progress = Progress(quiet or json)
    try:
        outcome = validate_extract(settings, protocol_of(settings), progress)
    finally:
        progress.done()
    if json:
        print(answers.as_json(outcome.document))
    elif not quiet:
        print(answers.validation_text(outcome))
    if outcome.unfit is not None:
        print(f"crs-audit: {outcome.unfit}", file=sys.stderr)
    return outcome.exit_code


@app.command("map")
@guarded
def map_(
    input: Input,
    out: Annotated[Path | None, typer.Option(help="File to write (default: crs-audit.toml in the input).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: run the mapping in force and say what it leaves out.")
    ] = False,
    config: Config = None,
    preset: Preset = None,
    timezone: Timezone = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Propose a mapping file for an extract, with a reason for each line and what is in doubt; or check one."""
    from crs_audit.console import Progress
    from crs_audit.propose import command
    from crs_audit.protocol.load import load_protocol
    from crs_audit.settings import load_settings

    progress, flags = Progress(quiet or json), {"preset": preset, "timezone": timezone}
    if check and (out is not None or force):
        raise errors.UsageError("--check writes nothing: leave --out and --force out")
    if not check and (config is not None or any(flags.values())):
        raise errors.UsageError("--config, --preset and --timezone say which mapping --check shall run: add --check")
    if check:
        settings = load_settings(input, flags, load_protocol().measures, config)
        text, code = command.checked(settings, json, progress)
    else:
        text, code = command.proposed(input, out, force, json, progress)
    console.answer(text, json=json, quiet=quiet)
    return code
