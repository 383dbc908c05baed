"""What the files do not decide is never applied, but stands as a comment to search for: whose row it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_audit.errors import InputError
from tests.propose.doubts import MAR, VITALS, maps
from tests.propose.foreign import accepted


def test_hospitals_that_number_alike_are_told(tmp_path: Path):
    rows = [["Hospital", *VITALS[0]], *([f"H{n // 8}", *row] for n, row in enumerate(VITALS[1:]))]
    document, text = maps(tmp_path / "many", a=rows, b=MAR)
    for table in ("vitals", "mar"):
        assert "patient_id" not in document["tables"][table][0]["columns"]
    assert "# DOUBT: 8 of 8 keys in 'MRN' stand in more than one 'Hospital'" in text
    assert '# join.patient_id = ["Hospital", "MRN"]' in text
    assert "# DOUBT: this file names no hospital" in text
    moved = [[*rows[1 + n % 16][:1], f"B{n}", *rows[1 + n % 16][2:]] for n in range(40)]
    document, text = maps(tmp_path / "few", a=[rows[0], *moved, ["H9", *moved[0][1:]]])
    assert document["tables"]["vitals"][0]["columns"]["patient_id"] == "MRN"
    assert "# DOUBT: 1 of 40 keys in 'MRN' stands in more than one 'Hospital'" in text


def test_hospitals_of_a_crosswalk_that_number_alike_are_told(tmp_path: Path):
    walk = [["CSN", "Facility", "MRN"], *([f"E{n}", f"H{n % 2}", f"A{n // 2 + 1}"] for n in range(8))]
    by_encounter = [["CSN", *MAR[0][1:]], *([f"E{n}", *row[1:]] for n, row in enumerate(MAR[1:]))]
    document, text = maps(tmp_path, a=VITALS, b=by_encounter, c=walk)
    for table in ("vitals", "mar"):
        assert "patient_id" not in document["tables"][table][0]["columns"]
    assert '# join.patient_id = ["patient.Facility", "patient.MRN"]' in text


def test_a_header_that_is_the_key_itself_is_not_read_where_hospitals_number_alike(tmp_path: Path):
    head = ["site", "patient_id", *VITALS[0][1:]]
    maps(tmp_path, vitals=[head, *([f"H{n // 8}", *row] for n, row in enumerate(VITALS[1:]))])
    with pytest.raises(InputError, match="to decide"):
        accepted(tmp_path)


def test_an_encounter_is_no_patient_where_other_files_have_one(tmp_path: Path):
    by_encounter = [["CSN", *MAR[0][1:]], *([f"E{n}", *row[1:]] for n, row in enumerate(MAR[1:]))]
    document, text = maps(tmp_path, a=VITALS, b=by_encounter)
    assert "patient_id" not in document["tables"]["mar"][0]["columns"]
    assert "no file holds both keys" in text


def test_an_encounter_is_the_patient_where_there_is_nothing_else(tmp_path: Path):
    document, text = maps(tmp_path, a=[["CSN", *VITALS[0][1:]], *VITALS[1:]])
    assert document["tables"]["vitals"][0]["columns"]["patient_id"] == "CSN"
    assert "# DOUBT: the only key in all files" in text


def test_lost_leading_zeros_are_told(tmp_path: Path):
    zeros = [VITALS[0], *([f"00{row[0][1:]}", *row[1:]] for row in VITALS[1:])]
    bare = [MAR[0], *([row[0][1:], *row[1:]] for row in MAR[1:])]
    assert "only without leading zeros" in maps(tmp_path, a=zeros, b=bare)[1]
