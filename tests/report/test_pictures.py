"""The pictures: what is drawn where, and that nothing is left to colour or to chance."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_audit.report.clock import HOUR, SiteClock
from crs_audit.report.pictures import states
from crs_audit.report.pictures.canvas import BOLD, CHAR, LEFT, MARK, RIGHT, WIDTH, Canvas, staggered
from crs_audit.report.pictures.charted_grades import printed
from crs_audit.report.pictures.drawing import Drawing, shown_end
from crs_audit.report.pictures.oxygen import oxygen_lane, support_grade
from crs_audit.report.pictures.timeline import pictures
from tests.report.sample import ZONE, make, views

RUN, FRAMES = make()
VIEWS = views(RUN, FRAMES)
SVG = "{http://www.w3.org/2000/svg}"


def drawing(number: int) -> Drawing:
    return Drawing(VIEWS[number - 1], SiteClock(ZONE), RUN.protocol)


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def segment(start: int, end: int, grade: int, drivers: str | None = None, observed: bool = True) -> states.Segment:
    return {"start": start, "end": end, "grade": grade, "drivers": drivers, "observed": observed}


@pytest.mark.parametrize("number", range(1, 13))
def test_every_mark_has_a_title_and_lies_in_the_plot(number: int) -> None:
    drawn = pictures(drawing(number))
    for svg in (drawn.window, *drawn.episodes):
        root = parse(svg)
        right = float((root.get("viewBox") or "").split()[2]) - (WIDTH - RIGHT)
        for mark in [*root.iter(f"{SVG}use"), *(r for r in root.iter(f"{SVG}rect") if r.get("class") != "after")]:
            assert mark.findtext(f"{SVG}title")
            assert 100 < float(mark.get("x", "nan")) <= right + 0.1
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")
        assert "style=" not in svg
        assert "nan" not in svg


@pytest.mark.parametrize("number", [4, 9])
def test_the_same_rows_draw_the_same_bytes(number: int) -> None:
    again = views(*make.__wrapped__())[number - 1]
    assert pictures(drawing(number)) == pictures(Drawing(again, SiteClock(ZONE), RUN.protocol))


def test_grade_is_told_by_number_and_height_too() -> None:
    root = parse(pictures(drawing(9)).window)
    bars = {rect.get("class"): float(rect.get("height", "0")) for rect in root.iter(f"{SVG}rect")}
    assert bars["g4"] > bars["g1"]
    assert "4" in [text.text for text in root.iter(f"{SVG}text")]


def test_hours_without_observation_are_hatched() -> None:
    assert 'class="gap"' in pictures(drawing(6)).window


def test_the_delay_to_tocilizumab_is_told_in_minutes() -> None:
    assert "to tocilizumab 95\u00a0min" in pictures(drawing(1)).episodes[0]


def test_a_late_dose_is_marked_by_more_than_its_place() -> None:
    drawn = drawing(11)
    late = Drawing(VIEWS[10], SiteClock(ZONE), RUN.protocol)
    late.__dict__["delays"] = {1: drawn.episodes[0]["onset"] + 5 * HOUR}
    late.__dict__["episodes"] = [{**drawn.episodes[0], "first_grade_2": drawn.episodes[0]["onset"]}]
    svg = pictures(late).episodes[0]
    assert 'class="br late"' in svg
    assert "5\u00a0h" in svg


def test_an_empty_end_is_left_out_but_never_a_charted_row() -> None:
    for number in range(1, 13):
        drawn = drawing(number)
        end, infusion = shown_end(drawn), drawn.view.infusion
        assert end <= infusion["w"]
        assert all(us <= end for us in drawn.view.tables.get("vitals", {}).get("time", ()))
        assert all(episode["end"] <= end for episode in drawn.episodes)


@pytest.mark.parametrize(
    ("age", "limits"), [(None, (90, 65)), (40.0, (90, 65)), (18.0, (90, 65)), (12.0, (90, None)), (8.9, (86, None)),
                        (1.0, (72, None)), (0.5, (70, None))]
)  # fmt: skip
def test_limits_follow_the_age(age: float | None, limits: tuple[float, float | None]) -> None:
    view = VIEWS[0]
    old = Drawing(
        type(view)(view.token, {**view.infusion, "age_years": age}, view.tables), SiteClock(ZONE), RUN.protocol
    )
    assert old.pressure_limits() == limits


def test_rows_of_one_grade_are_one_bar_that_tells_all_its_drivers() -> None:
    rows = [segment(0, 1, 2, "fever"), segment(1, 2, 2, "hypotension"), segment(2, 3, 0), segment(4, 5, 0)]
    assert states.merged(rows, detailed=False) == [(0, 2, 2, ""), (2, 3, 0, ""), (4, 5, 0, "")]
    assert states.merged(rows, detailed=True)[0] == (0, 2, 2, "fever; hypotension")


def test_runs_of_support_join_across_rows() -> None:
    oxygen, pressors = states.runs(
        [segment(0, 1, 2, "fever; oxygen=nasal cannula 2"), segment(1, 2, 3, "oxygen=nasal cannula 2; norepinephrine"),
         segment(2, 3, 3, "norepinephrine"), segment(5, 6, 3, "norepinephrine")]
    )  # fmt: skip
    assert oxygen == [(0, 2, "nasal cannula 2 L/min")]
    assert pressors == {"norepinephrine": [(1, 3), (5, 6)]}


def test_gaps_join() -> None:
    rows = [
        segment(0, 1, 0, observed=False),
        segment(1, 2, 1, observed=False),
        segment(2, 3, 0),
        segment(3, 4, 0, None, False),
    ]
    assert states.gaps(rows) == [(0, 2), (3, 4)]


marks = st.lists(st.tuples(st.floats(LEFT, RIGHT), st.text("ab 0", max_size=14)), max_size=60).map(sorted)


@given(marks)
def test_no_label_runs_into_the_next_mark_of_its_level(found: list[tuple[float, str]]) -> None:
    placed, levels = staggered(found, 3)
    assert len(placed) == len(found)
    assert 1 <= levels <= 3
    last: dict[int, float] = {}
    for (x, label), (level, fits) in zip(found, placed, strict=True):
        assert level < 3
        if level in last:
            assert last[level] <= x - MARK
        last.pop(level, None)
        if fits and label:
            last[level] = x + MARK + 2 + CHAR * len(label)
            assert last[level] <= WIDTH


def test_of_many_equal_doses_close_together_the_first_is_named() -> None:
    course = [(200.0 + 18 * k, "dex 10 mg" if k < 9 else "mpred 500 mg") for k in range(16)]
    placed, _ = staggered(course, 3)
    assert [k for k, (_, fits) in enumerate(placed) if fits] == [0, 9]


@pytest.mark.parametrize("hours", [5, 6, 26, 27, 100, 101, 330, 336, 400, 740])
@pytest.mark.parametrize("since", [0, 1, 11, 21, 23])
def test_an_axis_names_days_and_hours_without_one_over_another(hours: int, since: int) -> None:
    canvas = Canvas(since * HOUR, (since + hours) * HOUR, SiteClock("UTC"))
    canvas.time_axis(0)
    canvas.y += 10
    labels = re.findall(r'class="ax( fin)?( b)?" x="([\d.]+)" y="[\d.]+">([^<]+)<', "".join(canvas.parts))
    for row, letter in ((" b", BOLD), ("", CHAR)):
        free, places = 0.0, 0
        for fin, bold, x, text in labels:
            if bold == row:
                left = float(x) - letter * len(text) * (1 if fin else 0.5)
                assert free <= left
                free, places = left + letter * len(text), places + 1
        assert free <= WIDTH
        assert (1 if row else 2) <= places <= 20


def test_a_picture_that_begins_late_in_the_evening_still_names_the_next_day() -> None:
    canvas = Canvas(22 * HOUR, 50 * HOUR, SiteClock("UTC"))
    canvas.time_axis(0)
    assert re.findall(r"day \d", "".join(canvas.parts)) == ["day 1", "day 2"]


def test_each_vasopressor_is_named_beside_its_bars_however_short_they_are() -> None:
    canvas = Canvas(0, 100 * HOUR, SiteClock("UTC"))
    spans = [(k * HOUR, k * HOUR + HOUR // 2) for k in range(0, 40, 2)]
    states.pressor_lanes(canvas, {"vasopressin": spans[:3], "norepinephrine": spans}, {})
    names = re.findall(r'class="lim" x="([\d.]+)" y="([\d.]+)">(\w+)<', "".join(canvas.parts))
    assert [name for *_, name in names] == ["norepinephrine", "vasopressin"]
    assert all(float(x) < LEFT for x, *_ in names)
    assert len({y for _, y, _ in names}) == 2


def test_grades_reached_close_together_are_named_below_each_other() -> None:
    drawn = drawing(9)
    onset = drawn.episodes[0]["onset"]
    close = {f"first_grade_{k}": onset + k * HOUR // 2 for k in (2, 3, 4)}
    drawn.__dict__["episodes"] = [{**drawn.episodes[0], **close}]
    svg = pictures(drawn).episodes[0]
    found = re.findall(r'y="([\d.]+)">(?:onset|grade \d)<', svg)
    assert len(found) == len(set(found)) == 4


def asked(svg: str) -> list[tuple[str, str]]:
    """Height and text of the oxygen bars."""
    return re.findall(r'class="ox"[^>]*height="([\d.]+)"><title>([^,]+),', svg)


def test_oxygen_is_named_in_short_where_there_is_little_room_and_as_high_as_its_grade() -> None:
    canvas = Canvas(0, 100 * HOUR, SiteClock("UTC"))
    texts = ("nasal cannula 4 L/min", "high-flow cannula 40 L/min", "non-invasive")
    rows = [(k * 8 * HOUR, (k + 1) * 8 * HOUR, text) for k, text in enumerate(texts)]
    oxygen_lane(canvas, rows, [], 6)
    drawn = "".join(canvas.parts)
    assert re.findall(r'class="on ox-t"[^>]*>([^<]+)<', drawn) == ["NC 4", "HFNC 40", "NIV"]
    heights = [float(height) for height, _ in asked(drawn)]
    assert heights == sorted(set(heights))
    assert [title[-2] for _, title in asked(drawn)] == ["2", "3", "4"]


@pytest.mark.parametrize(
    ("text", "grade"),
    [("nasal cannula", 2), ("nasal cannula 6 L/min", 2), ("nasal cannula 7 L/min", 3), ("mask 5 L/min", 3),
     ("high-flow cannula", 3), ("high-flow cannula 5 L/min", 2), ("device unknown 4 L/min", 2), ("invasive", 4)],
)  # fmt: skip
def test_support_asks_for_the_grade_of_the_protocol(text: str, grade: int) -> None:
    assert support_grade(text, RUN.protocol.value("grading.low_flow")) == grade


def test_a_change_of_the_charted_grade_is_printed_before_its_repeats() -> None:
    assert printed([(0, True), (4, False), (5, True), (8, False), (40, False)], 9) == [0, None, 9, None, 40]
    assert printed([(0, True), (1, False), (12, True)], 9) == [0, None, 12]
    crowd = printed([(k / 10, True) for k in range(9)], 9)
    assert crowd[:3] == [0, 9, 18]
    assert crowd[3:] == [None] * 6


def test_a_push_of_a_vasopressor_is_a_mark_and_not_an_infusion() -> None:
    canvas = Canvas(0, 100 * HOUR, SiteClock("UTC"))
    spans = {"phenylephrine": [(HOUR, 2 * HOUR), (9 * HOUR, 20 * HOUR)]}
    states.pressor_lanes(canvas, spans, {}, {HOUR})
    drawn = "".join(canvas.parts)
    assert drawn.count(f'href="#{states.PUSH}"') == 1
    assert len(re.findall(r'class="vp"[^>]*height="14.0"', drawn)) == 1
    assert "<title>Push of phenylephrine" in drawn


@pytest.mark.parametrize("hours", [100, 130, 155, 200])
def test_an_enlarged_axis_dates_every_midnight(hours: int) -> None:
    canvas = Canvas(0, hours * HOUR, SiteClock("UTC"), 640, 104)
    canvas.time_axis(0)
    dates = re.findall(r">(?:day \d · )?(\d+ Jan)<", "".join(canvas.parts))
    assert dates == [f"{day} Jan" for day in range(1, hours // 24 + 2)]
