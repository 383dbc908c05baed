"""What is proposed, used as it stands, must read the facts that a canonical extract holds."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.functional import extract
from tests.functional.extract import ROOT
from tests.propose.foreign import KEYS, accepted, canonical, epic, german, proposed


def expected(folder: Path, tables: tuple[str, ...] = tuple(KEYS)) -> dict[str, list[tuple[object, ...]]]:
    extract.write(folder, canonical())
    return {table: rows for table, rows in accepted(folder).items() if table in tables}


def test_a_canonical_extract_is_proposed_as_it_is(tmp_path: Path):
    wanted = expected(tmp_path / "canonical")
    proposed(tmp_path / "canonical")
    assert accepted(tmp_path / "canonical") == wanted


def test_flowsheet_rows_encounters_and_amounts(tmp_path: Path):
    wanted = expected(tmp_path / "canonical")
    _, text = proposed(epic(tmp_path / "epic"))
    found = accepted(tmp_path / "epic")
    found["labs"] = [row for row in found["labs"] if row[2] != "ferritin"]
    assert found == wanted
    assert 'time_formats = ["%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p"]' in text
    assert '# values.vital."PAIN SCORE" = ""  # 3 rows' in text


def test_wide_vitals_day_first_and_decimal_commas(tmp_path: Path):
    wanted = expected(tmp_path / "canonical", ("infusions", "vitals", "labs", "mar"))
    _, text = proposed(german(tmp_path / "german"))
    found = accepted(tmp_path / "german")
    found["labs"] = [row for row in found["labs"] if row[2] != "potassium"]
    assert found == wanted
    assert 'decimal = ","' in text
    assert 'blanks = ["NULL"]' in text


def test_a_warehouse_needs_two_decisions(tmp_path: Path):
    """The sample of a warehouse under the proposal, its zone and the unit of weights decided, and under the mapping
    that was written by hand."""
    sample, ours = ROOT / "sample_data" / "warehouse", tmp_path / "warehouse"
    shutil.copytree(sample, ours)
    proposal, text = proposed(ours)
    decided = {
        '# timezone = "Region/City"': 'timezone = "America/Chicago"',
        '# units.weight = "oz"': 'units.weight = "oz"',
    }
    for line, decision in decided.items():
        assert line in text.splitlines()
        text = text.replace(line, decision)
    (ours / "crs-audit.toml").write_text(text, encoding="utf-8")
    assert accepted(ours, rejects=True) == accepted(sample, rejects=True)
    assert len(proposal.doubts) == 3  # and whether two hospitals share their numbers
