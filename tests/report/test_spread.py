"""How the values of an informational measure are told."""

from __future__ import annotations

import polars as pl

from crs_audit.report.spread import in_short, spread


def rows(
    values: list[float | None],
    reasons: list[str | None] | None = None,
    unit: str = "min",
    sentences: list[str] | None = None,
) -> pl.DataFrame:
    none = [None] * len(values)
    return pl.DataFrame(
        {"status": ["met"] * len(values), "value": values, "reason": reasons or none, "unit": [unit] * len(values),
         "sentence": sentences or none},
        schema={"status": pl.String, "value": pl.Float64, "reason": pl.String, "unit": pl.String,
                "sentence": pl.String},
    )  # fmt: skip


def test_a_laboratorys_bound_keeps_its_sign() -> None:
    sentences = ["Ferritin >10000 ng/mL; none", "Ferritin 10000 ng/mL; none", "Ferritin >10000 ng/mL; none"]
    found = rows([10000.0] * 3, None, "ng/mL", sentences)
    assert spread(found)[1] == [("10000\u00a0ng/mL", "1"), (">10000\u00a0ng/mL", "2")]
    assert in_short(found) == "10000\u00a0ng/mL: 1, >10000\u00a0ng/mL: 2"
    assert in_short(found.head(1)) == ">10000\u00a0ng/mL"


def test_among_many_the_largest_keeps_its_sign_and_bounds_are_counted() -> None:
    values = [10000.0 + n for n in range(10)]
    sentences = [f"Ferritin {'>' if n == 9 else ''}{value:.0f} ng/mL; none" for n, value in enumerate(values)]
    found = rows(list(values), None, "ng/mL", sentences)
    told = dict(spread(found)[1])
    assert (told["smallest"], told["largest"]) == ("10000\u00a0ng/mL", ">10009\u00a0ng/mL")
    assert told["told by the laboratory as a bound, and taken as its number"] == "1"
    assert in_short(found).endswith("to >10009\u00a0ng/mL")


def test_few_values_are_counted_each() -> None:
    assert spread(rows([1.0, 0.0, 1.0, None], unit="band")) == (
        "Opportunities",
        [("0\u00a0bands", "1"), ("1\u00a0band", "2")],
    )


def test_many_values_are_told_by_their_quartiles() -> None:
    heading, told = spread(rows([float(n) for n in range(1, 102)]))
    assert heading == "Value"
    assert [text for _, text in told] == ["1\u00a0min", "26\u00a0min", "51\u00a0min", "76\u00a0min", "101\u00a0min"]


def test_reasons_are_counted_before_values() -> None:
    found = spread(rows([1.0, 2.0, 3.0], ["under", "agree", "under"], "grade"))
    assert found[1] == [("documented below the computed grade", "2"), ("documented as computed", "1")]


def test_what_is_not_there_is_not_told() -> None:
    assert spread(rows([])) == ("Opportunities", [])
    unknown = rows([5.0]).with_columns(status=pl.lit("indeterminate"))
    assert spread(unknown) == ("Opportunities", [])


def test_in_short_reasons_are_counted_in_a_line() -> None:
    found = rows([1.0, 2.0, 3.0, 1.0], ["under", "agree", "over", "agree"], "grade")
    assert in_short(found) == "as computed 2, above 1, below 1"


def test_in_short_few_values_are_counted_and_many_are_told_by_their_middle() -> None:
    assert in_short(rows([0.0, 0.0, 3.0], unit="grade")).replace("\u00a0", " ") == "grade 0: 2, grade 3: 1"
    many = rows([n + 0.04 for n in range(1, 12)], unit="h")
    assert in_short(many).replace("\u00a0", " ") == "median 6 h, from 1 h to 11 h"
    assert in_short(rows([103.083, None], unit="h")).replace("\u00a0", " ") == "103.1 h"


def test_in_short_nothing_is_said_of_what_has_no_value() -> None:
    assert in_short(rows([])) == ""
    assert in_short(rows([None, None])) == ""
