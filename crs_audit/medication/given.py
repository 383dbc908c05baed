"""All that was given, as grading, measures and pages use it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from crs_audit.chart import Chart
from crs_audit.medication.boluses import fluid_boluses
from crs_audit.medication.courses import steroid_course, tocilizumab_course
from crs_audit.medication.doses import doses
from crs_audit.medication.sparing import sparing
from crs_audit.medication.steroids import steroid_doses
from crs_audit.medication.tocilizumab import tocilizumab_doses
from crs_audit.protocol.load import Protocol


@dataclass(frozen=True)
class Medication:
    """Doses of one chart; the columns are told where each frame is made."""

    doses: pl.DataFrame
    dose_rows: pl.DataFrame
    steroids: pl.DataFrame
    tocilizumab: pl.DataFrame
    boluses: pl.DataFrame
    sparing: pl.DataFrame


def medication(chart: Chart, protocol: Protocol) -> Medication:
    """Doses, steroids in dexamethasone-equivalents, tocilizumab, boluses and fever-sparing rows of `chart.mar`."""
    found = doses(chart, protocol)
    steroids = steroid_course(steroid_doses(found, protocol), chart, protocol)
    return Medication(
        doses=found.frame,
        dose_rows=found.rows,
        steroids=steroids,
        tocilizumab=tocilizumab_course(tocilizumab_doses(found), chart, protocol),
        boluses=fluid_boluses(chart, found, protocol),
        sparing=sparing(chart, found, steroids, protocol),
    )
