"""Ready policies: each says only what differs from the protocol file, and for every difference where it is published
and why."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

POLICIES = sorted(
    (path for path in files("crs_audit.protocol").joinpath("policies").iterdir() if path.name.endswith(".toml")),
    key=lambda path: path.name,
)
MEASURE = re.compile(r"(BAS|MON|G1|G2|G3|G4|PRIN|HLH|PIT)-\d\d|ICANS-01|ALT-01")


def read(path: Any) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_there_are_some() -> None:
    assert len(POLICIES) > 1


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_a_policy_says_what_it_is(path: Any) -> None:
    policy = read(path)
    assert policy.keys() <= {"name", "title", "source", "parameters", "kinds", "off"}
    assert path.name == f"{policy['name']}.toml"
    assert policy["title"].strip()
    assert policy["source"].strip()
    assert any(policy.get(table) for table in ("parameters", "kinds", "off"))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_every_difference_is_sourced(path: Any) -> None:
    policy = read(path)
    parameters, kinds, off = (policy.get(table, {}) for table in ("parameters", "kinds", "off"))
    assert all(entry.keys() == {"value", "source", "why"} for entry in parameters.values())
    assert all(entry.keys() == {"kind", "source", "why"} and entry["kind"] in "RCI" for entry in kinds.values())
    assert all(entry.keys() == {"source", "why"} for entry in off.values())
    for entry in (*parameters.values(), *kinds.values(), *off.values()):
        assert entry["source"].strip()
        assert entry["why"].endswith(".")


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_what_is_off_is_not_changed_too(path: Any) -> None:
    policy = read(path)
    off, kinds = policy.get("off", {}).keys(), policy.get("kinds", {}).keys()
    assert all(MEASURE.fullmatch(id_) for id_ in (*off, *kinds))
    assert not off & kinds
    assert not off & {key.partition(".")[0] for key in policy.get("parameters", {})}
