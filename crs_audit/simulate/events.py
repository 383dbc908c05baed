"""What a plan is made of. All times are whole minutes from the infusion; intervals are half-open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HOUR = 60
DAY = 24 * HOUR


class Span(NamedTuple):
    start: int
    end: int

    def holds(self, minute: int) -> bool:
        return self.start <= minute < self.end


class Oxygen(NamedTuple):
    start: int
    end: int
    device: str
    """A key of `names.DEVICES`."""
    flow: float | None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Drip(NamedTuple):
    start: int
    end: int
    drug: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Dose(NamedTuple):
    drug: str
    """A key of `names.DRUGS`."""
    minute: int
    amount: float | None
    route: str = "IV"
    minutes: int | None = None
    """How long it ran; None: pushed, swallowed, or its end was not charted."""
    form: str = "given"
    """given | push | end | stop | vials | open: how the MAR shows it (see `pharmacy`); or a MAR action of a dose not
    given."""
    spares: bool = False
    """Fever is not needed for the grade after it (an antipyretic, an anticytokine, a steroid above physiologic)."""

    @property
    def given(self) -> bool:
        return self.form in ("given", "push", "end", "stop", "vials", "open")


@dataclass
class Person:
    patient_id: str
    age: int
    weight: float
    weight_known: bool = True
    home_oxygen: float | None = None
    """Litres a minute of nasal cannula at home."""
    home_cpap: bool = False
