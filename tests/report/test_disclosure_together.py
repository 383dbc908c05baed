"""All that a shared summary.json tells as one system of sums and bounds, and what follows of withheld counts."""

from __future__ import annotations

from tests.report.bounds import system
from tests.report.made_up_runs import BELOW, CELLS, Attacked


def test_what_is_told_together_narrows_no_small_count(
    attacked: Attacked,
) -> None:
    """From 1 to BELOW − 1 every number stays possible, for each small count that is withheld."""
    tried: dict[str, int] = {}
    for run, _, document in attacked:
        bounds = system(document, {rule.id: rule.unit for rule in run.protocol.measures.values()})
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
    bounds = system(document, {rule.id: rule.unit for rule in run.protocol.measures.values()})
    bounds.narrow()
    name = (raw.measure_id, "not_met")
    assert (bounds.least[name], bounds.most[name]) == (raw.not_met, raw.not_met)
