"""`crs-audit cohort` as a user meets it: what is written, refused and printed; and that nobody is found in what was
de-identified."""

from __future__ import annotations

import json
import re
from datetime import timedelta, timezone
from pathlib import Path

import polars as pl
import pytest

from tests.functional.extract import AS_OF, ROOT, crs_audit

KEY = "a key of more than sixteen"
WITH_KEY = {"CRS_AUDIT_SITE_KEY": KEY}
WRITTEN = {
    "cohort.csv", "cohort.parquet", "steroid_days.csv", "steroid_days.parquet", "attrition.csv", "dictionary.csv",
    "dictionary.md", "cohort.json",
}  # fmt: skip
CRITERIA = """
[[include]]
column = "max_grade"
op = ">="
value = 2
why = "not for SYN-0003"

[[exclude]]
column = "patient_id"
op = "in"
value = ["SYN-0042", "SYN-0040"]
why = "withdrew"

[[exclude]]
column = "infusion_time"
op = ">="
value = 2025-12-24
why = "late infusions"
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cohort") / "run"
    done = crs_audit("run", ROOT / "sample_data" / "synthetic", "--out", out, "--as-of", AS_OF, "--quiet")
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def plain(run: Path) -> Path:
    done = crs_audit("cohort", run)
    assert done.returncode == 0, done.stderr
    return run.with_name("run-cohort")


@pytest.fixture(scope="module")
def hidden(run: Path) -> Path:
    criteria = run.with_name("study.toml")
    criteria.write_text(CRITERIA, "utf-8")
    done = crs_audit("cohort", run, "--criteria", criteria, "--deidentify", env=WITH_KEY)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"SYN-|2025-12-24", done.stdout + done.stderr)
    return run.with_name("cohort-deidentified")


def test_every_audited_infusion_has_a_row(run: Path, plain: Path) -> None:
    cohort, infusions = pl.read_csv(plain / "cohort.csv"), pl.read_csv(run / "data" / "infusions.csv")
    assert {path.name for path in plain.iterdir()} == WRITTEN
    assert cohort["infusion_id"].to_list() == infusions["infusion_id"].to_list()
    assert cohort["max_grade"].equals(infusions["max_grade"])
    assert pl.read_parquet(plain / "cohort.parquet").columns == cohort.columns
    days = pl.read_csv(plain / "steroid_days.csv").group_by("infusion_id").agg(pl.col("dex_mg").sum().round(6))
    summed = cohort.join(days, on="infusion_id")
    assert summed.height > 10
    assert summed["dex_mg"].equals(summed["steroid_dex_mg"].alias("dex_mg"))


def test_the_dictionary_tells_every_column(plain: Path) -> None:
    told = pl.read_csv(plain / "dictionary.csv")
    for table in ("cohort", "steroid_days", "attrition"):
        assert told.filter(table=table)["column"].to_list() == pl.read_csv(plain / f"{table}.csv").columns
    assert told["meaning"].null_count() == 0
    assert "| lee_grade | whole number |" in (plain / "dictionary.md").read_text("utf-8")


def test_criteria_and_their_counts_are_told(run: Path, tmp_path: Path) -> None:
    criteria = tmp_path / "study.toml"
    criteria.write_text(CRITERIA, "utf-8")
    done = crs_audit("cohort", run, "--criteria", criteria, "--out", tmp_path / "c")
    assert done.returncode == 0, done.stderr
    assert "SYN-" not in done.stdout
    attrition = pl.read_csv(tmp_path / "c" / "attrition.csv").to_dicts()
    assert [step["criterion"] for step in attrition] == [
        "infusions audited", "max_grade >= 2", "patient_id in (not told)", "infusion_time >= 2025-12-24",
    ]  # fmt: skip
    cohort = pl.read_csv(tmp_path / "c" / "cohort.csv")
    assert cohort["max_grade"].min() == 2
    assert attrition[-1]["after"] == cohort.height
    document = json.loads(crs_audit("cohort", run, "--criteria", criteria, "--out", tmp_path / "c", "--json").stdout)
    assert document == json.loads((tmp_path / "c" / "cohort.json").read_text("utf-8"))
    assert document["infusions"] == cohort.height


def test_the_same_run_gives_the_same_bytes(run: Path, plain: Path, hidden: Path, tmp_path: Path) -> None:
    crs_audit("cohort", run, "--out", tmp_path / "again")
    assert {p.name: p.read_bytes() for p in plain.iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()
    }
    crs_audit("cohort", run, "--criteria", run.with_name("study.toml"), "--deidentify", "--site-key", KEY,
              "--out", tmp_path / "hidden")  # fmt: skip
    assert {p.name: p.read_bytes() for p in hidden.iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "hidden").iterdir()
    }


# de-identification ----------------------------------------------------------------------------------------------------


def test_no_id_date_or_free_text_of_the_extract_is_in_any_byte(run: Path, hidden: Path) -> None:
    infusions = pl.read_parquet(run / "data" / "cohort.parquet")
    texts = {
        *infusions["patient_id"],
        *infusions["infusion_id"],
        *infusions["site"].drop_nulls(),
        "withdrew",
        "late infusions",
    }
    texts |= set(pl.read_parquet(run / "data" / "infusions.parquet")["product_text"].drop_nulls())
    # Rows of the medication record in the words of the extract; shorter ones are single words of the vocabulary.
    charted = pl.read_parquet(run / "data" / "evidence.parquet")["raw_value"].drop_nulls()
    texts |= set(charted.filter(charted.str.len_chars() > 20))
    content = b"\n".join(path.read_bytes() for path in sorted(hidden.iterdir()))
    # Parquet packs its pages: its cells are looked at as text.
    content += b"\n".join(pl.read_parquet(path).write_csv().encode() for path in hidden.glob("*.parquet"))
    assert len(texts) > 100
    # Some extracts name products in the vocabulary's own words.
    assert [text for text in texts - set(infusions["product"]) if text.encode() in content] == []


def test_no_row_keeps_a_date_of_its_own(run: Path, hidden: Path) -> None:
    true, moved = pl.read_parquet(run / "data" / "cohort.parquet"), pl.read_parquet(hidden / "cohort.parquet")
    times = [name for name, dtype in true.schema.items() if isinstance(dtype, pl.Datetime)]
    assert len(times) > 10
    ours = {str(one) for name in times for one in true[name].dt.replace_time_zone(None).drop_nulls()}
    assert not ours & {str(one) for name in times for one in moved[name].drop_nulls()}
    assert all(moved.schema[name] == pl.Datetime("us") for name in times)


def test_intervals_within_a_patient_and_the_time_of_day_are_kept(run: Path, tmp_path: Path) -> None:
    """By the hours, which are no dates, the true row of each token is found."""
    crs_audit("cohort", run, "--deidentify", "--out", tmp_path / "c", env=WITH_KEY)
    true, moved = pl.read_parquet(run / "data" / "cohort.parquet"), pl.read_parquet(tmp_path / "c" / "cohort.parquet")
    assert moved.height == true.height
    assert moved["patient_id"].n_unique() == true["patient_id"].n_unique() < true.height
    times = [name for name, dtype in true.schema.items() if isinstance(dtype, pl.Datetime)]
    key = ["weight_kg", "hours_to_onset", "crp_peak", "ferritin_peak", "ferritin_before"]
    pairs = true.join(moved, on=key, suffix="_moved", nulls_equal=True)
    assert pairs.height == true.height
    # Told by the clock of the patient's first infusion, also where clocks were changed since.
    clocks = {
        row["patient_id"]: row["infusion_time"].utcoffset()
        for row in true.sort("infusion_time", descending=True).to_dicts()
    }
    backs: dict[str, set[timedelta]] = {}
    for row in pairs.to_dicts():
        for name in times:
            if row[name] is not None:
                local = row[name].astimezone(timezone(clocks[row["patient_id"]])).replace(tzinfo=None)
                backs.setdefault(row["patient_id"], set()).add(local - row[f"{name}_moved"])
    assert all(len(found) == 1 for found in backs.values())
    every = {back for found in backs.values() for back in found}
    assert all(back % timedelta(days=1) == timedelta() for back in every)
    assert min(every) >= timedelta(days=30)
    assert len(every) > 30


def test_tokens_are_the_keys(run: Path, hidden: Path, tmp_path: Path) -> None:
    crs_audit("cohort", run, "--deidentify", "--out", tmp_path / "all", env=WITH_KEY)
    crs_audit("cohort", run, "--deidentify", "--site-key", "another key of 26 letters", "--out", tmp_path / "other")
    chosen, every, other = (
        pl.read_csv(folder / "cohort.csv") for folder in (hidden, tmp_path / "all", tmp_path / "other")
    )
    assert set(chosen["infusion_id"]) < set(every["infusion_id"])
    assert not set(every["infusion_id"]) & set(other["infusion_id"])
    assert every["infusion_id"].is_sorted()
    same = chosen.join(every, on="infusion_id")
    assert same["infusion_time"].equals(same["infusion_time_right"].alias("infusion_time"))


def test_of_the_run_nothing_is_told_that_finds_it(hidden: Path) -> None:
    document = json.loads((hidden / "cohort.json").read_text("utf-8"))
    assert document["deidentified"] is True
    assert {document["run"][name] for name in ("input", "generated", "timezone")} == {None}
    assert "why" not in pl.read_csv(hidden / "attrition.csv").columns


# refusals -------------------------------------------------------------------------------------------------------------


def test_mistakes(run: Path, plain: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine", "utf-8")
    study = tmp_path / "study.toml"
    study.write_text('[[include]]\ncolumn = "gradee"\nop = ">"\nvalue = 1\nwhy = "x"', "utf-8")
    for arguments, code, message in [
        ((tmp_path,), 3, "is not a report of crs-audit"),
        ((plain,), 3, "is not a report of crs-audit"),
        ((run, "--out", tmp_path / "full"), 5, "holds files that are not a cohort"),
        ((run, "--out", run), 5, "holds files that are not a cohort"),
        ((run, "--criteria", tmp_path / "none.toml"), 2, "none.toml: cannot be read: no such file"),
        ((run, "--criteria", study), 2, "column 'gradee' is unknown"),
        ((run, "--deidentify"), 2, "CRS_AUDIT_SITE_KEY"),
        ((run, "--deidentify", "--site-key", "short"), 2, "at least 16 characters"),
        ((run, "--site-key", KEY), 2, "--deidentify"),
    ]:
        done = crs_audit("cohort", *arguments)
        assert (done.returncode, message in done.stderr, done.stderr.count("\n")) == (code, True, 1), done.stderr
        assert KEY not in done.stderr
    assert (tmp_path / "full" / "thesis.txt").read_text("utf-8") == "mine"
    assert (run / "index.html").exists()


def test_a_report_without_research_rows_says_run_it_again(tmp_path: Path) -> None:
    (tmp_path / "old" / "data").mkdir(parents=True)
    (tmp_path / "old" / "summary.json").write_text("{}", "utf-8")
    done = crs_audit("cohort", tmp_path / "old")
    assert (done.returncode, "run the audit again" in done.stderr) == (3, True)


def test_a_criterion_nobody_meets_writes_an_empty_cohort(run: Path, tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text('[[include]]\ncolumn = "max_grade"\nop = ">"\nvalue = 5\nwhy = "x"', "utf-8")
    for flags in ([], ["--deidentify", "--site-key", KEY]):
        out = tmp_path / f"c{len(flags)}"
        done = crs_audit("cohort", run, "--criteria", study, "--out", out, "--quiet", *flags)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert pl.read_csv(out / "cohort.csv").height == 0
