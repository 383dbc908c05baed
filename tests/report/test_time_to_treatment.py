"""Curves of the time to treatment: what the estimator gives on cases worked out by hand, what is drawn of it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import polars as pl
import pytest

from crs_audit.protocol.load import load_protocol
from crs_audit.report.cohort_course import treatment_course
from crs_audit.report.pictures.treatment_curve import treatment_curves
from crs_audit.report.statistics import CENSORED, HAPPENED, PRECLUDED, cumulative_incidence
from crs_audit.report.time_to_treatment import band, curves, tabled, targets
from tests.report.sample import make
from tests.report.test_pictures import SVG, parse

PROTOCOL = load_protocol()
Times = list[tuple[float | None, float, bool, str | None]]
"""minutes, followed, ended, left_out"""


def times(rows: Times, drug: str = "tocilizumab", since: str = "grade_2") -> pl.DataFrame:
    schema = {"minutes": pl.Float64, "followed": pl.Float64, "ended": pl.Boolean, "left_out": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    ids = pl.format("P{}/1", pl.int_range(pl.len()))
    return frame.with_columns(infusion_id=ids, episode=1, drug=pl.lit(drug), since=pl.lit(since))


def test_without_censoring_it_is_the_plain_share() -> None:
    """Four treated of ten, the others' episodes ended: three of them before the last was treated."""
    observed = [(at, HAPPENED) for at in (10.0, 20.0, 20.0, 90.0)] + [(at, PRECLUDED) for at in (5.0, 30.0, 40.0)]
    observed += [(200.0, PRECLUDED)] * 3
    assert cumulative_incidence(observed) == [
        (10.0, pytest.approx(0.1)), (20.0, pytest.approx(0.3)), (90.0, pytest.approx(0.4)),
    ]  # fmt: skip


def test_who_is_censored_shares_the_fate_of_those_still_watched() -> None:
    """Five at risk: one treated at 10 (1/5), one censored at 15, then one of three (4/5 · 1/3), an end at 25 leaves one
    of one (4/5 · 2/3 · 1/2) at 30."""
    observed = [(10.0, HAPPENED), (15.0, CENSORED), (20.0, HAPPENED), (25.0, PRECLUDED), (30.0, HAPPENED)]
    assert cumulative_incidence(observed) == [
        (10.0, pytest.approx(1 / 5)),
        (20.0, pytest.approx(1 / 5 + 4 / 5 / 3)),
        (30.0, pytest.approx(1 / 5 + 4 / 15 + 4 / 15)),
    ]


def test_at_one_instant_treatment_comes_before_the_end_of_watching() -> None:
    assert cumulative_incidence([(10.0, CENSORED), (10.0, HAPPENED)]) == [(10.0, 0.5)]
    assert cumulative_incidence([(10.0, PRECLUDED), (10.0, HAPPENED)]) == [(10.0, 0.5)]


def test_the_order_of_rows_does_not_matter() -> None:
    rng = Random(3)
    observed = [(float(rng.randint(0, 40)), rng.choice((HAPPENED, PRECLUDED, CENSORED))) for _ in range(60)]
    shuffled = rng.sample(observed, len(observed))
    assert cumulative_incidence(observed) == cumulative_incidence(shuffled)
    shares = [share for _, share in cumulative_incidence(observed)]
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    assert cumulative_incidence([]) == []


def test_never_treated_stays_in_the_denominator() -> None:
    found = curves(times([(30.0, 500.0, True, None), (None, 60.0, True, None)]))
    (curve,) = found["grade_2"]
    assert (curve.n, curve.treated, curve.censored, curve.steps) == (2, 1, 0, ((30.0, 0.5),))
    assert curve.share_by(1e9) == 0.5


def test_treated_before_is_treated_at_once_and_left_out_is_not_counted() -> None:
    rows: Times = [(0.0, 500.0, True, None), (None, 500.0, True, None), (None, 500.0, True, "mar")]
    (curve,) = curves(times(rows))["grade_2"]
    assert (curve.n, curve.share_by(0), curve.treated_by(0)) == (2, 0.5, 1)
    assert curve.left_out == (("without a medication record", 1),)


