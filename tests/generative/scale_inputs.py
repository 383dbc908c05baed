"""What the other scales ask for beside the audit's rows: inspired oxygen, rates with units, counts, organ values.

Laid over generated patients, so that the patients of the other tests stay what they are.
"""

from __future__ import annotations

from datetime import timedelta

from tests.generative.draw import Pick, step
from tests.oracle.vocabulary import VASOPRESSORS
from tests.spec.patient import Patient

RATES = {
    "mcg/min": [5.0, 9.9, 10.0, 19.9, 20.0, 100.0, 200.0], "mcg/kg/min": [0.1, 0.2, 0.25, 0.29, 5.0, 9.9, 10.0],
    "mg/hr": [0.6, 1.2, 12.0], "µg/kg/h": [12.0, 600.0], "mL/hr": [5.0], "": [5.0], None: [20.0, None],
}  # fmt: skip
ORGANS = {
    "alt": [30.0, 121.0, 201.0, 801.0], "ast": [30.0, 201.0], "bilirubin": [1.0, 1.9, 3.7, 13.0],
    "creatinine": [0.9, 1.9, 3.7, 7.3],
}  # fmt: skip


def with_scale_inputs(pick: Pick, patient: Patient) -> Patient:
    """The same patient with more charted."""
    for row in patient.rows["mar"]:
        if row["drug"] in VASOPRESSORS and row["rate"]:
            if pick([True, False, False]):
                row["drug"] = pick(["dopamine", "angiotensin_ii", "vasopressin", "phenylephrine", "norepinephrine"])
            unit = pick(list(RATES))
            row.update(rate=pick(RATES[unit]), rate_unit=unit)
    for at in [row["time"] for row in patient.rows["vitals"] if row["vital"] in ("o2_device", "o2_flow")]:
        for _ in range(pick([0, 0, 1, 2])):
            patient.fio2(at + _near(pick, ["0h", "1h", "6h", "12h"]), pick([0.21, 0.35, 0.39, 0.4, 0.6]))
    fevers = [row["time"] for row in patient.rows["vitals"] if row["vital"] == "temperature" and row["value"] >= 38]
    for _ in range(pick([0, 1, 4]) if fevers else 0):
        lab = pick(["alt", "ast", "bilirubin", "creatinine", "anc", "wbc"])
        value = pick(ORGANS.get(lab, [100.0, 499.0, 500.0, 4000.0]))
        patient.lab(
            pick(fevers) + _near(pick, ["0h", "1h", "6h", "72h"]), lab, value, bound=pick([None, None, "<", ">"])
        )
    if fevers and pick([True, True, False]):
        at, worse = pick(fevers), pick(list(ORGANS))
        for lab, values in {**ORGANS, "anc": [100.0, 4000.0]}.items():
            patient.lab(at, lab, pick(values) if lab in (worse, "anc") else values[0])
    for _ in range(pick([0, 0, 1]) if fevers else 0):
        start = pick(fevers) + _near(pick, ["0h", "12h"])
        patient.stay(pick(["ward", "icu", "ed"]), start, start + step(pick, ["1h", "24h"]))
    if pick([True, False, False, False, False, False]):
        patient.rows["vitals"] = [row for row in patient.rows["vitals"] if row["vital"] not in ("sbp", "map")]
    return patient


def _near(pick: Pick, choices: list[str]) -> timedelta:
    sign: int = pick([1, 1, -1])
    return step(pick, choices) * sign
