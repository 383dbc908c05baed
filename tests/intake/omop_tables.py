"""The CLIF demo's rows as an OMOP warehouse holds them: concept ids, operators, two columns of units, typed files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from crs_audit.intake.mapping import load_mapping
from tests.intake.rewritten import DEMO, clif_texts, wall

VITALS: Mapping[str, Sequence[int]] = {
    "temperature": (3020891, 3006322, 4302666),
    "sbp": (3004249, 4152194, 4217013, 21492239, 21490853, 4354252),
    "dbp": (3012888, 4154790, 35610320, 21492240, 21490851, 4068414),
    "map": (3027598, 21492241, 21490852),
    "heart_rate": (3027018, 4239408, 4301868),
    "respiratory_rate": (3024171, 4313591),
    "spo2": (40762499, 4098046),
    "fio2": (3020716, 4353936),
    "o2_flow": (3014080, 3005629, 4141684),
    "weight": (3025315, 3013762, 4099154),
}
LABS: Mapping[str, Sequence[int]] = {
    "wbc": (3000905, 3010813, 4298431),
    "hemoglobin": (3000963,),
    "platelets": (3024929, 3007461, 4267147),
    "anc": (3013650, 3017732, 4148615),
    "sodium": (3019550, 3000285, 4097430),
    "potassium": (3023103, 3005456, 4245152),
    "chloride": (3014576, 3018572),
    "bicarbonate": (3016293, 3015632),
    "bun": (3013682, 3004295, 4017361),
    "creatinine": (3016723,),
    "glucose": (3004501, 3000483),
    "calcium": (3006906,),
    "albumin": (3024561,),
    "total_protein": (3020630,),
    "alp": (3035995, 37398460),
    "alt": (3006923, 37393531),
    "ast": (3013721,),
    "bilirubin": (3024128,),
    "magnesium": (3001420,),
    "phosphorus": (3011904,),
    "crp": (3020460,),
    "ferritin": (3001122,),
    "ldh": (3016436,),
    "pt": (3034426,),
    "inr": (3022217,),
    "ptt": (3018677,),
}
UNITS: Mapping[str, Sequence[int]] = {
    "g/dL": (8713,),
    "U/L": (8645, 8923),
    "10^3/µL": (8848, 8961, 9444),
    "10*3/uL": (8848, 8961, 9444),
    "mmol/L": (8753,),
    "mg/dL": (8840,),
    "mg/L": (8751,),
    "ng/mL": (8842,),
    "sec": (8555,),
}
VITAL_UNITS: Mapping[str, Sequence[int]] = {
    "temperature": (586323, 8653),
    "sbp": (8876,),
    "dbp": (8876,),
    "map": (8876,),
    "heart_rate": (8541, 8483),
    "respiratory_rate": (8541, 4141207),
    "spo2": (8554,),
    "fio2": (8523,),
    "o2_flow": (8698,),
    "weight": (9529,),
}
DEVICES: Mapping[str, Sequence[int]] = {
    "IMV": (40493026, 4097216),
    "Nasal Cannula": (4224038, 2614925),
    "Face Mask": (4222966, 4145694, 4138487, 2614930),
    "High Flow NC": (4139525,),
    "NIPPV": (45768222, 4138614, 45767334),
    "CPAP": (45761494,),
}
STAYS: Mapping[str, Sequence[int]] = {
    "icu": (32037, 581379, 581382),
    "ed": (9203, 8870, 581381),
    "ward": (9201, 8717),
    "other": (9202, 8756),
}
ROUTES: Mapping[str, Sequence[int]] = {"iv": (4171047, 4112421), "im": (4302612,)}

_ODD = pl.int_range(pl.len()) % 2 == 1
_SIGNED = pl.col("value").str.starts_with("<")


def date_alone(time: pl.Expr) -> pl.Expr:
    """Laboratory rows, by their local time, that are written with a date alone: those of the first of a month."""
    return time.dt.day() == 1


def write_omop(folder: Path) -> Path:
    """Measurements as CSV; drugs, stays and devices as Parquet, typed as the CDM types them."""
    measurement = pl.concat([_vitals(), _labs(), _other_labs()], how="diagonal_relaxed")
    measurement.with_row_index("measurement_id").write_csv(folder / "measurement.csv")
    _drugs().write_parquet(folder / "drug_exposure.parquet")
    _stays().write_parquet(folder / "visit_detail.parquet")
    _devices().write_parquet(folder / "device_exposure.parquet")
    return folder


def _one_of(column: str, ids: Mapping[str, Sequence[int]]) -> pl.Expr:
    """The ids of a text in turn, 0 where it has none."""
    found = pl.lit(0, pl.Int64)
    for text, several in ids.items():
        turn = pl.int_range(pl.len()) // 2 % len(several)
        one = turn.replace_strict(range(len(several)), several, return_dtype=pl.Int64)
        found = pl.when(pl.col(column) == text).then(one).otherwise(found)
    return found


def _vitals() -> pl.DataFrame:
    """Every other temperature in °F and weight in pounds; of the rest, every other unit by its concept."""
    rows = clif_texts()["vitals"].filter(pl.col("vital") != "o2_device")
    fahrenheit = _ODD & (pl.col("vital") == "temperature")
    pounds = _ODD & (pl.col("vital") == "weight")
    value = pl.col("value").cast(pl.Float64)
    unit = pl.when(fahrenheit).then(9289).when(pounds).then(8739).when(_ODD).then(_one_of("vital", VITAL_UNITS))
    return rows.select(
        person_id="patient_id",
        measurement_concept_id=_one_of("vital", VITALS),
        measurement_date=pl.col("wall").str.slice(0, 10),
        measurement_datetime="wall",
        operator_concept_id=pl.when(_ODD).then(4172703),
        value_as_number=pl.when(fahrenheit)
        .then(value * 9 / 5 + 32)
        .when(pounds)
        .then(value / 0.45359237)
        .otherwise(value),
        unit_concept_id=unit.otherwise(0),
        measurement_source_value="vital",
    )


def _labs() -> pl.DataFrame:
    """A bound as operator and number, or as number and the laboratory's own text; a text that is neither, alone."""
    number = pl.col("value").str.extract(r"^<?([0-9.]*[0-9])[*.]*$")
    text = pl.when((_SIGNED & _ODD) | number.is_null() | (~_SIGNED & _ODD)).then("value")
    return clif_texts()["labs"].select(
        person_id="patient_id",
        measurement_concept_id=_one_of("lab", LABS),
        measurement_date=pl.col("wall").str.slice(0, 10),
        measurement_datetime=pl.when(pl.col("wall").str.slice(8, 2) != "01").then("wall"),
        operator_concept_id=pl.when(_SIGNED & ~_ODD).then(4171756).otherwise(0),
        value_as_number=number.cast(pl.Float64),
        unit_concept_id=pl.when(_ODD).then(_one_of("unit", UNITS)).otherwise(0),
        measurement_source_value=pl.lit("chem-7"),
        unit_source_value="unit",
        value_source_value=text,
    )


