"""The README tells what the program is: its commands, exit codes and measures."""

from __future__ import annotations

import re
import tomllib

from crs_audit import errors
from crs_audit.cli import app
from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.table_map import MAP_KEYS
from crs_audit.protocol.load import load_protocol
from crs_audit.settings import MAPPING_KEYS
from tests.functional.extract import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def measures_table() -> str:
    """The README's table of measures, from the protocol."""
    lines = ["| id | kind | unit | measure | met when |", "|---|---|---|---|---|"]
    lines += [f"| {m.id} | {m.kind} | {m.unit} | {m.title} | {m.met_when} |" for m in load_protocol().measures.values()]
    return "\n".join(lines)


def test_the_table_of_measures_is_the_protocols() -> None:
    match = re.search(r"<!-- measures:.*?-->\n(.*?)\n<!-- /measures -->", README, re.DOTALL)
    assert match is not None
    assert match[1].strip() == measures_table()


def test_every_command_is_documented() -> None:
    for command in app.registered_commands:
        name = command.name or command.callback.__name__  # type: ignore[union-attr]
        assert f"`crs-audit {name}" in README, name


def test_every_exit_code_is_documented() -> None:
    codes = {
        errors.OK,
        errors.HIT,
        errors.USAGE,
        errors.INPUT,
        errors.REJECTS,
        errors.OUTPUT,
        errors.DEFECT,
        errors.INTERRUPTED,
    }
    assert {int(code) for code in re.findall(r"^\| (\d+) \| ", README, re.MULTILINE)} == codes


def test_every_key_of_a_map_is_documented_and_the_examples_are_maps() -> None:
    documented = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*) \| .*$", README, re.MULTILINE))))
    assert set(MAP_KEYS) <= documented
    examples = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", README, re.DOTALL)]
    maps = [{key: value for key, value in one.items() if key in MAPPING_KEYS} for one in examples]
    assert [load_mapping(None, one).configured for one in maps if "tables" in one]
