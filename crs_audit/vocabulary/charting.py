"""What was charted around a drug or a patient: MAR actions, routes and oxygen devices."""

from __future__ import annotations

from dataclasses import dataclass

from crs_audit.vocabulary.phrases import Phrases
from crs_audit.vocabulary.rows import listed, read_rows, word_lists
from crs_audit.vocabulary.text import words

NOT_GIVEN = "not_given"


class ActionNames:
    """MAR actions. A text is read by the known action it begins with (`Given - by other`), unless a later word
    contradicts it (`Given - not`): then it stays unread, since a guess would give or withhold a dose."""

    def __init__(self) -> None:
        rows = read_rows("actions.csv")
        self.names = Phrases.of((name, row["action"]) for row in rows for name in listed(row["names"]))
        self.codes = Phrases.of((code, row["action"]) for row in rows for code in listed(row["codes"]))
        self._doubt = frozenset(word_lists("action")["doubt"])

    def read(self, text: str) -> str | None:
        """The action (one of tables.ACTIONS) or None."""
        found = words(text)
        whole = self.codes.exactly(found)
        if whole is not None or not found:
            return whole
        hit = self.names.at(found, 0)
        if hit is None or (hit.value != NOT_GIVEN and self._doubt.intersection(found[hit.end :])):
            return None
        return hit.value


class RouteNames:
    """Routes. A route that keeps a drug local (`outranks`) wins over one beside it (`oral, swish and spit`);
    otherwise the first one named counts (`PO/NG`)."""

    def __init__(self) -> None:
        rows = read_rows("routes.csv")
        self.names = Phrases.of((name, row["route"]) for row in rows for name in listed(row["names"]))
        self.codes = Phrases.of((code, row["route"]) for row in rows for code in listed(row["codes"]))
        self._outranking = frozenset(row["route"] for row in rows if row["outranks"])

    def read(self, text: str) -> str | None:
        """The route (one of tables.ROUTES) or None."""
        found = words(text)
        whole = self.codes.exactly(found)
        if whole is not None:
            return whole
        routes = [hit.value for hit in self.names.first_to_last(found)]
        return next((route for route in routes if route in self._outranking), routes[0] if routes else None)


@dataclass(frozen=True)
class Device:
    """An oxygen device: its class (one of tables.DEVICE_CLASSES), and a flag where the class is debatable."""

    name: str
    flag: str | None


class DeviceNames:
    """Oxygen devices. Of several in one text the one that supports most counts."""

    def __init__(self) -> None:
        rows = read_rows("devices.csv")
        # The table's classes stand in the order of their support.
        self._support = {name: rank for rank, name in enumerate(dict.fromkeys(row["device"] for row in rows))}
        devices = [(row, Device(row["device"], row["flag"] or None)) for row in rows]
        self.names = Phrases.of((name, device) for row, device in devices for name in listed(row["names"]))
        self.codes = Phrases.of((code, device) for row, device in devices for code in listed(row["codes"]))

    def read(self, text: str) -> Device | None:
        """The device or None."""
        found = words(text)
        whole = self.codes.exactly(found)
        if whole is not None:
            return whole
        hits = [hit.value for hit in self.names.first_to_last(found)]
        return max(hits, key=lambda device: (self._support[device.name], device.flag or ""), default=None)
