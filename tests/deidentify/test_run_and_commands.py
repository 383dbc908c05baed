"""`run --deidentify` with other settings, the same bytes of every run, and what other commands make of its report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crs_audit import audit
from crs_audit.engine import shards
from crs_audit.protocol.load import load_protocol
from crs_audit.settings import load_settings
from tests.deidentify.extracts import KEY, MARK, RULES, WITH_KEY, files_of, marked, run_marked, token
from tests.functional.extract import AS_OF, ROOT, crs_audit, tables, write


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
        assert files_of(tmp_path / f"many{jobs}") == files_of(tmp_path / "one")


def test_commands_on_a_deidentified_report(both: tuple[Path, Path], tmp_path: Path) -> None:
    inside, hidden = both
    id_ = f"P-1-{MARK}01/1"
    named = token("infusion_id", id_)
    done = crs_audit("explain", hidden, f"{named}|G2-02|1")
    assert (done.returncode, "tocilizumab 640 mg given" in done.stdout, MARK in done.stdout) == (0, True, False)
    # Who holds the key and the internal report goes back to the rows.
    done = crs_audit("explain", inside, f"{named}|G2-02|1", env=WITH_KEY)
    assert (done.returncode, f"vitals_{MARK}.csv" in done.stdout) == (0, True)
    assert crs_audit("explain", inside, f"{named}|G2-02|1").returncode == 2
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
    done = run_marked(
        hidden.parent, "--deidentify", "--site-key", "another key of 26 letters", "--out", tmp_path / "other"
    )
    assert done.returncode == 0, done.stderr
    assert not {p.name for p in (hidden / "patients").iterdir()} & {
        p.name for p in (tmp_path / "other" / "patients").iterdir()
    }
    done = crs_audit("compare", hidden, tmp_path / "other")
    assert (done.returncode, "the same key?" in done.stderr) == (2, True)


def test_a_changed_cell_is_a_change_of_the_data(both: tuple[Path, Path], tmp_path: Path) -> None:
    content = marked()
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


def test_a_report_is_not_replaced_by_one_of_another_kind(both: tuple[Path, Path]) -> None:
    inside, hidden = both
    for out, flags, message in (
        (hidden, (), "holds a de-identified report, which an internal one does not replace"),
        (hidden, ("--audience", "share"), "holds a de-identified report, which a shared one does not replace"),
        (inside, ("--deidentify",), "holds an internal report, which a de-identified one does not replace"),
    ):
        before = files_of(out)
        done = run_marked(inside.parent, "--out", out, *flags, env=WITH_KEY)
        assert (done.returncode, message in done.stderr, done.stderr.count("\n")) == (5, True, 1), done.stderr
        assert files_of(out) == before


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
    done = run_marked(tmp_path, "--deidentify", "--out", tmp_path / "r", *flags, env=env)
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
        assert settings.out.name == ("deidentified" if settings.deidentify_by else "x")
        return settings.deidentify_by is not None

    assert not hidden("", None)
    assert hidden("deidentify = true", None)
    assert not hidden("deidentify = true", "0")
    assert hidden("deidentify = false", "yes")
    assert not hidden("deidentify = true", "true", "--no-deidentify")
    assert hidden("", "no", "--deidentify")
    done = crs_audit("run", extract, env={**WITH_KEY, "CRS_AUDIT_DEIDENTIFY": "maybe"})
    assert (done.returncode, "write true or false" in done.stderr) == (2, True)
