"""The dictionary page: every table has its anchor and every column its row, and other pages lead there."""

from __future__ import annotations

from crs_audit.dictionary.given_out import given_out
from crs_audit.dictionary.taken_in import taken_in
from tests.report.pages import Page


def test_every_table_can_be_linked_to(pages: dict[str, Page]) -> None:
    page = pages["dictionary.html"]
    for table in (*taken_in(), *given_out()):
        assert f"{table.way}-{table.name}" in page.ids
        assert f"#{table.way}-{table.name}" in page.links


def test_every_column_and_kind_is_told_with_its_sentence(pages: dict[str, Page]) -> None:
    page = pages["dictionary.html"]
    rows = sum(attrs.get("scope") == "row" for attrs in page.all("th"))
    tables = (*taken_in(), *given_out())
    assert rows == sum(len(table.columns) + len(table.kinds) for table in tables)
    for table in tables:
        for told in (*table.columns, *table.kinds):
            assert told.holds in page.visible, (table.name, told.name)


def test_limits_and_reasons_are_told(pages: dict[str, Page]) -> None:
    text = pages["dictionary.html"].visible
    assert "Converted: °F × 0.5556 − 17.78" in text
    assert "Rejected: missing, not a number, fahrenheit as celsius suspect, outside plausible range" in text
    assert "Unit: kg (converted: lb × 0.4536, oz × 0.02835, g × 0.001) Plausible: 1 to 350 (kg)" in text


def test_other_pages_lead_there(pages: dict[str, Page]) -> None:
    assert pages["methods.html"].links.count("dictionary.html") == 2  # the navigation, and the page itself
    assert "dictionary.html#out-flags" in pages["data-quality.html"].links
    assert "../dictionary.html" in pages["patients/0001.html"].links
