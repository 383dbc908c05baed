"""No text and no time of an extract is in a byte of its de-identified report."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from pathlib import Path

import polars as pl

from tests.deidentify.extracts import KEY, MARK, YEAR, contents, token
from tests.functional.test_summary_schema import errors_of


def test_no_text_and_no_time_of_the_extract_is_in_any_byte(both: tuple[Path, Path]) -> None:
    inside, hidden = both
    year = re.compile(rf"(?<![0-9a-f]){YEAR}(?![0-9a-f])")
    marks = re.compile(
        rf"{MARK}|Moss|(?<![0-9a-f])(?:1932|1984)(?![0-9a-f])|93\.7|41\.6|America|Chicago", re.IGNORECASE
    )
    for name, text in contents(hidden):
        if name.startswith("bytes of"):
            # Packed pages may hold any four bytes by chance.
            assert not re.search(f"{MARK}-|Moss|Chicago", text), name
            continue
        assert not marks.search(text), (name, marks.search(text))
        assert not year.search(text), (name, text[max(0, year.search(text).start() - 60) :][:90])  # type: ignore[union-attr]
    # The marks and the year are in the internal report: the search would find them.
    for said in (MARK, str(YEAR), "93.7", "America/Chicago"):
        assert any(said in text for name, text in contents(inside) if name.endswith(".html")), said


def test_no_instant_of_the_extract_is_there_as_a_number(both: tuple[Path, Path]) -> None:
    """Seconds, milliseconds or microseconds since 1970, as a picture or a script might carry them."""
    inside, hidden = both
    numbers = {
        str(instant)
        for name in ("evidence", "results", "timeline", "infusions")
        for column in pl.read_parquet(inside / "data" / f"{name}.parquet").select(pl.selectors.datetime())
        for instant in column.drop_nulls().dt.epoch("s")
    }
    assert len(numbers) > 10
    for name, text in contents(hidden):
        if not name.startswith("bytes of"):
            assert not {found[:10] for found in re.findall(r"(?<![\d.])\d{10,}", text)} & numbers, name


def test_every_page_says_what_it_is(both: tuple[Path, Path]) -> None:
    _, hidden = both
    pages = list(hidden.rglob("*.html"))
    assert len(pages) > 80
    for page in pages:
        text = page.read_text("utf-8")
        assert "Intervals are true, dates are not" in text, page.name
        assert "A careful pseudonym, not a guarantee" in text, page.name
    assert "A careful pseudonym, not a guarantee" in (hidden / "summary.md").read_text("utf-8")
    named = token("infusion_id", f"P-1-{MARK}01/1")
    assert "90 y or more" in (hidden / "patients" / f"{named}.html").read_text("utf-8")


def test_what_is_left_of_a_row_is_the_vocabularys(both: tuple[Path, Path]) -> None:
    _, hidden = both
    evidence = pl.read_parquet(hidden / "data" / "evidence.parquet")
    assert "tocilizumab 640 mg given" in set(evidence["raw_value"])
    assert "nasal cannula" in set(evidence["raw_value"])
    assert set(evidence["source_file"].drop_nulls()) <= {"infusions", "vitals", "labs", "mar"}
    assert evidence["source_row"].null_count() == evidence.height
    infusions = pl.read_parquet(hidden / "data" / "infusions.parquet")
    assert set(infusions["age_years"]) == {41.0, 90.0}
    assert infusions["site"].n_unique() == 2
    assert infusions["product"].to_list().count("axi-cel") == 12


def test_the_summary_tells_neither_place_nor_time_and_keeps_to_its_schema(both: tuple[Path, Path]) -> None:
    _, hidden = both
    summary = json.loads((hidden / "summary.json").read_text("utf-8"))
    assert summary["deidentified"] is True
    assert {summary[key] for key in ("input", "generated", "timezone", "period")} == {None}
    assert [source["file"] for source in summary["inputs"]] == ["infusions", "labs", "mar", "vitals"]
    file = hidden.parent / f"{MARK}-extract" / "labs.csv"
    plain = hashlib.sha256(file.read_bytes()).hexdigest()
    keyed = hmac.new(KEY.encode(), f"cohort\0input\0{plain}".encode(), hashlib.sha256).hexdigest()
    assert summary["inputs"][1]["sha256"] == keyed
    assert errors_of(summary) == []
