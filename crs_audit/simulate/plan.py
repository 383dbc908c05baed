"""One infusion's plan: what happens to the patient, written in hours from the scenario's hour 0.

A scenario function fills a `Course`; the charting modules turn the course into rows, `truth` turns the same course
into the grade timeline, and the expectations stand in it beside the events that they belong to.
All times kept here are whole minutes from the infusion; intervals are half-open.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

HOUR = 60
DAY = 24 * HOUR
MEASURES = (
    "G1-06", "G2-01", "G2-02", "G2-03", "G2-04", "G2-05", "G2-06", "G2-07", "G2-08", "G3-02", "G3-03", "G4-02",
    "PRIN-02", "PIT-02",
)  # fmt: skip
"""The measures whose verdicts are planted, every opportunity of every infusion."""
_PER_DOSE = ("G2-03", "G2-04", "G2-05", "G2-06")


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
    """given | end | stop | vials | open: how the MAR shows it (see `pharmacy`); or a MAR action of a dose not given."""
    spares: bool = False
    """Fever is not needed for the grade after it (an antipyretic, an anticytokine, a steroid above physiologic)."""


class Expected(NamedTuple):
    measure: str
    episode: int | None
    status: str
    reason: str
    note: str


@dataclass
class Person:
    patient_id: str
    age: int
    weight: float
    weight_known: bool = True
    home_oxygen: float | None = None
    """Litres a minute of nasal cannula at home."""
    home_cpap: bool = False


@dataclass
class Course:
    rng: random.Random
    person: Person
    scenario: str
    product: str
    onset: int
    """Hour 0 of the scenario in minutes from the infusion: the first fever, where there is one."""
    second: bool = False
    """True for the patient's second infusion."""
    fevers: list[Span] = field(default_factory=list)
    lows: list[Span] = field(default_factory=list)
    oxygens: list[Oxygen] = field(default_factory=list)
    drips: list[Drip] = field(default_factory=list)
    pushes: list[Dose] = field(default_factory=list)
    stays: list[Span] = field(default_factory=list)
    gaps: list[Span] = field(default_factory=list)
    artefacts: list[int] = field(default_factory=list)
    icans_spans: list[tuple[Span, int]] = field(default_factory=list)
    boluses: list[int] = field(default_factory=list)
    doses: list[Dose] = field(default_factory=list)
    stats: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    follow_up: int | None = None
    next_infusion: int | None = None
    antipyretic: bool = True
    borderline: bool = False
    """Fever starts at exactly 38.0 °C and ends with 37.9 °C."""
    vitals_charted: bool = True
    mar_charted: bool = True

    def minute(self, hours: float) -> int:
        return self.onset + round(hours * HOUR)

    def _span(self, start: float, end: float) -> Span:
        return Span(self.minute(start), self.minute(end))

    # What happens to the patient, in hours from hour 0.
    def fever(self, start: float, end: float) -> None:
        self.fevers.append(self._span(start, end))

    def low(self, start: float, end: float) -> None:
        """Hypotension, charted as such until a normal pressure at `end`; never shorter than 75 minutes, since a
        pressure that is normal an hour later would refute it."""
        if end - start < 1.25:
            raise ValueError("a hypotension shorter than 75 minutes would be refuted by its own end")
        self.lows.append(self._span(start, end))

    def artefact(self, at: float) -> None:
        """One low cuff pressure, normal ten minutes later."""
        self.artefacts.append(self.minute(at))

    def oxygen(self, start: float, end: float, device: str, flow: float | None = None) -> None:
        self.oxygens.append(Oxygen(*self._span(start, end), device, flow))

    def pressor(self, drug: str, start: float, end: float) -> None:
        self.drips.append(Drip(*self._span(start, end), drug))

    def push(self, drug: str, at: float, amount: float) -> None:
        self.pushes.append(Dose(drug, self.minute(at), amount, form="push"))

    def icu(self, start: float, end: float) -> None:
        self.stays.append(self._span(start, end))

    def icans(self, start: float, end: float, grade: int) -> None:
        self.icans_spans.append((self._span(start, end), grade))

    def uncharted(self, start: float, end: float) -> None:
        """Vitals are charted at `start` and again at `end`, and not between."""
        self.gaps.append(self._span(start, end))

    def stat_labs(self, at: float, **values: str) -> None:
        self.stats.append((self.minute(at), values))

    def follow_up_ends(self, at: float) -> None:
        self.follow_up = self.minute(at)

    # What is done.
    def bolus(self, *at: float) -> None:
        self.boluses.extend(self.minute(hours) for hours in at)

    def right_dose(self) -> float:
        """8 mg/kg to the next 10 mg, at most 800 mg."""
        return min(round(0.8 * self.person.weight) * 10.0, 800.0)

    def tocilizumab(
        self, at: float, mg: float | None = None, minutes: int | None = 60, form: str = "",
        amount: str = "met", cap: str = "met", duration: str = "met", spacing: str = "met",
    ) -> None:  # fmt: skip
        """A dose, with the verdicts expected of it: amount G2-03, cap G2-04, duration G2-05, spacing G2-06."""
        form = form or self.rng.choice(("end", "end", "stop"))
        later = any(dose.drug == "tocilizumab" and dose.form in ("end", "stop", "vials", "open") for dose in self.doses)
        given = self.right_dose() if mg is None else mg
        self.doses.append(Dose("tocilizumab", self.minute(at), given, "IV", minutes, form, spares=True))
        for measure, status in zip(_PER_DOSE, (amount, cap, duration, spacing), strict=True):
            if measure != "G2-06" or later:
                self.expect(measure, status, episode=None)

    def steroid(self, drug: str, mg: float, *at: float, route: str = "IV", spares: bool = True) -> None:
        self.doses.extend(Dose(drug, self.minute(hours), mg, route, spares=spares) for hours in at)

    def drug(self, drug: str, amount: float | None, *at: float, route: str = "IV") -> None:
        self.doses.extend(Dose(drug, self.minute(hours), amount, route) for hours in at)

    def not_given(self, drug: str, mg: float, at: float, action: str, route: str = "IV") -> None:
        """A MAR row whose action says that the patient did not receive it: Held, Refused, Override Pull."""
        self.doses.append(Dose(drug, self.minute(at), mg, route, form=action))

    def before_infusion(self, hours: float) -> float:
        """The scenario's hour that lies so many hours before the infusion."""
        return -self.onset / HOUR - hours

    # What the audit must say of it.
    def expect(self, measures: str, status: str, reason: str = "", note: str = "", episode: int | None = 1) -> None:
        """The verdict of the next opportunity of each measure named; `reason` only where it is a fixed word."""
        for measure in measures.split():
            unit_episode = episode if measure[:2] in ("G1", "G3", "G4") or measure in ("G2-01", "G2-02") else None
            self.expected.append(Expected(measure, unit_episode, status, reason, note))

    def expectations(self) -> Iterator[tuple[int, Expected]]:
        """Every planted measure's opportunities, numbered; measures that nobody named fall to their default."""
        for measure in MEASURES:
            rows = [row for row in self.expected if row.measure == measure]
            if not rows and measure in ("G2-07", "G2-08") and any(row.measure == "G2-03" for row in self.expected):
                rows = [Expected(measure, None, "met", "", "")]
            if not rows and measure in ("PRIN-02", "PIT-02"):
                rows = [Expected(measure, None, "met", "", "")]
            if not rows:
                yield 0, Expected(measure, None, "not_applicable", "", "")
            yield from enumerate(rows, start=1)

    # What the charting modules ask.
    def state(self, minute: int) -> tuple[bool, bool, Oxygen | None]:
        """Fever, hypotension and acute oxygen at a minute."""
        fever = any(span.holds(minute) for span in self.fevers)
        low = any(span.holds(minute) for span in self.lows)
        oxygen = next((oxygen for oxygen in self.oxygens if oxygen.span.holds(minute)), None)
        return fever, low, oxygen

    def on_pressor(self, minute: int) -> bool:
        return any(drip.span.holds(minute) for drip in self.drips)

    def in_icu(self, minute: int) -> bool:
        return any(span.holds(minute) for span in self.stays)

    def icans_grade(self, minute: int) -> int:
        return max((grade for span, grade in self.icans_spans if span.holds(minute)), default=0)

    def last_event(self) -> int:
        spans = [*self.fevers, *self.lows, *self.stays, *(span for span, _ in self.icans_spans)]
        spans += [oxygen.span for oxygen in self.oxygens] + [drip.span for drip in self.drips]
        return max([span.end for span in spans] + [dose.minute for dose in self.doses], default=0)

    def stay_end(self) -> int:
        """Discharge, or the end of follow-up: the last minute at which anything is charted."""
        if self.follow_up is not None:
            return self.follow_up
        return max(8 * DAY, self.last_event() + 36 * HOUR)

    def window_end(self) -> int:
        ends = [30 * DAY, self.follow_up, self.next_infusion]
        return min(end for end in ends if end is not None)
