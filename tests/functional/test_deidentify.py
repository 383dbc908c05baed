"""`run --deidentify`: nobody is named in a byte of the report, and no verdict changes; what goes with it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crs_audit import audit
from crs_audit.deidentify.columns import FATES, fates
from crs_audit.dictionary.given_out import schemas
from crs_audit.engine import shards
from crs_audit.protocol.load import load_protocol
from crs_audit.settings import load_settings
from tests.functional.extract import AS_OF, ROOT, Rows, crs_audit, tables, write
from tests.functional.test_summary_schema import errors_of

KEY = "a key of more than sixteen"
WITH_KEY = {"CRS_AUDIT_SITE_KEY": KEY}
MARK = "zq"
"""Stands in every text of the extract that could name somebody; in no word of the program and no token."""
YEAR = 2031
"""Of every time in the marked extract; moved back, none is of that year."""
SAMPLES = ("synthetic", "synthetic-messy", "warehouse", "clif-demo")


def _token(kind: str, text: str) -> str:
    return hmac.new(KEY.encode(), f"cohort\0{kind}\0{text}".encode(), hashlib.sha256).hexdigest()[:16]


def _contents(run: Path) -> Iterator[tuple[str, str]]:
    """(name, text) of every file of a report, its tables and workbook unpacked, and of all file names."""
    for path in sorted(run.rglob("*")):
        name = path.relative_to(run).as_posix()
        yield f"name of {name}", name
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
            nested = [column for column, dtype in frame.schema.items() if dtype.is_nested()]
            yield name, frame.with_columns(pl.col(nested).cast(pl.String) if nested else []).write_csv()
            yield f"bytes of {name}", path.read_bytes().decode("latin-1")
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from ((f"{name}/{part}", book.read(part).decode()) for part in book.namelist())
        elif path.is_file():
            yield name, path.read_text("utf-8")


# a report of an extract in which every text is marked ----------------------------------------------------------------


def _marked() -> dict[str, Rows]:
    """The small extract for two dozen patients: every free text marked, some rows to reject, some names unknown."""
    found = tables()
    found["vitals"][0] += ["site"]
    for row in found["vitals"][1:]:
        row.append(f"ward {MARK}")
    found["vitals"].append(["P-1", "2026-01-03T11:00:00Z", "o2_device", f"Nasal cannula 2 L {MARK}-Dr Moss", "", ""])
    found["infusions"][0] += ["site", "age_years", "birth_date", "end_of_followup"]
    found["infusions"][1] += [f"North {MARK}", "93.7", "1932-05-17", "2026-01-20"]
    found["infusions"][2] += [f"South {MARK}", "41.6", "1984-05-30", ""]
    found["mar"][0] += ["rate", "rate_unit", "order_id", "indication"]
    for row in found["mar"][1:]:
        row += ["5", f"drops/{MARK}", f"order-{MARK}", f"for {MARK}"]
        row[2], row[3], row[6] = f"{row[2]} {MARK}", f"{row[3]}", f"{row[6]} {MARK}"
    found["mar"].append(
        ["P-1", "2026-01-04T08:00:00Z", f"Dexamethasone {MARK}", "Given", "1", f"{MARK} vial", "IV", "", "", "", "", ""]
    )
    found["mar"].append(["P-1", "2026-01-04T09:00:00Z", f"{MARK}umab", f"{MARK} done", "1", "mg", "IV", *[""] * 5])
    for table, rows in found.items():
        header, body = rows[0], rows[1:]
        many = [[cell.replace("2026-", f"{YEAR}-") for cell in row] for row in body for _ in range(12)]
        seen: dict[tuple[str, ...], int] = {}
        for row in many:
            key = tuple(row)
            seen[key] = seen.get(key, 0) + 1
            row[0] = f"{row[0]}-{MARK}{seen[key]:02d}"
        found[table] = [[*header, f"{MARK}_column"], *([*row, f"{MARK} extra"] for row in many)]
    for row in found["infusions"][1:]:
        row[2] = f"{row[2]} {MARK}-lot"
    found["vitals"][1][3] = f"{MARK}-raw"
    found["labs"].append([f"P-9-{MARK}", f"{YEAR}-01-01T06:00:00Z", "crp", "1", "mg/L", ""])
    found["labs"].append([f"P-1-{MARK}01", f"{YEAR}-01-02T06:00:00Z", f"{MARK}in", "1", "mg/L", ""])
    return found


RULES = f"""
timezone = "America/Chicago"
[tables.vitals]
file = "vitals"
[protocol.parameters]
"G2-02.target" = {{ value = 60, why = "as {MARK} wants it", source = "{MARK}" }}
"""


def _run(folder: Path, *flags: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    extract = folder / f"{MARK}-extract"
    if not extract.exists():
        write(extract, _marked())
        (extract / "vitals.csv").rename(extract / f"vitals_{MARK}.csv")
        (extract / f"{MARK}.txt").write_text("notes", encoding="utf-8")
        (extract / "crs-audit.toml").write_text(RULES, encoding="utf-8")
    return crs_audit("run", extract, "--as-of", f"{YEAR}-02-01T00:00:00+00:00", *flags, env=env)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The internal report of the marked extract, and the de-identified one."""
    folder = tmp_path_factory.mktemp("deidentify")
    for out, flags in (("inside", ()), ("hidden", ("--deidentify", "--period", str(YEAR)))):
        done = _run(folder, "--out", folder / out, "--quiet", *flags, env=WITH_KEY)
        assert done.returncode == 0, done.stderr
    return folder / "inside", folder / "hidden"


