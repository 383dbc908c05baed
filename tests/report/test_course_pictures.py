"""Whole window and episodes beside each other: lanes at the same height, every class of drug, the story in words."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from crs_audit.report.clock import HOUR, SiteClock
from crs_audit.report.pictures.drawing import Drawing
from crs_audit.report.pictures.drugs import LANES, drug_marks
from crs_audit.report.pictures.timeline import Pictures, pictures
from crs_audit.report.result import PatientView
from crs_audit.vocabulary.load import load_vocabulary
from tests.report.sample import ZONE, make, views

RUN, FRAMES = make()
VIEWS = views(RUN, FRAMES)
CLOCK = SiteClock(ZONE)
MAR = ("time", "day_only", "drug", "action", "raw_dose", "raw_dose_unit", "route", "route_text", "bolus_text",
       "end_time", "rate", "rate_unit", "dose", "dose_unit")  # fmt: skip


def drawing(number: int, **tables: Any) -> Drawing:
    view = VIEWS[number - 1]
    return Drawing(
        PatientView(view.token, view.infusion, {**view.tables, **tables}), SiteClock(ZONE), RUN.protocol
    )  # fmt: skip


def mar(*rows: dict[str, Any]) -> dict[str, list[Any]]:
    """The MAR of infusion 4; hours are counted from T0."""
    t0, found = VIEWS[3].infusion["t0"], []
    for row in rows:
        times = {key: t0 + round(row[key] * HOUR) for key in ("time", "end_time") if row.get(key) is not None}
        found.append({"day_only": False, "action": "given", **row, **times})
    return {name: [row.get(name) for row in found] for name in MAR}


def lanes(svg: str) -> dict[str, str]:
    """Label → height at which its lane begins."""
    return {name: y for y, name in re.findall(r'class="lane" x="0.0" y="([\d.]+)">([^<]+)<', svg) if name != "Course"}


@pytest.mark.parametrize("number", [1, 4, 5, 9])
def test_a_lane_is_at_one_height_in_all_pictures_of_an_infusion(number: int) -> None:
    drawn = pictures(drawing(number))
    assert len(lanes(drawn.window)) > 8
    for svg in drawn.episodes:
        assert lanes(svg) == lanes(drawn.window)


def test_the_window_shows_where_each_enlarged_stretch_lies() -> None:
    told = drawing(5)
    frames = re.findall(
        r'class="zoomed" x="([\d.]+)" y="[\d.]+" width="([\d.]+)".*?episode (\d)<', pictures(told).window
    )
    spans = re.findall(r'class="span" d="M([\d.]+) [\d.]+v5H([\d.]+)v', pictures(told).window)
    assert sorted(number for *_, number in frames) == ["1", "2"]
    for (left, width, _), (onset, end) in zip(sorted(frames, key=lambda frame: frame[2]), spans, strict=True):
        assert float(left) < float(onset) < float(end) < float(left) + float(width)


def test_without_an_episode_the_window_has_the_whole_width() -> None:
    assert 'viewBox="0 0 1000' in pictures(drawing(2)).window
    assert pictures(drawing(2)).episodes == []


def test_every_class_of_the_vocabulary_has_a_lane() -> None:
    drawn = {name for lane in LANES for name in lane.classes} | {"vasopressor"}
    assert set(load_vocabulary().drugs.classes) == drawn


def test_each_class_is_drawn_in_the_window_and_enlarged() -> None:
    of = load_vocabulary().concepts_of
    rows = [
        {"time": 13 + k, "drug": min(of(lane.classes[-1])), "raw_dose": "5", "raw_dose_unit": "mg", "route": "iv"}
        for k, lane in enumerate(LANES)
    ]
    drawn = pictures(drawing(4, mar=mar(*rows)))
    for lane in LANES:
        for svg in (drawn.window, *drawn.episodes):
            assert f'href="#{lane.symbol}"' in svg, lane.label
        assert (lane.symbol, lane.cls, lane.meaning) in drawn.legend
    assert drawn.absent == []


def test_the_legend_holds_what_is_drawn_and_nothing_else() -> None:
    drawn = pictures(drawing(2))
    symbols = set(re.findall(r'<use href="#(m-[a-z-]+)"', drawn.window)) - {"m-temp", "m-sbp", "m-map"}
    assert {symbol for symbol, *_ in drawn.legend if symbol} == symbols
    assert {"vasopressor", "GM-CSF", "antibiotic"} <= set(drawn.absent)


def texts(svg: str) -> list[str]:
    return re.findall(r'class="t none"[^>]*>([^<]+)<', svg)


def test_an_empty_lane_that_matters_says_so() -> None:
    none: dict[str, Any] = {"tocilizumab_doses": {}, "steroid_doses": {}}
    assert texts(pictures(drawing(4, **none)).window) == ["none in the window"] * 2
    assert texts(pictures(drawing(4)).window) == []
    assert "no grade above 0 found" in texts(pictures(drawing(2)).window)
    assert "no grade above 0 found" not in texts(pictures(drawing(6)).window)


def unrecorded(number: int) -> Drawing:
    """An infusion without a medication record."""
    results = VIEWS[number - 1].tables["results"]
    told = {**results, "reason": ["mar", *results["reason"][1:]]}
    none: dict[str, Any] = {"tocilizumab_doses": {}, "steroid_doses": {}, "mar": {}, "fluid_boluses": {}}
    return drawing(number, **none, results=told)


def test_without_a_medication_record_nothing_is_said_to_be_none() -> None:
    told = unrecorded(4)
    told.__dict__["delays"] = {}
    drawn = pictures(told)
    assert texts(drawn.window) == ["not known: no medication record"] * 2
    assert "tocilizumab not known" in drawn.episodes[0]
    for svg in (drawn.window, *drawn.episodes):
        (story,) = re.findall(r"<desc [^>]*>([^<]+)<", svg)
        assert "Tocilizumab, corticosteroids, vasopressors: not known" in story
        assert "none" not in story
        assert "No vasopressor" not in story


def test_an_episode_never_treated_says_for_how_long() -> None:
    told = drawing(1, tocilizumab_doses={})
    told.__dict__["delays"] = {}
    length = told.episodes[0]["end"] - told.episodes[0]["first_grade_2"]
    assert f"tocilizumab never ({length // HOUR}\u00a0h from grade 2" in pictures(told).episodes[0]
    rows = told.view.tables["results"]
    capped = [("cap" if id_ == "G2-02" else why) for id_, why in zip(rows["measure_id"], rows["reason"], strict=True)]
    told = drawing(1, tocilizumab_doses={}, results={**rows, "reason": capped})
    told.__dict__["delays"] = {}
    assert "tocilizumab none: cap of doses reached" in pictures(told).episodes[0]


def test_each_change_of_dose_is_named_in_a_crowd() -> None:
    t0 = VIEWS[7].infusion["t0"]
    course = [("dexamethasone", 10.0), *[("methylprednisolone", x) for x in (500.0,) * 6 + (250.0,) * 4 + (125.0,) * 4]]
    doses = [
        {"drug": drug, "route": "iv", "time": t0 + (20 + 6 * k) * HOUR, "end": None, "amount": amount, "dex_mg": None,
         "physiologic": False}
        for k, (drug, amount) in enumerate(course)
    ]  # fmt: skip
    told = {name: [dose[name] for dose in doses] for name in doses[0]}
    drawn = pictures(drawing(8, steroid_doses=told))
    window = str(drawn.window)
    for label in ("dex 10 mg", "mpred 500 mg", "250 mg", "125 mg"):
        assert f">{label}<" in window
    assert window.count(">mpred 500 mg<") == 1
    assert not drawn.crowded
    later = {**told, "time": [us + VIEWS[3].infusion["t0"] - t0 for us in told["time"]]}
    assert pictures(drawing(4, steroid_doses=later)).crowded


def test_a_mark_tells_drug_dose_route_and_time() -> None:
    drawn = drug_marks(VIEWS[3], CLOCK)
    first = drawn["Tocilizumab"][0]
    start, end = (CLOCK.text(us) for us in (first.time, first.end))
    assert first.title == f"tocilizumab 660 mg = 8 mg/kg IV, {start} to {end}"
    assert re.fullmatch(r"dexamethasone 10 mg = dexamethasone 10 mg IV, 2026-\S+ \S+", drawn["Corticosteroid"][1].title)
    assert drawn["Antifungal"][0].title.startswith("fluconazole 400 mg PO, 2026-")


def bars(drawn: Pictures, cls: str) -> list[ElementTree.Element]:
    svg = str(drawn.window).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return [e for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect") if e.get("class") == cls]


def test_what_runs_long_is_a_bar_to_its_end_or_to_where_it_was_stopped() -> None:
    saline = {"drug": "sodium_chloride_0.9", "action": "new_bag"}
    drawn = pictures(drawing(4, mar=mar({**saline, "time": 20, "end_time": 60}), fluid_boluses={}))
    (long,) = bars(drawn, "dur fluid")
    stopped = pictures(
        drawing(4, mar=mar({**saline, "time": 20}, {**saline, "action": "stopped", "time": 40}), fluid_boluses={})
    )
    (short,) = bars(stopped, "dur fluid")
    assert float(long.get("width", 0)) == pytest.approx(2 * float(short.get("width", 0)), abs=0.2)
    again = mar({**saline, "time": 20}, {**saline, "time": 30}, {**saline, "action": "stopped", "time": 40})
    (last,) = bars(pictures(drawing(4, mar=again, fluid_boluses={})), "dur fluid")
    assert float(last.get("x", 0)) > float(short.get("x", 0)) + 1


def test_tocilizumab_not_by_vein_is_drawn_apart() -> None:
    row = {"drug": "tocilizumab", "time": 20, "raw_dose": "162", "raw_dose_unit": "mg", "route": "sc"}
    drawn = pictures(drawing(4, mar=mar(row, {**row, "route": "iv"})))
    assert str(drawn.window).count('class="toci low"') == 1
    assert ("m-toci", "toci low", "tocilizumab not by vein: not counted") in drawn.legend


def test_a_vasopressor_tells_the_rates_of_its_run() -> None:
    row = {"drug": "norepinephrine", "action": "rate_change", "rate_unit": "mcg/kg/min"}
    rows = [{**row, "time": hour, "rate": rate} for hour, rate in ((23, 0.05), (30, 0.4), (40, 0.1), (300, 9.0))]
    window = pictures(drawing(4, mar=mar(*rows))).window
    assert "<title>norepinephrine 0.05 to 0.4 mcg/kg/min, " in window
    mixed = [*rows, {**row, "time": 41, "rate": 8, "rate_unit": "mcg/min"}]
    assert "<title>norepinephrine, " in pictures(drawing(4, mar=mar(*mixed))).window


def test_each_picture_tells_its_story_in_words() -> None:
    drawn = pictures(drawing(4))
    for svg in (drawn.window, *drawn.episodes):
        told = re.findall(r"<desc [^>]*>([^<]+)<", svg)[0]
        for words in ("grade 2 from", "grade 4 from", "highest grade 4", "Tocilizumab: 4 doses, the first",
                      "norepinephrine 40", "In ICU for"):  # fmt: skip
            assert words in told
    quiet = re.findall(r"<desc [^>]*>([^<]+)<", pictures(drawing(2)).window)[0]
    for words in ("No episode of CRS", "Tocilizumab: none", "No vasopressor", "No oxygen counted"):
        assert words in quiet
    assert "Temperature or pressure not known for 6\u00a0d" in pictures(drawing(6)).window
