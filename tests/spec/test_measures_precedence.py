"""PROTOCOL 1 and 5: which status an opportunity gets, for every combination of what can be known of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest

from crs_audit.chart import build_chart
from crs_audit.grading.astct import grade
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import CATALOGUE, Judge, Measure, clause_state, settle
from crs_audit.measures.chapters import CHAPTERS, measures_in
from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.reasons import WORDS, in_words
from crs_audit.measures.verdicts import verdicts
from crs_audit.medication.given import medication
from tests.spec.judged import PROTOCOL, evaluated, followed, hypotensive
from tests.spec.patient import Patient, patient

STATES = ("true", "false", "unknown", "censored")


def expected(first: str, second: str, excluded: bool, exempt: bool) -> str:
    """The rule in the words of the protocol."""
    if excluded:
        return "excluded"
    both = {first, second}
    if "false" in both:
        return "excluded" if exempt else "not_met"
    if "unknown" in both:
        return "indeterminate"
    return "excluded" if "censored" in both else "met"


def test_every_combination() -> None:
    rows = list(product(STATES, STATES, (True, False), (True, False)))
    frame = pl.DataFrame(rows, schema=["first", "second", "excluded", "exempt"], orient="row")
    found = frame.select(settle([pl.col("first"), pl.col("second")], pl.col("excluded"), pl.col("exempt"))).to_series()
    assert found.to_list() == [expected(*row) for row in rows]
    assert set(found) == {"met", "not_met", "excluded", "indeterminate"}


def test_no_clause_is_met() -> None:
    found = pl.DataFrame({"x": [1]}).select(settle([], pl.lit(False), pl.lit(True))).item()
    assert found == "met"


END = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("holds", "deadline", "state"),
    [
        (True, END - timedelta(minutes=1), "true"),
        (True, END, "true"),
        (None, END - timedelta(minutes=1), "unknown"),
        (None, END, "unknown"),
        (False, END - timedelta(minutes=1), "false"),
        (False, END, "censored"),
        (False, END + timedelta(days=9), "censored"),
        (False, None, "false"),
    ],
)
def test_a_false_clause_is_censored_by_its_deadline_alone(
    holds: bool | None, deadline: datetime | None, state: str
) -> None:
    frame = pl.DataFrame({"holds": [holds], "e": [END]}, schema_overrides={"holds": pl.Boolean})
    by = None if deadline is None else pl.lit(deadline)
    assert frame.select(clause_state(pl.col("holds"), by, pl.col("e"))).item() == state


# the builder of opportunities --------------------------------------------------------------------------------------


def row(**cells: object) -> pl.DataFrame:
    known = {"key": 0, "infusion": 0, "episode": 1, "anchor": END, "e": END, "has_mar": True, "amount": 1.0, **cells}
    types = {"key": pl.UInt32, "infusion": pl.UInt32, "episode": pl.UInt16, "has_mar": pl.Boolean, "amount": pl.Float64}
    return pl.DataFrame([known], schema_overrides=types)


def judged(opportunities: Opportunities) -> tuple[str, str | None]:
    return opportunities.judged().verdicts.select("status", "reason").row(0)


def test_reasons_follow_the_status() -> None:
    def built(**cells: object) -> Opportunities:
        return (
            Opportunities(row(**cells))
            .require("large", pl.col("amount") >= 2, table="mar", fails="too_little", unknown="amount")
            .exclude("cap", pl.col("amount") == 0)
            .exempt("allowed", pl.col("amount") < 0, unchecked=pl.col("amount") == 1.5)
            .amber(pl.col("amount") == 1.75)
            .note("huge", pl.col("amount") > 9)
        )

    assert judged(built(amount=2.0)) == ("met", None)
    assert judged(built(amount=10.0)) == ("met", "huge")
    assert judged(built(amount=1.0)) == ("not_met", "too_little")
    assert judged(built(amount=1.5)) == ("not_met", "too_little: exemption_unchecked")
    assert judged(built(amount=1.75)) == ("not_met", "amber")
    assert judged(built(amount=0.0)) == ("excluded", "cap")
    assert judged(built(amount=-1.0)) == ("excluded", "allowed")
    assert judged(built(amount=None)) == ("indeterminate", "amount")
    assert judged(built(amount=2.0, has_mar=False)) == ("indeterminate", "mar")
    assert judged(built(amount=0.0, has_mar=False)) == ("excluded", "cap")


def test_an_exemption_is_no_use_to_what_is_unknown_or_met() -> None:
    def built(amount: float | None) -> Opportunities:
        opened = Opportunities(row(amount=amount)).exempt("allowed", pl.lit(True))
        return opened.require("large", pl.col("amount") >= 2)

    assert [judged(built(amount))[0] for amount in (2.0, None, 1.0)] == ["met", "indeterminate", "excluded"]


def test_an_informational_opportunity_is_met_by_being_there() -> None:
    found = Opportunities(row()).measured(pl.col("amount"), "mg", "").judged()
    assert found.verdicts.select("status", "value").row(0) == ("met", 1.0)
    assert found.evidence.is_empty()


def test_every_clause_has_evidence_and_every_citation_a_clause() -> None:
    cites = pl.DataFrame({"key": [0, 0], "row": [7, 9]}, schema={"key": pl.UInt32, "row": pl.UInt32})
    found = (
        Opportunities(row())
        .require("cited", pl.lit(True), cites=cites)
        .require("bare", pl.lit(False))
        .cite("beside", pl.lit("215"))
        .judged()
    )
    told = found.evidence.select("clause", "outcome", "row", "raw_value").sort("clause", "row").rows()
    assert told == [
        ("bare", "false", None, None),
        ("beside", "true", None, "215"),
        ("cited", "true", 7, None),
        ("cited", "true", 9, None),
    ]


# the catalogue -----------------------------------------------------------------------------------------------------


def test_the_protocol_file_and_the_functions_name_the_same_measures() -> None:
    assert CHAPTERS
    assert set(CATALOGUE) == set(PROTOCOL.measures)


def test_a_choice_of_measures() -> None:
    assert [one.id for one in measures_in(frozenset({"G2-02", "PIT-02"}))] == ["G2-02", "PIT-02"]


def test_every_function_tells_its_rule() -> None:
    assert all((one.judge.__doc__ or "").strip() for one in measures_in())


def test_every_infusion_has_a_row_of_every_measure() -> None:
    found = evaluated(hypotensive()).results
    assert set(found.get_column("measure_id")) == set(PROTOCOL.measures)
    none = found.filter(status="not_applicable").select("opportunity", "episode", "time", "value").unique()
    assert none.rows() == [(0, None, None, None)]
    assert found.filter(pl.col("status") != "not_applicable").get_column("opportunity").min() == 1


def test_a_patient_without_anything_charted() -> None:
    """No vitals never reads as no CRS, nor no MAR as nothing given; what only another fact opens stays closed."""
    found = evaluated(patient(until="30d")).results
    closed = {"G3-09": "no product that permits early steroids", "PIT-03": "nobody knows of a filter"}
    assert set(found.filter(status="not_applicable").get_column("measure_id")) == set(closed)
    rest = found.filter(pl.col("status") != "not_applicable")
    assert set(rest.get_column("status")) == {"indeterminate"}
    heads = set(rest.get_column("reason").str.split(":").list.first())
    assert heads == {"vitals", "labs", "mar", "procedures", "assessments"}
    days = {"MON-01", "MON-03"}
    assert set(rest.filter(~pl.col("measure_id").is_in(days)).get_column("time")) == {patient().t0}


def test_no_sentence_names_the_patient() -> None:
    p = hypotensive(name="Smithers").tocilizumab("4h", 560).give("5h", "sargramostim", 250)
    sentences = evaluated(p).results.get_column("sentence")
    assert sentences.null_count() == 0
    assert not sentences.str.contains("Smithers").any()
    assert sentences.str.ends_with(".").all()


def test_reasons_have_words() -> None:
    p = followed().tocilizumab("4h", None)
    for reason in evaluated(p).results.get_column("reason").drop_nulls():
        assert in_words(reason), reason
        head, _, rest = reason.partition(": ")
        assert head in WORDS, reason
        assert head in ("procedures", "assessments", "missing") or not rest or rest in WORDS, reason


def test_evidence_belongs_to_results() -> None:
    p = hypotensive().tocilizumab("4h", 560).dexamethasone("5h")
    found = evaluated(p)
    cited = found.evidence.filter(~pl.col("result_id").str.contains(r"\|timeline\|"))
    assert set(cited.get_column("result_id")) <= set(found.results.get_column("result_id"))
    judged_rows = found.results.filter(pl.col("status").is_in(["met", "not_met"]))
    assert set(judged_rows.get_column("result_id")) <= set(cited.get_column("result_id"))


def test_a_steroid_without_an_amount_is_flagged() -> None:
    p = (
        hypotensive()
        .dexamethasone("3h", None)
        .dexamethasone("50h", None)
        .dexamethasone("-3h", None)
        .dexamethasone("4h")
    )
    flagged = evaluated(p).flags.filter(flag="steroid_amount_unknown")
    assert flagged.select("episode", "time").rows() == [(None, p.at("50h")), (1, p.at("3h"))]


# what measures to come rely on ---------------------------------------------------------------------------------------


def case_of(p: Patient, **facts: Any) -> Case:
    chart = build_chart(p.tables(), PROTOCOL, p.facts(**facts))
    doses = medication(chart, PROTOCOL)
    return Case(chart, doses, grade(chart, doses.boluses, doses.sparing, PROTOCOL), PROTOCOL)


def told(case: Case, judge: Judge, *opened_by: str) -> list[tuple[int, str, str | None]]:
    found = verdicts(case, [Measure("G2-02", opened_by, judge)]).results
    return found.select("opportunity", "status", "reason").rows()


def test_a_kind_that_was_not_extracted() -> None:
    def judge(case: Case) -> Opportunities:
        lacking = case.lacks("procedures", "chest_xray")
        return Opportunities(case.every_infusion).require("x-ray", pl.lit(False), lacking=lacking, fails="not_done")

    assert told(case_of(followed()), judge) == [(1, "indeterminate", "procedures: chest_xray")]
    assert told(case_of(followed().procedure("-3d", "chest_xray")), judge) == [(1, "not_met", "not_done")]


def test_a_kind_that_decides_whether_there_is_an_opportunity() -> None:
    def judge(case: Case) -> Opportunities:
        return Opportunities(case.every_infusion)

    opened_by = ("mar", "assessments: icans_grade")
    assert told(case_of(followed()), judge, *opened_by) == [(1, "indeterminate", "assessments: icans_grade")]
    assert told(case_of(followed().icans("0h", 0)), judge, *opened_by) == [(1, "met", None)]
    assert told(case_of(patient()), judge, *opened_by) == [(1, "indeterminate", "mar")]


def test_infusions_left_open() -> None:
    def judge(case: Case) -> Opportunities:
        unknown = case.infusions.filter(~pl.col("has_labs"))
        return Opportunities(case.every_infusion).leave_open(unknown, "labs")

    assert told(case_of(followed()), judge) == [(1, "indeterminate", "labs")]
    assert told(case_of(followed().lab("0h", "anc", 100)), judge) == [(1, "met", None)]
