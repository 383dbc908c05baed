"""From rows to opportunities: every step with the reasons why the others were left out, and nothing lost between."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from crs_audit.report.attrition import attrition, steps
from crs_audit.report.index_page import index_page
from crs_audit.report.result import ATTRITION, AuditResult
from tests.report.pages import Page
from tests.report.sample import make

RUN, _ = make()


def told(run: AuditResult) -> dict[str, list[tuple[str, str, int]]]:
    """Step → (what, reason, count) of the rows under it."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for row in attrition(run):
        if row["of"] is None:
            found[row["step"]] = []
        else:
            found[row["of"]].append((row["step"], row["reason"], row["count"]))
    return found


def test_rejected_rows_are_told_by_table_column_and_reason() -> None:
    under = told(RUN)["rows accepted"]
    assert [row for row in under if row[0].startswith("rejected")] == [
        ("rejected, vital signs: value, outside plausible range", "outside plausible range", 14),
        ("rejected, laboratory: time, not a time", "not a time", 8),
    ]
    rejected = sum(n for what, _, n in under if what.startswith("rejected"))
    twice = {what: n for what, why, n in under if why == "duplicate"}
    assert rejected == RUN.headline.rows_rejected == 22
    assert twice == {"exact duplicates, vital signs": 30, "exact duplicates, medication administration": 10}
    assert [n for *_, n in under] == sorted((n for *_, n in under), reverse=True)
    assert told(RUN)["rows read"] == [("left aside by the mapping, vital signs", "filtered", 400)]
    assert (RUN.headline.rows_read or 0) - rejected - sum(twice.values()) == RUN.headline.rows_accepted


def test_rows_with_a_date_only_are_told() -> None:
    values = pl.DataFrame({"table": ["mar", "labs", "mar"], "date_only": [2, 0, 3]})
    look = replace(RUN, quality=replace(RUN.quality, values=values))
    only = [row for row in told(look)["rows accepted"] if row[1] == "date_only_time"]
    assert only == [("accepted with a date only, outside all states, medication administration", "date_only_time", 5)]


def test_patients_and_infusions() -> None:
    lost = pl.DataFrame(
        [("infusions", 6, 3, "infusion_time", "not a time", "soon", None)] * 2, schema=RUN.rejects.schema, orient="row"
    )
    run = replace(RUN, outside_period=4, rejects=pl.concat([RUN.rejects, lost]))
    assert told(run)["patients with an infusion"] == [("patients without an infusion", "no infusion", 3)]
    assert told(run)["infusions audited"] == [
        ("infusions outside the period", "period", 4),
        ("infusion rows rejected: infusion_time, not a time", "not a time", 2),
    ]


def test_infusions_without_an_episode_are_well_or_not_gradable() -> None:
    parts = told(RUN)["infusions with an episode"]
    assert [why for _, why, _ in parts] == ["no fever", "vitals"]
    assert sum(n for *_, n in parts) == RUN.headline.infusions - (RUN.headline.with_episode or 0)


def test_opportunities_not_judged_add_up_by_reason() -> None:
    found, head = told(RUN), RUN.headline
    assert sum(n for *_, n in found["opportunities judged"]) == (head.opportunities or 0) - (head.judged or 0)
    excluded = {why: n for what, why, n in found["opportunities judged"] if what.startswith("excluded")}
    rated = RUN.results.filter(pl.col("kind") != "I")
    rows = rated.filter(pl.col("status") == "excluded").group_by("reason").len()
    assert excluded == dict(rows.iter_rows())
    (without,) = found["opportunities"]
    assert without[2] == rated.filter(pl.col("opportunity") == 0).height


def test_no_two_rows_share_their_words_and_nothing_is_told_of_nought() -> None:
    rows = attrition(replace(RUN, outside_period=0))
    assert len({row["step"] for row in rows}) == len(rows)
    assert all(row["count"] for row in rows if row["of"])


def test_steps_alone_are_the_steps() -> None:
    assert steps(RUN.headline) == [row for row in attrition(RUN) if row["of"] is None]


def test_the_page_tells_the_most_frequent_reasons_and_where_the_others_are() -> None:
    visible = Page(index_page(RUN, {})).visible
    assert "29 206 read = 29 144 accepted + 22 rejected + 40 exact duplicates" in visible
    assert "14 rejected, vital signs: value, outside plausible range" in visible
    many = [
        {"step": "rows read", "count": 99, "note": "", "of": None, "reason": None},
        *({"step": f"why {n:02}", "count": n, "note": "", "of": "rows read", "reason": "x"} for n in range(40, 20, -1)),
    ]
    visible = Page(index_page(replace(RUN, attrition=pl.DataFrame(many, schema=ATTRITION)), {})).visible
    assert "29 why 29" in visible
    assert "why 28" not in visible
    assert "and 8 more reasons: data/attrition.csv" in visible
