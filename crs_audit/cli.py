"""The commands: arguments in, one call, exit code out. Heavy imports happen inside a command, `--help` stays quick."""

from __future__ import annotations

import errno
import functools
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from crs_audit import __version__, errors

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

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_NO_ROOM_SAID = "no room is left where stdout, --out or the temporary folder (TMPDIR) lies; make room there"

Arguments = ParamSpec("Arguments")

# Not `readable`: an input that cannot be read is told by intake, with exit code 3.
Input = Annotated[
    Path, typer.Argument(help="Folder of tables, or one workbook with a sheet per table.", readable=False)
]
Config = Annotated[Path | None, typer.Option(help="Settings and mapping file (default: crs-audit.toml in the input).")]
Preset = Annotated[str | None, typer.Option(help="How the extract is written: canonical, clif.")]
Policy = Annotated[
    str | None,
    typer.Option(help="A published guideline's rules over the default ones; `crs-audit measures` lists them."),
]
Timezone = Annotated[str | None, typer.Option(help="IANA zone of times without an offset, and of the report.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout in place of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no messages and no text but errors.")]


def _guarded(command: Callable[Arguments, int]) -> Callable[Arguments, None]:
    """Turns what a command returns or raises into its exit code; a user's mistake is one line on stderr."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
        except errors.CrsAuditError as error:
            print(f"crs-audit: {error}", file=sys.stderr)
            code = error.exit_code
        except KeyboardInterrupt:
            print("crs-audit: interrupted; nothing was published", file=sys.stderr)
            code = errors.INTERRUPTED
        except BrokenPipeError:
            # The reader of stdout left; without this Python complains once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = errors.OK
        except OSError as error:
            full = error.errno in _NO_ROOM
            print(f"crs-audit: {_NO_ROOM_SAID if full else _defect(error)}", file=sys.stderr)
            code = errors.OUTPUT if full else errors.DEFECT
        except Exception as error:  # the last resort: says where, and never what the data were
            print(f"crs-audit: {_defect(error)}", file=sys.stderr)
            code = errors.DEFECT
        raise typer.Exit(code)

    return run


def _defect(error: BaseException) -> str:
    """Type and place of an error. Its message is left out: libraries put cells of the data into it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "crs_audit" in frame.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    what = f"{type(error).__name__} at {place} (crs-audit {__version__})"
    return f"a defect of the program, please report it: {what}"


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
@_guarded
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
@_guarded
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
@_guarded
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
@_guarded
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
@_guarded
def cohort(
    run: Annotated[Path, typer.Argument(help="Folder of a report.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the cohort (default: RUN-cohort, or RUN-cohort-deidentified).")
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
    if json:
        print(answers.as_json(outcome.document))
    elif not quiet:
        print(cohort_text(outcome))
    return errors.OK


@app.command()
@_guarded
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