def test_no_text_and_no_time_of_the_extract_is_in_any_byte(both: tuple[Path, Path]) -> None:
    inside, hidden = both
    year = re.compile(rf"(?<![0-9a-f]){YEAR}(?![0-9a-f])")
    marks = re.compile(rf"{MARK}|Moss|1932|1984|93\.7|41\.6|America|Chicago", re.IGNORECASE)
    for name, text in _contents(hidden):
        if name.startswith("bytes of"):
            # Packed pages may hold any four bytes by chance.
            assert not re.search(f"{MARK}-|Moss|Chicago", text), name
            continue
        assert not marks.search(text), (name, marks.search(text))
        assert not year.search(text), (name, text[max(0, year.search(text).start() - 60) :][:90])  # type: ignore[union-attr]
    # The marks and the year are in the internal report: the search would find them.
    for said in (MARK, str(YEAR), "93.7", "America/Chicago"):
        assert any(said in text for name, text in _contents(inside) if name.endswith(".html")), said


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
    for name, text in _contents(hidden):
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
    token = _token("infusion_id", f"P-1-{MARK}01/1")
    assert "90 y or more" in (hidden / "patients" / f"{token}.html").read_text("utf-8")


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


# against the same run with names -------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=SAMPLES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A sample's internal report and its de-identified one."""
    folder = tmp_path_factory.mktemp(request.param)
    for out, flags in (("inside", ()), ("hidden", ("--deidentify",))):
        done = crs_audit("run", ROOT / "sample_data" / request.param, "--as-of", AS_OF, "--quiet",
                         "--out", folder / out, *flags, env=WITH_KEY)  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stderr
    return folder / "inside", folder / "hidden"


