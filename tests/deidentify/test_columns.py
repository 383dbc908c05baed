"""What becomes of each column stands on a list, and what is not on it is dropped."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from crs_audit.deidentify.columns import FATES, allowed, fates
from crs_audit.deidentify.frames import DAY, deidentified
from crs_audit.deidentify.pseudonyms import pseudonyms
from crs_audit.dictionary.given_out import schemas
from tests.deidentify.extracts import KEY


def test_the_list_says_of_every_column_of_data_what_becomes_of_it() -> None:
    for table, schema in schemas().items():
        assert set(schema) <= set(fates()[table]), table
        assert set(fates()[table].values()) <= set(FATES)
        for column, dtype in schema.items():
            if isinstance(dtype, pl.Datetime) or dtype == pl.Date:
                assert fates()[table][column] in ("moved", "blank"), (table, column)


def test_a_column_that_is_not_on_the_list_is_dropped() -> None:

    t0 = datetime.fromisoformat("2026-03-06T18:00:00+00:00")
    infusions = pl.DataFrame({"infusion_id": ["A/1"], "patient_id": ["A"], "infusion_time": [t0]})
    names = pseudonyms(infusions, KEY, "America/Chicago")
    # Clocks were changed on 8 March: 05:00 UTC is midnight in Chicago from then on.
    midnight = datetime.fromisoformat("2026-03-10T05:00:00+00:00")
    frame = pl.DataFrame({"infusion_id": ["A/1"] * 2, "time": [midnight] * 2, "room": ["7"] * 2, DAY: [True, False],
                          "lab": ["crp"] * 2})  # fmt: skip
    rows = deidentified(frame, "labs", names)
    assert rows.columns == ["infusion_id", "time", "lab"]
    dated, timed = rows["time"]
    assert (dated.hour, timed.hour) == (0, 23)
    back = names.people["_back"][0]
    assert dated.date() == date(2026, 3, 10) - back
    assert midnight - t0 == timed - (datetime(2026, 3, 6, 12) - back)  # noqa: DTZ001
    assert allowed(pl.DataFrame({"column": ["time"], "raw_value": ["x"], "ward": ["7"]}), "rejects").to_dict(
        as_series=False
    ) == {"column": ["time"], "raw_value": [None]}
