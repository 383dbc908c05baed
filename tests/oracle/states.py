"""Fever and hypotension as functions of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.oracle.unit import HOUR, Row, Unit


@dataclass(frozen=True)
class Reading:
    time: datetime
    value: float


def readings(vitals: list[Row], vital: str, worst: Callable[[Iterable[float]], float]) -> list[Reading]:
    """The readings of one channel in order of time, several at one instant merged to the worst."""
    rows = [row for row in vitals if row["vital"] == vital and row["value"] is not None]
    times = sorted({row["time"] for row in rows})
    return [Reading(t, worst(row["value"] for row in rows if row["time"] == t)) for t in times]


def held_at(channel: list[Reading], carry: timedelta, t: datetime) -> Reading | None:
    """The reading that holds at t, or None where the state is unknown."""
    before = [reading for reading in channel if reading.time <= t]
    if not before or t >= before[-1].time + carry:
        return None
    return before[-1]


def is_fever(celsius: float) -> bool:
    tenths = Decimal(repr(round(celsius, 6))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return tenths >= Decimal("38.0")


def fever_at(temperatures: list[Reading], t: datetime) -> bool | None:
    """None = unknown."""
    reading = held_at(temperatures, 6 * HOUR, t)
    return None if reading is None else is_fever(reading.value)


def systolic_limit(age: float | None) -> float:
    if age is None or age >= 10:
        return 90
    return 70 if age < 1 else 70 + 2 * int(age)


def low_limits(unit: Unit) -> dict[str, float]:
    """Channel → the limit below which it is low; children have no mean pressure."""
    limits = {"sbp": systolic_limit(unit.age_years)}
    if unit.age_years is None or unit.age_years >= 18:
        limits["map"] = 65
    return limits


@dataclass(frozen=True)
class Channel:
    """One kind of pressure: its readings and the limit below which one is low."""

    readings: list[Reading]
    limit: float


def pressure_channels(unit: Unit, vitals: list[Row]) -> list[Channel]:
    return [Channel(readings(vitals, vital, min), limit) for vital, limit in low_limits(unit).items()]


def pressure_at(channels: list[Channel], interventions: list[datetime], t: datetime) -> bool | None:
    """Hypotension at t; None where neither channel is known. `interventions`: starts of boluses and vasopressors."""
    known = low = False
    for channel in channels:
        reading = held_at(channel.readings, 6 * HOUR, t)
        if reading is not None:
            known = True
            low = low or (reading.value < channel.limit and not refuted(reading, channel, interventions))
    return low if known else None


def refuted(reading: Reading, channel: Channel, interventions: list[datetime]) -> bool:
    """Whether a low reading was an artefact: soon re-read as not low, with nothing done about it."""
    later = [other for other in channel.readings if other.time > reading.time]
    if not later or later[0].time > reading.time + HOUR or later[0].value < channel.limit:
        return False
    return not any(reading.time <= t <= reading.time + HOUR for t in interventions)
