"""The program as a whole, and the options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crs_audit import __version__

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
Preset = Annotated[str | None, typer.Option(help="How the extract is written: canonical, clif, mimic-emar.")]
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
