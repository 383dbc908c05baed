"""What `trend` says in text, of which months."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from crs_audit.trend import history
from crs_audit.trend.answer import trend_answer
from crs_audit.trend.history import Month
from tests.trend.test_trends import month, year


def told(folder: Path, months: list[Month], *, quarters: bool = False) -> str:
    with history.writing(folder / "crs.db") as found:
        found.replace(tuple(months))
        found.keep()
    return trend_answer(folder / "crs.db", folder / "trend.html", quarters=quarters, json=False)


def columns(text: str) -> dict[str, str]:
    heads, line = ([cell.strip() for cell in row.split("  ") if cell.strip()] for row in text.splitlines()[2:4])
    return dict(zip(["measure", "title", *heads[1:]], line, strict=False))


def test_months_of_other_rules_are_not_counted_together(tmp_path: Path):
    text = told(tmp_path, [*year([(10, 20)] * 3), *(month(date(2026, 4 + i, 1), 20, 20, rules="b") for i in range(2))])
    found = columns(text)
    assert (found["since"], found["met"], found["of"], found["median"]) == ("Apr 2026", "40", "40", "100.0 %")
    assert "months of other rules, or before one that was not audited, are not joined" in text


def test_months_of_one_rule_set_are_all_counted(tmp_path: Path):
    text = told(tmp_path, [*year([(10, 20), (0, 0), (20, 20)]), month(date(2026, 4, 1), 0, 0, rules="b")])
    found = columns(text)
    assert (found["since"], found["met"], found["of"], found["last"]) == ("Jan 2026", "30", "40", "Mar 2026: 20/20")
    assert "are not joined" not in text


def test_what_is_counted_is_said(tmp_path: Path):
    several = month(date(2026, 1, 1), 7, 9, clustered=True, all_met=2, infusions=3)
    assert columns(told(tmp_path, [several]))["counted"] == "infusions with all met"


def test_small_quarters_are_not_sent_to_quarters(tmp_path: Path):
    assert "look at --quarters" in told(tmp_path, year([(1, 2)] * 3))
    text = told(tmp_path, year([(1, 2)] * 3), quarters=True)
    assert "fewer than ten judged in the median quarter (G2-02): even so it swings by chance alone" in text
    page = (tmp_path / "trend.html").read_text()
    assert "even so it swings by chance alone" in page
    assert "--quarters" not in page


def test_months_beyond_the_limits_of_their_run_are_named(tmp_path: Path):
    text = told(tmp_path, [month(date(2026, 1, 1), 1, 2), replace(month(date(2026, 2, 1), 1, 2), beyond_limits=True)])
    assert "beyond the limits set on rejects or the unknown: 2026-02" in text
    page = (tmp_path / "trend.html").read_text()
    assert "Feb 2026: more rows were rejected" in page
    assert "Jan 2026: more rows" not in page


def test_the_page_begins_with_the_signals(tmp_path: Path):
    told(tmp_path, year([(2, 20)] * 6 + [(19, 20)] * 6))
    page = (tmp_path / "trend.html").read_text("utf-8")
    head = page[: page.index('<section class="whole"')]
    assert 'Signals <span class="c">1 of 1 measures' in head
    first = re.findall(r'<li><a href="#(G2-02)">G2-02 [^<]+</a>: (.+?)</li>', head)
    assert first
    assert first[0][1].split(" ")[0] in page[page.index('<section class="whole"') :]
    (tmp_path / "few").mkdir()
    told(tmp_path / "few", year([(10, 20)] * 3))
    page = (tmp_path / "few" / "trend.html").read_text("utf-8")
    assert "None: no more variation than chance explains, where there are months enough to tell" in page
