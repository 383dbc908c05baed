"""The cohort: same seed same bytes, every planted path there, noise that never crosses a limit."""

from __future__ import annotations

import inspect
import itertools
from pathlib import Path

import polars as pl
import pytest

from crs_audit.commands import rules
from crs_audit.protocol.load import load_protocol
from crs_audit.simulate import SimulatedCohort, simulate
from crs_audit.simulate.expected import MEASURES, PRESENT_ONLY, UNLISTED_ARE_MET
from crs_audit.simulate.scenarios import PATIENTS, SAMPLE

SHIPPED = Path(__file__).parents[2] / "sample_data"
ALL = sum(len(patient) for patient in PATIENTS)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    simulate(folder)
    return folder


@pytest.fixture(scope="module")
def every_scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("all")
    simulate(folder, infusions=ALL, seed=7)
    return folder


def read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", infer_schema_length=0)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "README.md")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("messy", [False, True])
def test_same_seed_same_bytes(tmp_path: Path, messy: bool) -> None:
    simulate(tmp_path / "a", infusions=6, seed=3, messy=messy)
    simulate(tmp_path / "b", infusions=6, seed=3, messy=messy)
    simulate(tmp_path / "c", infusions=6, seed=4, messy=messy)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert files(tmp_path / "a") != files(tmp_path / "c")


@pytest.mark.parametrize(("name", "messy"), [("synthetic", False), ("synthetic-messy", True)])
def test_the_shipped_sample_is_what_the_program_writes(tmp_path: Path, name: str, messy: bool) -> None:
    simulate(tmp_path, messy=messy)
    written, shipped = files(tmp_path), files(SHIPPED / name)
    assert sorted(written) == sorted(shipped)
    assert [file for file in written if written[file] != shipped[file]] == []


@pytest.mark.parametrize("infusions", [1, 13, 14, SAMPLE, ALL + 3])
def test_as_many_infusions_as_asked_for(tmp_path: Path, infusions: int) -> None:
    cohort = simulate(tmp_path, infusions=infusions)
    assert isinstance(cohort, SimulatedCohort)
    assert cohort.infusions == infusions == len(read(tmp_path, "infusions"))
    assert cohort.patients == read(tmp_path, "infusions")["patient_id"].n_unique()


def test_the_command_writes_the_sample_unless_told_otherwise() -> None:
    assert inspect.signature(rules.simulate).parameters["infusions"].default == SAMPLE


def test_every_measure_of_the_protocol_is_planted() -> None:
    assert sorted((*MEASURES, *PRESENT_ONLY, *UNLISTED_ARE_MET)) == sorted(load_protocol().measures)
    kinds = {measure_id: measure.kind for measure_id, measure in load_protocol().measures.items()}
    assert {measure for measure, kind in kinds.items() if kind == "I"} == set(PRESENT_ONLY)


def test_the_sample_holds_every_planted_path(clean: Path) -> None:
    planted = read(clean / "truth", "planted")
    assert planted["infusion_id"].n_unique() == SAMPLE
    statuses = {measure: set(planted.filter(measure_id=measure)["status"]) for measure in load_protocol().measures}
    assert all({"met", "not_met"} <= statuses[measure] for measure in MEASURES)
    assert all("not_met" in statuses[measure] for measure in UNLISTED_ARE_MET)
    assert all("met" in statuses[measure] for measure in PRESENT_ONLY)
    for measure in ("G1-06", "G2-01", "G2-02", "G2-03", "G3-02", "G4-02"):
        assert "excluded" in statuses[measure], measure
    for measure in ("G2-03", "G2-05"):
        assert "indeterminate" in statuses[measure], measure
    assert {"amber", "cap", "censored", "never_given", "airway_protection"} <= set(planted["reason"])


