"""Weighted kappa against published values."""

from __future__ import annotations

import pytest

from crs_audit.concordance.weighted_kappa import Kappa, kappa_of_clusters, kappa_of_pairs, weighted_kappa

# Two radiologists' readings of 85 xeromammograms: normal, benign, suspected cancer, cancer (Altman 1991, table 14.4).
MAMMOGRAMS = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]


def test_the_published_example():
    assert weighted_kappa(MAMMOGRAMS) == pytest.approx(0.57, abs=5e-3)
    found = kappa_of_pairs(MAMMOGRAMS)
    assert found.value == weighted_kappa(MAMMOGRAMS)
    assert found.low is not None
    assert found.high is not None
    assert 0.4 < found.low < 0.57 < found.high < 0.72


def test_two_categories_give_plain_kappa_with_the_published_error():
    # Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions: 0.5 of 2 × 2, by hand.
    table = [[20, 5], [10, 15]]
    assert weighted_kappa(table) == pytest.approx(0.4)
    assert weighted_kappa(table, power=2) == pytest.approx(0.4)
    found = kappa_of_pairs(table)
    assert (found.low, found.high) == pytest.approx((0.4 - 1.96 * 0.1273, 0.4 + 1.96 * 0.1273), abs=2e-3)


def test_quadratic_weights_forgive_near_misses_more():
    linear, quadratic = weighted_kappa(MAMMOGRAMS), weighted_kappa(MAMMOGRAMS, power=2)
    assert linear is not None
    assert quadratic is not None
    assert quadratic > linear


def test_full_agreement_and_none():
    assert weighted_kappa([[5, 0], [0, 5]]) == 1
    assert weighted_kappa([[5, 0], [0, 0]]) is None
    assert kappa_of_pairs([[0, 0], [0, 0]]) == Kappa(None)


def test_without_spread_there_is_no_interval_that_would_claim_certainty():
    """Full agreement of two patients, and a rater who never varies: the estimated variance is 0."""
    assert kappa_of_pairs([[1, 0], [0, 1]]) == Kappa(1.0)
    assert kappa_of_pairs([[0, 1], [0, 3]]) == Kappa(0.0)
    assert kappa_of_clusters({"a": [[2, 0], [0, 1]], "b": [[1, 0], [0, 1]]}) == Kappa(1.0)


def test_an_interval_says_where_it_comes_from():
    assert kappa_of_pairs(MAMMOGRAMS).method == "large sample"
    assert kappa_of_clusters(_three()).method == "jackknife over patients"


def test_one_pair_each_gives_about_the_interval_of_pairs():
    pairs = [(i, j) for i, row in enumerate(MAMMOGRAMS) for j, n in enumerate(row) for _ in range(n)]
    each = {str(at): [[int((i, j) == pair) for j in range(4)] for i in range(4)] for at, pair in enumerate(pairs)}
    jackknife, sample = kappa_of_clusters(each), kappa_of_pairs(MAMMOGRAMS)
    assert jackknife.value == pytest.approx(sample.value)
    assert jackknife.low == pytest.approx(sample.low, abs=0.02)


def test_pairs_of_one_patient_widen_the_interval():
    few = {name: [[10 * cell for cell in row] for row in matrix] for name, matrix in _three().items()}
    once, tenfold = kappa_of_clusters(_three()), kappa_of_clusters(few)
    assert once == tenfold
    total = [[sum(matrix[i][j] for matrix in few.values()) for j in range(2)] for i in range(2)]
    pairs = kappa_of_pairs(total)
    assert tenfold.high - tenfold.low > pairs.high - pairs.low  # type: ignore[operator]


def _three() -> dict[str, list[list[float]]]:
    return {"a": [[3, 1], [0, 2]], "b": [[2, 0], [2, 2]], "c": [[4, 0], [0, 3]]}
