"""`crs-audit schema` tells what the program reads and writes: all of it, and nothing that is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from crs_audit.dictionary.entries import ANY, Table, sentences
from crs_audit.dictionary.given_out import given_out
from crs_audit.dictionary.taken_in import taken_in
from crs_audit.dictionary.words import word_lists
from crs_audit.flags import NOT_TOLD
from crs_audit.intake.columns import CANONICAL, REQUIRED
from crs_audit.intake.plausible import bands
from crs_audit.intake.rejects import REASONS
from crs_audit.intake.units import known_units
from crs_audit.tables import LABS, VITALS
from crs_audit.vocabulary.rows import read_rows
from tests.functional.extract import AS_OF, ROOT, crs_audit

IN, OUT = ({table.name: table for table in tables} for tables in (taken_in(), given_out()))
WAYS = {"in": IN, "out": OUT}


@pytest.fixture(scope="module", params=["clean", "messy"])
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The tables of `data/` of a real run."""
    folder: Path = tmp_path_factory.mktemp("run")
    extract = ROOT / "sample_data" / "synthetic"
    if request.param == "messy":
        extract = folder / "messy"
        assert crs_audit("simulate", extract, "--messy", "--infusions", "20").returncode == 0
    done = crs_audit("run", extract, "--out", folder / "report", "--as-of", AS_OF, "--quiet")
    assert done.returncode == 0, done.stderr
    return {path.stem: pl.read_parquet(path) for path in (folder / "report" / "data").glob("*.parquet")}


# what is told is what is there ----------------------------------------------------------------------------------------


def test_what_comes_out_is_what_a_run_writes(data: dict[str, pl.DataFrame]) -> None:
    assert set(data) == set(OUT)
    for name, frame in data.items():
        written = [(column, str(dtype).partition("(")[0]) for column, dtype in frame.schema.items()]
        assert written == [(column.name, column.dtype) for column in OUT[name].columns], name


def test_no_word_comes_out_that_is_not_told(data: dict[str, pl.DataFrame]) -> None:
    for name, frame in data.items():
        for column in OUT[name].columns:
            if column.words:
                cells = frame[column.name].drop_nulls().unique()
                # Reasons are joined by commas and have details after a colon, flags of a row are joined by commas.
                codes = {code.strip() for cell in cells for code in cell.split(":")[0].split(",")}
                assert codes <= {word.name for word in column.words} | {"exempt"}, (name, column.name)


def test_what_goes_in_is_what_intake_declares() -> None:
    assert {name: tuple(column.name for column in table.columns) for name, table in IN.items()} == CANONICAL
    needed = {name: tuple(column.name for column in table.columns if column.needed) for name, table in IN.items()}
    assert needed == REQUIRED
    assert [name for name, table in IN.items() if table.needed] == ["vitals", "labs", "mar"]


def test_every_reason_to_reject_is_told() -> None:
    columns = [column for table in IN.values() for column in table.columns]
    assert {reason for column in columns for reason in column.rejected_when} == set(REASONS)


def test_every_limit_and_every_unit_is_told() -> None:
    kinds = {kind.name: kind for table in ("vitals", "labs") for kind in IN[table].kinds}
    assert tuple(kinds) == (*VITALS, *LABS)
    for table, names in (("vitals", VITALS), ("labs", LABS)):
        for name in names:
            told = kinds[name].measured
            units = [told.unit, *(one.unit for one in told.converted)] if told else []
            assert units == list(dict.fromkeys(unit for unit, _, _ in known_units(table, name).values()))
            assert (kinds[name].plausible is None) == (name == "o2_device")
    for table, column in (("infusions", "weight_kg"), ("infusions", "age_years"), ("mar", "dose"), ("mar", "rate")):
        (band,) = next(one for one in IN[table].columns if one.name == column).plausible
        assert (band.low, band.high) == (bands()[table][column]["low"], bands()[table][column].get("high"))


def test_types_of_what_goes_in() -> None:
    types = {(table.name, column.name): column.type for table in IN.values() for column in table.columns}
    assert types["vitals", "patient_id"] == types["vitals", "unit"] == types["labs", "loinc"] == "text"
    assert types["infusions", "birth_date"] == types["adt", "out_time"] == "time"
    assert types["labs", "value"] == types["mar", "rate"] == types["labs", "ref_high"] == "number"
    assert types["mar", "drug"] == types["mar", "action"] == types["infusions", "filter_used"] == "name"


# every column has its sentence, every sentence its column ------------------------------------------------------------


