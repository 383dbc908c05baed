"""How charts are drawn: choices from lists, and spans around the protocol's thresholds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from tests.spec.patient import Patient, offset

Pick = Callable[[Sequence[Any]], Any]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

STEPS = ["1m", "5m", "6m", "20m", "59m", "60m", "61m", "2h", "6h", "11h59m", "12h", "13h", "24h", "24h1m", "25h"]


def step(pick: Pick, choices: Sequence[str] = STEPS) -> timedelta:
    return offset(pick(choices))


def around(pick: Pick, choices: Sequence[str]) -> timedelta:
    """Before or after by one of `choices`, or a minute more."""
    span = offset(pick(choices)) + pick([timedelta(0), timedelta(0), MINUTE])
    sign: int = pick([1, -1])
    return span * sign


def course(patient: Patient, at: timedelta, every: str, count: int, **values: float) -> None:
    """`count` sets of vitals."""
    for n in range(count):
        for vital, value in values.items():
            patient.vital(at + n * offset(every), vital, value)
