"""One infusion's plan: what happens to the patient, written in hours from the scenario's hour 0.

A scenario function fills a `Course`; the charting modules turn the course into rows, `truth` turns the same course
into the grade timeline, and the expectations stand in it beside the events that they belong to.
What a scenario does not name is done and documented as the protocol asks.
All times kept here are whole minutes from the infusion; intervals are half-open.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from .events import DAY, HOUR, Dose, Drip, Oxygen, Person, Span
from .expected import MEASURES, OF_EPISODES, Expected
from .lapses import Lapses

_PER_DOSE = ("G2-03", "G2-04", "G2-05", "G2-06")
_HOME_AFTER = 52 * HOUR
"""Nobody goes home before it could be seen that steroids were tapered: two days after the last event."""


@dataclass
class Course:
    rng: random.Random
    person: Person
    scenario: str
    product: str
    onset: int
    """Hour 0 of the scenario in minutes from the infusion: the first fever, where there is one."""
    midnight: Callable[[int], int]
    """Minute at which the site's date begins that lies so many days after the infusion's."""
    fevers: list[Span] = field(default_factory=list)
    lows: list[Span] = field(default_factory=list)
    oxygens: list[Oxygen] = field(default_factory=list)
    drips: list[Drip] = field(default_factory=list)
    pushes: list[Dose] = field(default_factory=list)
    stays: list[Span] = field(default_factory=list)
    gaps: list[Span] = field(default_factory=list)
    artefacts: list[int] = field(default_factory=list)
    desaturations: list[int] = field(default_factory=list)
    checks: list[int] = field(default_factory=list)
    """Rounds that the scenario needs at a certain minute."""
    icans_spans: list[tuple[Span, int]] = field(default_factory=list)
    boluses: list[int] = field(default_factory=list)
    doses: list[Dose] = field(default_factory=list)
    stats: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    marrows: list[int] = field(default_factory=list)
    """Bone marrow biopsies that showed hemophagocytosis."""
    expected: list[Expected] = field(default_factory=list)
    lapses: Lapses = field(default_factory=Lapses)
    follow_up: int | None = None
    next_infusion: int | None = None
    borderline: bool = False
    """Fever starts at exactly 38.0 °C and ends with 37.9 °C."""

    def minute(self, hours: float) -> int:
        return self.onset + round(hours * HOUR)

    def _span(self, start: float, end: float) -> Span:
        return Span(self.minute(start), self.minute(end))

    def begins(self, day: int, clock: float) -> None:
        """Puts hour 0 at a clock time of the site, so many days after the infusion's date."""
        self.onset = self.midnight(day) + round(clock * HOUR)

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

    def desaturation(self, *at: float) -> None:
        """A low saturation, and no better one charted within half an hour."""
        self.desaturations.extend(self.minute(hours) for hours in at)

    def pressor(self, drug: str, start: float, end: float) -> None:
        self.drips.append(Drip(*self._span(start, end), drug))

    def push(self, drug: str, at: float, amount: float) -> None:
        self.pushes.append(Dose(drug, self.minute(at), amount, form="push"))

    def icu(self, start: float, end: float) -> None:
        self.stays.append(self._span(start, end))

    def icans(self, start: float, end: float, grade: int) -> None:
        self.icans_spans.append((self._span(start, end), grade))

    def stat_labs(self, at: float, **values: str) -> None:
        self.stats.append((self.minute(at), values))

    def marrow(self, at: float) -> None:
        self.marrows.append(self.minute(at))

    def follow_up_ends(self, at: float) -> None:
        self.follow_up = self.minute(at)

    # How it is charted, and what is left undone.
    def checked(self, *at: float) -> None:
        """A whole round at these hours, beside the regular ones."""
        self.checks.extend(self.minute(hours) for hours in at)

    def uncharted(self, start: float, end: float) -> None:
        """Vitals are charted at `start` and again at `end`, and not between."""
        self.gaps.append(self._span(start, end))

    def not_read(self, vital: str, start: float, end: float) -> None:
        """Rounds without one of the vitals."""
        self.lapses.unread.append((self._span(start, end), vital))

    def omit(self, *care: str) -> None:
        self.lapses.omitted.update(care)

    def no_baseline(self, *labs: str) -> None:
        self.lapses.no_baseline.update(labs)

    def not_drawn(self, lab: str, day: int) -> None:
        """Left out of the morning's draw so many days after the infusion's date."""
        self.lapses.undrawn.add((day, lab))

    def through_a_filter(self) -> None:
        self.lapses.filter_used = "yes"

    def undocumented(self, start: float, end: float) -> None:
        self.lapses.undocumented.append(self._span(start, end))

    def monitored(self, procedure: str, start: float, end: float) -> None:
        self.lapses.monitored[procedure] = self._span(start, end)

    def late_echocardiogram(self, at: float) -> None:
        self.lapses.late_echocardiogram = self.minute(at)

    def not_extracted(self, *tables: str) -> None:
        self.lapses.not_extracted.update(tables)

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
        later = any(dose.drug == "tocilizumab" and dose.given for dose in self.doses)
        given = self.right_dose() if mg is None else mg
        self.doses.append(Dose("tocilizumab", self.minute(at), given, "IV", minutes, form, spares=True))
        for measure, status in zip(_PER_DOSE, (amount, cap, duration, spacing), strict=True):
            if measure != "G2-06" or later:
                self.expect(measure, status, episode=None)

    def steroid(self, drug: str, mg: float | None, *at: float, route: str = "IV", spares: bool = True) -> None:
        self.doses.extend(Dose(drug, self.minute(hours), mg, route, spares=spares) for hours in at)

    def drug(self, drug: str, amount: float | None, *at: float, route: str = "IV", spares: bool = False) -> None:
        self.doses.extend(Dose(drug, self.minute(hours), amount, route, spares=spares) for hours in at)

    def not_given(self, drug: str, mg: float, at: float, action: str, route: str = "IV") -> None:
        """A MAR row whose action says that the patient did not receive it: Held, Refused, Override Pull."""
        self.doses.append(Dose(drug, self.minute(at), mg, route, form=action))

    def before_infusion(self, hours: float) -> float:
        """The scenario's hour that lies so many hours before the infusion."""
        return -self.onset / HOUR - hours

    # What the audit must say of it.
    def expect(
        self, measures: str, status: str, reason: str = "", note: str = "", episode: int | None = 1,
        opportunity: int = 1,
    ) -> None:  # fmt: skip
        """The verdict of an opportunity of each measure named: of the next one where all are listed, else of the one
        with this number; `reason` only where it is a fixed word."""
        for measure in measures.split():
            number = 0 if measure in MEASURES else opportunity
            row = Expected(measure, episode if measure in OF_EPISODES else None, status, reason, note, number)
            self.expected.append(row)

    # What the charting modules ask.
    def charted(self, table: str) -> bool:
        return table not in self.lapses.not_extracted

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

    def treatment_steroids(self) -> list[Dose]:
        """Steroid doses above physiologic that were given from the infusion on."""
        steroids = ("dexamethasone", "methylprednisolone")
        return [d for d in self.doses if d.drug in steroids and d.given and d.spares and d.minute >= 0]

    def last_event(self) -> int:
        spans = [*self.fevers, *self.lows, *self.stays, *(span for span, _ in self.icans_spans)]
        spans += [oxygen.span for oxygen in self.oxygens] + [drip.span for drip in self.drips]
        return max([span.end for span in spans] + [dose.minute for dose in self.doses], default=0)

    def stay_end(self) -> int:
        """Discharge, or the end of follow-up: the last minute at which anything is charted."""
        if self.follow_up is not None:
            return self.follow_up
        return max(7 * DAY, self.last_event() + _HOME_AFTER)

    def window_end(self) -> int:
        ends = [30 * DAY, self.follow_up, self.next_infusion]
        return min(end for end in ends if end is not None)
