"""What the spec tests of doses and measures ask of a patient."""

from __future__ import annotations

from typing import Any

import polars as pl

from crs_audit.chart import build_chart
from crs_audit.evaluate import Evaluation, evaluate
from crs_audit.medication.given import Medication, medication
from crs_audit.protocol.load import load_protocol
from tests.spec.patient import Patient, offset, patient

PROTOCOL = load_protocol()


def evaluated(p: Patient, measure: str | None = None, **facts: Any) -> Evaluation:
    """The evaluation of one patient, of one measure or of all."""
    only = None if measure is None else frozenset({measure})
    return evaluate(p.tables(), PROTOCOL, p.facts(**facts), only)


def verdicts(p: Patient, measure: str, **facts: Any) -> list[dict[str, Any]]:
    """All rows of a measure, in order."""
    return evaluated(p, measure, **facts).results.to_dicts()


def verdict(p: Patient, measure: str, **facts: Any) -> tuple[str, str | None]:
    """Status and reason of a measure that has one row."""
    (row,) = verdicts(p, measure, **facts)
    return row["status"], row["reason"]


def statuses(p: Patient, measure: str, **facts: Any) -> list[str]:
    """The statuses of a measure's rows, in order."""
    return [row["status"] for row in verdicts(p, measure, **facts)]


def clauses(p: Patient, measure: str, **facts: Any) -> set[tuple[str, str]]:
    """Clause and outcome of the evidence of a measure."""
    evidence = evaluated(p, measure, **facts).evidence.filter(~pl.col("result_id").str.contains(r"\|timeline\|"))
    return set(evidence.select("clause", "outcome").iter_rows())


def cited(p: Patient, measure: str, clause: str) -> list[str]:
    """The charted rows that a clause of a measure's evidence names, as hours from T0 with what was charted."""
    evidence = evaluated(p, measure).evidence.filter(pl.col("result_id").str.contains(measure), clause=clause)
    told = evidence.sort("time", "source", "row").select("time", "raw_value").iter_rows()
    return [f"{(time - p.t0).total_seconds() / 3600:g} h {value}" for time, value in told]


def given(p: Patient) -> Medication:
    """The doses of one patient."""
    return medication(build_chart(p.tables(), PROTOCOL, p.facts()), PROTOCOL)


def followed(**cells: Any) -> Patient:
    """A patient of 70 kg with a MAR, seen to the end of the window unless `until` says otherwise."""
    cells = {"weight_kg": 70.0, "until": "30d", **cells}
    return patient(**cells).give("-1h", "fluconazole", 400)


def febrile(start: str = "0h", end: str = "24h", **cells: Any) -> Patient:
    """Fever from `start`, charted every 4 h up to `end`, with normal pressures; then well for two days."""
    p = followed(**cells).every("4h", start, end, temperature=38.5, sbp=120)
    return p.well(end, p.at(end) + offset("2d"))


def hypotensive(**cells: Any) -> Patient:
    """Fever from T0, hypotension from 2 h (grade 2) to 10 h, fever to 24 h."""
    p = followed(**cells).every("4h", "0h", "24h", temperature=38.5)
    p.sbp("1h", 120).every("2h", "2h", "10h", sbp=85).every("2h", "10h", "24h", sbp=120)
    return p.well("24h", "3d")


def on_norepinephrine(**cells: Any) -> Patient:
    """Grade 3 from 10 h to 20 h."""
    return (
        febrile(**cells)
        .start("10h", "norepinephrine")
        .mar("15h", "norepinephrine", "verify", rate=5.0)
        .stop("20h", "norepinephrine")
    )


def ventilated(hours: int = 20, **cells: Any) -> Patient:
    """Grade 4 by a tube from 10 h on for some hours, then well for four days; ICANS was looked at and was none."""
    p = followed(**cells).icans("-1d", 0).every("4h", "0h", "30h", temperature=38.5, sbp=120)
    p.every("4h", "30h", "6d", temperature=36.8, sbp=120)
    for hour in range(10, 10 + hours, 4):
        p.device(f"{hour}h", "invasive")
    return p.device(f"{10 + hours}h", "none")


def on_the_tube(start: int, end: int, **cells: Any) -> Patient:
    """Grade 4 from `start` to `end` (hours) with fever, then grade 0; ICANS was looked at and was none."""
    p = followed(**cells).icans("-1d", 0).every("4h", "0h", f"{end}h", temperature=38.5, sbp=120)
    for hour in range(start, end, 4):
        p.device(f"{hour}h", "invasive")
    return p.device(f"{end}h", "none").well(f"{end}h", "10d")


def two_drugs(**cells: Any) -> Patient:
    """Two vasopressors from 10 h to 40 h: known as grade 4 at 11 h."""
    p = followed(**cells).icans("-1d", 0).every("4h", "0h", "80h", temperature=38.5, sbp=120)
    for drug in ("norepinephrine", "phenylephrine"):
        p.start("10h", drug, end="40h")
    return p


def two_episodes() -> Patient:
    """Grade 2 from 2 h, over at 14 h; 24 h later fever and at once grade 2 again (40 h to 52 h)."""
    p = followed().every("4h", "0h", "8h", temperature=38.5).sbp("1h", 120).every("2h", "2h", "8h", sbp=85)
    p.well("9h", "39h").every("4h", "40h", "48h", temperature=38.5).every("2h", "40h", "48h", sbp=85)
    return p.well("49h", "4d")
