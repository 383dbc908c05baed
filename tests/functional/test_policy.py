"""A site's own rules: numbers, kinds and measures switched off in crs-audit.toml, or a ready policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.functional.extract import AS_OF, crs_audit, tables, write

LATE = "P-1|G2-02|1"


def _run(folder: Path, rules: str, *flags: object) -> tuple[dict[str, Any], Path]:
    """Summary and report of the small extract under `rules` of its crs-audit.toml."""
    extract = write(folder / "x", tables())
    (extract / "crs-audit.toml").write_text(rules, encoding="utf-8")
    out = folder / "report"
    done = crs_audit("run", extract, "--out", out, "--as-of", AS_OF, "--json", *flags)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out


def _status(out: Path, measure: str) -> str:
    results = pl.read_parquet(out / "data" / "results.parquet")
    (status,) = results.filter(infusion_id="P-1/1", measure_id=measure).get_column("status")
    return str(status)


def test_a_changed_number_changes_verdict_hash_and_pages(tmp_path: Path) -> None:
    """Tocilizumab came 150 min after grade 2: amber at 120, in time at 180."""
    plain, out = _run(tmp_path / "plain", "")
    assert (_status(out, "G2-02"), plain["policy_changes"]) == ("not_met", [])
    changed, out = _run(
        tmp_path / "changed", '[protocol.parameters]\n"G2-02.target" = { value = 180, why = "far away" }'
    )
    assert _status(out, "G2-02") == "met"
    assert changed["parameters_sha256"] != plain["parameters_sha256"]
    (change,) = changed["policy_changes"]
    assert (change["key"], change["default"], change["value"], change["why"]) == (
        "G2-02.target", "120 min", "180 min", "far away",
    )  # fmt: skip
    methods = (out / "methods.html").read_text(encoding="utf-8")
    assert "Policy of this run" in methods
    assert "(default 120 min)" in methods
    assert "far away" in methods
    assert "at most 180 min after the first grade 2" in (out / "measures" / "G2-02.html").read_text(encoding="utf-8")
    assert "1 rule differs" in (out / "index.html").read_text(encoding="utf-8")


def test_a_measure_made_considered_has_no_fallout(tmp_path: Path) -> None:
    summary, out = _run(tmp_path, '[protocol.kinds]\n"G2-02" = "C"')
    (measure,) = (one for one in summary["measures"] if one["measure_id"] == "G2-02")
    assert (measure["kind"], measure["not_met"], measure["fallouts"]) == ("C", 1, 0)
    assert _status(out, "G2-02") == "not_met"
    assert "by policy; default: required" in (out / "measures" / "G2-02.html").read_text(encoding="utf-8")


def test_a_measure_switched_off_is_nowhere_but_among_the_changes(tmp_path: Path) -> None:
    summary, out = _run(tmp_path, '[protocol.off]\n"G2-02" = "judged elsewhere"')
    assert "G2-02" not in {one["measure_id"] for one in summary["measures"]}
    assert "G2-02" not in set(pl.read_parquet(out / "data" / "results.parquet").get_column("measure_id"))
    assert not (out / "measures" / "G2-02.html").exists()
    assert "judged elsewhere" in (out / "methods.html").read_text(encoding="utf-8")


def test_what_is_said_again_is_no_change(tmp_path: Path) -> None:
    plain, _ = _run(tmp_path / "plain", "")
    same, _ = _run(tmp_path / "same", '[protocol.parameters]\n"G2-02.target" = 120\n[protocol.kinds]\n"G2-02" = "R"')
    assert same["policy_changes"] == []
    assert same["parameters_sha256"] == plain["parameters_sha256"]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("protocol = 3", "[protocol.parameters]"),
        ("[protocol.parameter]\nx = 1", "did you mean 'parameters'?"),
        ('[protocol.parameters]\n"G2-02.taget" = 60', "did you mean 'G2-02.target'?"),
        ('[protocol.parameters]\n"G2-02.target" = -1', "takes a number of 0 to 10080 min"),
        ('[protocol.parameters]\n"G2-02.target" = "1 h"', "takes a number of 0 to 10080 min"),
        ('[protocol.parameters]\n"G2-02.target" = nan', "takes a number of 0 to 10080 min"),
        ('[protocol.parameters]\n"G2-02.target" = true', "takes a number of 0 to 10080 min"),
        ('[protocol.parameters]\n"G2-02.target" = 300', "G2-02.amber (240 min) is below G2-02.target (300 min)"),
        ('[protocol.parameters]\n"G2-02.target" = { valu = 60 }', "did you mean 'value'?"),
        ('[protocol.parameters]\n"G2-02.target" = { why = "so" }', "says no value"),
        ('[protocol.parameters]\n"ctcae.bilirubin" = [1, 2]', "4 rising numbers"),
        ('[protocol.parameters]\n"ctcae.bilirubin" = [1, 3, 2, 4]', "4 rising numbers"),
        ('[protocol.parameters]\n"ctcae.bilirubin" = [1, 1, 2, 4]', "4 rising numbers"),
        ('[protocol.parameters]\n"G2-02.target" = 1e300', "takes a number of 0 to 10080 min"),
        ('[protocol.parameters]\n"G2-02.target" = 1' + 400 * "0", "takes a number of 0 to 10080 min"),
        ('[protocol.parameters]\n"grading.fever" = 100.4', "takes a number of 35 to 42 °C"),
        ('[protocol.parameters]\n"shared.cap_day" = 2.5', "takes a whole number of 1 to 100 doses"),
        ('[protocol.parameters]\n"shared.cap_period" = 0', "takes a number of 1 to 720 h"),
        ('[protocol.parameters]\n"PIT-01.band" = 0', "takes a number of 1 to 720 h"),
        ('[protocol.parameters]\n"medication.equivalent_prednisone" = 0', "takes a number of 0.1 to 5000 mg"),
        ('[protocol.parameters]\n"HLH-04.improved_from" = 80', "is below HLH-04.improved_from (80 h)"),
        ('[protocol.parameters]\n"G4-03.second_step" = 300', "is below G4-03.second_step (300 mg)"),
        ("[protocol.parameters]\nG2-02.target = 60", 'put the name in quotes: "G2-02.target"'),
        ('[protocol.parameters]\n"nothing.like" = 60', "list the names"),
        ('[protocol.kinds]\n"G2-02" = "X"', "write R, C or I"),
        ('[protocol.off]\n"MON-06" = false', "takes a reason in words"),
        ('[protocol.off]\n"MON-06" = ""', "takes a reason in words"),
        ('[protocol.off]\n"MON-06" = {}', "says no why"),
        ('fail_on = "MON-06<90%"', "MON-06 only informs"),
        ('measures = "MON-06"\nfail_on = "fallouts"', "no measure of this run is required"),
        ('[protocol.parameters]\n"shared.high_dose" = 200', "is below G4-03.first_step (250 mg)"),
        ('[protocol.parameters]\n"shared.cap_total" = 2', "is below shared.cap_day (3)"),
        ('[protocol.kinds]\n"G2-02" = "I"', "see `off`"),
        ('[protocol.kinds]\n"G2-99" = "C"', "measure 'G2-99' is unknown"),
        ('[protocol.off]\n"G2-99" = "never"', "measure 'G2-99' is unknown"),
        ('measures = "G2-02"\n[protocol.off]\n"G2-02" = "no"', "switched off"),
        ('fail_on = "G2-02<90%"\n[protocol.off]\n"G2-02" = "no"', "switched off"),
        ('policy = "nobody"', "policy 'nobody' is unknown"),
    ],
)
def test_rules_that_cannot_be(tmp_path: Path, rules: str, said: str) -> None:
    extract = write(tmp_path / "x", tables())
    (extract / "crs-audit.toml").write_text(rules, encoding="utf-8")
    done = crs_audit("run", extract, "--out", tmp_path / "report")
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "report").exists()


def test_a_number_that_looks_the_same_is_told_as_it_is(tmp_path: Path) -> None:
    plain, _ = _run(tmp_path / "plain", "")
    same, _ = _run(tmp_path / "same", '[protocol.parameters]\n"G2-02.target" = 120.0')
    assert (same["policy_changes"], same["parameters_sha256"]) == ([], plain["parameters_sha256"])
    other, _ = _run(tmp_path / "other", '[protocol.parameters]\n"shared.hlh_ferritin" = 10000.001')
    (change,) = other["policy_changes"]
    assert (change["default"], change["value"]) == ("10000 ng/mL", "10000.001 ng/mL")
    assert other["parameters_sha256"] != plain["parameters_sha256"]


def test_a_reason_is_the_sites_own_or_none(tmp_path: Path) -> None:
    _, out = _run(tmp_path, '[protocol.parameters]\n"MON-03.age" = 9')
    page = (out / "measures" / "MON-03.html").read_text(encoding="utf-8")
    assert "9 h" in page
    assert "one of grace" not in page


def test_a_ready_policy_and_the_sites_own_rules_over_it(tmp_path: Path) -> None:
    rules = 'policy = "cartox-2018"\n[protocol.parameters]\n"G2-06.interval" = 8'
    summary, _ = _run(tmp_path, rules)
    assert summary["policy"] == ["cartox-2018", "site"]
    keys = {change["key"] for change in summary["policy_changes"]}
    assert "shared.high_dose" in keys
    assert "G2-06.interval" not in keys
    by_flag, _ = _run(tmp_path / "flag", "", "--policy", "asco-2021")
    assert by_flag["policy"] == ["asco-2021"]


def test_measures_tells_of_one_switched_off_and_reads_the_variable(tmp_path: Path) -> None:
    rules = tmp_path / "crs-audit.toml"
    rules.write_text('[protocol.off]\n"MON-06" = "not charted"\n', encoding="utf-8")
    done = crs_audit("measures", "MON-06", env={"CRS_AUDIT_CONFIG": str(rules)})
    assert (done.returncode, "switched off" in done.stderr, "not charted" in done.stderr) == (2, True, True)
    assert crs_audit("measures", "--config", tmp_path / "none.toml").stderr.count("no such configuration file") == 1


def test_measures_shows_the_rules_of_a_site(tmp_path: Path) -> None:
    rules = tmp_path / "crs-audit.toml"
    rules.write_text('[protocol.parameters]\n"G2-02.target" = 60\n', encoding="utf-8")
    assert "60 min (default 120 min)" in crs_audit("measures", "G2-02", "--config", rules).stdout
    listed = crs_audit("measures", "--config", rules).stdout
    assert "G2-02.target  120 min  60 min" in listed
