"""The crosswalk of a warehouse: numbers of encounters, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable

from .clock import Clock
from .events import DAY
from .faults import Row
from .files import Sheet

LOOKUP = "encounters"
"""What the mapping calls the crosswalk."""
STRANGER = "SYN-9001"
"""Has an encounter that the crosswalk does not know."""
NOBODY = "SYN-9002"
"""Has an encounter and no infusion."""
_BEFORE = 3 * DAY
"""How long before its infusion an encounter begins."""
_REOPENED = 3
"""Every third patient has an account that was closed and opened again at the infusion: two encounters of one stay."""


def mrn(patient: str) -> str:
    """The medical record number of `SYN-0001`: eight digits, the first of them zero."""
    return f"{310_000 + 37 * _number(patient):08d}"


class Encounters:
    """Which encounter a row was charted in."""

    def __init__(self, infusions: Iterable[tuple[str, int]], clock: Clock) -> None:
        """`infusions`: patient and minute since 1970, in order."""
        self._clock = clock
        self._begin: dict[str, list[int]] = {}
        for patient, minute in infusions:
            begins = self._begin.setdefault(patient, [])
            begins.append(minute - _BEFORE)
            if len(begins) == 1 and _number(patient) % _REOPENED == 0:
                begins.append(minute)

    def csn(self, patient: str, minute: int) -> str:
        """The number of the encounter in which a row of that minute stands."""
        begun = sum(begin <= minute for begin in self._begin.get(patient, [])[1:])
        return _csn(patient, begun)

    def sheet(self, file: str) -> Sheet:
        """PAT_ENC_CSN_ID, MRN, ENC_TYPE, CONTACT_DATE: every encounter but the stranger's."""
        rows: list[Row] = []
        for patient, begins in self._begin.items():
            for number, begin in enumerate(begins):
                day = self._clock.american(begin).split(" ")[0]
                rows.append([_csn(patient, number), mrn(patient), "Hospital Encounter", day])
        rows.append([_csn(NOBODY, 0), mrn(NOBODY), "Hospital Encounter", rows[0][3]])
        return Sheet(file, ("PAT_ENC_CSN_ID", "MRN", "ENC_TYPE", "CONTACT_DATE"), rows)


def _number(patient: str) -> int:
    return int(patient.rpartition("-")[2])


def _csn(patient: str, number: int) -> str:
    return str(700_412_000 + 100 * _number(patient) + 7 * number)
