"""Oxygen events: which device with which flow is in force at each instant something of it is charted."""

from __future__ import annotations

import polars as pl

from crs_audit.grading.hold import instants_shared
from crs_audit.grading.line import Line, micros
from crs_audit.protocol.load import Protocol
from crs_audit.tables import DEVICE_CLASSES

UNKNOWN = "device unknown"
DEVICES = (UNKNOWN, *DEVICE_CLASSES)
"""A device's number is its place here; of two with equal support the later one is told."""
NONE, CANNULA, HIGH_FLOW, MASK, NON_INVASIVE, INVASIVE = range(1, len(DEVICES))

IN_FORCE = pl.Schema(
    {
        "at": pl.Int64(),
        "device": pl.UInt8(),
        "flow": pl.Float64(),
        "charted": pl.Boolean(),
        "support": pl.UInt8(),
    }
)


def device_rows(vitals: pl.DataFrame, line: Line) -> pl.DataFrame:
    """Charted devices of a known class: at, device, index; sorted, each device once an instant."""
    found = (
        vitals.lazy()
        .with_row_index("index")
        .filter((pl.col("vital") == "o2_device") & ~pl.col("day_only") & pl.col("device").is_not_null())
        .select("index", "source", "row", at=line.place(), device=pl.col("device").to_physical().cast(pl.UInt8) + 1)
        .sort("at")
        .collect()
    )
    shared = found.select(instants_shared())["at"]
    if shared.any():
        once = found.filter(shared).sort("source", "row").unique(["at", "device"], keep="first", maintain_order=True)
        found = pl.concat([found.filter(~shared), once]).sort("at", "device")
    return found.select("at", "device", "index")


def in_force(devices: pl.DataFrame, flows: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """`device_rows` and flow readings (at, value L/min; one an instant) → at, device, flow (null = unknown), charted (a
    device was charted then), support 0–4: one row for each device in force at each oxygen event, sorted by at, device.

    A device holds until the next one is charted and less than `grading.oxygen_carry`; so does a flow, but not from
    before the present class of device began. A class begins anew when it was not charted for that long.
    """
    carry = micros(protocol.span("grading.oxygen_carry"))
    events = _events(devices, flows)
    events = events.with_columns(
        device_at=pl.when("charted").then("at").forward_fill(),
        classes=pl.col("classes").forward_fill(),
        flow_at=pl.when(pl.col("flow_here").is_not_null()).then("at").forward_fill(),
        last_flow=pl.col("flow_here").forward_fill(),
    ).with_columns(
        earlier_at=pl.col("device_at").shift(1),
        earlier_classes=pl.col("classes").shift(1).fill_null(0),
        none_known=(pl.col("at") - pl.col("device_at") >= carry).fill_null(True),
    )
    continued = (pl.col("device_at") - pl.col("earlier_at") < carry).fill_null(False)
    known = events.filter(~pl.col("none_known"))
    parts = [
        events.filter("none_known").select(
            "at", device=pl.lit(0, dtype=pl.UInt8), flow="flow_here", charted=pl.lit(False)
        )
    ]
    for device in range(1, len(DEVICES)):
        bit = 1 << device
        begins = pl.col("charted") & ~(continued & (pl.col("earlier_classes") & bit != 0))
        of_class = known.with_columns(begins=begins).filter(pl.col("classes") & bit != 0)
        if of_class.is_empty():
            continue
        began = pl.when("begins").then("at").forward_fill()
        fresh = (pl.col("at") - pl.col("flow_at") < carry) & (pl.col("flow_at") >= began)
        flow_alone = (~pl.col("charted") & (pl.col("flow_here") > 0)).fill_null(False)
        number = pl.when((pl.lit(device) == NONE) & flow_alone).then(0).otherwise(device)
        parts.append(
            of_class.select(
                "at", device=number.cast(pl.UInt8), flow=pl.when(fresh).then("last_flow"), charted="charted"
            )
        )
    return pl.concat(parts).with_columns(support=_support(protocol)).sort("at", "device").cast(IN_FORCE)


def _events(devices: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    """at, classes (a bit for each device charted, null = none was), charted, flow_here; one row an instant, sorted."""
    bits = devices.select("at", classes=pl.lit(1, dtype=pl.Int64) * 2 ** pl.col("device").cast(pl.Int64))
    if bits.select(instants_shared())["at"].any():
        bits = bits.group_by("at").agg(pl.col("classes").sum()).sort("at")
    both = pl.concat(
        [
            bits.select("at", "classes", charted=pl.lit(True), flow_here=pl.lit(None, dtype=pl.Float64)),
            flows.select("at", classes=pl.lit(None, dtype=pl.Int64), charted=pl.lit(False), flow_here=pl.col("value")),
        ]
    ).sort("at", maintain_order=True)
    # An instant has at most one row of each kind, the device first: the flow beside it is on the next row.
    with_flow = pl.when(pl.col("at") == pl.col("at").shift(-1)).then(pl.col("flow_here").shift(-1))
    joined = both.with_columns(flow_here=pl.coalesce(with_flow, "flow_here"))
    return joined.filter((pl.col("at") != pl.col("at").shift(1)).fill_null(True))


def _support(protocol: Protocol) -> pl.Expr:
    """Support 0–4 of `device` at `flow`: the grade that oxygen asks for (text lines 22, 30, 38)."""
    device, flow = pl.col("device"), pl.col("flow")
    low = protocol.value("grading.low_flow")
    return (
        pl.when(device >= NON_INVASIVE)
        .then(4)
        .when((device == NONE) | (flow == 0).fill_null(False))
        .then(0)
        .when(device == CANNULA)
        .then(pl.when(flow > low).then(3).otherwise(2))
        .when(device == MASK)
        .then(3)
        .otherwise(pl.when(flow <= low).then(2).otherwise(3))
        .cast(pl.UInt8)
    )
