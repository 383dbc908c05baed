"""Tables of every kind of page as a screen reader and the sorting script take them, from the HTML alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.kinds import KINDS
from tests.report.pages import Page

NUMBER = re.compile(r"[-−]?\d[\d\s.]*|—|")
"""What table.js takes for a number or for nothing."""


def html(kinds: Path, kind: str) -> str:
    return (kinds / KINDS[kind]).read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_tables_have_a_caption_and_heads_that_say_what_they_head(kinds: Path, kind: str) -> None:
    text = html(kinds, kind)
    for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
        assert re.search(r"<caption[^>]*>\s*[^\s<]", table), table[:200]
        assert "<thead>" in table
        assert "<th" in table.partition("<tbody>")[2] or 'class="rows"' in table, table[:200]
    for attrs in Page(text).all("th"):
        assert attrs.get("scope") in ("col", "row", "rowgroup", "colgroup")


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_numbers_sorts_as_numbers(kinds: Path, kind: str) -> None:
    for table in re.findall(r"<table[^>]* data-sort.*?</table>", html(kinds, kind), re.DOTALL):
        for attributes, cell in re.findall(r'<td class="n(?: [^"]*)?"([^>]*)>(.*?)</td>', table, re.DOTALL):
            told = re.search(r'data-v="([^"]*)"', attributes)
            value = told[1] if told else re.sub(r"<[^>]*>", "", cell).strip()
            assert NUMBER.fullmatch(value), (table[:120], value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_status_is_a_word_not_a_colour(kinds: Path, kind: str) -> None:
    chips = re.findall(r'<span class="s s-[^"]*">(.*?)</span>\s*([^<]*)</span>', html(kinds, kind))
    assert all(re.search(r"[a-z]{2}", word) for _, word in chips)
