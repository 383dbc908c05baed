"""Oxygen support: what is charted, what is carried, what counts above the patient's own baseline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.oracle.unit import DAY, HOUR, Row, Unit

CLASSES = ("device unknown", "none", "nasal cannula", "high-flow cannula", "mask", "non-invasive", "invasive")


@dataclass(frozen=True)
class Support:
    """One device with its flow (L/min, None = unknown) and the support it means."""

    device: str
    flow: float | None
    support: int

    @property
    def text(self) -> str:
        return self.device if self.flow is None else f"{self.device} {self.flow:g}"


@dataclass(frozen=True)
class Baseline:
    support: int
    flow: float | None
    home_niv: bool


def event_times(vitals: list[Row]) -> list[datetime]:
    return sorted({row["time"] for row in vitals if charted_device(row) or charted_flow(row)})


def charted_device(row: Row) -> bool:
    return row["vital"] == "o2_device" and row["device"] is not None


def charted_flow(row: Row) -> bool:
    return row["vital"] == "o2_flow" and row["value"] is not None


def devices_charted(vitals: list[Row], t: datetime) -> set[str]:
    return {row["device"] for row in vitals if charted_device(row) and row["time"] == t}


def flow_charted(vitals: list[Row], t: datetime) -> float | None:
    return max((row["value"] for row in vitals if charted_flow(row) and row["time"] == t), default=None)


def device_times(vitals: list[Row], until: datetime) -> list[datetime]:
    return sorted({row["time"] for row in vitals if charted_device(row) and row["time"] <= until})


def supports_at_event(vitals: list[Row], t: datetime) -> list[Support]:
    """Every device in force at the event t, charted or carried, with its flow."""
    times = device_times(vitals, t)
    charted_here = bool(times) and times[-1] == t
    in_force = devices_charted(vitals, times[-1]) if times and t - times[-1] < 12 * HOUR else set()
    flow_here = flow_charted(vitals, t)
    if not in_force:
        return [_support("device unknown", flow_here)]
    found = []
    for device in in_force:
        flow = flow_here if flow_here is not None else _carried_flow(vitals, t, device)
        if device == "none" and not charted_here and flow_here is not None and flow_here > 0:
            found.append(_support("device unknown", flow_here))
        else:
            found.append(_support(device, flow))
    return found


def _carried_flow(vitals: list[Row], t: datetime, device: str) -> float | None:
    """The last flow charted less than 12 h ago and not before the present run of the device's class began."""
    began = _class_began(vitals, t, device)
    earlier = {row["time"] for row in vitals if charted_flow(row) and began <= row["time"] <= t}
    earlier = {time for time in earlier if t - time < 12 * HOUR}
    return flow_charted(vitals, max(earlier)) if earlier else None


def _class_began(vitals: list[Row], t: datetime, device: str) -> datetime:
    """Going back from t: the first charting of the class not parted by another device or by 12 h."""
    began = None
    for time in reversed(device_times(vitals, t)):
        if device not in devices_charted(vitals, time):
            break
        if began is not None and began - time >= 12 * HOUR:
            break
        began = time
    assert began is not None, "a device in force was charted"
    return began


def _support(device: str, flow: float | None) -> Support:
    return Support(device, flow, _support_grade(device, flow))


def _support_grade(device: str, flow: float | None) -> int:
    if device in ("non-invasive", "invasive"):
        return 4
    if device == "none" or flow == 0:
        return 0
    low_flow = flow is not None and flow <= 6
    if device == "nasal cannula":
        return 2 if low_flow or flow is None else 3
    if device in ("high-flow cannula", "device unknown"):
        return 2 if low_flow else 3
    assert device == "mask", device
    return 3


def baseline_of(unit: Unit, vitals: list[Row]) -> Baseline:
    """The last oxygen event in the 24 h before the infusion; an earlier infusion at most 30 d before lends its own."""
    if unit.older is not None and unit.t0 - unit.older.t0 <= 30 * DAY:
        return baseline_of(unit.older, vitals)
    events = [t for t in event_times(vitals) if unit.t0 - DAY <= t <= unit.t0]
    home_niv = any(s.device == "non-invasive" for t in events for s in supports_at_event(vitals, t))
    for t in reversed(events):
        supports = [s for s in supports_at_event(vitals, t) if s.device != "non-invasive"]
        if supports:
            best = max(supports, key=lambda s: (s.support, CLASSES.index(s.device)))
            return Baseline(best.support, best.flow, home_niv)
    return Baseline(0, None, home_niv)


def counted(found: Support, baseline: Baseline) -> int:
    """Support above the baseline counts in full; equal support with a flow at least 2 L/min above the baseline's."""
    if baseline.home_niv and found.device == "non-invasive":
        return 0
    if baseline.home_niv and found.device == "invasive":
        return found.support
    if found.support > baseline.support:
        return found.support
    if found.support == baseline.support and found.flow is not None and baseline.flow is not None:
        return found.support if found.flow >= baseline.flow + 2 else 0
    return 0


def counted_at(events: dict[datetime, list[Support]], baseline: Baseline, t: datetime) -> Support | None:
    """What counts at t, or None: the last event holds 12 h; of its devices the one that counts highest."""
    before = [time for time in events if time <= t]
    if not before or t >= max(before) + 12 * HOUR:
        return None
    supports = [support for support in events[max(before)] if counted(support, baseline) > 0]
    return max(supports, key=lambda s: (counted(s, baseline), CLASSES.index(s.device)), default=None)


def events_of(vitals: list[Row]) -> dict[datetime, list[Support]]:
    return {t: supports_at_event(vitals, t) for t in event_times(vitals)}
