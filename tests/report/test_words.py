"""Numbers, spans and codes as a reader sees them."""

from __future__ import annotations

import pytest

from crs_audit.report import words


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(95, "95 min"), (119.6, "2 h"), (120, "2 h"), (200, "3 h 20 min"), (71 * 60, "71 h"), (72 * 60, "3 d"),
     (76 * 60, "3 d 4 h"), (-95, "−95 min"), (0, "0 min"), (None, "—")],
)  # fmt: skip
def test_span(minutes: float | None, text: str) -> None:
    assert words.span(minutes).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.5, "50.0 %"), (1.0, "100.0 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %"), (0.0, "0.0 %"), (None, "—")],
)
def test_percent_never_rounds_to_all_or_nothing(rate: float | None, text: str) -> None:
    assert words.percent(rate).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("value", "text"), [(38.0, "38"), (38.65, "38.65"), (-0.5, "−0.5"), (1 / 3, "0.333"), (10000.0, "10000")]
)
def test_number(value: float, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1.0, "doses", "1 dose"), (2.0, "doses", "2 doses"), (95.0, "min", "95 min"),
     (185.0, "min", "185 min (3 h 5 min)"), (0.4, None, "0.4"), (None, "mg", ""), (3.0, "grade", "grade 3"),
     (0.0, "band", "0 bands"), (1.0, "band", "1 band"), (1.0, "procedures", "1 procedure"), (88.819, "%", "88.8 %"),
     (57.1667, "h", "57.2 h"), (-2021.25, "min", "−2021.2 min (−33 h 41 min)")],
)  # fmt: skip
def test_measured(value: float | None, unit: str | None, text: str) -> None:
    assert words.measured(value, unit).replace("\u00a0", " ") == text


@pytest.mark.parametrize("value", [89.96, 7.983, 120.04])
def test_a_value_short_of_a_limit_never_reads_as_the_limit(value: float) -> None:
    assert words.tenths(value) == str(value)


def test_a_value_with_its_unit_breaks_before_the_bracket_only() -> None:
    assert words.measured(-2021.25, "min").count(" ") == 1


@pytest.mark.parametrize(
    ("threshold", "unit", "text"),
    [("≤ 120", "min", "≤ 120 min (2 h)"), ("≤ 12 h", "min", "≤ 12 h"), ("45–90", "min", "45–90 min"),
     ("≥ 90", "%", "≥ 90 %"), ("≥ 1", "doses", "≥ 1 dose"), ("412 ± 10 %", "mg", "412 mg ± 10 %"), (None, "mg", ""),
     ("documented 2", "grade", "documented 2"), ("≥ 2", None, "≥ 2")],
)  # fmt: skip
def test_a_limit_has_the_unit_of_its_value(threshold: str | None, unit: str | None, text: str) -> None:
    assert words.limit(threshold, unit).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("code", "text"),
    [("procedures: blood_culture", "no blood culture anywhere in the extract"),
     ("assessments: crs_grade", "no CRS grade anywhere in the extract"),
     ("assessments", "no such assessment in the extract"),
     ("missing: uric_acid, pt, ptt", "missing uric acid, PT or INR, PTT"),
     ("never_given: exemption_unchecked", "not given in that time; an exemption could not be checked"),
     ("exempt: ICANS", "ICANS")],
)  # fmt: skip
def test_reasons_name_what_they_are_about(code: str, text: str) -> None:
    assert words.reason(code) == text


def test_codes_in_clauses_are_words() -> None:
    assert words.clause("pt or inr collected in the 72 h before") == "PT or INR collected in the 72 h before"
    assert words.clause("continuous_oximetry begun") == "continuous oximetry begun"
    assert words.clause("salt is altered") == "salt is altered"


def test_amber_is_told_apart_from_not_met() -> None:
    assert words.shown_status("not_met", "amber", "R") == "amber"
    assert words.shown_status("not_met", "amber: exemption_unchecked", "R") == "amber"
    assert words.shown_status("not_met", "late", "R") == "not_met"
    assert words.shown_status("met", None, "I") == "present"


def test_drivers() -> None:
    assert words.drivers("fever; oxygen=nasal cannula 2; norepinephrine") == (
        "fever; nasal cannula 2 L/min; norepinephrine"
    )
    assert words.drivers("oxygen=mask") == "mask"
    assert words.drivers(None) == ""


def test_a_withheld_count_says_so() -> None:
    assert words.count(None) == "withheld"
    assert words.count(1234567) == "1\u202f234\u202f567"


def test_a_reason_without_words_stands_for_itself() -> None:
    assert words.reason("never_given") == "not given in that time"
    assert words.reason("something_new")
    assert words.reason("exempt") == "exempt"
    assert words.reason(None) == ""
