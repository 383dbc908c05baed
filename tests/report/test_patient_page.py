"""The page of one infusion: verdicts with evidence, charted rows, what was missing."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from crs_audit.report.clock import SiteClock
from crs_audit.report.patient import render_patient
from crs_audit.report.verdicts import FOLDED_FROM, by_measure, headed, verdicts
from tests.report.pages import Page
from tests.report.sample import ZONE, context, make, views

RUN, FRAMES = make()
VIEWS = {view.token: view for view in views(RUN, FRAMES)}


def html(token: str) -> str:
    return render_patient(VIEWS[token], context(RUN))


def test_each_opportunity_has_its_anchor_and_its_words(pages: dict[str, Page]) -> None:
    for token, view in VIEWS.items():
        page = pages[f"patients/{token}.html"]
        for row in view.rows("results"):
            anchor = f"r-{row['measure_id']}-{row['opportunity']}"
            assert (anchor in page.ids) == (row["status"] != "not_applicable")
            if row["status"] != "not_applicable":
                assert row["sentence"] in page.visible


def test_evidence_cites_file_sheet_row_and_outcome(pages: dict[str, Page]) -> None:
    view = VIEWS["0001"]
    row = next(row for row in view.rows("evidence") if "timeline" not in row["result_id"] and row["row"])
    visible = pages["patients/0001.html"].visible
    assert "mar.xlsx [Administrations]" in visible
    assert str(row["row"]) in visible
    assert "TRUE" in visible
    assert "SBP 84 <i>" in visible


def test_what_was_not_met_comes_first_and_links_to_its_evidence(pages: dict[str, Page]) -> None:
    found = verdicts(VIEWS["0005"], context(RUN), SiteClock(ZONE))
    page = pages["patients/0005.html"]
    wanted = [f"#{verdict.anchor}" for verdict in found["not_met"]]
    assert wanted == [link for link in page.links if link.startswith("#r-")]
    assert "amber" in page.visible


def test_groups_keep_what_is_merely_considered_apart() -> None:
    for view in VIEWS.values():
        for key, members in verdicts(view, context(RUN), SiteClock(ZONE)).items():
            for verdict in members:
                assert (verdict.rule.kind == "R") or key != "not_met"
                assert verdict.open == (key in ("not_met", "considered", "indeterminate"))


def test_many_met_verdicts_of_a_measure_stand_behind_one_line() -> None:
    found = verdicts(VIEWS["0001"], context(RUN), SiteClock(ZONE))["met"]
    same = [replace(found[0], anchor=f"r-{i}") for i in range(FOLDED_FROM)]
    assert [(folded, len(run)) for folded, run in by_measure("met", [*same, found[-1]])] == [(True, 4), (False, 1)]
    assert [folded for folded, _ in by_measure("not_met", same)] == [False]


def test_many_fallouts_of_a_measure_are_one_line_at_the_top() -> None:
    found = verdicts(VIEWS["0005"], context(RUN), SiteClock(ZONE))["not_met"]
    first, late = (replace(found[0], status=status) for status in ("not_met", "amber"))
    assert headed([first] * FOLDED_FROM + [late]) == [(first, [first] * (FOLDED_FROM - 1)), (late, [])]
    assert headed([first] * (FOLDED_FROM - 1)) == [(first, [])] * (FOLDED_FROM - 1)


def test_headings_go_down_one_level_at_a_time(pages: dict[str, Page]) -> None:
    for token in VIEWS:
        levels = [int(tag[1]) for tag, _ in pages[f"patients/{token}.html"].elements if re.fullmatch(r"h\d", tag)]
        assert levels[0] == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), token


def test_the_worst_episode_stands_beside_the_window(pages: dict[str, Page]) -> None:
    text = html("0005")
    beside = text[text.index('id="picture"') : text.index('id="episodes"')]
    assert 'id="window-t"' in beside
    assert beside.count('id="episode-') == 2  # title and description of one picture
    assert "episode-1-t" in beside
    after = text[text.index('id="episodes"') : text.index('id="labs"')]
    assert "episode-2-t" in after
    assert "episode-1-t" not in after
    assert 'class="alone"' in html("0002")


def test_labs_are_told_in_words_beside_their_pictures(pages: dict[str, Page]) -> None:
    visible = pages["patients/0001.html"].visible
    assert "highest >10000" in visible
    assert "lowest 400" in visible


def test_no_vital_signs_never_reads_as_no_syndrome(pages: dict[str, Page]) -> None:
    visible = pages["patients/0006.html"].visible
    assert "CRS cannot be graded" in visible
    assert "not gradable" in visible
    assert "Little could be judged" in visible
    assert re.search(r"\d+ could not be judged", visible)
    assert "No required care found missing" not in visible
    assert "CRS cannot be graded" not in pages["patients/0002.html"].visible


def test_neighbours(pages: dict[str, Page]) -> None:
    first, middle, last = (pages[f"patients/{token}.html"] for token in ("0001", "0005", "0012"))
    assert {"0004.html", "0006.html"} <= set(middle.links)
    assert "First infusion" in first.visible
    assert "Last infusion" in last.visible
    rels = {attrs["rel"]: attrs["href"] for attrs in middle.all("link")}
    assert rels == {"prev": "0004.html", "next": "0006.html"}


def test_an_access_key_is_one_links_alone(pages: dict[str, Page]) -> None:
    links = pages["patients/0005.html"].all("a")
    keys = {attrs["accesskey"]: attrs["href"] for attrs in links if "accesskey" in attrs}
    assert keys == {"p": "0004.html", "u": "../index.html#patients", "n": "0006.html"}
    assert sum("accesskey" in attrs for attrs in links) == 3


def test_a_value_stands_beside_what_was_charted() -> None:
    view = VIEWS["0001"]
    row = next(row for row in view.rows("vitals") if row["vital"] == "temperature" and row["value"] != 36)
    shown = f"{row['value']:g} <i>{row['raw_value']} °F</i>"
    assert shown in html("0001")
    assert "84 <i>8.4 mg/dL</i>" in html("0001")
    assert "&gt;10000</span>" in html("0001")


def test_every_charted_row_is_cited() -> None:
    text = html("0005")
    table = text[text.index('id="rows-vitals"') : text.index('id="rows-labs"')]
    cited: set[int] = set()
    for cell in re.findall(r"<td>([\d–, ]+)</td></tr>", table):
        for part in cell.split(", "):
            low, _, high = part.partition("–")
            cited.update(range(int(low), int(high or low) + 1))
    assert cited == {row["row"] for row in VIEWS["0005"].rows("vitals")}


def test_doses_are_told_with_their_worth(pages: dict[str, Page]) -> None:
    visible = pages["patients/0004.html"].visible
    for told in (
        "93.75 mg", "methylprednisolone", "physiologic", "unknown", "660 mg", "8 mg/kg", "82.5 kg", "CRS or ICANS",
        "281.25 mg", "6 h",
    ):  # fmt: skip
        assert told in visible


def test_courses_name_the_periods_of_the_protocol() -> None:
    inside = context(RUN)
    spans = {"shared.cap_period": 36, "medication.course_period": 48}
    other = {key: replace(inside.protocol.parameters[key], value=hours) for key, hours in spans.items()}
    protocol = replace(inside.protocol, parameters={**inside.protocol.parameters, **other})
    visible = Page(render_patient(VIEWS["0004"], replace(inside, protocol=protocol))).visible
    assert "Doses in 36 h" in visible
    assert "DXM in 48 h: all doses of known amount in the 48 h" in visible
    assert "in 24 h" not in visible[visible.index("Tocilizumab course") : visible.index("nobody can say which")]


def test_an_infusion_without_any_row_still_has_a_page() -> None:
    view = VIEWS["0002"]
    bare = type(view)(view.token, view.infusion, {"results": view.tables["results"]})
    page = Page(render_patient(bare, context(RUN)))
    assert "Vital signs: none" in page.visible
    assert "CRS cannot be graded" in page.visible


def test_outside_the_house_a_page_names_its_token_only() -> None:
    inside = context(RUN)
    outside = type(inside)(**{**vars(inside), "internal": False})
    page = Page(render_patient(VIEWS["0001"], outside))
    assert "MRN-0001" not in page.visible
    assert "Infusion 0001" in page.visible


def unrecorded(token: str) -> Page:
    """The page of an infusion whose extract has no medication record: what needs one cannot be judged."""
    view = VIEWS[token]
    rows = view.rows("results")
    for row in rows:
        if row["status"] == "not_met" or "mar" in RUN.protocol.measures[row["measure_id"]].needs:
            row |= {"status": "indeterminate", "reason": "mar", "value": None}
    results = {name: [row[name] for row in rows] for name in rows[0]}
    none: dict[str, dict[str, list[object]]] = {"mar": {}, "tocilizumab_doses": {}, "steroid_doses": {}}
    bare = type(view)(view.token, view.infusion, {**view.tables, **none, "results": results})
    return Page(render_patient(bare, context(RUN)))


def test_without_a_medication_record_the_page_does_not_read_as_a_clean_one() -> None:
    visible = unrecorded("0001").visible
    assert re.search(r"Not judgeable: no medication record \(\d+\)", visible)
    assert "No required care found missing" not in visible
    assert "every grade here is a lower bound" in visible
    assert "not known: no medication record" in visible
    assert "no IV dose" not in visible
    assert "Not drawn, because" not in visible


def test_what_was_excluded_is_told_beside_what_was_judged() -> None:
    for token, view in VIEWS.items():
        rows = [row for row in view.rows("results") if row["status"] != "not_applicable"]
        excluded = sum(row["status"] == "excluded" for row in rows)
        judged = sum(row["status"] in ("met", "not_met") and row["kind"] != "I" for row in rows)
        judged += sum(row["status"] == "not_met" and row["kind"] == "I" for row in rows)
        visible = html(token)
        assert f"Of the opportunities {judged} judged" in visible
        assert not excluded or f", {excluded} excluded" in visible


def test_an_episode_tells_its_hours_by_grade_and_without() -> None:
    assert "grade 1: 13\u00a0h, grade 2: 23\u00a0h<" in html("0001")
    view = VIEWS["0001"]
    rows = view.rows("timeline")
    rows[1] |= {"grade": 0, "drivers": None}
    timeline = {name: [row[name] for row in rows] for name in rows[0]}
    told = render_patient(type(view)(view.token, view.infusion, {**view.tables, "timeline": timeline}), context(RUN))
    assert "no grade: 5\u00a0h" in told


def test_an_airway_flag_stands_beside_the_grade() -> None:
    assert "4 (flag: intubation for airway protection)" in html("0009")


def test_what_evidence_cites_has_its_name_and_unit() -> None:
    view = VIEWS["0001"]
    vitals, cited = view.rows("vitals"), view.rows("evidence")
    pressure = next(row for row in vitals if row["vital"] == "map")
    heat = next(row for row in vitals if row["vital"] == "temperature")
    told = [row for row in cited if "timeline" not in row["result_id"]][:4]
    for row, (source, number, raw) in zip(
        told,
        [(1, pressure["row"], pressure["raw_value"]), (1, heat["row"], heat["raw_value"]), (None, None, "cap"),
         (5, 1, "chest_xray")],
        strict=True,
    ):  # fmt: skip
        row |= {"source": source, "row": number, "raw_value": raw, "time": pressure["time"]}
    evidence = {name: [row[name] for row in cited] for name in cited[0]}
    tables = {**view.tables, "evidence": evidence}
    text = render_patient(type(view)(view.token, view.infusion, tables), context(RUN))
    cells = re.findall(r'class="raw">([^<]*)<', text)
    assert f"MAP {pressure['raw_value']} mmHg" in cells
    assert f"temperature {heat['raw_value']} °F" in cells
    assert "the cap of tocilizumab doses was reached" in cells
    assert "chest X-ray" in cells
