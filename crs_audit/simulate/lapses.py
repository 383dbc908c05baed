"""What good care and charting would have done and this patient did not get; empty: cared for and documented well."""

from __future__ import annotations

from dataclasses import dataclass, field

from .events import Span


@dataclass
class Lapses:
    omitted: set[str] = field(default_factory=set)
    """Of supportive care: antipyretic, fluid, antibiotic, antifungal, or a procedure by its canonical name."""
    no_baseline: set[str] = field(default_factory=set)
    """Labs that nobody drew before the infusion."""
    undrawn: set[tuple[int, str]] = field(default_factory=set)
    """Labs that were left out of a morning's draw: days after the infusion's date, lab."""
    unread: list[tuple[Span, str]] = field(default_factory=list)
    """While rounds went without one of the vitals."""
    undocumented: list[Span] = field(default_factory=list)
    """While no CRS grade was documented."""
    monitored: dict[str, Span] = field(default_factory=dict)
    """Telemetry or continuous oximetry as it ran instead of as it should have run."""
    late_echocardiogram: int | None = None
    filter_used: str = "no"
    not_extracted: set[str] = field(default_factory=set)
    """Tables (vitals, labs, mar, adt) without a row of this infusion."""
