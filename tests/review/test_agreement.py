"""Cohen's kappa against published values, and what several verdicts make of a finding."""

from __future__ import annotations

import pytest

from crs_audit.review.agreement import between_reviewers, cohen
from crs_audit.review.fingerprint import change_of
from crs_audit.review.verdicts import Review, adjudicated, merged


def one(verdict: str, reviewer: str = "AB", result_id: str = "r", day: int = 1) -> Review:
    return Review(result_id, "f", verdict, "", "", reviewer, f"2026-02-{day:02d}")


def test_kappa_of_the_published_example():
    # Two readers of 50 proposals (yes/yes 20, yes/no 5, no/yes 10, no/no 15): kappa 0.4.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = cohen(pairs)
    assert (found.n, found.same) == (50, 35)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_of_three_categories():
    # Cohen 1960, table 1, of 200 judgements: p_o = 0.70, p_c = 0.41, kappa 0.492.
    table = {("A", "A"): 88, ("A", "B"): 14, ("A", "C"): 18, ("B", "A"): 10, ("B", "B"): 40, ("B", "C"): 10,
             ("C", "A"): 2, ("C", "B"): 6, ("C", "C"): 12}  # fmt: skip
    found = cohen([pair for pair, n in table.items() for _ in range(n)])
    assert found.same / found.n == pytest.approx(0.70)
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_kappa_is_unknown_where_chance_gives_all():
    assert cohen([("agree", "agree")] * 3).kappa is None
    assert cohen([]).n == 0


@pytest.mark.parametrize(
    ("status", "verdicts", "after"),
    [
        ("not_met", ["agree"], "not_met"),
        ("not_met", ["disagree"], "met"),
        ("met", ["disagree"], "not_met"),
        ("met", ["exclude"], "excluded"),
        ("not_met", ["second review"], None),
        ("not_met", ["second review", "disagree"], "met"),
        ("not_met", ["disagree", "second review"], None),
        ("not_met", ["disagree", "second review", "disagree"], "met"),
        ("not_met", ["agree", "disagree"], None),
        ("not_met", ["disagree", "disagree"], "met"),
    ],
)
def test_the_status_after_review(status: str, verdicts: list[str], after: str | None):
    assert adjudicated(status, [one(verdict) for verdict in verdicts]) == after


def test_a_reviewer_has_one_verdict_on_a_finding():
    first, second, other = one("agree"), one("exclude"), one("agree", "CD")
    assert merged([first, other], [second]) == (other, second)


def test_a_wish_for_a_second_review_is_no_judgement():
    said = [one("agree"), one("second review", "CD"), one("agree", "EF"), one("exclude", "AB", "q")]
    assert between_reviewers(said).n == 1


def test_one_name_however_spelled_is_one_reviewer():
    ann, again = one("agree", "Ann"), one("exclude", " ann ")
    assert merged([ann], [again]) == (again,)
    assert between_reviewers([ann, one("exclude", "ann  ", "q"), one("exclude", "Bob", "q")]).n == 1


@pytest.mark.parametrize("order", [(9, 1), (1, 9)])
def test_the_newer_verdict_stands_whichever_comes_first(order: tuple[int, int]):
    first, second = (one(f"day {day}", day=day) for day in order)
    assert [review.verdict for review in merged([first], [second])] == ["day 9"]


def test_a_wish_that_comes_after_a_verdict_is_open_in_whatever_order_the_lists_came():
    verdict, wish = one("disagree", "Ann", day=1), one("second review", "Bob", day=5)
    for kept, new in (([verdict], [wish]), ([wish], [verdict])):
        assert adjudicated("not_met", merged(kept, new)) is None


THREE = [("A", "agree disagree agree agree exclude"), ("B", "agree agree agree disagree exclude"),
         ("C", "disagree disagree agree agree agree")]  # fmt: skip


@pytest.mark.parametrize("names", ["ABC", "CAB", "BCA"])
def test_kappa_is_told_by_pair_and_does_not_depend_on_names(names: str):
    renamed = dict(zip("ABC", names, strict=True))
    said = [
        one(verdict, renamed[who], str(number))
        for who, verdicts in THREE
        for number, verdict in enumerate(verdicts.split())
    ]
    found = between_reviewers(said)
    kappas = {frozenset((pair.first, pair.second)): pair.agreement.kappa for pair in found.pairs}
    verdicts = {who: verdicts.split() for who, verdicts in THREE}
    assert kappas == {
        frozenset((renamed[a], renamed[b])): cohen(list(zip(verdicts[a], verdicts[b], strict=True))).kappa
        for a, b in ("AB", "AC", "BC")
    }
    assert (found.n, len(found.in_words)) == (15, 3)


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [("a-f", "b-f", "rules"), ("a-f", "b-g", "facts"), ("a-", "b-g", "facts"), ("a-", "b-", "finding"),
     ("a", "b-g", "finding")],
)  # fmt: skip
def test_what_made_a_finding_change(before: str, now: str, what: str):
    assert change_of(before, now) == what