def test_beyond_what_was_watched_nothing_is_told() -> None:
    (curve,) = curves(times([(30.0, 500.0, True, None), (None, 90.0, False, None)]))["grade_2"]
    assert (curve.censored, curve.known_to) == (1, 90.0)
    assert (curve.share_by(90), curve.share_by(91)) == (0.5, None)


def test_the_table_counts_and_gives_the_median() -> None:
    rows: Times = [(at, 9000.0, True, None) for at in (0.0, 60.0, 61.0, 240.0)]
    (row,) = tabled(curves(times(rows)))
    assert row["by"][:4] == [(2, 0.5), (3, 0.75), (4, 1.0), (4, 1.0)]
    assert row["quartiles"] == "60\u00a0min (0\u00a0min; 61\u00a0min)"
    (few,) = tabled(curves(times([*rows[:1], *[(None, 9000.0, True, None)] * 3])))
    assert few["quartiles"] == "not reached (0\u00a0min; not reached)"
    (none,) = tabled(curves(times([(None, 9000.0, True, None)])))
    assert none["quartiles"] == "not reached"


def test_lines_are_the_limits_of_the_rules_in_force() -> None:
    assert [(one.minutes, one.amber) for one in targets(PROTOCOL, "grade_2")] == [(120, False), (240, True)]
    assert [(one.minutes, one.amber) for one in targets(PROTOCOL, "grade_3")] == [
        (60, False), (120, False), (120, True),
    ]  # fmt: skip
    assert targets(PROTOCOL, "onset") == ()
    assert (band(PROTOCOL, "onset"), band(PROTOCOL, "grade_2")) == (720, None)
    without = replace(PROTOCOL, measures={k: v for k, v in PROTOCOL.measures.items() if k not in ("G2-02", "PIT-01")})
    assert (targets(without, "grade_2"), band(without, "onset")) == ((), None)


def test_the_picture_has_curves_lines_and_words() -> None:
    rows: Times = [(30.0, 500.0, True, None), (300.0, 500.0, True, None), (None, 600.0, True, None)]
    made = curves(pl.concat([times(rows), times(rows[2:], "steroid")]))["grade_2"]
    root = parse(treatment_curves(made, targets(PROTOCOL, "grade_2"), None, 720.0, "grade 2"))
    assert [path.get("class") for path in root.iter(f"{SVG}path") if "due" in path.get("class", "")] == [
        "due", "due amber",
    ]  # fmt: skip
    (steps,) = [path.get("d") for path in root.iter(f"{SVG}path") if path.get("class") == "ln tocilizumab"]
    assert steps.count("V") == 2
    texts = [text.text for text in root.iter(f"{SVG}text")]
    for told in ("tocilizumab", "66.7\u202f%, n 3", "steroid", "0.0\u202f%, n 1", "G2-02 tocilizumab: 2\u00a0h"):
        assert told in texts
    places = [float(text.get("y", 0)) for text in root.iter(f"{SVG}text") if text.text in ("tocilizumab", "steroid")]
    assert abs(places[0] - places[1]) >= 26


def test_labels_of_equal_curves_stand_apart() -> None:
    rows: Times = [(0.0, 500.0, True, None)]
    made = curves(pl.concat([times(rows), times(rows, "steroid")]))["grade_2"]
    root = parse(treatment_curves(made, (), None, 720.0, "grade 2"))
    places = [float(text.get("y", 0)) for text in root.iter(f"{SVG}text") if text.text in ("tocilizumab", "steroid")]
    assert abs(places[0] - places[1]) >= 26


def test_without_an_episode_of_grade_2_there_is_no_section() -> None:
    assert treatment_course(replace(make()[0], treatment=times([]))) is None
    assert treatment_course(replace(make()[0], treatment=pl.DataFrame())) is None
