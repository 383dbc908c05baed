"""What holds for every extract: rows add up, and neither order nor splitting nor spelling of the zone matters."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import cast

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from crs_audit.intake.accept import Accepted
from crs_audit.intake.columns import CANONICAL
from crs_audit.intake.duplicates import digest, drop_duplicates
from crs_audit.intake.rejects import REASONS, REJECTS, gather_rejects, gather_unmatched
from crs_audit.intake.schemas import RULES, SchemaDefect, first_broken
from crs_audit.intake.sources import Extract
from crs_audit.tables import SCHEMAS, TABLES
from tests.intake.accepting import ORDINARY, accept, acceptor, text_frame

_TIMES = ("2026-03-02 12:00", "2026-03-02", "2026-03-29 02:30", "2026-10-25 02:30", "2026-03-02T11:00Z", "2/3/26")
_NUMBERS = ("1", "37.9", "100.4", "-5", "<0.5", ">10000", "NaN", "1e400", "___", "1,5", "1e-3")
_WORDS = (
    "temperature",
    "o2_device",
    "fio2",
    "crp",
    "wbc",
    "crs_grade",
    "telemetry",
    "icu",
    "Nasal cannula",
    "Breyanzi",
)
_UNITS = ("mg", "°F", "K/uL", "mg/dL", "stone", "%", "mL")
GARBAGE = st.one_of(
    st.none(), st.sampled_from(("", " ", "\t", "x", *_TIMES, *_NUMBERS, *_WORDS, *_UNITS)), st.text(max_size=4)
)


@st.composite
def extracts(draw: st.DrawFn) -> tuple[str, pl.DataFrame]:
    """A table, and a text frame of rows that are sound, or of which some cells are not; some rows twice."""
    table = draw(st.sampled_from(TABLES))
    columns = (*CANONICAL[table], "broken")
    cells = st.dictionaries(st.sampled_from(columns), GARBAGE, max_size=3)
    rows = draw(st.lists(cells, max_size=8))
    again = draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else []
    return table, text_frame(table, *rows, *again)


def sorted_out(accepted: Accepted) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    return accepted.frame.sort("source", "row"), accepted.rejects, accepted.unmatched


@settings(max_examples=150, deadline=None)
@given(extracts())
def test_every_row_is_accepted_or_rejected_or_a_duplicate(extract: tuple[str, pl.DataFrame]) -> None:
    table, text = extract
    accepted = acceptor("Europe/Berlin").accept(table, text)
    kept, duplicates = drop_duplicates(accepted.frame)
    assert text.height == kept.height + accepted.rejects.height + duplicates
    rows = [*accepted.frame["row"], *accepted.rejects["row"]]
    assert sorted(rows) == text["row"].to_list()
    assert accepted.rejects.schema == REJECTS
    own = accepted.rejects.filter(pl.col("column").is_not_null())
    assert set(own["reason"]) <= set(REASONS)
    for rejected in own.iter_rows(named=True):
        assert rejected["raw_value"] == text.filter(pl.col("row") == rejected["row"])[rejected["column"]][0]


@settings(max_examples=60, deadline=None)
@given(extracts())
def test_what_must_be_there_is_there_in_every_accepted_row(extract: tuple[str, pl.DataFrame]) -> None:
    table, text = extract
    frame = acceptor("Europe/Berlin").accept(table, text).frame
    always = {"patient_id", "time", "day_only", "t0", "in_time", "vital", "lab", "assessment", "procedure", "drug_text",
              "location_type", "source", "row"} & set(frame.columns)  # fmt: skip
    assert frame.select(*sorted(always)).null_count().sum_horizontal().to_list() in ([0], [])
    if "value" in frame.columns:
        number = frame.filter(pl.col("vital") != "o2_device") if table == "vitals" else frame
        assert number["value"].is_finite().fill_null(False).all()


@settings(max_examples=60, deadline=None)
@given(extracts(), st.randoms(use_true_random=False), st.integers(0, 11))
def test_neither_the_order_of_rows_nor_their_splitting_matters(
    extract: tuple[str, pl.DataFrame], chance: object, cut: int
) -> None:
    table, text = extract
    shuffled = text.sample(fraction=1, shuffle=True, seed=chance.randrange(1000))  # type: ignore[attr-defined]
    accept_in = acceptor("Europe/Berlin")
    parts = [accept_in.accept(table, part) for part in (shuffled.slice(0, cut), shuffled.slice(cut))]
    joined = Accepted(
        pl.concat([part.frame for part in parts]),
        gather_rejects(part.rejects for part in parts),
        gather_unmatched(part.unmatched for part in parts),
    )
    for one, other in zip(sorted_out(accept_in.accept(table, text)), sorted_out(joined), strict=True):
        assert_frame_equal(one, other)


def test_batches_come_back_in_their_order() -> None:
    batches = [text_frame("vitals", {"value": str(number)}, first_row=number) for number in range(30, 60)]
    extract = SimpleNamespace(
        sources=[
            SimpleNamespace(table="vitals", batches=batches[:13]),
            SimpleNamespace(table="vitals", batches=batches[13:]),
        ],
        batches=lambda source: iter(source.batches),
        map_of=lambda source: None,
    )
    accepted = [one for _, one in acceptor().accept_all(cast("Extract", extract))]
    assert [part.frame["row"][0] for part in accepted] == list(range(30, 60))
    assert [part.frame["value"][0] for part in accepted] == list(range(30, 60))


def test_the_same_instants_in_other_words_are_accepted_alike() -> None:
    def written(*texts: str) -> pl.DataFrame:
        rows = ({"time": text, "value": str(80 + number)} for number, text in enumerate(texts))
        return accept("vitals", *rows, timezone="America/New_York").frame.drop("digest")

    naive = written("2026-03-08 01:59", "2026-03-08 03:00", "2026-07-02 12:00:00")
    assert_frame_equal(naive, written("2026-03-08T06:59Z", "2026-03-08T07:00:00Z", "2026-07-02T16:00:00.0Z"))
    assert_frame_equal(naive, written("2026-03-08 06:59+00:00", "2026-03-08 09:00+02:00", "2026-07-02T12:00:00-0400"))


# duplicates ----------------------------------------------------------------------------------------------------


def test_of_rows_with_equal_cells_the_first_by_source_and_row_stays() -> None:
    first = text_frame("vitals", {}, {"value": "81"}, {}, source=1)
    second = text_frame("vitals", {"value": "81"}, {"value": "82"}, source=2)
    frame = acceptor().accept("vitals", pl.concat([second, first]).reverse()).frame
    kept, dropped = drop_duplicates(frame)
    assert (sorted(kept.select("source", "row").rows()), dropped) == ([(1, 2), (1, 3), (2, 3)], 2)
    assert kept["row"].to_list() == [row for source, row in frame.select("source", "row").rows() if (source, row) in
                                     {(1, 2), (1, 3), (2, 3)}]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text"),
    [("patient_id", "P2"), ("time", "2026-03-02 12:00:00"), ("value", "80.0"), ("unit", "/min"), ("site", "arm")],
)
def test_a_row_with_one_cell_written_otherwise_is_no_exact_duplicate(column: str, text: str) -> None:
    accepted = accept("vitals", {}, {column: text})
    assert drop_duplicates(accepted.frame)[1] == 0


def test_the_same_text_in_another_column_is_no_duplicate() -> None:
    accepted = accept("mar", {"order_id": "7"}, {"indication": "7"})
    assert drop_duplicates(accepted.frame)[1] == 0


def test_a_digest_does_not_depend_on_the_process_or_on_the_chunks() -> None:
    text = text_frame("vitals", {}, {"value": "81"}, {"unit": "/min"})
    program = (
        "from tests.intake.accepting import text_frame; from crs_audit.intake.duplicates import digest; "
        "print(digest(text_frame('vitals', {}, {'value': '81'}, {'unit': '/min'})).to_list())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert str(digest(text).to_list()) == other
    assert digest(pl.concat([text.head(1), text.tail(2)], rechunk=False)).to_list() == digest(text).to_list()


# the schemas themselves ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_an_ordinary_row_is_accepted_in_every_table(table: str) -> None:
    assert accept(table, {}).frame.height == 1
    assert set(ORDINARY[table]) < set(CANONICAL[table])


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_blames_a_canonical_column(table: str) -> None:
    for rule in RULES[table]:
        assert rule.column is None or rule.column in CANONICAL[table]


def test_a_frame_of_another_shape_is_a_defect_told_without_values() -> None:
    frame = pl.DataFrame({"patient_id": ["Jane Doe"]})
    with pytest.raises(SchemaDefect) as caught:
        first_broken("vitals", frame)
    assert "Jane" not in str(caught.value)
    wrong = pl.DataFrame(schema={**SCHEMAS["vitals"], "time": pl.String})
    with pytest.raises(SchemaDefect):
        first_broken("vitals", wrong)


def test_pandera_cannot_be_switched_off_from_outside() -> None:
    program = "from tests.intake.accepting import refusal; print(refusal('vitals', value='x'))"
    environment = {"PANDERA_VALIDATION_ENABLED": "False", "PYTHONPATH": ".", "PATH": "/usr/bin:/bin"}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == "value: not a number"


def test_acceptance_is_imported_without_pandera() -> None:
    program = "import sys, crs_audit.intake.accept; print('pandera' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
