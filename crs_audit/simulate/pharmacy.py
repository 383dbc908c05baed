"""The MAR of a course: the plan's doses and drips as an EHR shows them, among the ward's other drugs."""

from __future__ import annotations

from typing import NamedTuple

from .care import supportive_drugs
from .events import HOUR, Dose, Drip
from .names import DRUGS, PRODUCTS
from .plan import Course

_START_RATE = {"norepinephrine": 6.0, "epinephrine": 3.0, "phenylephrine": 60.0, "vasopressin": 0.03}
_BOLUS_MINUTES = (25, 55)


class Entry(NamedTuple):
    minute: int
    drug: str
    action: str
    dose: str = ""
    dose_unit: str = ""
    route: str = ""
    rate: str = ""
    rate_unit: str = ""
    end: int | None = None
    order: int = 0
    indication: str = ""


def mar(course: Course) -> list[Entry]:
    """All MAR rows in order of time; none where the scenario says that they were not extracted."""
    if not course.charted("mar"):
        return []
    desk = _Desk(course)
    desk.infusion()
    for dose in [*course.doses, *course.pushes, *supportive_drugs(course)]:
        if dose.minute < course.stay_end():
            desk.dose(dose)
    for minute in course.boluses:
        desk.bolus(minute)
    for drip in course.drips:
        desk.drip(drip)
    if "fluid" not in course.lapses.omitted:
        desk.maintenance()
    return sorted(desk.entries, key=lambda entry: (entry.minute, entry.drug, entry.action, entry.dose))


class _Desk:
    """Writes entries of one course, an order number a drug course."""

    def __init__(self, course: Course) -> None:
        self.course, self.rng = course, course.rng
        self.entries: list[Entry] = []
        self._orders: dict[str, int] = {}
        self._texts: dict[str, str] = {}

    def _order(self, drug: str) -> int:
        return self._orders.setdefault(drug, 100 + len(self._orders))

    def _text(self, drug: str) -> str:
        if drug not in self._texts:
            self._texts[drug] = self.rng.choice(DRUGS[drug].texts)
        return self._texts[drug]

    def infusion(self) -> None:
        text = PRODUCTS[self.course.product][0]
        self.entries.append(Entry(0, text, "Given", "", "", "IV", order=1, indication="CAR T-cell infusion"))

    def dose(self, dose: Dose) -> None:
        text, unit = self._text(dose.drug), DRUGS[dose.drug].unit
        amount = "" if dose.amount is None else f"{dose.amount:g}"
        first = Entry(dose.minute, text, "Given", amount, unit, dose.route, order=self._order(dose.drug))
        end = None if dose.minutes is None else dose.minute + dose.minutes
        if dose.form == "end":
            self.entries.append(first._replace(action="New Bag", end=end))
        elif dose.form == "open":
            self.entries.append(first._replace(action="New Bag"))
        elif dose.form == "stop" and end is not None:
            self.entries.append(first._replace(action="New Bag"))
            self.entries.append(first._replace(minute=end, action="Stopped", dose="", dose_unit=""))
        elif dose.form == "vials" and dose.amount is not None:
            whole = 400.0 if dose.amount > 400 else 80.0
            for minute, vial in ((dose.minute, whole), (dose.minute + 2, dose.amount - whole)):
                self.entries.append(first._replace(minute=minute, dose=f"{vial:g}", end=end))
        elif dose.form == "push":
            self.entries.append(first._replace(action="IV push"))
        elif dose.form == "given":
            self.entries.append(first)
        else:
            self.entries.append(first._replace(action=dose.form))

    def bolus(self, minute: int) -> None:
        volume = self.rng.choice((500, 1000))
        kilograms = self.course.person.weight
        amount = f"{volume if self.course.person.age >= 18 else min(round(20 * kilograms), 500)}"
        end = minute + self.rng.randint(*_BOLUS_MINUTES)
        order = self._order("fluid bolus")
        self.entries.append(
            Entry(minute, self._text("fluid bolus"), "New Bag", amount, "mL", "IV", end=end, order=order)
        )

    def drip(self, drip: Drip) -> None:
        """A bag hung, its rate changed or verified every hour or two, stopped at the end of the span."""
        drug, rng, order = DRUGS[drip.drug], self.rng, self._order(drip.drug)
        rate, stop = _START_RATE[drip.drug], min(drip.end, self.course.stay_end())
        text = self._text(drip.drug)
        bag = Entry(drip.start, text, "New Bag", "", "", "IV", f"{rate:g}", drug.rate_unit, None, order)
        self.entries.append(bag)
        minute = drip.start + rng.randint(30, 100)
        while minute < stop:
            action = "Rate/Dose Verify"
            if drip.drug != "vasopressin" and rng.random() < 0.6:
                action, rate = "Rate Change", max(1.0, rate + rng.choice((-2, -1, 1, 2)))
            self.entries.append(bag._replace(minute=minute, action=action, rate=f"{rate:g}"))
            minute += rng.randint(50, 130)
        if drip.end <= stop:
            self.entries.append(bag._replace(minute=drip.end, action="Stopped", rate="", rate_unit=""))

    def maintenance(self) -> None:
        """Saline at 75 mL/h through the fever, a bag every ten hours; none so short that it would pass for a bolus."""
        for span in self.course.fevers:
            start = max(0, span.start) + self.rng.randint(60, 150)
            stop = min(span.end, self.course.stay_end())
            order = self._order("fluid")
            bag = Entry(start, self._text("fluid"), "New Bag", "750", "mL", "IV", "75", "mL/hr", None, order)
            hung = [minute for minute in range(start, stop, 10 * HOUR) if stop - minute > 3 * HOUR]
            self.entries += [bag._replace(minute=minute) for minute in hung]
            if hung:
                off = bag._replace(minute=stop, action="Stopped", dose="", dose_unit="", rate="", rate_unit="")
                self.entries.append(off)
