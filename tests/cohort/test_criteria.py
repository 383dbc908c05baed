"""Inclusions, then exclusions; the unknown told apart; every mistake in a line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from crs_audit.cohort.criteria import chosen, read_criteria
from crs_audit.errors import UsageError
from crs_audit.tables import TIME

COHORT = pl.DataFrame(
    {
        "infusion_id": ["A/1", "A/2", "B/1", "C/1", "D/1"],
        "patient_id": ["A", "A", "B", "C", "D"],
        "infusion_time": [datetime(2026, 1, day, 5, 30, tzinfo=UTC) for day in (1, 2, 3, 4, 5)],
        "max_grade": [3, 2, None, 0, 2],
        "product": ["axi-cel", None, "axi-cel", "tisa-cel", "liso-cel"],
        "hlh_suspected": [False, True, None, False, False],
    },
    schema_overrides={"infusion_time": TIME, "max_grade": pl.UInt8},
)


def asked(folder: Path, *entries: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """Infusions left; criterion, before, left out, left out unknown, kept unknown, after of every criterion."""
    path = folder / "criteria.toml"
    path.write_text("\n".join(f'[[{kind}]]\n{rest}\nwhy = "so"' for kind, rest in map(_parted, entries)), "utf-8")
    rows, attrition = chosen(COHORT, read_criteria(path), "America/Chicago")
    names = ("criterion", "before", "left_out", "left_out_unknown", "kept_unknown", "after")
    return rows["infusion_id"].to_list(), attrition.select(names).rows()[1:]


def _parted(entry: str) -> tuple[str, str]:
    """`include max_grade >= 2` as TOML."""
    kind, column, op, *value = entry.split(" ", 3)
    return kind, "\n".join([f'column = "{column}"', f'op = "{op}"', *(f"value = {one}" for one in value)])


@pytest.mark.parametrize(
    ("criterion", "left"),
    [
        ("include max_grade == 2", "A/2 D/1"), ("include max_grade != 2", "A/1 C/1"),
        ("include max_grade < 2", "C/1"), ("include max_grade <= 2", "A/2 C/1 D/1"),
        ("include max_grade > 2", "A/1"), ("include max_grade >= 2", "A/1 A/2 D/1"),
        ("include max_grade >= 1.5", "A/1 A/2 D/1"), ("include max_grade in [0, 3]", "A/1 C/1"),
        ("include max_grade is_known", "A/1 A/2 C/1 D/1"), ("include max_grade is_unknown", "B/1"),
        ('include product in ["axi-cel", "liso-cel"]', "A/1 B/1 D/1"), ('include product == "tisa-cel"', "C/1"),
        ("include hlh_suspected == true", "A/2"), ("include hlh_suspected != true", "A/1 C/1 D/1"),
        ("exclude max_grade >= 2", "B/1 C/1"), ("exclude max_grade is_unknown", "A/1 A/2 C/1 D/1"),
        ("exclude hlh_suspected == true", "A/1 B/1 C/1 D/1"),
        ("include infusion_time >= 2026-01-03", "C/1 D/1"),
        ("include infusion_time >= 2026-01-03T05:30:00Z", "B/1 C/1 D/1"),
        ("include infusion_time <= 2026-01-03T05:30:00Z", "A/1 A/2 B/1"),
        ("include infusion_time == 2026-01-03T05:30:00Z", "B/1"),
    ],
)  # fmt: skip
def test_operations(tmp_path: Path, criterion: str, left: str) -> None:
    """The third is 23:30 of the second in Chicago: a date without an offset begins at the site's midnight."""
    assert asked(tmp_path, criterion)[0] == left.split()


@pytest.mark.parametrize(
    ("criterion", "left"),
    [
        ("include infusion_time < 2026-01-02", "A/1 A/2"), ("include infusion_time <= 2026-01-02", "A/1 A/2 B/1"),
        ("include infusion_time > 2026-01-02", "C/1 D/1"), ("include infusion_time >= 2026-01-02", "B/1 C/1 D/1"),
        ("include infusion_time == 2026-01-02", "B/1"), ("include infusion_time != 2026-01-02", "A/1 A/2 C/1 D/1"),
        ("include infusion_time in [2026-01-01, 2026-01-03]", "A/2 C/1"),
        ("exclude infusion_time == 2026-01-02", "A/1 A/2 C/1 D/1"),
    ],
)  # fmt: skip
def test_a_date_is_the_whole_day_at_the_site(tmp_path: Path, criterion: str, left: str) -> None:
    """The infusions are at 23:30 in Chicago, of 31 December (A/1) to 4 January (D/1)."""
    assert asked(tmp_path, criterion)[0] == left.split()


