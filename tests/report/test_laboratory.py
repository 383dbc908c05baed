"""Labs over the window: the worst and the last value in words, bounds, limits and scales in the picture."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crs_audit.report.clock import DAY, HOUR, SiteClock
from crs_audit.report.laboratory import Course, laboratory
from crs_audit.report.pictures.drawing import Drawing
from crs_audit.report.pictures.timeline import window_span
from crs_audit.report.result import PatientView
from tests.report.sample import ZONE, make, views

RUN, FRAMES = make()
VIEW = views(RUN, FRAMES)[0]
T0 = VIEW.infusion["t0"]
Row = tuple[str, float, float, str | None]
"""lab, hours after T0, value, bound"""


def courses(*rows: Row, day_only: bool = False) -> dict[str, Course]:
    columns: dict[str, list[Any]] = {
        "lab": [row[0] for row in rows],
        "time": [T0 + round(row[1] * HOUR) for row in rows],
        "value": [row[2] for row in rows],
        "bound": [row[3] for row in rows],
        "day_only": [day_only] * len(rows),
    }
    view = PatientView(VIEW.token, VIEW.infusion, {**VIEW.tables, "labs": columns})
    return {row.name: row for row in laboratory(Drawing(view, SiteClock(ZONE), RUN.protocol))[1]}


def marks(course: Course) -> list[tuple[str, str, float, float]]:
    """symbol, class, x, y"""
    found = re.findall(r'<use href="#([\w-]+)" class="([\w ]+)" x="([\d.]+)" y="([\d.]+)">', course.picture)
    return [(symbol, cls, float(x), float(y)) for symbol, cls, x, y in found]


def test_a_bound_is_a_bound_in_words_and_in_the_picture() -> None:
    found = courses(("ferritin", 10, 900, None), ("ferritin", 30, 10_000, ">"), ("crp", 12, 0.5, "<"))
    ferritin = found["Ferritin"]
    assert (ferritin.worst, ferritin.last, ferritin.unit) == ("highest >10000", ">10000", "ng/mL")
    assert [mark[:2] for mark in marks(ferritin)] == [("m-temp", "lab"), ("m-over", "lab out")]
    assert courses(("ferritin", 5, 10_000, None), ("ferritin", 6, 10_000, ">"))["Ferritin"].worst == "highest >10000"
    assert marks(found["CRP"])[0][:2] == ("m-under", "lab")
    told = f"<title>&gt;10000 ng/mL, {SiteClock(ZONE).text(T0 + 30 * HOUR)}</title>"
    assert told in str(ferritin.picture)


def test_the_limit_for_hlh_is_drawn_at_its_height() -> None:
    picture = courses(("ferritin", 10, 10_000, None), ("ferritin", 20, 400, None))["Ferritin"]
    (limit,) = re.findall(r'class="limit" d="M\d+ ([\d.]+)H', picture.picture)
    assert marks(picture)[0][1] == "lab"
    assert float(limit) == marks(picture)[0][3]
    assert "10\u202f000</text>" in picture.picture


def test_ferritin_alone_is_logarithmic_where_that_helps() -> None:
    values = [(1.0, 100), (2.0, 1000), (3.0, 10_000)]
    found = courses(*((lab, h, v, None) for lab in ("ferritin", "crp") for h, v in values))
    (low, mid, high), (_, crp_mid, crp_high) = ([m[3] for m in marks(found[name])] for name in ("Ferritin", "CRP"))
    assert found["Ferritin"].logarithmic
    assert not found["CRP"].logarithmic
    assert low - mid == pytest.approx(mid - high, abs=0.11)
    assert crp_mid > mid > high == crp_high
    assert not courses(("ferritin", 1, 9000, None))["Ferritin"].logarithmic
    assert not courses(("ferritin", 1, 0, None))["Ferritin"].logarithmic


def test_what_is_dangerous_when_low_tells_its_lowest() -> None:
    anc = courses(("anc", -20, 50, None), ("anc", 5, 700, None), ("anc", 9, 400, None), ("anc", 90, 900, None))["ANC"]
    assert (anc.before, anc.worst, anc.last, anc.values) == ("50", "lowest 400", "900", 4)
    assert anc.worst_time == SiteClock(ZONE).text(T0 + 9 * HOUR)
    assert [cls for _, cls, *_ in marks(anc)] == ["lab out", "lab", "lab out", "lab"]
    wbc = courses(("wbc", 5, 100, None), ("wbc", 6, 100, "<"))["WBC"]
    assert wbc.worst == "lowest <100"
    assert wbc.unit == "/µL"


def test_crp_and_ferritin_are_told_as_missing_and_others_left_out() -> None:
    found = courses(("creatinine", 5, 1.1, None))
    assert list(found) == ["CRP", "Ferritin", "Creatinine"]
    assert (found["CRP"].values, found["CRP"].worst, found["CRP"].last) == (0, "", "")
    assert courses() == {}


def test_a_value_without_a_time_counts_in_words_but_has_no_place() -> None:
    found = courses(("crp", 30, 210, None), day_only=True)["CRP"]
    assert (found.worst, found.values) == ("highest 210", 1)
    assert found.worst_time.endswith(", no time")
    assert marks(found) == []
    assert "no value with a time" in found.picture


def test_values_far_apart_are_not_joined_and_all_share_the_axis_of_the_window() -> None:
    start, end = window_span(Drawing(VIEW, SiteClock(ZONE), RUN.protocol))
    days = (1, 2, 3, 7)
    found = courses(*(("crp", 24.0 * day, 10, None) for day in days))["CRP"]
    (path,) = re.findall(r'class="ln lab" d="([^"]+)"', found.picture)
    assert re.sub(r"[\d. ]", "", path) == "MLLM"
    places = [mark[2] for mark in marks(found)]
    scale = (places[-1] - places[0]) / (6 * DAY)
    assert places[0] - (T0 + DAY - start) * scale == pytest.approx(52, abs=0.2)
    assert places[0] + (end - T0 - DAY) * scale == pytest.approx(490, abs=0.2)
