"""Stories of generated charts that escalate: what helps too little, what comes next, and what follows improvement."""

from __future__ import annotations

from datetime import timedelta

from tests.generative import bedside, pharmacy, remedies, ward
from tests.generative.draw import HOUR, MINUTE, Pick, around, course, step
from tests.spec.patient import Patient


def watched(pick: Pick, patient: Patient, start: timedelta, end: timedelta, temperature: float) -> None:
    """Temperature and pressure every 4 h, now and then with a gap in which nobody knows."""
    count = (end - start) // (4 * HOUR) + 1
    gap = pick([None] * 4 + [count // 2])
    for n in range(count):
        if gap is None or n not in (gap, gap + 1):
            course(patient, start + n * 4 * HOUR, "4h", 1, temperature=temperature, sbp=115)


def supported(patient: Patient, start: timedelta, end: timedelta, device: str, flow: float | None = None) -> None:
    """A device, charted every 11 h until it is taken off."""
    while start < end:
        patient.oxygen(start, device, flow)
        start += 11 * HOUR
    patient.oxygen(end, "none")


def refractory(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 2 for a day or so; tocilizumab, perhaps again, perhaps a steroid; improved sooner or later or unknown."""
    end = at + step(pick, ["6h", "12h", "24h"]) * pick([1, 2])
    watched(pick, patient, at, end, 38.4)
    worse = at + step(pick, ["0h", "1h"])
    supported(patient, worse, end, "nasal cannula", 2)
    given = worse + step(pick, ["0h", "1h", "2h"])
    every = step(pick, ["8h", "12h", "12h1m", "24h"])
    for n in range(pick([1, 1, 2, 3, 4])):
        patient.tocilizumab(given + n * every)
    if pick([True, False]):
        remedies.low_dose(pick, patient, given + around(pick, ["4h", "12h", "24h"]))
    if pick([True, False]):
        watched(pick, patient, end + 4 * HOUR, end + 28 * HOUR, 36.8)


def shock(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Low pressures before and after two boluses, tocilizumab, and what is done then."""
    watched(pick, patient, at, at + 20 * HOUR, 38.4)
    low = at + step(pick, ["1h", "6h"]) + MINUTE
    patient.sbp(low, 85)
    first = low + around(pick, ["0h", "60m", "2h"])
    second = first + step(pick, ["6m", "1h", "2h", "2h", "12h", "12h1m"])
    patient.fluid(first, pick([500, 1000, 499]), minutes=30)
    patient.fluid(second, 1000, minutes=pick([30, 30, 60]))
    if pick([True] * 5 + [False]):
        patient.tocilizumab(second + around(pick, ["0h", "1h"]))
    again = second + 30 * MINUTE + step(pick, ["59m", "60m", "61m", "2h", "4h"])
    patient.sbp(again, pick([85, 85, 85, 95]))
    if pick([True, True, False]):
        patient.sbp(again + 45 * MINUTE, 85)
    if pick([True, False, False, False]):
        bedside.last_seen(pick, patient, again)
    answer = again + step(pick, ["0h", "30m", "60m", "61m", "4h", "4h1m"]) * pick([1, 1, -1])
    pick([
        lambda: patient.start(answer, pick(["norepinephrine", "vasopressin"])),
        lambda: patient.push(answer, "phenylephrine"),
        lambda: patient.dexamethasone(answer, pick([10.0, 8.9, None])),
        lambda: patient.oxygen(answer, "mask", 8),
        lambda: None,
    ])()  # fmt: skip


def recovering(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 3 for about a day under steroids, then improvement that lasts or not, and a taper."""
    end = at + step(pick, ["6h", "23h", "24h", "24h", "25h", "24h"]) + pick([timedelta(0), timedelta(0), MINUTE])
    watched(pick, patient, at, end, 38.4)
    supported(patient, at, end, pick(["mask", "mask", "high-flow cannula"]), 8)
    if pick([True, False, False]):
        patient.oxygen(at + 12 * HOUR, "invasive")
    pick([remedies.every_six_hours, remedies.every_six_hours, pharmacy.steroid])(pick, patient, at)
    if pick([True, True, True, False]):
        course(patient, end, "4h", 14, temperature=36.8, sbp=115)
    remedies.taper(pick, patient, end)
    pick([ward.procedures, ward.intensive_care, bedside.icans, bedside.last_row])(pick, patient, at)
    if pick([True, False, False, False]):
        patient.sbp(end + step(pick, ["24h", "48h", "48h1m"]), 85)


def high_doses(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 4, five high doses and the ladder, recovered at some time along it; or more, where it does not help."""
    end = at + step(pick, ["24h", "60h", "96h", "110h", "160h"])
    watched(pick, patient, at - 4 * HOUR, end, 38.4)
    supported(patient, at, end, pick(["invasive", "non-invasive"]))
    if pick([True] * 5 + [False]):
        remedies.ladder(pick, patient, at + 48 * HOUR + around(pick, ["0h", "60m"]))
    else:
        patient.methylprednisolone(at + step(pick, ["0h", "60m"]))
    if pick([True, True, False]):
        watched(pick, patient, end, end + 40 * HOUR, 36.8)
    if pick([True, False]):
        later = at + step(pick, ["24h", "25h", "48h"])
        pick([remedies.very_high_dose, remedies.alternative])(pick, patient, later)
    if pick([True, False, False, False, False]):
        patient.icans(at, 3)


def hyperinflammation(pick: Pick, patient: Patient, at: timedelta) -> None:
    """HLH suspected in a fever that lasts or not, and its treatment."""
    watched(pick, patient, at, at + step(pick, ["6h", "24h"]) * pick([1, 4]), 38.4)
    later = at + step(pick, ["0h", "6h"])
    patient.lab(later, "ferritin", pick([20000.0, 10001.0, 10000.0]), bound=pick([None, None, ">"]))
    patient.lab(later + around(pick, ["0h", "48h"]), pick(["alt", "ast"]), pick([201.0, 500.0]))
    for drug in (patient.tocilizumab, patient.dexamethasone):
        if pick([True, True, False]):
            drug(later + around(pick, ["0h", "1h", "24h"]))
    if pick([True, False]):
        patient.give(later + step(pick, ["24h", "48h", "48h1m"]) * pick([1, 1, 3]), "etoposide", 200)
    if pick([True, False]):
        watched(pick, patient, later + 48 * HOUR, later + 72 * HOUR, pick([36.8, 38.4]))


def spared(pick: Pick, patient: Patient, at: timedelta) -> None:
    """An antipyretic, and hypotension when the last fever is a day old."""
    course(patient, at, "4h", pick([1, 2]), temperature=38.4, sbp=115)
    patient.mar(at + around(pick, ["0h", "6h"]), "acetaminophen", pick(["given", "given", "not_given"]), 650.0)
    later = at + step(pick, ["23h", "24h", "25h"])
    course(patient, later, "5h", pick([1, 2, 3]), sbp=85)


def confused(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 1 with ICANS, and steroids, tocilizumab or neither."""
    course(patient, at, "4h", pick([2, 6]), temperature=38.4, sbp=115)
    a = at + around(pick, ["0h", "6h", "12h"])
    patient.icans(a, pick([1, 2, 2, 3]))
    for drug in (patient.dexamethasone, patient.dexamethasone, patient.tocilizumab):
        if pick([True, False]):
            drug(a + around(pick, ["0h", "1h", "12h"]))
