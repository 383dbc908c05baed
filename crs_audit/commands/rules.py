"""Commands that need no extract: the rules, the data dictionary, a cohort of known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crs_audit import console, errors
from crs_audit.commands.options import Json, Policy, Quiet, app
from crs_audit.guarded import guarded


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
    console.answer(answers.simulate_answer(dir, cohort, json), json=json, quiet=quiet)
    return errors.OK
