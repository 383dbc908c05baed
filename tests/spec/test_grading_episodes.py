"""PROTOCOL 3: clusters, courses that go on without fever, episodes."""

from __future__ import annotations

import pytest

from tests.spec.graded import graded
from tests.spec.patient import Patient, patient

# Fever from 1 h to 7 h in all of these: the cluster ends at 7 h unless something is added.


@pytest.mark.parametrize(("again", "episodes"), [("1d6h59m", 1), ("1d7h", 2)])
def test_fever_less_than_24_hours_later_is_the_same_cluster(again: str, episodes: int) -> None:
    g = graded(patient().temp("1h", 38.5).temp(again, 38.5))
    assert len(g.episodes()) == episodes


def test_the_quiet_time_inside_an_episode_is_grade_0() -> None:
    g = graded(patient().temp("1h", 38.5).temp("20h", 38.5))
    assert g.grade("12h") == 0
    assert g.episodes() == [("1h", "1d2h", 1)]


def test_support_joins_clusters_as_fever_does() -> None:
    """Hypotension at 20 h bridges two fevers 40 h apart."""
    g = graded(patient().temp("1h", 38.5).sbp("20h", 85).temp("1d20h", 38.5))
    assert len(g.episodes()) == 1


def test_support_without_any_fever_is_no_crs_and_flagged() -> None:
    g = graded(patient().sbp("1h", 85).oxygen("2h", "mask"))
    assert g.grade("2h") == 0
    assert g.episodes() == []
    assert g.drivers("2h") == "hypotension; oxygen=mask"
    assert g.flags("support_without_fever") == ["1h"]


def treated(drug: str = "tocilizumab") -> Patient:
    """Fever 1–7 h, the drug at 4 h."""
    return patient().temp("1h", 38.5).give("4h", drug, 500)


@pytest.mark.parametrize(("later", "goes_on"), [("1d10h", True), ("3d6h59m", True), ("3d7h", False)])
def test_a_cluster_without_fever_within_72_hours_of_the_one_before_continues_it(later: str, goes_on: bool) -> None:
    g = graded(treated().sbp(later, 85))
    assert g.grade(later) == (2 if goes_on else 0)
    assert len(g.episodes()) == 1
    assert g.flags("support_without_fever") == ([] if goes_on else [later])


def test_hypotension_27_hours_after_tocilizumab_without_fever_is_the_same_course() -> None:
    g = graded(patient().temp("1h", 38.5).temp("3h", 36.8).tocilizumab("4h").sbp("1d7h", 85))
    assert g.episodes() == [("1h", "1d13h", 2)]


@pytest.mark.parametrize(
    ("drug", "goes_on"),
    [("siltuximab", True), ("dexamethasone", True), ("acetaminophen", False), ("ceftazidime", False)],
)
def test_only_an_anticytokine_or_a_steroid_lets_the_course_go_on(drug: str, goes_on: bool) -> None:
    assert graded(treated(drug).sbp("2d", 85)).grade("2d") == (2 if goes_on else 0)


@pytest.mark.parametrize(("given", "grade"), [("-5h", 2), ("-5h1m", 0), ("2d1h", 0)])
def test_the_drug_must_lie_between_six_hours_before_onset_and_the_instant(given: str, grade: int) -> None:
    p = patient().temp("1h", 38.5).tocilizumab(given).sbp("2d", 85)
    assert graded(p).grade("2d") == grade


def test_in_a_course_that_goes_on_the_grade_begins_when_the_drug_is_given() -> None:
    g = graded(patient().temp("1h", 38.5).sbp("2d", 85).dexamethasone("2d2h"))
    assert [g.grade(t) for t in ("2d1h59m", "2d2h")] == [0, 2]
    assert g.episodes() == [("1h", "2d6h", 2)]


def test_without_the_drug_the_course_ends_with_its_fever_and_nothing_is_flagged() -> None:
    """It does continue the course; it only is not graded."""
    g = graded(patient().temp("1h", 38.5).sbp("2d", 85))
    assert g.episodes() == [("1h", "7h", 1)]
    assert g.flags("support_without_fever") == []


def test_a_course_goes_on_along_a_chain() -> None:
    g = graded(treated().sbp("2d", 85).sbp("4d", 85).sbp("6d", 85))
    assert [g.grade(t) for t in ("2d", "4d", "6d")] == [2, 2, 2]
    assert g.episodes() == [("1h", "6d6h", 2)]


def test_a_chain_goes_on_over_a_cluster_that_is_not_graded() -> None:
    """The steroid comes only at day 4; the ungraded cluster at day 2 still links."""
    g = graded(patient().temp("1h", 38.5).sbp("2d", 85).sbp("4d", 85).dexamethasone("4d"))
    assert [g.grade(t) for t in ("2d", "4d")] == [0, 2]


