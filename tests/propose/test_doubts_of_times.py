"""What the files do not decide is never applied, but stands as a comment to search for: times and numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.propose.doubts import VITALS, maps, unloaded, with_times
from tests.propose.foreign import Rows


@pytest.mark.parametrize(
    ("times", "formats"),
    [
        (("01/13/2026 08:00", "01/02/2026 09:00"), ["%m/%d/%Y %H:%M"]),
        (("13/01/2026 08:00", "01/02/2026 09:00"), ["%d/%m/%Y %H:%M"]),
        (("1/13/26 8:00 AM", "1/2/26 9:00 PM"), ["%m/%d/%y %I:%M %p"]),
        (("46030.25", "46031.5"), ["excel"]),
        (("20260113080000", "20260102090000"), ["%Y%m%d%H%M%S"]),
        (("13-JAN-2026 08:00", "02-FEB-2026 09:00"), ["%d-%b-%Y %H:%M"]),
        (("01/13/2026 08:00", "01/02/2026 01:17 -0600"), ["%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M %z"]),
        (("2026-01-13T08:00:00Z", "2026-01-02 09:00"), None),
    ],
)
def test_formats_are_read_off_the_cells(tmp_path: Path, times: tuple[str, ...], formats: list[str] | None):
    assert maps(tmp_path, a=with_times(VITALS, *times))[0].get("time_formats") == formats


def test_day_or_month_is_not_guessed(tmp_path: Path):
    document, text = maps(tmp_path, a=with_times(VITALS, "01/02/2026 08:00", "03/04/2026 09:00"))
    assert "time_formats" not in document
    assert '# time_formats = ["%m/%d/%Y %H:%M"]' in text
    assert '# time_formats = ["%d/%m/%Y %H:%M"]' in text
    assert "# DOUBT: month first or day first?" in text


LABS: Rows = [
    ["MRN", "Component", "Result", "Unit", "Collected"],
    ["A1", "CRP", "5,5", "mg/L", "01/30/2026"],
    ["A1", "Ferritin", "300", "ng/mL", "01/30/2026"],
]


def test_files_that_contradict_each_other_have_their_own_formats_and_decimal(tmp_path: Path):
    points = [[*row[:-1], "37.5"] if len(row) > 3 and row[2] == "TEMP" else row for row in VITALS]
    document, text = unloaded(tmp_path, a=with_times(points, "30/01/2026 08:00"), b=LABS)
    assert not {"time_formats", "decimal"} & set(document)
    assert document["vitals"][0]["time_formats"] == ["%d/%m/%Y %H:%M"]
    assert document["labs"][0]["time_formats"] == ["%m/%d/%Y"]
    assert (document["vitals"][0].get("decimal"), document["labs"][0]["decimal"]) == (None, ",")
    assert "first?" not in text


def test_no_file_decides_the_order_of_another(tmp_path: Path):
    document, text = unloaded(tmp_path, a=with_times(VITALS, "01/02/2026 08:00"), b=LABS)
    assert "time_formats" not in document | document["vitals"][0]
    assert document["labs"][0]["time_formats"] == ["%m/%d/%Y"]
    assert '# time_formats = ["%d/%m/%Y %H:%M"]' in text
    assert "other files: month first" in text
    both = with_times(VITALS, "01/30/2026 08:00", "30/01/2026 08:00")
    document, text = unloaded(tmp_path / "both", a=both, b=LABS)
    assert "time_formats" not in document | document["vitals"][0]
    assert "no list of formats can tell the other cells apart" in text


def test_evidence_for_both_orders_is_told(tmp_path: Path):
    _, text = maps(tmp_path, a=with_times(VITALS, "01/30/2026 08:00", "30/01/2026 08:00"))
    assert "# DOUBT: %d/%m/%Y is the only reading of 8 cells, %m/%d/%Y of 8" in text


def test_the_zone_is_asked_for(tmp_path: Path):
    document, text = maps(tmp_path, a=VITALS)
    assert "timezone" not in document
    assert "# DOUBT: 16 clock times looked at have no zone" in text
