"""The bar beside a rate: what its diamond and its line are of."""

from __future__ import annotations

import re

from crs_audit.report.pictures.interval import bounds_text, interval_bar
from crs_audit.report.result import MeasureSummary
from crs_audit.report.words import percent
from tests.report.pages import Page
from tests.report.sample import make
from tests.report.test_summaries import summary

RUN, _ = make()
ROWS = [(f"{infusion}/1", "met", None) for infusion in "aabbccdd"]
"""Two opportunities met of each of four infusions."""
MISSED = [("a/1", "not_met", "late"), ("b/1", "not_met", "late"), ("c/1", "not_met", "late")]


def diamond(measure: MeasureSummary) -> tuple[str, float]:
    """Class and share of the diamond."""
    cls, x = re.findall(r'class="(pt[^"]*)" d="M([\d.]+)', interval_bar(measure))[0]
    return cls, (float(x) - 5) / 140


def line(measure: MeasureSummary) -> tuple[float, float]:
    low, high = re.findall(r'class="ci" d="M([\d.]+) 8H([\d.]+)', interval_bar(measure))[0]
    return (float(low) - 5) / 140, (float(high) - 5) / 140


def test_days_are_drawn_as_the_infusions_their_interval_is_of() -> None:
    found = summary("MON-03", *ROWS, *MISSED, ("e/1", "indeterminate", "unobserved"))
    cls, share = diamond(found)
    assert (found.rate, found.interval_met, found.interval_of) == (8 / 11, 1, 4)
    assert cls == "pt inf"
    assert abs(share - 1 / 4) < 0.001
    low, high = line(found)
    assert low < share < high
    bar = interval_bar(found)
    assert "25.0\u202f% of infusions with all met" in bar
    assert 'class="no"' not in bar, "the range of the rate is not that of the infusions"


def test_episodes_are_drawn_at_their_rate() -> None:
    found = summary("G2-02", *ROWS, *MISSED, ("e/1", "indeterminate", "unobserved"))
    cls, share = diamond(found)
    assert cls == "pt"
    assert abs(share - 8 / 11) < 0.001
    assert 'class="no"' in interval_bar(found)


def test_the_pages_say_whose_interval_it_is(pages: dict[str, Page]) -> None:
    of_infusions = [m for m in RUN.measures if m.interval_unit == "infusions" and m.rate is not None]
    assert of_infusions
    for measure in of_infusions:
        share = percent((measure.interval_met or 0) / (measure.interval_of or 1)).replace("\u202f", " ")
        told = f"{measure.interval_met} of {measure.interval_of}"
        infusions = "infusion" if measure.interval_of == 1 else "infusions"
        assert f"{told} {infusions}: {share}, {(measure.low or 0) * 100:.1f}–" in pages["index.html"].visible
        own = pages[f"measures/{measure.measure_id}.html"].visible
        assert f"Infusions with all met {share} {told}; 95 % interval (Wilson) {(measure.low or 0) * 100:.1f}–" in own


def test_what_is_not_judgeable_bounds_the_rate_in_numbers(pages: dict[str, Page]) -> None:
    unknown = summary("G2-02", *ROWS, *MISSED, ("e/1", "indeterminate", "unobserved"))
    assert bounds_text(unknown) == "66.7–75.0\u202f%"
    assert "66.7–75.0\u202f% were everything not judgeable known" in interval_bar(unknown)
    assert bounds_text(summary("G2-02", *ROWS, *MISSED)) == ""
    told = [bounds_text(measure) for measure in RUN.measures if bounds_text(measure)]
    assert told
    for text in told:
        assert f"bounds {text}".replace("\u202f", " ") in pages["index.html"].visible
