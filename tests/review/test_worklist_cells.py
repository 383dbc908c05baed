"""The worklist's cells as a spreadsheet sorts and shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from crs_audit.report.result import RESULTS
from crs_audit.review.worklist import write_worklist


def line(folder: Path, **cells: Any) -> dict[str, Any]:
    """The cells of a worklist with one finding."""
    row = {
        "result_id": "P-1/1|G2-02|1", "infusion_id": "P-1/1", "measure_id": "G2-02", "kind": "R", "opportunity": 1,
        "time": datetime(2026, 1, 3, tzinfo=UTC), "status": "not_met", **cells,
    }  # fmt: skip
    chosen = pl.DataFrame([row], schema=RESULTS)
    write_worklist(
        folder / "w.xlsx",
        chosen,
        {},
        {"P-1/1": "0001"},
        {"P-1/1|G2-02|1": "f"},
        "UTC",
        datetime(2026, 2, 1, tzinfo=UTC),
    )
    heads, found = openpyxl.load_workbook(folder / "w.xlsx")["worklist"].iter_rows()
    return {head.value: cell for head, cell in zip(heads, found, strict=True)}


@pytest.mark.parametrize(
    ("value", "unit", "threshold", "shown"),
    [
        (150.0, "min", "≤ 120", ((150, '0" min"'), (120, '"≤ "0" min"'))),
        (640.5, "mg", "730.4 ± 10 %", ((640.5, '0.0" mg"'), (730.4, '0.0" mg ± 10 %"'))),
        (1.0, "doses", "≤ 3", ((1, '0" dose"'), (3, '"≤ "0" doses"'))),
        (2.0, "grade", "documented 3", ((2, '"grade "0'), ("documented 3", "General"))),
        (None, "min", "−4 h to 4 h", ((None, "General"), ("−4 h to 4 h", "General"))),
        (0.0, None, None, ((0, "0"), (None, "General"))),
    ],
)
def test_values_and_limits_are_numbers_where_they_are_no_more(
    tmp_path: Path, value: float | None, unit: str | None, threshold: str | None, shown: tuple[Any, Any]
):
    found = line(tmp_path, value=value, unit=unit, threshold=threshold)
    assert tuple((found[name].value, found[name].number_format) for name in ("Value", "Limit")) == shown


def test_a_link_looks_like_one(tmp_path: Path):
    found = line(tmp_path)
    assert found["Infusion"].hyperlink.target == "patients/0001.html#r-G2-02-1"
    assert (found["Infusion"].font.underline, found["Infusion"].font.color.rgb) == ("single", "000563C1")
    assert found["Measure"].font.underline is None
