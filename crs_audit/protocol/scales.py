"""The numbers of the other scales (`scales.toml`): Lee 2014, CTCAE v5 and Penn, told beside the ASTCT grade."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from crs_audit.protocol.load import Protocol, parameters_of

SECTIONS = ("oxygen", "pressor", "lee", "ctcae", "penn")


@cache
def load_scales() -> Protocol:
    """The numbers by key (`lee.fever`, `pressor.high_held`); a protocol without measures."""
    data = tomllib.loads(files("crs_audit.protocol").joinpath("scales.toml").read_text(encoding="utf-8"))
    parameters = {}
    for section in SECTIONS:
        parameters.update(parameters_of(section, data[section], data["units"]))
    return Protocol(title=data["title"], version=data["version"], parameters=parameters, measures={})
