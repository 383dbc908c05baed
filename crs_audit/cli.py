"""The commands: arguments in, one call, exit code out. Heavy imports happen inside a command, `--help` stays quick."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from crs_audit import __version__, errors
from crs_audit.guarded import guarded

app = typer.Typer(
    name="crs-audit",
    help="Audit how cytokine release syndrome after CAR T-cell therapy was managed, from extracts of vitals, labs and "
    "MAR. Exit codes: 0 done, 1 a --fail-on condition is hit, 2 usage or configuration, 3 input cannot be audited, 4 "
    "rejects or indeterminate verdicts beyond the limits set, 5 output cannot be written, 70 defect, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

# Not `readable`: an input that cannot be read is told by intake, with exit code 3.
Input = Annotated[
    Path, typer.Argument(help="Folder of tables, or one workbook with a sheet per table.", readable=False)
]
Config = Annotated[Path | None, typer.Option(help="Settings and mapping file (default: crs-audit.toml in the input).")]
_PRESETS = sorted(entry.stem for entry in (Path(__file__).parent / "intake" / "presets").glob("*.toml"))
Preset = Annotated[str | None, typer.Option(help=f"How the extract is written: {', '.join(_PRESETS)}.")]
Policy = Annotated[
    str | None,
    typer.Option(help="A published guideline's rules over the default ones; `crs-audit measures` lists them."),
]
Timezone = Annotated[str | None, typer.Option(help="IANA zone of times without an offset, and of the report.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout in place of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no messages and no text but errors.")]


def _version(show: bool) -> None:
    if show:
        print(f"crs-audit {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
@guarded
def run(
    input: Input,
    config: Config = None,
    preset: Preset = None,
    policy: Policy = None,
    timezone: Timezone = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the report (default: reports/<input name>).")] = None,
    measures: Annotated[str | None, typer.Option(help="Only these measures, e.g. G2-01,G2-02.")] = None,
    period: Annotated[
        str | None, typer.Option(help="Only infusions of this time: 2026, 2026-10, 2026-Q3, 2026-10-01..2026-10-31.")
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
        "jobs": jobs, "fail_on": fail_on or None, "max_rejected": max_rejected, "max_indeterminate": max_indeterminate,
        "as_of": as_of,
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
    from crs_audit import answers, audit
    from crs_audit.console import Progress
    from crs_audit.protocol.load import load_protocol
    from crs_audit.settings import load_settings, protocol_of

    flags = {"preset": preset, "policy": policy, "timezone": timezone, "max_rejected": max_rejected}
    settings = load_settings(input, flags, load_protocol().measures, config)
    progress = Progress(quiet or json)
    try:
        outcome = audit.validate(settings, protocol_of(settings), progress)
    finally:
        progress.done()
    if json:
        print(answers.as_json(outcome.document))
    elif not quiet:
        print(answers.validation_text(outcome))
    if outcome.unfit is not None:
        print(f"crs-audit: {outcome.unfit}", file=sys.stderr)
    return outcome.exit_code


@app.command()
@guarded
def measures(
    id: Annotated[str | None, typer.Argument(help="One measure, e.g. G2-02; without it all.")] = None,
    config: Annotated[Path | None, typer.Option(help="The rules of this crs-audit.toml.")] = None,
    policy: Policy = None,
    json: Json = False,
) -> int:
    """The rules: text, kind, unit, parameters, source; with a policy, what it changes."""
    from crs_audit.protocol.policy import protocol_with
    from crs_audit.rules_answer import measures_answer
    from crs_audit.settings import policies_of

    print(measures_answer(protocol_with(policies_of(policy, config)), id, json))
    return errors.OK


@app.command()
@guarded
def schema(
    table: Annotated[str | None, typer.Argument(help="One table, e.g. vitals; without it all.")] = None,
    json: Json = False,
) -> int:
    """The data dictionary: columns of what goes in and of what comes out, with types, units, words and limits."""
    from crs_audit.dictionary.answer import schema_answer

    print(schema_answer(table, json))
    return errors.OK


@app.command()
@guarded
def explain(
    run: Annotated[Path, typer.Argument(help="Folder of a report.")],
    result_id: Annotated[str, typer.Argument(help="<infusion id or page token>|<measure>|<opportunity>.")],
    json: Json = False,
) -> int:
    """One verdict: its clauses, values and source rows."""
    from crs_audit.explain import explain as answer

    print(answer(run, result_id, json))
    return errors.OK


@app.command()
@guarded
def simulate(
    dir: Annotated[Path, typer.Argument(help="Folder to write; must be new or empty.")],
    infusions: Annotated[int, typer.Option(min=1, help="How many infusions.")] = 60,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    messy: Annotated[bool, typer.Option("--messy", help="Badly written, with every fault named.")] = False,
    warehouse: Annotated[
        bool, typer.Option("--warehouse", help="As a hospital's warehouse sends it, with the mapping that reads it.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Write a synthetic extract with its truth: the true grade timeline and the planted fallouts."""
    from crs_audit import answers
    from crs_audit.simulate import simulate as write

    if messy and warehouse:
        raise errors.UsageError("--messy and --warehouse are two ways to write one cohort; choose one")
    if dir.exists() and (not dir.is_dir() or any(dir.iterdir())):
        raise errors.OutputError(f"{dir}: is not an empty folder; choose a new one")
    try:
        cohort = write(dir, infusions=infusions, seed=seed, messy=messy, warehouse=warehouse)
    except OSError as error:
        raise errors.OutputError(f"{dir}: cannot be written ({error.strerror})") from None
    if json or not quiet:
        print(answers.simulate_answer(dir, cohort, json))
    return errors.OK


def main() -> None:
    """Entry point of `crs-audit`."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores SIGHUP: let it
            signal.signal(number, _end)
    app()


def _end(number: int, frame: object) -> None:
    """Ends as Ctrl-C does, which reaches the workers too: else the rows would stay behind in the temporary folder."""
    import multiprocessing

    for worker in multiprocessing.active_children():
        worker.terminate()
    raise KeyboardInterrupt
