"""Whether the files are those of a format that a preset reads already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crs_audit.errors import InputError
from crs_audit.intake.discover import discover
from crs_audit.intake.header import lay_out
from crs_audit.intake.mapping import load_mapping, preset_names
from crs_audit.intake.text_excel import Workbook
from crs_audit.propose.look import Looked


@dataclass(frozen=True)
class PresetFit:
    """A preset, and the tables it reads of each place."""

    name: str
    tables: dict[str, tuple[str, ...]]


def fitting_preset(path: Path, every: Sequence[Looked]) -> PresetFit | None:
    """The preset whose maps fit the most files by name and by every column they need, two at least; else null."""
    fits = [fit for name in preset_names() if (fit := _fit(path, name, every)) is not None]
    return max(fits, key=lambda fit: len(fit.tables), default=None)


def _fit(path: Path, name: str, every: Sequence[Looked]) -> PresetFit | None:
    texts = {(looked.file, looked.sheet): looked for looked in every if looked.text is not None}
    try:
        found = discover(path, load_mapping(name), Workbook)
    except InputError:
        return None
    tables: dict[str, tuple[str, ...]] = {}
    for claim in found.claims:
        if claim.map_.file is None and claim.map_.sheet is None:
            continue  # a map that names no file is none of a format
        looked = texts.get((claim.place.file, claim.place.sheet))
        if looked is None or looked.text is None:
            return None
        try:
            lay_out(claim.map_, looked.text.head, looked.text.origin)
        except InputError:
            return None
        tables[looked.place] = (*tables.get(looked.place, ()), claim.table)
    return PresetFit(name, tables) if len(tables) > 1 else None
