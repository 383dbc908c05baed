"""summary.json keeps to the JSON Schema that the package ships, and the schema says what every key holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.functional.extract import AS_OF, crs_audit, tables, write
from tests.review.test_review import fill, says

SCHEMA = json.loads(files("crs_audit").joinpath("summary.schema.json").read_text("utf-8"))
POLICY = '[protocol.parameters]\n"G2-02.target" = 60\n[protocol.off]\n"MON-06" = "not charted"\n'


def errors_of(document: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def _summary(folder: Path, *flags: object, patients: int = 1, rules: str = "") -> dict[str, Any]:
    content = tables()
    for rows in content.values():
        rows[1:] = [[f"{row[0]}-{n}", *row[1:]] for row in rows[1:] for n in range(patients)]
    extract = write(folder / "x", content)
    (extract / "crs-audit.toml").write_text(rules, encoding="utf-8")
    done = crs_audit("run", extract, "--out", folder / "r", "--as-of", AS_OF, "--json", *flags)
    assert done.returncode == 0, done.stderr
    written: dict[str, Any] = json.loads((folder / "r" / "summary.json").read_text("utf-8"))
    assert written == json.loads(done.stdout)
    return written


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("flags", "patients", "rules"),
    [
        ((), 1, ""),
        (("--audience", "share"), 12, POLICY),
        ((), 1, POLICY + '[protocol.kinds]\n"G2-02" = "C"\n'),
        (("--policy", "asco-2021"), 1, ""),
        (("--period", "2026-01"), 1, ""),
        (("--measures", "HLH-01"), 1, ""),
    ],
    ids=["internal", "share", "site", "policy", "period", "one measure, nothing found"],
)
def test_a_summary_keeps_to_it(tmp_path: Path, flags: tuple[object, ...], patients: int, rules: str) -> None:
    assert errors_of(_summary(tmp_path, *flags, patients=patients, rules=rules)) == []


def test_a_summary_with_reviews_keeps_to_it(tmp_path: Path) -> None:
    _summary(tmp_path)
    filled = fill(tmp_path / "r" / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", Review="agree"))
    done = crs_audit("review", tmp_path / "r", filled, "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    summary = _summary(tmp_path)
    assert [one["measure_id"] for one in summary["adjudication"]["measures"]] == ["G2-02"]
    assert errors_of(summary) == []


def test_a_key_that_the_schema_does_not_know_is_an_error(tmp_path: Path) -> None:
    summary = _summary(tmp_path)
    assert errors_of(summary) == []
    for place in (summary, summary["counts"], summary["measures"][0], summary["accounting"][0], summary["inputs"][0]):
        place["new"] = 1
        assert len(errors_of(summary)) == 1
        del place["new"]
        gone = next(iter(place))
        kept = place.pop(gone)
        assert len(errors_of(summary)) == 1
        place[gone] = kept


def _parts(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, schema
    for name, part in schema.get("properties", {}).items():
        yield from _parts(part, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict) and "description" in schema[key]:
            yield from _parts(schema[key], f"{path}[]")


def test_every_key_is_described_and_no_object_is_open() -> None:
    for path, part in _parts(SCHEMA, "$"):
        assert part.get("description", "").endswith("."), path
        if "object" in part["type"]:
            assert "additionalProperties" in part, path
            assert part.get("required", []) == list(part.get("properties", {})), path
