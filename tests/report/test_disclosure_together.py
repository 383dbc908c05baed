"""All that a shared summary.json tells as one system of sums and bounds, and what follows of withheld counts."""

from __future__ import annotations

from typing import Any

from tests.report.made_up_runs import BELOW, CELLS, Attacked

MANY = 10_000
Name = tuple[str, ...]


class Bounds:
    """Whole numbers with a least and a greatest value, and sums that tie them: parts add up to a total."""

    def __init__(self) -> None:
        self.least: dict[Name, int] = {}
        self.most: dict[Name, int] = {}
        self.sums: list[tuple[Name, list[Name]]] = []

    def add(self, name: Name, told: int | None) -> None:
        self.least[name], self.most[name] = (0, MANY) if told is None else (told, told)

    def up_to(self, part: Name, whole: Name) -> None:
        """The part is at most the whole: something that nobody knows is the rest."""
        rest = (*part, "rest of", *whole)
        self.add(rest, None)
        self.sums.append((whole, [part, rest]))

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

    def _at_most(self, name: Name, n: int) -> None:
        self.most[name] = min(self.most[name], n)


def _system(document: dict[str, Any], units: dict[str, str]) -> Bounds:
    """Every count of summary.json, and every sum and nesting that holds of any run."""
    bounds, counts = Bounds(), document["counts"]
    for name in ("infusions", "episodes", "opportunities", "fallouts", "indeterminate", "fallouts_amber"):
        bounds.add((name,), counts[name])
    for name in ("infusions_with_episode", "infusions_severe", "infusions_not_gradable", "infusions_with_fallout"):
        bounds.add((name,), counts[name])
    bounds.up_to(("infusions_with_episode",), ("infusions",))
    bounds.up_to(("infusions_with_episode",), ("episodes",))
    bounds.up_to(("infusions_severe",), ("infusions_with_episode",))
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
            bounds.up_to((id_, "opportunities"), ("episodes",))
        if measure["met_band"] is not None:
            low, high = (share * measure["opportunities"] for share in measure["met_band"])
            bounds.least[id_, "met"], bounds.most[id_, "met"] = -int(-low // 1), int(high)
    ids = [measure["measure_id"] for measure in document["measures"]]
    required = [measure["measure_id"] for measure in document["measures"] if measure["kind"] == "R"]
    bounds.sums += [
        (("opportunities",), [(id_, "opportunities") for id_ in ids]),
        (("indeterminate",), [(id_, "indeterminate") for id_ in ids]),
        (("fallouts",), [(id_, "not_met") for id_ in required]),
        (("fallouts_amber",), [(id_, "amber") for id_ in required]),
    ]
    return bounds


def test_what_is_told_together_narrows_no_small_count(
    attacked: Attacked,
) -> None:
    """From 1 to BELOW − 1 every number stays possible, for each small count that is withheld."""
    tried: dict[str, int] = {}
    for run, _, document in attacked:
        bounds = _system(document, {rule.id: rule.unit for rule in run.protocol.measures.values()})
        bounds.narrow()
        raw = run.headline
        true = {
            ("infusions_with_episode",): raw.with_episode, ("infusions_severe",): raw.severe,
            ("infusions_not_gradable",): raw.ungraded, ("fallouts",): raw.fallouts,
        }  # fmt: skip
        for m in run.measures:
            cells = (m.met, m.not_met, m.n_excluded, m.n_indeterminate, m.opportunities, m.infusions, m.not_applicable)
            names = (*CELLS, "opportunities", "infusions", "not_applicable")
            true |= {(m.measure_id, name): n for name, n in zip(names, cells, strict=True)}
        for name, n in true.items():
            assert bounds.least[name] <= (n or 0) <= bounds.most[name]
            if bounds.least[name] == bounds.most[name] or not 0 < (n or 0) < BELOW:
                assert not 0 < (n or 0) < BELOW, (name, n)
                continue
            tried[name[-1]] = tried.get(name[-1], 0) + 1
            assert (bounds.least[name] <= 1, bounds.most[name] >= BELOW - 1) == (True, True), (name, n)
    assert min(tried[cell] for cell in (*CELLS, "not_applicable")) > 20, tried


def test_the_attack_finds_what_is_told_carelessly(
    attacked: Attacked,
) -> None:
    """The same system gets a count back when its neighbours are told."""
    run, _, document = next(
        (run, told, document) for run, told, document in attacked if run.measures[0].not_met in range(1, BELOW)
    )
    careless, raw = dict(document["measures"][0]), run.measures[0]
    careless |= {"opportunities": raw.opportunities, "met": raw.met, "excluded": raw.n_excluded,
                 "indeterminate": raw.n_indeterminate, "not_met": None}  # fmt: skip
    document = {**document, "measures": [careless, *document["measures"][1:]]}
    bounds = _system(document, {rule.id: rule.unit for rule in run.protocol.measures.values()})
    bounds.narrow()
    name = (raw.measure_id, "not_met")
    assert (bounds.least[name], bounds.most[name]) == (raw.not_met, raw.not_met)
