"""Names that a `where` leaves out, and those that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_audit.intake.mapping import load_mapping
from crs_audit.propose.left_out import left_out


@pytest.mark.parametrize(("others", "told"), [([], ["pain"]), (["!SBP"], [])])
def test_a_map_that_only_takes_names_out_reads_all_others(tmp_path: Path, others: list[str], told: list[str]):
    (tmp_path / "flowsheet.csv").write_text("patient_id,time,name,value\n1,t,sbp,80\n1,t,pain,2\n1,t,pain,2\n")
    vitals = {"file": "flowsheet", "columns": {"vital": "name"}, "where": {"name": ["sbp"]}}
    labs = {"file": "flowsheet", "columns": {"lab": "name"}, "where": {"name": others}}
    vitals["constants"] = labs["constants"] = {"unit": ""}
    tables = {"vitals": vitals} | ({"labs": labs} if others else {})
    assert [name for _, _, name in left_out(tmp_path, load_mapping(None, {"tables": tables}))] == told
