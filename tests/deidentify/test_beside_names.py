"""Samples audited with and without names: the same verdicts, intervals and research rows, and nobody is named."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.dictionary.given_out import schemas
from crs_audit.protocol.load import load_protocol
from tests.deidentify.extracts import WITH_KEY, contents, table, token
from tests.functional.extract import crs_audit


def _named(pair: tuple[Path, Path], name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A table of both reports in one order, the internal one under the tokens that the key gives."""
    inside, hidden = (table(run, name) for run in pair)
    ids = table(pair[0], "infusions")["infusion_id"].to_list()
    tokens = {id_: token("infusion_id", id_) for id_ in ids}
    if "infusion_id" in inside.columns:
        inside = inside.with_columns(pl.col("infusion_id").replace_strict(tokens))
    if "result_id" in inside.columns:
        head = pl.col("result_id").str.replace(r"\|[^|]*\|[^|]*$", "").replace_strict(tokens)
        inside = inside.with_columns(result_id=head + pl.col("result_id").str.extract(r"(\|[^|]*\|[^|]*$)"))
    return inside, hidden


def test_no_verdict_grade_count_interval_or_rate_changes(pair: tuple[Path, Path]) -> None:
    summaries = [json.loads((run / "summary.json").read_text("utf-8")) for run in pair]
    for key in ("counts", "max_grade", "measures", "attrition", "checks", "unmatched_names", "parameters_sha256"):
        assert summaries[0][key] == summaries[1][key], key
    numbers = ("table", "records", "filtered", "read", "accepted", "rejected", "duplicates")
    rows = [[[row[name] for name in numbers] for row in summary["accounting"]] for summary in summaries]
    assert rows[0] == rows[1]
    for name, keys in (
        ("results", ["result_id"]), ("episodes", ["infusion_id", "episode"]), ("timeline", ["infusion_id", "start"]),
        ("coverage", ["infusion_id", "name"]),
    ):  # fmt: skip
        inside, hidden = _named(pair, name)
        assert inside.columns == hidden.columns
        same = [column for column, dtype in inside.schema.items() if not dtype.is_temporal()]
        assert inside.sort(keys).select(same).equals(hidden.sort(keys).select(same)), name
    inside, hidden = _named(pair, "evidence")
    told = ["result_id", "clause", "outcome"]
    assert inside.select(told).sort(told).equals(hidden.select(told).sort(told))


def test_a_patients_times_are_all_moved_by_the_same_whole_days(pair: tuple[Path, Path]) -> None:
    infusions, moved = _named(pair, "infusions")
    owner = infusions.sort("t0").select("infusion_id", "patient_id", "t0").to_dicts()
    clock: dict[str, timedelta] = {}
    for row in owner:
        clock.setdefault(row["patient_id"], row["t0"].utcoffset())
    clocks = {row["infusion_id"]: clock[row["patient_id"]] for row in owner}
    back: dict[str, set[timedelta]] = {}
    day = {rule.id for rule in load_protocol().measures.values() if rule.unit == "day"}
    for name, key in (
        ("infusions", ["infusion_id"]), ("episodes", ["infusion_id", "episode"]), ("results", ["result_id"]),
        ("timeline", ["infusion_id", "grade", "drivers", "number"]),
    ):  # fmt: skip
        inside, hidden = _named(pair, name)
        if name == "timeline":
            number = pl.int_range(pl.len()).over("infusion_id").alias("number")
            inside, hidden = (frame.sort("infusion_id", "start").with_columns(number) for frame in (inside, hidden))
        times = [column for column, dtype in inside.schema.items() if isinstance(dtype, pl.Datetime)]
        times = [column for column in times if column != "end_of_followup"]
        both = inside.join(hidden, on=key, suffix="_moved", nulls_equal=True)
        assert both.height == inside.height
        for row in both.to_dicts():
            for column in times:
                if row[column] is None or row.get("measure_id") in day:
                    continue
                told = row[column].replace(tzinfo=None) - row[column].utcoffset() + clocks[row["infusion_id"]]
                back.setdefault(row["infusion_id"], set()).add(told - row[f"{column}_moved"])
    assert moved.height == len(back)
    assert all(len(found) == 1 for found in back.values())
    every = {found.pop() for found in back.values()}
    assert all(one % timedelta(days=1) == timedelta() and one >= timedelta(days=30) for one in every)
    assert len(every) > len(back) // 2