@pytest.mark.parametrize(
    ("measure", "status", "reasons"),
    [
        ("MON-01", "indeterminate", {"labs"}),
        ("MON-03", "indeterminate", {"vitals"}),
        ("G1-07", "excluded", {"cap", "censored"}),
        ("G2-09", "excluded", {"cap"}),
        ("G2-09", "indeterminate", {"unobserved", "mar", "vitals"}),
        ("G2-12", "excluded", {"grade_3"}),
        ("G2-13", "excluded", {"censored"}),
        ("G3-01", "indeterminate", {"adt"}),
        ("G3-03", "indeterminate", {"amount"}),
        ("G3-04", "excluded", {"grade_4"}),
        ("G3-05", "excluded", {"grade_2", "icans", "ladder"}),
        ("G4-01", "excluded", {"cap", "airway_protection"}),
        ("G4-03", "excluded", {"airway_protection", "censored"}),
        ("G4-04", "excluded", {"airway_protection"}),
        ("HLH-01", "indeterminate", {"bound", "labs"}),
        ("ICANS-01", "excluded", {"grade_2"}),
    ],
)
def test_every_exclusion_and_every_gap_is_planted(
    every_scenario: Path, measure: str, status: str, reasons: set[str]
) -> None:
    planted = read(every_scenario / "truth", "planted").filter(measure_id=measure, status=status)
    assert reasons <= set(planted["reason"])


def test_every_infusion_says_something_of_every_measure_listed_in_full(every_scenario: Path) -> None:
    planted = read(every_scenario / "truth", "planted")
    assert not planted.select("infusion_id", "measure_id", "opportunity").is_duplicated().any()
    planted = planted.filter(listed="every")
    assert set(planted.group_by("infusion_id").agg(pl.col("measure_id").n_unique())["measure_id"]) == {len(MEASURES)}
    numbered = planted.with_columns(pl.col("opportunity").cast(pl.Int64))
    none = numbered.filter(opportunity=0)
    assert set(none["status"]) == {"not_applicable"}
    assert set(numbered.filter(status="not_applicable")["opportunity"]) == {0}


def test_planted_episodes_fit_the_true_grades(every_scenario: Path) -> None:
    """An episode of grade 1 has a verdict of G1-06; of 2 or worse, of G2-01; of 3, of G3-02; of 4, of G4-02."""
    planted, episodes = read(every_scenario / "truth", "planted"), read(every_scenario / "truth", "episodes")
    planted = planted.filter(listed="every")
    named = planted.filter(pl.col("episode").is_not_null() & (pl.col("episode") != ""))
    found = {
        measure: set(named.filter(measure_id=measure).select("infusion_id", "episode").iter_rows())
        for measure in ("G1-06", "G2-01", "G2-02", "G3-02", "G3-03", "G4-02")
    }
    true = {
        level: set(episodes.filter(pl.col("max_grade").is_in(level)).select("infusion_id", "episode").iter_rows())
        for level in (("1",), ("2", "3", "4"), ("3", "4"), ("4",))
    }
    unseen = read(every_scenario / "truth", "scenarios").filter(scenario="vitals_missing")["infusion_id"]
    assert not set(unseen) & set(episodes["infusion_id"])
    lacking = set(named.filter(infusion_id=unseen[0]).select("infusion_id", "episode").iter_rows())
    assert lacking == set()
    assert found["G1-06"] == true[("1",)]
    assert found["G2-01"] == found["G2-02"] == true[("2", "3", "4")]
    assert found["G3-02"] == found["G3-03"] == true[("3", "4")]
    assert found["G4-02"] == true[("4",)]


def test_true_timelines_cover_their_window(every_scenario: Path) -> None:
    grades = read(every_scenario / "truth", "grades")
    t0 = dict(_numbered(read(every_scenario, "infusions")))
    for infusion, rows in grades.group_by("infusion_id", maintain_order=True):
        cuts = list(rows.select("start", "end", "grade").iter_rows())
        assert cuts[0][0] == t0[str(infusion[0])]
        assert all(a[1] == b[0] and a[2] != b[2] for a, b in itertools.pairwise(cuts))
        assert all(start < end for start, end, _ in cuts if start[-6:] == end[-6:])


def _numbered(infusions: pl.DataFrame) -> list[tuple[str, str]]:
    seen: dict[str, int] = {}
    found = []
    for patient, time in infusions.select("patient_id", "infusion_time").iter_rows():
        seen[patient] = seen.get(patient, 0) + 1
        found.append((f"{patient}/{seen[patient]}", time))
    return found


