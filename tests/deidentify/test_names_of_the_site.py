"""What the site called its files, folders and lookups is not told."""

from __future__ import annotations

import json
from pathlib import Path

from crs_audit.protocol.load import load_protocol
from crs_audit.settings import load_settings
from tests.deidentify.extracts import KEY, WITH_KEY, contents, table
from tests.functional.extract import AS_OF, crs_audit, tables, write

WHO = "quibble-88812345"
MAPPING = f"""
[tables.labs]
columns = {{ patient_id = "{WHO}.mrn" }}
[[tables.labs.lookups]]
name = "{WHO}"
file = "cross.csv"
from = "patient_id"
key = "key"
required = true
"""


def test_a_lookups_name_stands_in_no_reason(tmp_path: Path) -> None:
    extract = write(tmp_path / "x", tables())
    (extract / "cross.csv").write_text("key,mrn\nP-1,P-1\n", encoding="utf-8")
    (extract / "crs-audit.toml").write_text(MAPPING, encoding="utf-8")
    for out, flags in (("inside", ()), ("hidden", ("--deidentify",))):
        done = crs_audit("run", extract, "--as-of", AS_OF, "--out", tmp_path / out, *flags, env=WITH_KEY)
        assert done.returncode == 0, done.stderr
        reasons = table(tmp_path / out, "rejects")["reason"].to_list()
        assert reasons == [f"no match in {WHO if out == 'inside' else 'a lookup'}"]
    for name in ("index.html", "data-quality.html"):
        assert WHO in (tmp_path / "inside" / name).read_text("utf-8")
        assert "no match in a lookup" in (tmp_path / "hidden" / name).read_text("utf-8")
    attrition = table(tmp_path / "hidden", "attrition")
    assert "no match in a lookup" in attrition["reason"].to_list()
    assert not [name for name, text in contents(tmp_path / "hidden") if WHO in text]


def test_no_default_folder_and_no_lock_is_called_after_the_input(tmp_path: Path) -> None:
    extract = write(tmp_path / WHO, tables())
    flags = {"deidentify": True, "site_key": KEY}
    assert load_settings(extract, flags, load_protocol().measures).out == Path("reports/deidentified")
    assert load_settings(extract, {}, load_protocol().measures).out == Path("reports") / WHO
    run = tmp_path / "reports" / WHO
    done = crs_audit("run", extract, "--as-of", AS_OF, "--out", run, "--quiet")
    assert done.returncode == 0, done.stderr
    before = {path.name for path in run.parent.iterdir()}
    done = crs_audit("cohort", run, "--deidentify", env=WITH_KEY)
    assert done.returncode == 0, done.stderr
    made = {path.name for path in run.parent.iterdir()} - before
    assert "cohort-deidentified" in made
    assert not [name for name in made if WHO in name]
    assert not [name for name, text in contents(run.parent / "cohort-deidentified") if WHO in text]


def test_how_large_a_file_was_is_not_told(both: tuple[Path, Path]) -> None:
    inside, hidden = both
    files = next(inside.parent.glob("*-extract")).glob("*.csv")
    sizes = {f"{path.stat().st_size:,}".replace(",", "\u202f") for path in files}
    inside_, hidden_ = ((run / "methods.html").read_text("utf-8") for run in both)
    assert all(f">{size}<" in inside_ for size in sizes)
    assert not [size for size in sizes if f">{size}<" in hidden_]
    assert "Bytes" not in hidden_
    assert "bytes" not in json.dumps(json.loads((hidden / "summary.json").read_text("utf-8"))["inputs"])