def _tables() -> Iterator[Table]:
    for tables in WAYS.values():
        yield from tables.values()


def test_every_table_column_and_kind_has_a_sentence() -> None:
    for table in _tables():
        assert table.holds, f"columns.toml: nothing in [tables.{table.way}] for {table.name}"
        for told in (*table.columns, *table.kinds):
            assert told.holds, f"columns.toml: no sentence in [{table.way}.{table.name}] for {told.name}"


LISTS = ("lee_lower_bound", "ctcae_lower_bound", "penn_lower_bound", "hlh_suspected")
"""Columns of the cohort whose sentence names every input that may be absent."""


def test_a_sentence_is_one_and_short() -> None:
    for table in _tables():
        for told in (table, *table.columns, *table.kinds):
            longest = 400 if told.name in LISTS else 140
            assert re.fullmatch(rf"[A-Z].{{2,{longest}}}\.", told.holds), (table.name, told.name)


def test_no_sentence_is_left_without_its_column() -> None:
    for way, tables in WAYS.items():
        assert set(sentences()["tables"][way]) == set(tables)
        for table, columns in sentences()[way].items():
            if table != ANY:
                assert set(columns) <= {column.name for column in tables[table].columns}, (way, table)
        unsaid = {
            column.name for table in tables.values() for column in table.columns
            if column.name not in sentences()[way].get(table.name, {})
        }  # fmt: skip
        assert set(sentences()[way][ANY]) == unsaid


def test_words_that_are_explained_are_all_explained_and_all_there() -> None:
    for name, told in sentences()["words"].items():
        assert set(told) == {word.name for word in word_lists()[name]}, name


def test_the_flags_are_those_the_code_sets() -> None:
    """Flags are set where they arise and declared nowhere: they are looked for in the text of the code."""
    patterns = (
        r'\.flag\(\s*"(\w+)"',
        r'flag=pl\.lit\("(\w+)"\)',
        r'_(?:un)?cited\(.*"(\w+)"[,)]',
        r'^ +\(\w+, "(\w+)"\),',
    )
    code = ROOT / "crs_audit"
    files = [*(code / "intake").glob("typed*.py"), code / "flags.py", code / "grading" / "flags.py"]
    found = {
        file: {flag for pattern in patterns for flag in re.findall(pattern, file.read_text("utf-8"), re.MULTILINE)}
        for file in files
    }
    of_infusions = found.pop(code / "intake" / "typed_infusions.py")
    devices = {row["flag"] for row in read_rows("devices.csv")} - {""}
    told = {name: {word.name for word in word_lists()[name]} for name in ("flag", "infusion_flag")}
    assert told["flag"] == set.union(devices, *found.values()) - set(NOT_TOLD)
    assert told["infusion_flag"] == {*of_infusions, "fold"}


# the answer ----------------------------------------------------------------------------------------------------------


def test_one_table_is_told_in_text() -> None:
    done = crs_audit("schema", "vitals")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "vitals (needed)" in lines
    assert "  sbp               mmHg      30 to 300  Systolic blood pressure." in lines
    assert any(line.endswith("converted: °F × 0.5556 − 17.78") for line in lines)
    assert not any(line.startswith(("labs", "timeline")) for line in lines)


def test_a_name_that_goes_in_and_comes_out_is_told_twice() -> None:
    document = json.loads(crs_audit("schema", "Infusions", "--json").stdout)
    assert [len(document[way]) for way in WAYS] == [1, 1]
    assert document["in"][0]["columns"][1]["rejected_when"][-1] == "infusion given twice"
    assert {column["name"]: column["dtype"] for column in document["out"][0]["columns"]}["max_grade"] == "UInt8"


def test_all_of_it_fits_on_a_page_of_100_columns() -> None:
    lines = crs_audit("schema").stdout.splitlines()
    assert max(map(len, lines)) <= 100
    heads = [line.split(" ")[0] for line in lines if re.match(r"[a-z_]+( \(\w+\))?$", line)]
    assert heads == [*IN, *OUT]


def test_the_document_has_every_table() -> None:
    document = json.loads(crs_audit("schema", "--json").stdout)
    assert {way: [table["name"] for table in document[way]] for way in document} == {
        way: list(tables) for way, tables in WAYS.items()
    }


def test_an_unknown_table_is_told_with_the_nearest() -> None:
    done = crs_audit("schema", "epsiodes")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "crs-audit: table 'epsiodes' is unknown; did you mean 'episodes'?\n"
