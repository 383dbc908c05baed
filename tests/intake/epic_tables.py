"""The CLIF demo's rows as an extract of Clarity holds them: flowsheet names, °F, ounces, two pressures in a cell."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from crs_audit.intake.mapping import load_mapping
from tests.intake.rewritten import DEMO, clif_texts, wall

NAMES = {
    "temperature": ("TEMPERATURE", "R TEMPERATURE", "TEMP"),
    "sbp": ("BLOOD PRESSURE (SYSTOLIC)", "R ARTERIAL LINE BLOOD PRESSURE (SYSTOLIC)"),
    "dbp": ("BLOOD PRESSURE (DIASTOLIC)", "R ARTERIAL LINE BLOOD PRESSURE (DIASTOLIC)"),
    "BP": ("BP", "BLOOD PRESSURE", "R ARTERIAL LINE BLOOD PRESSURE"),
    "map": ("R MAP", "R MAP A-LINE", "MAP (mmHg)"),
    "heart_rate": ("PULSE", "HEART RATE"),
    "respiratory_rate": ("RESPIRATIONS", "RESP"),
    "spo2": ("PULSE OXIMETRY", "SpO2"),
    "o2_device": ("R OXYGEN DEVICE", "O2 DEVICE", "R OXYGEN DELIVERY METHOD"),
    "o2_flow": ("R OXYGEN FLOW RATE", "O2 FLOW RATE (L/MIN)"),
    "fio2": ("R FIO2 (%)", "FIO2 (%)"),
    "weight": ("WEIGHT/SCALE", "WEIGHT"),
}
LEVELS = {"icu": "Intensive Care", "ward": "Acute Care", "ed": "Emergency", "other": "other"}
_ODD = pl.int_range(pl.len()) % 2 == 1
_NUMBER = pl.col("value").cast(pl.Float64, strict=False)


def write_epic(folder: Path) -> Path:
    """One half of the flowsheet by patient and with units, the other by encounter and without; all else by patient."""
    rows = _flowsheet()
    units = pl.col("vital").replace_strict({"temperature": "°F", "weight": "ounces"}, default=None)
    by_patient = rows.filter(_ODD).with_columns(UNITS=units).rename({"patient_id": "PAT_ID"})
    by_patient.drop("vital").write_csv(folder / "V_EHI_FLWSHT_MEAS.csv")
    by_encounter = rows.filter(~_ODD).with_columns(PAT_ENC_CSN_ID="1" + pl.col("patient_id"))
    by_encounter.drop("vital", "patient_id").write_csv(folder / "IP_FLWSHT_MEAS.csv")
    patients = pl.concat([rows["patient_id"], clif_texts()["adt"]["patient_id"]]).unique()
    patients.to_frame("PAT_ID").with_columns(PAT_ENC_CSN_ID="1" + pl.col("PAT_ID")).write_csv(folder / "PAT_ENC.csv")
    _mar().write_csv(folder / "MAR_ADMIN_INFO.csv")
    _results().write_csv(folder / "ORDER_RESULTS.csv")
    _stays().write_csv(folder / "V_PAT_ADT_LOCATION_HX.csv")
    return folder


def _flowsheet() -> pl.DataFrame:
    """patient_id, vital, RECORDED_TIME, ENTRY_TIME, FLO_MEAS_ID, FLO_MEAS_NAME, MEAS_VALUE."""
    rows = clif_texts()["vitals"].select("patient_id", "wall", "vital", "value")
    # Pressures of one instant belong together in the order they were charted; one without the other stands alone.
    key = ["patient_id", "wall", "nth"]
    nth = pl.int_range(pl.len()).over("patient_id", "wall", "vital")
    sbp, dbp = (rows.with_columns(nth=nth).filter(pl.col("vital") == vital) for vital in ("sbp", "dbp"))
    both = sbp.join(dbp, on=key)
    pressures = both.select(
        "patient_id", "wall", vital=pl.lit("BP"), value=pl.col("value") + "/" + pl.col("value_right")
    )
    alone = [one.join(both, on=key, how="anti").drop("nth") for one in (sbp, dbp)]
    others = rows.filter(~pl.col("vital").is_in(["sbp", "dbp"])).with_columns(
        value=pl.when(pl.col("vital") == "temperature")
        .then(_text(_NUMBER * 9 / 5 + 32))
        .when(pl.col("vital") == "weight")
        .then(_text(_NUMBER / 0.028349523125))
        .when(pl.col("vital") == "fio2")
        .then(_text(_NUMBER * 100))
        .otherwise("value")
    )
    return pl.concat([pressures, *alone, others, _others()]).select(
        "patient_id",
        "vital",
        RECORDED_TIME="wall",
        ENTRY_TIME=pl.lit("2200-01-01 00:00:00"),
        FLO_MEAS_ID=pl.lit("5"),
        FLO_MEAS_NAME=_names(),
        MEAS_VALUE="value",
    )


def _text(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String)


def _others() -> pl.DataFrame:
    """What the demo charts beside this program's vital signs."""
    return other_vitals().select(
        patient_id="hospitalization_id",
        wall=pl.lit("2180-01-01 00:00:00"),
        vital="vital_category",
        value=pl.col("vital_value").cast(pl.String),
    )


def other_vitals() -> pl.DataFrame:
    (vitals, *_) = load_mapping("clif").tables["vitals"]
    read = pl.read_parquet(DEMO / "clif_vitals.parquet")
    return read.filter(~pl.col("vital_category").is_in(vitals.where["vital_category"]))


def _names() -> pl.Expr:
    """The names of a vital sign in turn."""
    found = pl.col("vital")
    for vital, names in NAMES.items():
        turn = pl.int_range(pl.len()) // 2 % len(names)
        one = turn.replace_strict(range(len(names)), names, return_dtype=pl.String)
        found = pl.when(pl.col("vital") == vital).then(one).otherwise(found)
    return found


def _mar() -> pl.DataFrame:
    """Every row once as it was taken, and once more as it was due."""
    rows = clif_texts()["mar"].select(
        PAT_ID="patient_id",
        ORDER_MED_ID="order_id",
        TAKEN_TIME="wall",
        SCHEDULED_TIME="wall",
        MAR_ACTION_C_NAME="action",
        MEDICATION_NAME="drug",
        SIG="dose",
        DOSE_UNIT_C_NAME="dose_unit",
        ROUTE_C_NAME="route",
        INFUSION_RATE="rate",
        MAR_INF_RATE_UNIT_C_NAME="rate_unit",
    )
    return pl.concat([rows, rows.with_columns(TAKEN_TIME=pl.lit(None, pl.String), MAR_ACTION_C_NAME=pl.lit("Due"))])


def _results() -> pl.DataFrame:
    return clif_texts()["labs"].select(
        PAT_ID="patient_id",
        SPECIMN_TAKEN_TIME="wall",
        RESULT_TIME=wall(pl.col("result_time")),
        COMPONENT_NAME=pl.col("lab").str.to_uppercase(),
        ORD_VALUE="value",
        ORD_NUM_VALUE=pl.lit("9999999"),
        REFERENCE_UNIT="unit",
        COMPON_LNC_ID=pl.lit("2160"),
    )


def _stays() -> pl.DataFrame:
    return clif_texts()["adt"].select(
        PAT_ENC_CSN="1" + pl.col("patient_id"),
        IN_DTTM="wall",
        OUT_DTTM=wall(pl.col("out_time")),
        LEVEL_OF_CARE=pl.col("location_type").replace_strict(LEVELS),
        ADT_DEPARTMENT_NAME=pl.lit("5 EAST"),
    )