def test_neither_id_nor_text_nor_date_of_the_sample_is_told(pair: tuple[Path, Path]) -> None:
    inside, hidden = pair
    infusions = table(inside, "infusions")
    # The page's name in the internal report finds the patient there.
    ids = {*infusions["patient_id"], *infusions["infusion_id"], *infusions["token"], *infusions["site"].drop_nulls()}
    files = set(table(inside, "evidence")["source_file"].drop_nulls()) - {f"{name}.csv" for name in schemas()}
    texts = {*infusions["product_text"].drop_nulls(), *table(inside, "profile_names")["text"].drop_nulls()}
    # Longer ones are rows of the medication record in the words of the extract.
    charted = table(inside, "evidence").filter(pl.col("source_file").is_not_null())
    texts |= {text for text in charted["raw_value"].drop_nulls() if len(text) > 24}
    own = _said_by_the_program()
    texts = {text for text in texts if text.lower().replace("_", " ") not in own}
    content = "\n".join(text for name, text in contents(hidden) if not name.startswith("bytes of"))
    # In plain text first: a pattern is slow on so much of it.
    found = [text for text in {*ids, *files, *texts} if text in content and re.search(_word(text), content)]
    assert len(ids) > 50
    assert len(texts) > 30
    assert found == []
    # A true date may be another patient's moved one: on its own page a patient has no true time.
    for row in infusions.to_dicts():
        page = (hidden / "patients" / f"{token('infusion_id', row['infusion_id'])}.html").read_text("utf-8")
        t0: datetime = row["t0"]
        for spelled in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%b %d, %Y", "%Y%m%d"):
            assert f"{t0:{spelled}}" not in page, row


def _word(text: str) -> str:
    return r"(?<![\w.])" + re.escape(text) + r"(?![\w.])"


def _said_by_the_program() -> str:
    """Its dictionary, its rules and its vocabulary's words: what a report says of no extract."""
    from crs_audit.report.pictures.oxygen import OXYGEN_SHORT
    from crs_audit.vocabulary.load import load_vocabulary

    told = [crs_audit(command, "--json").stdout for command in ("schema", "measures")]
    return " ".join([*told, str(load_vocabulary()), str(OXYGEN_SHORT)]).lower().replace("_", " ")


def test_its_research_rows_are_those_of_cohort_with_the_key(pair: tuple[Path, Path], tmp_path: Path) -> None:
    inside, hidden = pair
    done = crs_audit("cohort", inside, "--deidentify", "--out", tmp_path / "c", env=WITH_KEY)
    assert done.returncode == 0, done.stderr
    for name in ("cohort.csv", "steroid_days.csv"):
        assert (tmp_path / "c" / name).read_bytes() == (hidden / "data" / name).read_bytes()
    done = crs_audit("cohort", hidden, "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    for path in (tmp_path / "c").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_concordance_of_documented_grades(pair: tuple[Path, Path], tmp_path: Path) -> None:
    inside, hidden = pair
    answers = [crs_audit("concordance", run, "--json", "--out", tmp_path / "c.html") for run in (inside, hidden)]
    if answers[0].returncode == 0:
        documents: list[dict[str, Any]] = [json.loads(done.stdout) for done in answers]
        for key in ("assessments", "infusions", "assessment_kappa", "onsets"):
            assert documents[0][key] == documents[1][key]
    else:
        assert (answers[1].returncode, answers[1].stderr.count("\n")) == (3, 1)
