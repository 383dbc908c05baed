"""All infusions laid end to end on one line of whole microseconds.

Infusion i owns the stretch [i * stride, (i + 1) * stride); its T0 lies `lead` after the stretch begins. The stretches
are longer than any window and any reach of a rule together, so a reading of one infusion can neither hold nor be
re-read in the next: one sort and a shift replace every "per patient".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from crs_audit.chart import AFTER_WINDOW, Chart
from crs_audit.protocol.load import Protocol
from crs_audit.tables import TIME

_SPAN_UNITS = ("min", "h", "d")


def micros(span: timedelta) -> int:
    """A duration in whole microseconds, the unit of the line."""
    return span // timedelta(microseconds=1)


@dataclass(frozen=True)
class Line:
    """Where each infusion's instants lie. `shift`: what turns a UTC microsecond into a place, `length`: of the window
    in microseconds; both Int64 Series by infusion code."""

    shift: pl.Series
    length: pl.Series
    lead: int
    stride: int
    after: int = micros(AFTER_WINDOW)

    @classmethod
    def of(cls, chart: Chart, protocol: Protocol) -> Line:
        """The line of a chart's infusions."""
        infusions = chart.infusions.sort("infusion")
        t0, w = infusions["t0"].to_physical(), infusions["w"].to_physical()
        length = w - t0
        lead = micros(protocol.span("window.history"))
        reaches = sum(
            micros(protocol.span(key))
            for key, parameter in protocol.parameters.items()
            if key.startswith("grading.") and parameter.unit in _SPAN_UNITS
        )
        # polars types a maximum as any literal; of whole numbers it is one.
        longest = int(length.max() or 0)  # type: ignore[arg-type]
        stride = lead + longest + micros(AFTER_WINDOW) + reaches
        begin = pl.int_range(len(infusions), eager=True, dtype=pl.Int64) * stride + lead
        return cls(shift=begin - t0, length=length, lead=lead, stride=stride)

    def place(self, time: str = "time") -> pl.Expr:
        """The place (Int64) of the instants in column `time`, from the row's `infusion`."""
        return pl.col(time).to_physical() + pl.lit(self.shift).gather(pl.col("infusion"))

    def placed(self, frame: pl.DataFrame, time: str = "time") -> pl.DataFrame:
        """`frame` with its places as `at`, without the rows beyond the line's reach (before the lead, or more than
        `AFTER_WINDOW` after the window), sorted by `at`."""
        far = frame.with_columns(at=self.place(time))
        begin = pl.col("infusion").cast(pl.Int64) * self.stride
        reach = begin + self.lead + pl.lit(self.length).gather(pl.col("infusion")) + self.after
        return far.filter((pl.col("at") >= begin) & (pl.col("at") <= reach)).sort("at")

    def infusion(self, at: str = "at") -> pl.Expr:
        """The infusion (UInt32) a place belongs to."""
        return (pl.col(at) // self.stride).cast(pl.UInt32)

    def time(self, at: str = "at") -> pl.Expr:
        """The instant of a place."""
        return (pl.col(at) - pl.lit(self.shift).gather(pl.col(at) // self.stride)).cast(TIME)

    def t0(self, at: str = "at") -> pl.Expr:
        """The place of T0 of the infusion a place belongs to."""
        return pl.col(at) // self.stride * self.stride + self.lead

    def w(self, at: str = "at") -> pl.Expr:
        """The place at which the window ends, of the infusion a place belongs to."""
        return self.t0(at) + pl.lit(self.length).gather(pl.col(at) // self.stride)

    def inside(self, at: str = "at") -> pl.Expr:
        """Whether a place lies in its infusion's window."""
        return (pl.col(at) >= self.t0(at)) & (pl.col(at) < self.w(at))

    @property
    def windows(self) -> pl.DataFrame:
        """start, end of every window that is not empty."""
        codes = pl.int_range(len(self.length), eager=True, dtype=pl.Int64)
        start = codes * self.stride + self.lead
        return pl.DataFrame({"start": start, "end": start + self.length}).filter(pl.col("end") > pl.col("start"))

    def clipped(self, intervals: pl.DataFrame) -> pl.DataFrame:
        """Intervals [start, end) cut to the windows of the infusions they start in; empty ones are left out."""
        return intervals.with_columns(
            start=pl.max_horizontal("start", self.t0("start")), end=pl.min_horizontal("end", self.w("start"))
        ).filter(pl.col("end") > pl.col("start"))