def test_noise_stays_clear_of_the_limits(every_scenario: Path) -> None:
    """No adult pressure, temperature or saturation lies where a careless reading could flip a state."""
    vitals, infusions = read(every_scenario, "vitals"), read(every_scenario, "infusions")
    adults = infusions.filter(pl.col("age_years").cast(pl.Int64) >= 18)["patient_id"]
    numbers = vitals.filter(~pl.col("vital").is_in(["o2_device"])).with_columns(pl.col("value").cast(pl.Float64))
    borderline = read(every_scenario / "truth", "scenarios").filter(pl.col("scenario").str.starts_with("borderline"))
    ordinary = numbers.filter(~pl.col("patient_id").is_in([i.split("/")[0] for i in borderline["infusion_id"]]))
    temperatures = ordinary.filter(vital="temperature")["value"]
    assert temperatures.is_between(37.6, 38.0).sum() == 0
    pressures = numbers.filter(pl.col("patient_id").is_in(adults.implode()))
    assert pressures.filter(vital="sbp")["value"].is_between(89, 99).sum() == 0
    assert pressures.filter(vital="map")["value"].is_between(61, 69).sum() == 0
    assert numbers.filter(vital="spo2")["value"].is_between(90, 92).sum() == 0


def test_exact_duplicates_are_only_those_of_the_messy_copy(clean: Path) -> None:
    for table in ("infusions", "vitals", "labs", "mar", "adt", "assessments", "procedures"):
        assert not read(clean, table).is_duplicated().any(), table


def test_children_home_oxygen_home_cpap_second_infusion_and_unknown_weight(clean: Path) -> None:
    infusions = read(clean, "infusions")
    assert (infusions["age_years"].cast(pl.Int64) < 18).sum() == 2
    assert infusions["weight_kg"].null_count() == 1
    assert infusions["patient_id"].is_duplicated().sum() == 2
    assert "CPAP" in set(read(clean, "vitals")["value"])


def test_the_messy_copy_keeps_the_truth_and_names_its_faults(clean: Path, tmp_path: Path) -> None:
    simulate(tmp_path, messy=True)
    for name in ("grades.csv", "episodes.csv", "scenarios.csv"):
        assert (tmp_path / "truth" / name).read_bytes() == (clean / "truth" / name).read_bytes()
    asking = pl.col("measure_id").is_in(["MON-02", "MON-04", "G3-07", "HLH-02"])
    truths = [read(folder / "truth", "planted") for folder in (tmp_path, clean)]
    assert truths[0].filter(~asking).equals(truths[1].filter(~asking))
    without = truths[0].filter(asking).select("status", "reason").unique()
    assert without.rows() == [("indeterminate", "procedures")]
    faults = read(tmp_path / "truth", "messy")
    written = {path.name for path in tmp_path.glob("*.csv")}
    assert set(faults["file"]) <= written
    assert (tmp_path / "infusions.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "°F" in (tmp_path / "vitals_south.csv").read_text(encoding="cp1252")
    assert (tmp_path / "labs.csv").read_text(encoding="utf-8").startswith("patient_id;time;lab")
    assert (tmp_path / "mar.csv").read_text(encoding="utf-8").startswith("patient_id\ttime\tdrug")
    assert (tmp_path / "procedures.csv").read_text(encoding="utf-8").count("\n") == 1


def test_the_messy_vitals_are_the_clean_ones_and_the_faults(clean: Path, tmp_path: Path) -> None:
    simulate(tmp_path, messy=True)
    north = pl.read_csv(tmp_path / "vitals_north.csv", infer_schema_length=0)
    text = (tmp_path / "vitals_south.csv").read_text(encoding="cp1252")
    faults = read(tmp_path / "truth", "messy").with_columns(pl.col("rows").cast(pl.Int64))
    own_rows = faults.filter(pl.col("file").str.starts_with("vitals") & ~pl.col("effect").is_in(["read", "converted"]))
    extra = own_rows["rows"].sum()
    assert north.height + text.count("\n") - 1 == read(clean, "vitals").height + extra
