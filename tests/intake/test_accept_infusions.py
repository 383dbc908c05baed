"""The infusions: from their table or from the MAR, each once, numbered in time order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from crs_audit.intake.infusions import find_infusions, repeated_infusions
from crs_audit.protocol.load import load_protocol
from crs_audit.tables import SCHEMAS, empty
from tests.intake.accepting import accept, refusal, row


def found(*rows: dict[str, str | None]) -> pl.DataFrame:
    return find_infusions(accept("infusions", *rows).frame, empty("mar"), load_protocol())


def found_in_mar(*rows: dict[str, str | None]) -> pl.DataFrame:
    accepted = accept("mar", *({"drug": "Breyanzi", "dose": None, "dose_unit": None, **cells} for cells in rows))
    return find_infusions(None, accepted.frame, load_protocol())


def test_the_cells_of_an_infusion() -> None:
    read = row(
        "infusions", "Europe/Berlin", product="Breyanzi", weight_kg="70", age_years="61.5", site="A", filter_used="No",
        end_of_followup="2026-04-01 08:00",
    )  # fmt: skip
    assert read["t0"] == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert (read["product"], read["product_text"], read["weight_kg"]) == ("liso-cel", "Breyanzi", 70)
    assert (read["age_years"], read["site"], read["filter_used"]) == (61.5, "A", "no")
    assert read["end_of_followup"] == datetime(2026, 4, 1, 6, tzinfo=UTC)
    assert (read["from_mar"], read["flags"], read["infusion_id"]) == (False, None, None)


def test_an_infusion_needs_a_time_of_day() -> None:
    assert refusal("infusions", infusion_time="2026-03-02") == "infusion_time: date without time"
    assert refusal("infusions", infusion_time=None) == "infusion_time: missing"


def test_follow_up_to_a_date_lasts_to_the_end_of_that_day() -> None:
    read = row("infusions", "Europe/Berlin", end_of_followup="2026-03-28")
    assert (read["end_of_followup"], read["flags"]) == (datetime(2026, 3, 28, 23, tzinfo=UTC), "followup_day_only")
    # The day on which the clock goes forward has 23 hours.
    end = row("infusions", "Europe/Berlin", end_of_followup="2026-03-29")["end_of_followup"]
    assert end == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_follow_up_does_not_end_before_the_infusion() -> None:
    assert refusal("infusions", end_of_followup="2026-03-02 11:59") == "end_of_followup: end before start"
    assert refusal("infusions", end_of_followup="2026-03-01") == "end_of_followup: end before start"
    assert row("infusions", end_of_followup="2026-03-02")["end_of_followup"] == datetime(2026, 3, 3, tzinfo=UTC)
    assert row("infusions", end_of_followup="2026-03-02 12:00")["end_of_followup"]


@pytest.mark.parametrize(
    ("birth", "infusion", "years"),
    [
        ("1980-03-02", "2026-03-02 12:00", 46), ("1980-03-03", "2026-03-02 12:00", 45),
        ("2024-02-29", "2026-02-28 12:00", 1),
        ("2024-02-29", "2026-03-01 12:00", 2), ("2024-02-29", "2028-02-28 12:00", 3),
        ("2024-02-29", "2028-02-29 12:00", 4),
        ("2025-12-31", "2026-01-01 12:00", 0), ("1980-07-01 10:00", "2026-03-02 12:00", 45),
        ("1979-12-31", "2026-12-30 12:00", 46), ("2023-03-01", "2024-02-29 12:00", 0),
        ("2023-03-01", "2024-03-01 12:00", 1),
    ],
)  # fmt: skip
def test_the_age_is_that_of_the_birthdays_passed(birth: str, infusion: str, years: int) -> None:
    age = row("infusions", birth_date=birth, infusion_time=infusion)["age_years"]
    assert int(age) == years


def test_the_age_is_of_the_local_date() -> None:
    assert row("infusions", "Asia/Tokyo", birth_date="2016-03-03", infusion_time="2026-03-03 00:30")["age_years"] == 10


def test_an_age_that_is_given_goes_before_one_computed() -> None:
    assert row("infusions", birth_date="1980-03-02", age_years="17")["age_years"] == 17


def test_impossible_ages_and_weights_are_rejected() -> None:
    assert refusal("infusions", birth_date="2026-03-03") == "birth_date: outside plausible range"
    assert refusal("infusions", birth_date="1901-01-01") == "birth_date: outside plausible range"
    assert refusal("infusions", birth_date="3/2/80") == "birth_date: not a time"
    assert refusal("infusions", age_years="121") == "age_years: outside plausible range"
    assert refusal("infusions", age_years="adult") == "age_years: not a number"
    assert refusal("infusions", weight_kg="0") == "weight_kg: outside plausible range"
    assert refusal("infusions", weight_kg="70 kg") == "weight_kg: not a number"


def test_the_unit_of_the_weight_may_be_declared() -> None:
    weight = row("infusions", writing={"units": {"weight_kg": "lb"}}, weight_kg="180")["weight_kg"]
    assert weight == pytest.approx(81.6466266)


def test_an_unknown_product_or_filter_answer_is_listed_and_kept() -> None:
    accepted = accept("infusions", {"product": "foo", "filter_used": "maybe"}, {})
    assert accepted.frame["product"].to_list() == [None, None]
    assert accepted.frame["product_text"].to_list() == ["foo", None]
    assert accepted.frame["filter_used"].to_list() == [None, None]
    assert accepted.unmatched.drop("some_patients").rows() == [
        ("infusions", "filter_used", "maybe", 1),
        ("infusions", "product", "foo", 1),
    ]


def test_infusions_are_numbered_per_patient_in_time_order() -> None:
    infusions = found(
        {"patient_id": "B", "infusion_time": "2026-05-02 12:00"}, {"patient_id": "A"}, {"patient_id": "B"},
        {"patient_id": "B", "infusion_time": "2027-01-02 12:00"},
    )  # fmt: skip
    assert infusions["infusion_id"].to_list() == ["A/1", "B/1", "B/2", "B/3"]
    assert infusions["row"].to_list() == [3, 4, 2, 5]
    assert infusions.schema == SCHEMAS["infusions"]


def test_an_infusion_told_twice_is_one_and_the_second_row_is_rejected() -> None:
    accepted = accept(
        "infusions", {}, {"weight_kg": "70", "infusion_time": "2026-03-02T13:00+01:00"}, {"patient_id": "P2"}
    )
    infusions = find_infusions(accepted.frame.reverse(), empty("mar"), load_protocol())
    assert infusions["infusion_id"].to_list() == ["P1/1", "P2/1"]
    assert infusions["row"].to_list() == [2, 4]
    repeated = repeated_infusions(accepted.frame.reverse())
    assert repeated.drop("raw_value", "name").rows() == [("infusions", 1, 3, "infusion_time", "infusion given twice")]
    assert infusions.height + repeated.height == 3


def test_a_given_row_of_a_product_is_an_infusion_where_there_is_no_table() -> None:
    infusions = found_in_mar({}, {"patient_id": "P2", "action": "Held"}, {"patient_id": "P3", "drug": "dexamethasone"})
    (only,) = infusions.iter_rows(named=True)
    assert (only["infusion_id"], only["product"], only["product_text"]) == ("P1/1", "liso-cel", "Breyanzi")
    assert (only["t0"], only["from_mar"]) == (datetime(2026, 3, 2, 12, tzinfo=UTC), True)
    assert (only["weight_kg"], only["age_years"], only["end_of_followup"]) == (None, None, None)


@pytest.mark.parametrize(("hours", "infusions"), [(0, 1), (71.99, 1), (72, 2), (200, 2)])
def test_rows_of_one_product_within_three_days_are_one_infusion(hours: float, infusions: int) -> None:
    later = (datetime(2026, 3, 2, 12) + timedelta(hours=hours)).isoformat()  # noqa: DTZ001
    assert found_in_mar({"time": later}, {}).height == infusions


def test_a_chain_of_rows_is_one_infusion_that_begins_with_the_first() -> None:
    days = ("04", "02", "08", "06")
    infusions = found_in_mar(*({"time": f"2026-03-{day} 12:00"} for day in days))
    assert infusions["t0"].to_list() == [datetime(2026, 3, 2, 12, tzinfo=UTC)]


def test_rows_of_two_products_are_two_infusions() -> None:
    assert found_in_mar({}, {"drug": "Kymriah", "time": "2026-03-03 12:00"})["product"].to_list() == [
        "liso-cel",
        "tisa-cel",
    ]


def test_a_date_without_time_in_the_mar_begins_no_infusion() -> None:
    assert found_in_mar({"time": "2026-03-02"}).is_empty()


def test_the_mar_is_not_asked_where_there_is_a_table() -> None:
    mar = accept("mar", {"drug": "Breyanzi"}).frame
    assert find_infusions(empty("infusions"), mar, load_protocol()).is_empty()