def _other_labs() -> pl.DataFrame:
    """What the demo has beside this program's laboratory values: without a concept, by the laboratory's name."""
    return other_labs().select(
        person_id="hospitalization_id",
        measurement_concept_id=0,
        measurement_date=pl.lit("2180-01-01"),
        measurement_source_value="lab_category",
        value_source_value="lab_value",
    )


def other_labs() -> pl.DataFrame:
    read = pl.read_parquet(DEMO / "clif_labs.parquet")
    known = set(clif_texts()["labs"]["lab"]) | set(load_mapping("clif").tables["labs"][0].values["lab"])
    return read.filter(~pl.col("lab_category").is_in(known))


def _drugs() -> pl.DataFrame:
    """Each administration, and once more as the prescription it came from. An end that is the start over again."""
    given = clif_texts()["mar"].filter(pl.col("rate").is_null())
    time = pl.col("wall").str.to_datetime()
    rows = given.select(
        person_id=pl.col("patient_id").cast(pl.Int64),
        drug_concept_id=0,
        drug_exposure_start_date=time.dt.date(),
        drug_exposure_start_datetime=time,
        drug_exposure_end_date=time.dt.date(),
        drug_exposure_end_datetime=pl.when(_ODD).then(time),
        drug_type_concept_id=pl.when(_ODD).then(32818).otherwise(38000180),
        quantity=pl.col("dose").cast(pl.Float64),
        sig=pl.lit("1000 mg IV q6h"),
        route_concept_id=_one_of("route", ROUTES),
        drug_source_value="drug",
        route_source_value="route",
        dose_unit_source_value="dose_unit",
    )
    both = pl.concat([rows, rows.with_columns(drug_type_concept_id=32838)])
    return both.with_row_index("drug_exposure_id", offset=1)


def _stays() -> pl.DataFrame:
    return clif_texts()["adt"].select(
        person_id=pl.col("patient_id").cast(pl.Int64),
        visit_detail_concept_id=_one_of("location_type", STAYS),
        visit_detail_start_date=pl.col("wall").str.slice(0, 10),
        visit_detail_start_datetime=pl.col("wall").str.to_datetime(),
        visit_detail_end_datetime=wall(pl.col("out_time")).str.to_datetime(),
    )


def _devices() -> pl.DataFrame:
    return (
        clif_texts()["vitals"]
        .filter(pl.col("vital") == "o2_device")
        .select(
            person_id=pl.col("patient_id").cast(pl.Int64),
            device_concept_id=_one_of("value", DEVICES),
            device_exposure_start_date=pl.col("wall").str.slice(0, 10),
            device_exposure_start_datetime=pl.col("wall").str.to_datetime(),
        )
    )