def _table(run: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(run / "data" / f"{name}.parquet")


def _named(pair: tuple[Path, Path], name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A table of both reports in one order, the internal one under the tokens that the key gives."""
    inside, hidden = (_table(run, name) for run in pair)
    ids = _table(pair[0], "infusions")["infusion_id"].to_list()
    tokens = {id_: _token("infusion_id", id_) for id_ in ids}
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
    infusions = _table(inside, "infusions")
    # The page's name in the internal report finds the patient there.
    ids = {*infusions["patient_id"], *infusions["infusion_id"], *infusions["token"], *infusions["site"].drop_nulls()}
    files = set(_table(inside, "evidence")["source_file"].drop_nulls()) - {f"{name}.csv" for name in schemas()}
    texts = {*infusions["product_text"].drop_nulls(), *_table(inside, "profile_names")["text"].drop_nulls()}
    # Longer ones are rows of the medication record in the words of the extract.
    charted = _table(inside, "evidence").filter(pl.col("source_file").is_not_null())
    texts |= {text for text in charted["raw_value"].drop_nulls() if len(text) > 24}
    own = _said_by_the_program()
    texts = {text for text in texts if text.lower().replace("_", " ") not in own}
    content = "\n".join(text for name, text in _contents(hidden) if not name.startswith("bytes of"))
    # In plain text first: a pattern is slow on so much of it.
    found = [text for text in {*ids, *files, *texts} if text in content and re.search(_word(text), content)]
    assert len(ids) > 50
    assert len(texts) > 30
    assert found == []
    # A true date may be another patient's moved one: on its own page a patient has no true time.
    for row in infusions.to_dicts():
        page = (hidden / "patients" / f"{_token('infusion_id', row['infusion_id'])}.html").read_text("utf-8")
        t0: datetime = row["t0"]
        for spelled in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%b %d, %Y", "%Y%m%d"):
            assert f"{t0:{spelled}}" not in page, row


def _word(text: str) -> str:
    return r"(?<![\w.])" + re.escape(text) + r"(?![\w.])"


def _said_by_the_program() -> str:
    """Its dictionary, its rules and its vocabulary's words: what a report says of no extract."""
    from crs_audit.vocabulary.load import load_vocabulary

    told = [crs_audit(command, "--json").stdout for command in ("schema", "measures")]
    return " ".join([*told, str(load_vocabulary())]).lower().replace("_", " ")


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


# the same bytes ------------------------------------------------------------------------------------------------------


def _bytes(run: Path) -> dict[str, bytes]:
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*.*")}


def test_jobs_shards_and_another_run_change_not_a_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = ROOT / "sample_data" / "synthetic-messy"
    done = crs_audit("run", sample, "--deidentify", "--as-of", AS_OF, "--out", tmp_path / "one", "--jobs", "1",
                     env=WITH_KEY)  # fmt: skip
    assert done.returncode == 0, done.stderr
    monkeypatch.setattr(shards, "BYTES_PER_SHARD", 300_000)
    for jobs in (1, 2):
        # Another time of the run, too: that is not told.
        given = {"out": tmp_path / f"many{jobs}", "jobs": jobs, "as_of": "2027-05-06", "deidentify": True,
                 "site_key": KEY}  # fmt: skip
        protocol = load_protocol()
        audit.run(load_settings(sample, given, protocol.measures), protocol, lambda text: None)
        assert _bytes(tmp_path / f"many{jobs}") == _bytes(tmp_path / "one")


# commands on it ------------------------------------------------------------------------------------------------------


def test_commands_on_a_deidentified_report(both: tuple[Path, Path], tmp_path: Path) -> None:
    inside, hidden = both
    id_ = f"P-1-{MARK}01/1"
    token = _token("infusion_id", id_)
    done = crs_audit("explain", hidden, f"{token}|G2-02|1")
    assert (done.returncode, "tocilizumab 640 mg given" in done.stdout, MARK in done.stdout) == (0, True, False)
    # Who holds the key and the internal report goes back to the rows.
    done = crs_audit("explain", inside, f"{token}|G2-02|1", env=WITH_KEY)
    assert (done.returncode, f"vitals_{MARK}.csv" in done.stdout) == (0, True)
    assert crs_audit("explain", inside, f"{token}|G2-02|1").returncode == 2
    done = crs_audit("compare", hidden, hidden, "--out", tmp_path / "c.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert MARK not in (tmp_path / "c.html").read_text("utf-8")
    for arguments, code, message in (
        (("compare", inside, hidden), 2, "compare two of a kind"),
        (("cohort", hidden, "--deidentify"), 2, "de-identified already"),
        (("review", hidden, hidden / "worklist.xlsx"), 3, "take reviews into the internal report"),
        (("concordance", hidden), 3, "holds no documented CRS grade"),
    ):
        done = crs_audit(*arguments, env=WITH_KEY)
        assert (done.returncode, message in done.stderr, done.stderr.count("\n")) == (code, True, 1), done.stderr
        assert MARK not in done.stdout


def test_another_key_gives_other_names_and_is_not_compared(both: tuple[Path, Path], tmp_path: Path) -> None:
    _, hidden = both
    done = _run(hidden.parent, "--deidentify", "--site-key", "another key of 26 letters", "--out", tmp_path / "other")
    assert done.returncode == 0, done.stderr
    assert not {p.name for p in (hidden / "patients").iterdir()} & {
        p.name for p in (tmp_path / "other" / "patients").iterdir()
    }
    done = crs_audit("compare", hidden, tmp_path / "other")
    assert (done.returncode, "the same key?" in done.stderr) == (2, True)


def test_a_changed_cell_is_a_change_of_the_data(both: tuple[Path, Path], tmp_path: Path) -> None:
    content = _marked()
    for row in content["mar"][1:]:
        row[1] = row[1].replace("03T12:30", "03T11:00") if "Actemra" in row[2] else row[1]
    extract = write(tmp_path / "x", content)
    (extract / "crs-audit.toml").write_text(RULES, encoding="utf-8")
    done = crs_audit("run", extract, "--deidentify", "--out", tmp_path / "r", "--quiet", env=WITH_KEY)
    assert done.returncode == 0, done.stderr
    done = crs_audit("compare", both[1], tmp_path / "r", "--out", tmp_path / "c.html", "--json")
    document = json.loads(done.stdout)
    changed = {one["cause"] for one in document["findings"] if one["what"] == "resolved"}
    assert changed == {"data"}


def test_concordance_of_documented_grades(pair: tuple[Path, Path], tmp_path: Path) -> None:
    inside, hidden = pair
    answers = [crs_audit("concordance", run, "--json", "--out", tmp_path / "c.html") for run in (inside, hidden)]
    if answers[0].returncode == 0:
        documents: list[dict[str, Any]] = [json.loads(done.stdout) for done in answers]
        for key in ("assessments", "infusions", "assessment_kappa", "onsets"):
            assert documents[0][key] == documents[1][key]
    else:
        assert (answers[1].returncode, answers[1].stderr.count("\n")) == (3, 1)


def test_a_report_is_not_replaced_by_one_of_another_kind(both: tuple[Path, Path]) -> None:
    inside, hidden = both
    for out, flags, message in (
        (hidden, (), "holds a de-identified report, which an internal one does not replace"),
        (hidden, ("--audience", "share"), "holds a de-identified report, which a shared one does not replace"),
        (inside, ("--deidentify",), "holds an internal report, which a de-identified one does not replace"),
    ):
        before = _bytes(out)
        done = _run(inside.parent, "--out", out, *flags, env=WITH_KEY)
        assert (done.returncode, message in done.stderr, done.stderr.count("\n")) == (5, True, 1), done.stderr
        assert _bytes(out) == before


# settings ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "env", "message"),
    [
        ((), {}, "set CRS_AUDIT_SITE_KEY"),
        ((), {"CRS_AUDIT_SITE_KEY": ""}, "set CRS_AUDIT_SITE_KEY"),
        ((), {"CRS_AUDIT_SITE_KEY": "short"}, "at least 16 characters"),
        (("--site-key", "short"), WITH_KEY, "at least 16 characters"),
        (("--history", "h.db", "--period", "2031-01"), WITH_KEY, "history keeps true months"),
        (("--reviews", "."), WITH_KEY, "reviews holds what people wrote"),
        (("--audience", "share"), WITH_KEY, "holds no patient"),
    ],
)
def test_what_does_not_go_together(tmp_path: Path, flags: tuple[str, ...], env: dict[str, str], message: str) -> None:
    done = _run(tmp_path, "--deidentify", "--out", tmp_path / "r", *flags, env=env)
    assert (done.returncode, message in done.stderr, done.stderr.count("\n")) == (2, True, 1), done.stderr
    assert "short" not in done.stderr.replace("too short", "")
    assert KEY not in done.stderr
    assert not (tmp_path / "r").exists()


def test_flag_before_variable_before_file(tmp_path: Path) -> None:
    extract = write(tmp_path / "x", tables())

    def hidden(toml: str, variable: str | None, *flags: str) -> bool:
        (extract / "crs-audit.toml").write_text(toml, encoding="utf-8")
        flags_ = {"deidentify": True} if "--deidentify" in flags else {"deidentify": False} if flags else {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CRS_AUDIT_SITE_KEY", KEY)
            if variable is not None:
                patch.setenv("CRS_AUDIT_DEIDENTIFY", variable)
            settings = load_settings(extract, flags_, load_protocol().measures)
        assert settings.out.name == ("x-deidentified" if settings.deidentify_by else "x")
        return settings.deidentify_by is not None

    assert not hidden("", None)
    assert hidden("deidentify = true", None)
    assert not hidden("deidentify = true", "0")
    assert hidden("deidentify = false", "yes")
    assert not hidden("deidentify = true", "true", "--no-deidentify")
    assert hidden("", "no", "--deidentify")
    done = crs_audit("run", extract, env={**WITH_KEY, "CRS_AUDIT_DEIDENTIFY": "maybe"})
    assert (done.returncode, "write true or false" in done.stderr) == (2, True)


# the list of columns -------------------------------------------------------------------------------------------------


def test_the_list_says_of_every_column_of_data_what_becomes_of_it() -> None:
    for table, schema in schemas().items():
        assert set(schema) <= set(fates()[table]), table
        assert set(fates()[table].values()) <= set(FATES)
        for column, dtype in schema.items():
            if isinstance(dtype, pl.Datetime) or dtype == pl.Date:
                assert fates()[table][column] in ("moved", "blank"), (table, column)


def test_a_column_that_is_not_on_the_list_is_dropped() -> None:
    from crs_audit.deidentify.columns import allowed
    from crs_audit.deidentify.frames import DAY, deidentified
    from crs_audit.deidentify.pseudonyms import pseudonyms

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
