"""What follows of told counts: whole numbers between bounds, and the sums that tie them."""

from __future__ import annotations

from typing import Any

from tests.report.made_up_runs import CELLS

MANY = 1_000_000
Name = tuple[str, ...]
EPISODES: Name = ("episodes, and infusions without vital signs",)
"""Of which an episode's measure has at most one opportunity each."""


class Bounds:
    """Whole numbers with a least and a greatest value, and sums that tie them: parts add up to a total."""

    def __init__(self) -> None:
        self.least: dict[Name, int] = {}
        self.most: dict[Name, int] = {}
        self.sums: list[tuple[Name, list[Name]]] = []
        self.rests: dict[Name, tuple[Name, Name]] = {}
        """Of each rest: the whole and the part."""

    def add(self, name: Name, told: int | None) -> None:
        self.least[name], self.most[name] = (0, MANY) if told is None else (told, told)

    def up_to(self, part: Name, whole: Name) -> None:
        """The part is at most the whole: something that nobody knows is the rest."""
        rest = (*part, "rest of", *whole)
        self.add(rest, None)
        self.sums.append((whole, [part, rest]))
        self.rests[rest] = (whole, part)

    def narrow(self) -> None:
        """Every sum in every direction, until nothing more follows."""
        before = None
        while before != (before := (sum(self.least.values()), sum(self.most.values()))):
            for total, parts in self.sums:
                self._at_least(total, sum(self.least[part] for part in parts))
                self._at_most(total, sum(self.most[part] for part in parts))
                for part in parts:
                    others = [other for other in parts if other != part]
                    self._at_least(part, self.least[total] - sum(self.most[other] for other in others))
                    self._at_most(part, self.most[total] - sum(self.least[other] for other in others))

    def _at_least(self, name: Name, n: int) -> None:
        self.least[name] = max(self.least[name], n)
        assert self.least[name] <= self.most[name], name

    def _at_most(self, name: Name, n: int) -> None:
        self.most[name] = min(self.most[name], n)
        assert self.least[name] <= self.most[name], name


def system(document: dict[str, Any], units: dict[str, str]) -> Bounds:
    """Every count of summary.json, and every sum and nesting that holds of any run."""
    bounds, counts = Bounds(), document["counts"]
    for name in ("infusions", "episodes", "opportunities", "fallouts", "indeterminate", "fallouts_amber"):
        bounds.add((name,), counts[name])
    for name in ("infusions_with_episode", "infusions_severe", "infusions_not_gradable", "infusions_with_fallout"):
        bounds.add((name,), counts[name])
    bounds.up_to(("infusions_with_episode",), ("infusions",))
    bounds.up_to(("infusions_with_episode",), ("episodes",))
    bounds.up_to(("infusions_severe",), ("infusions_with_episode",))
    bounds.add(EPISODES, None)
    bounds.sums.append((EPISODES, [("episodes",), ("infusions_not_gradable",)]))
    for measure in document["measures"]:
        id_ = measure["measure_id"]
        for name in (*CELLS, "opportunities", "infusions", "not_applicable", "amber"):
            bounds.add((id_, name), measure[name])
        bounds.sums.append(((id_, "opportunities"), [(id_, cell) for cell in CELLS]))
        bounds.sums.append((("infusions",), [(id_, "infusions"), (id_, "not_applicable")]))
        bounds.up_to((id_, "amber"), (id_, "not_met"))
        bounds.up_to((id_, "infusions"), (id_, "opportunities"))
        if units[id_] == "infusion":
            bounds.up_to((id_, "opportunities"), (id_, "infusions"))
        if units[id_] == "episode":
            bounds.up_to((id_, "opportunities"), EPISODES)
        if measure["met_band"] is not None:
            low, high = (share * measure["opportunities"] for share in measure["met_band"])
            bounds.least[id_, "met"], bounds.most[id_, "met"] = -int(-low // 1), int(high)
    rated = [measure["measure_id"] for measure in document["measures"] if measure["kind"] != "I"]
    required = [measure["measure_id"] for measure in document["measures"] if measure["kind"] == "R"]
    bounds.sums += [
        (("opportunities",), [(id_, "opportunities") for id_ in rated]),
        (("indeterminate",), [(id_, "indeterminate") for id_ in rated]),
        (("fallouts",), [(id_, "not_met") for id_ in required]),
        (("fallouts_amber",), [(id_, "amber") for id_ in required]),
    ]
    return bounds