EDGES = [(8, 5, 59), (8, 6, 0), (9, 4, 59), (9, 5, 0)]


def test_a_day_on_which_clocks_are_changed_ends_at_its_own_midnight(tmp_path: Path) -> None:
    """In Chicago 8 March 2026 has 23 hours: from 06:00 to 05:00 UTC."""
    path = tmp_path / "study.toml"
    path.write_text('[[include]]\ncolumn = "infusion_time"\nop = "=="\nvalue = 2026-03-08\nwhy = "x"', "utf-8")
    times = [datetime(2026, 3, day, hour, minute, tzinfo=UTC) for day, hour, minute in EDGES]
    told = pl.Series("infusion_time", times, dtype=TIME)
    rows, _ = chosen(COHORT.head(4).with_columns(told), read_criteria(path), "America/Chicago")
    assert rows["infusion_id"].to_list() == ["A/2", "B/1"]


def test_inclusions_come_first_and_each_step_counts_what_is_left(tmp_path: Path) -> None:
    left, steps = asked(
        tmp_path, "exclude hlh_suspected == true", 'exclude product == "liso-cel"', "include max_grade >= 2"
    )
    assert left == ["A/1"]
    assert steps == [
        ("max_grade >= 2", 5, 1, 1, 0, 3),
        ("hlh_suspected == true", 3, 1, 0, 0, 2),
        ("product == liso-cel", 2, 1, 0, 0, 1),
    ]


def test_the_unknown_meets_no_inclusion_and_no_exclusion(tmp_path: Path) -> None:
    assert asked(tmp_path, "include hlh_suspected == false")[1] == [("hlh_suspected == false", 5, 1, 1, 0, 3)]
    assert asked(tmp_path, "exclude hlh_suspected == true")[1] == [("hlh_suspected == true", 5, 1, 0, 1, 4)]


def test_before_is_what_was_left_out_and_what_is_after(tmp_path: Path) -> None:
    _, steps = asked(tmp_path, "include product is_known", "include max_grade >= 1", "exclude hlh_suspected != false")
    assert all(before == out + unknown + after for _, before, out, unknown, _, after in steps)