def test_what_is_no_crs_cannot_be_continued() -> None:
    p = patient().temp("1h", 38.5).tocilizumab("2h").sbp("4d", 85).sbp("6d", 85)
    g = graded(p)
    assert [g.grade(t) for t in ("4d", "6d")] == [0, 0]
    assert g.flags("support_without_fever") == ["4d", "6d"]


def test_a_cluster_with_fever_is_an_episode_of_its_own() -> None:
    g = graded(treated().temp("2d", 38.5).sbp("2d", 85))
    assert g.episodes() == [("1h", "7h", 1), ("2d", "2d6h", 2)]


def test_a_cluster_with_fever_counts_from_its_own_onset_only() -> None:
    """Hypotension 6 h before the second fever belongs to that cluster, and comes before its onset."""
    g = graded(treated().sbp("2d", 85).temp("2d4h", 38.5))
    assert [g.grade(t) for t in ("2d", "2d3h59m", "2d4h")] == [0, 0, 2]
    assert g.episodes() == [("1h", "7h", 1), ("2d4h", "2d10h", 2)]


def test_sparing_is_looked_for_from_the_episodes_own_onset() -> None:
    """Tocilizumab of the first episode spares nothing in the second."""
    p = treated().temp("3d", 38.5).temp("3d1h", 36.8).every("10h", "3d", "5d", o2_flow=2.0)
    g = graded(p)
    assert [g.grade(t) for t in ("3d20h", "4d12h")] == [2, 0]


def test_a_chain_that_goes_on_takes_the_sparing_of_its_own_onset() -> None:
    p = treated().temp("3d", 38.5).sbp("5d", 85)
    assert graded(p).grade("5d") == 0


def test_in_strict_mode_a_course_goes_on_all_the_same() -> None:
    assert graded(treated().sbp("2d", 85)).strict("2d") == 2


def test_an_episode_lasts_to_its_last_grade_of_1_or_more() -> None:
    """Oxygen goes on for two days, but counts only 24 h after the fever."""
    p = patient().temp("1h", 38.5).every("10h", "2h", "2d", o2_flow=2.0)
    assert graded(p).episodes() == [("1h", "1d7h", 2)]


def test_an_episode_ends_with_the_window() -> None:
    assert graded(patient(until="4h").temp("1h", 38.5)).episodes() == [("1h", "4h", 1)]


def test_what_an_episode_tells() -> None:
    p = patient().temp("1h", 38.5).sbp("1h", 100).oxygen("3h", "nasal cannula", 4).flow("4h", 8).flow("6h", 0)
    found = graded(p).episode()
    firsts = [found[f"first_grade_{k}"] for k in (1, 2, 3, 4)]
    assert firsts == [p.at("1h"), p.at("3h"), p.at("4h"), None]
    assert [found[f"hours_grade_{k}"] for k in (1, 2, 3, 4)] == [3.0, 1.0, 2.0, 0.0]
    assert found["hours_unobserved"] == 0.0


def test_the_first_grade_2_of_an_episode_that_begins_higher_is_its_onset() -> None:
    found = graded(p := patient().temp("1h", 38.5).device("1h", "invasive")).episode()
    assert [found[f"first_grade_{k}"] for k in (1, 2, 3, 4)] == [p.at("1h")] * 4


def test_hours_without_a_known_temperature_or_pressure_are_unobserved() -> None:
    """Fever 1–7 h; pressure known 3–9 h; the gap to the next fever is unknown but for the pressure."""
    found = graded(patient().temp("1h", 38.5).sbp("3h", 110).temp("12h", 38.5).sbp("12h", 110)).episode()
    assert found["hours_unobserved"] == 2.0 + 5.0


def test_what_comes_after_the_end_of_an_episode_is_not_among_its_hours() -> None:
    """The cluster at day 2 belongs to the course but is never graded."""
    g = graded(patient().temp("1h", 38.5).sbp("1h", 110).sbp("2d", 85))
    assert g.episodes() == [("1h", "7h", 1)]
    assert g.episode()["hours_unobserved"] == 0.0


def test_episodes_are_numbered_in_each_infusion() -> None:
    p = patient().infusion("10d").temp("1h", 38.5).temp("3d", 38.5).temp("11d", 38.5)
    assert [graded(p, 1).episode(number)["episode"] for number in (1, 2)] == [1, 2]
    assert graded(p, 2).episode(1)["episode"] == 1


def test_a_second_infusion_begins_anew() -> None:
    """Its window ends the first one's, whose fever neither joins it nor is remembered."""
    p = patient().infusion("2d").temp("1d20h", 38.5).tocilizumab("1d21h").sbp("2d3h", 85)
    first, second = graded(p, 1), graded(p, 2)
    assert first.timeline()[-1][1] == "2d"
    assert first.episodes() == [("1d20h", "2d", 1)]
    assert second.flags("fever_at_infusion") == ["2d"]
    assert second.episodes() == [("2d", "2d9h", 2)]
