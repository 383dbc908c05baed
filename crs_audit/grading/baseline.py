"""The oxygen support a patient came with, and what counts above it."""

from __future__ import annotations

import polars as pl

from crs_audit.chart import Chart
from crs_audit.grading.hold import hold, instants_shared
from crs_audit.grading.line import Line, micros
from crs_audit.grading.oxygen import DEVICES, HIGH_FLOW, INVASIVE, NON_INVASIVE
from crs_audit.protocol.load import Protocol


def baselines(in_force: pl.DataFrame, chart: Chart, line: Line, protocol: Protocol) -> pl.DataFrame:
    """By infusion code: infusion, base_support, base_flow, home_niv, niv_at (place of the first event with it).

    The last oxygen event in `grading.oxygen_baseline` before T0 (T0 itself belongs), whatever its age. Support by
    CPAP or BiPAP at home never is the baseline: it is taken from the events and devices beside it. An infusion soon
    after another one has that one's (`chart.infusions.baseline_of`).
    """
    before = line.t0() - pl.col("at")
    reach = micros(protocol.span("grading.oxygen_baseline"))
    recent = in_force.filter((before >= 0) & (before <= reach)).with_columns(infusion=line.infusion())
    niv = pl.col("device") == NON_INVASIVE
    last = (
        recent.filter(~niv)
        .sort("at", "support", "device")
        .group_by("infusion")
        .agg(base_support=pl.col("support").last(), base_flow=pl.col("flow").last())
    )
    home = recent.filter(niv).group_by("infusion").agg(niv_at=pl.col("at").min())
    own = (
        chart.infusions.select("infusion")
        .join(last, on="infusion", how="left")
        .join(home, on="infusion", how="left")
        .with_columns(pl.col("base_support").fill_null(0), home_niv=pl.col("niv_at").is_not_null())
        .rename({"infusion": "baseline_of"})
    )
    return chart.infusions.select("infusion", "baseline_of").join(own, on="baseline_of").sort("infusion")


def counted(in_force: pl.DataFrame, base: pl.DataFrame, line: Line, protocol: Protocol) -> pl.DataFrame:
    """One row an oxygen event: at, end, device and flow that count highest, counted 0–4, support (the highest, counted
    or not), high_flow_unknown (a high-flow cannula of unknown flow is in force).

    Support above the baseline counts in full; equal support counts when its flow is higher by
    `grading.oxygen_baseline_rise`. Where home CPAP or BiPAP is known, non-invasive support never counts and invasive
    support always does.
    """
    code = pl.col("at") // line.stride
    told = in_force.with_columns(
        base_support=pl.lit(base["base_support"]).gather(code),
        base_flow=pl.lit(base["base_flow"]).gather(code),
        home_niv=pl.lit(base["home_niv"]).gather(code),
    )
    support, device = pl.col("support"), pl.col("device")
    rise = pl.col("base_flow") + protocol.value("grading.oxygen_baseline_rise")
    # Rounded, as 4.1 must not fall short of 2.1 + 2 by the noise of binary fractions.
    flow_rose = (pl.col("flow").round(6) >= rise.round(6)).fill_null(False)
    counts = (
        pl.when(pl.col("home_niv") & (device >= NON_INVASIVE))
        .then(device == INVASIVE)
        .otherwise((support > pl.col("base_support")) | ((support == pl.col("base_support")) & flow_rose))
    )
    judged = told.select(
        "at",
        "device",
        "flow",
        "support",
        counted=pl.when(counts).then(support).otherwise(pl.lit(0, dtype=pl.UInt8)),
        high_flow_unknown=(device == HIGH_FLOW) & pl.col("flow").is_null(),
    )
    shared = judged.select(instants_shared())["at"]
    if shared.any():
        best = (
            judged.filter(shared)
            .sort("at", "counted", "device")
            .group_by("at", maintain_order=True)
            .agg(
                pl.col("device").last(),
                pl.col("flow").last(),
                pl.col("support").max(),
                pl.col("counted").last(),
                pl.col("high_flow_unknown").any(),
            )
        )
        judged = pl.concat([judged.filter(~shared), best]).sort("at")
    return hold(judged, micros(protocol.span("grading.oxygen_carry")))


def number_supports(events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events of `counted` with `number` of what counts (0 = nothing), and the numbers' meaning: number, counted, text
    (`nasal cannula 4`, the flow in L/min left out where unknown), sorted by number from 1."""
    kinds = (
        events.filter(pl.col("counted") > 0)
        .select("device", "flow", "counted")
        .unique()
        .sort("device", "flow", nulls_last=False)
    )
    texts = [
        DEVICES[device] if flow is None else f"{DEVICES[device]} {flow:g}"
        for device, flow in kinds.select("device", "flow").iter_rows()
    ]
    kinds = kinds.with_columns(text=pl.Series(texts, dtype=pl.String))
    meaning = (
        kinds.select("text", "counted")
        .unique(maintain_order=True)
        .with_columns(number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    )
    numbered = kinds.join(meaning, on=["text", "counted"], maintain_order="left")
    found = events.join(numbered, on=["device", "flow", "counted"], how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(pl.col("number").fill_null(0)), meaning.select("number", "counted", "text")