def test_patients_are_told_by_no_criterion(tmp_path: Path) -> None:
    left, steps = asked(tmp_path, 'exclude patient_id in ["A", "B"]', 'exclude infusion_id == "C/1"')
    assert (left, [step[0] for step in steps]) == (["D/1"], ["patient_id in (not told)", "infusion_id == (not told)"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[include]]\ncolumn = "max_grad"\nop = ">"\nvalue = 1\nwhy = "x"',
         "include 1: column 'max_grad' is unknown; did you mean 'max_grade'?"),
        ('[[include]]\ncolumn = "max_grade"\nop = ">"\nvalue = "two"\nwhy = "x"',
         "include 1: max_grade is a number; write value = 2"),
        ('[[include]]\ncolumn = "max_grade"\nop = "=="\nvalue = true\nwhy = "x"', "max_grade is a number"),
        ('[[exclude]]\ncolumn = "hlh_suspected"\nop = "=="\nvalue = 1\nwhy = "x"',
         "exclude 1: hlh_suspected is true or false; write value = true"),
        ('[[exclude]]\ncolumn = "hlh_suspected"\nop = "<"\nvalue = true\nwhy = "x"', "which has no order"),
        ('[[exclude]]\ncolumn = "product"\nop = ">="\nvalue = "a"\nwhy = "x"', "product is text, which has no order"),
        ('[[include]]\ncolumn = "infusion_time"\nop = ">"\nvalue = "2026"\nwhy = "x"', "infusion_time is a time"),
        ('[[include]]\ncolumn = "max_grade"\nop = "in"\nvalue = 2\nwhy = "x"', "in takes a list of values"),
        ('[[include]]\ncolumn = "max_grade"\nop = "in"\nvalue = []\nwhy = "x"', "in takes a list of values"),
        ('[[include]]\ncolumn = "max_grade"\nop = "=>"\nvalue = 2\nwhy = "x"', "op '=>' is unknown; known: ==, !=,"),
        ('[[include]]\ncolumn = "max_grade"\nop = ">="\nwhy = "x"', ">= takes a value"),
        ('[[include]]\ncolumn = "max_grade"\nop = "is_known"\nvalue = 1\nwhy = "x"', "is_known takes no value"),
        ('[[include]]\ncolumn = "max_grade"\nop = ">="\nvalue = 2', "include 1: says no why"),
        ('[[include]]\ncolumn = "max_grade"\nop = ">="\nvalues = 2\nwhy = "x"', "did you mean 'value'?"),
        ('[[includes]]\ncolumn = "max_grade"', "key 'includes' is unknown; write [[include]] and [[exclude]]"),
        ('[include]\ncolumn = "max_grade"', "write [[include]]"),
        ("[[include", "cannot be read as TOML"),
        ('[[include]]\ncolumn = "max_grade"\nop = "<"\nvalue = nan\nwhy = "x"', "max_grade holds finite numbers"),
        ('[[include]]\ncolumn = "max_grade"\nop = "in"\nvalue = [1, inf]\nwhy = "x"', "max_grade holds finite numbers"),
        ('[[include]]\ncolumn = "product"\nop = "=="\nvalue = "axicel"\nwhy = "x"',
         "include 1: product never holds that word; did you mean 'axi-cel'?"),
        ('[[include]]\ncolumn = "product"\nop = "in"\nvalue = ["liso-cel", "AXI-CEL"]\nwhy = "x"',
         "did you mean 'axi-cel'?"),
        ('[[include]]\ncolumn = "product"\nop = "!="\nvalue = "Yescarta"\nwhy = "x"', "did you mean 'axi-cel'?"),
        ('[[include]]\ncolumn = "product"\nop = "=="\nvalue = "not known"\nwhy = "x"',
         'where the product is not known the cell is blank: op = "is_unknown"'),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        chosen(COHORT, read_criteria(path), "UTC")
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("zone", "value"),
    [
        ("America/Chicago", "9999-12-31T23:59:59"), ("UTC", "9999-12-31"), ("Europe/Berlin", "0001-01-01"),
        ("Europe/Berlin", "0001-01-01T00:30:00"),
    ],
)  # fmt: skip
def test_a_time_at_the_ends_of_the_calendar_is_refused_by_name(tmp_path: Path, zone: str, value: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(f'[[include]]\ncolumn = "infusion_time"\nop = "<="\nvalue = {value}\nwhy = "x"', "utf-8")
    with pytest.raises(UsageError, match=r"study\.toml: include 1: the value lies outside the calendar"):
        chosen(COHORT, read_criteria(path), zone)


def test_a_file_that_is_not_there_or_no_text_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml: cannot be read: no such file or directory$"):
        read_criteria(tmp_path / "none.toml")
    (tmp_path / "utf16.toml").write_bytes("[[include]]".encode("utf-16"))
    with pytest.raises(UsageError, match=r"utf16\.toml: is no text in UTF-8; save it so$"):
        read_criteria(tmp_path / "utf16.toml")


def test_words_of_the_vocabulary_are_asked_of_lists_alone(tmp_path: Path) -> None:
    """A site is free text; of vasopressors each word is asked."""
    cohort = COHORT.with_columns(site=pl.lit("North"), vasopressors=pl.lit("norepinephrine; vasopressin"))
    path = tmp_path / "study.toml"
    entry = '[[include]]\ncolumn = "{}"\nop = "=="\nvalue = "{}"\nwhy = "x"'
    for column, value, left in (("site", "nowhere", 0), ("vasopressors", "norepinephrine; vasopressin", 5)):
        path.write_text(entry.format(column, value), "utf-8")
        assert chosen(cohort, read_criteria(path), "UTC")[0].height == left
    path.write_text(entry.format("vasopressors", "norepinephrine, vasopressin"), "utf-8")
    with pytest.raises(UsageError, match="vasopressors never holds that word"):
        chosen(cohort, read_criteria(path), "UTC")
