"""The grades of a cohort: a column for each day since the infusion, and a bar for each highest grade."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from crs_audit.report import words
from crs_audit.report.grade_days import BANDS
from crs_audit.report.pictures.canvas import CHAR

NAMES = {
    "grade_4": "grade 4", "grade_3": "grade 3", "grade_2": "grade 2", "grade_1": "grade 1", "grade_0": "grade 0",
    "unobserved": "not observed",
}  # fmt: skip
MARKS = {"grade_4": "g4", "grade_3": "g3", "grade_2": "g2", "grade_1": "g1", "grade_0": "g0", "unobserved": "gap"}
"""Class of each band."""

_LEFT, _RIGHT, _TOP, _BOTTOM, _STEP, _GAP = 44, 12, 8, 228, 29, 3
_TEXT = 12
"""Height of a letter: a band that is lower has no number in it."""
_BAR, _BAR_HEIGHT = 150, 12


def grade_course(days: pl.DataFrame) -> Markup:
    """Columns of 100 %, grade 4 at the bottom. days: of `grade_days`; under each the number followed."""
    width = _LEFT + _RIGHT + _STEP * days.height
    every = 2 if CHAR * len(str(days.get_column("followed").max())) > _STEP - 2 else 1
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _BOTTOM - share * (_BOTTOM - _TOP)
        parts.append(f'<path class="sep" d="M{_LEFT - 4} {y:.1f}H{width - _RIGHT}"/>')
        parts.append(f'<text class="lim" x="{_LEFT - 8}" y="{y + 4:.1f}">{share * 100:.0f} %</text>')
    for i, row in enumerate(days.iter_rows(named=True)):
        left, below = _LEFT + _STEP * i, float(_BOTTOM)
        middle = left + (_STEP - _GAP) / 2
        for band in BANDS:
            if not row[band]:
                continue
            height = row[band] / row["followed"] * (_BOTTOM - _TOP)
            below -= height
            told = f"day {row['day']}, {NAMES[band]}: {row[band]} of {row['followed']}"
            parts.append(
                f'<rect class="{MARKS[band]}" x="{left}" y="{below:.1f}" width="{_STEP - _GAP}" '
                f'height="{height:.1f}"><title>{told}</title></rect>'
            )
            if height >= _TEXT and band in BANDS[:4]:
                y = below + height / 2 + 4
                parts.append(f'<text class="on {MARKS[band]}-t" x="{middle}" y="{y:.1f}">{band[-1]}</text>')
        parts.append(f'<text class="ax b" x="{middle}" y="{_BOTTOM + 15}">{row["day"]}</text>')
        if i % every == 0:
            parts.append(f'<text class="ax" x="{middle}" y="{_BOTTOM + 29}">{row["followed"]}</text>')
    parts.append(f'<text class="lim" x="{_LEFT - 8}" y="{_BOTTOM + 15}">day</text>')
    parts.append(f'<text class="lim" x="{_LEFT - 8}" y="{_BOTTOM + 29}">n</text>')
    return Markup(
        f'<svg class="pic days" width="{width}" height="{_BOTTOM + 36}" viewBox="0 0 {width} {_BOTTOM + 36}" '
        f'role="img" aria-labelledby="days-t days-d"><title id="days-t">Grades from day to day</title>'
        f'<desc id="days-d">Share of the infusions followed on each day since the infusion by their worst grade that '
        f"day; the same numbers are in the table below.</desc>{''.join(parts)}</svg>"
    )


def key(band: str) -> Markup:
    """A band's mark for the legend."""
    number = f'<text class="on {MARKS[band]}-t" x="0" y="4">{band[-1]}</text>' if band in BANDS[:4] else ""
    return Markup(
        '<svg class="pic-key band" viewBox="-10 -8 20 16" aria-hidden="true">'
        f'<rect class="{MARKS[band]}" x="-9" y="-7" width="18" height="14"/>{number}</svg>'
    )


def share_bar(mark: str, share: float) -> Markup:
    """A share as a bar of a grade's colour; `mark`: its class."""
    return Markup(
        f'<svg class="bar band" viewBox="0 0 {_BAR} {_BAR_HEIGHT + 2}" role="img" '
        f'aria-label="{words.percent(share)}"><rect class="track" x="0" y="1" width="{_BAR}" height="{_BAR_HEIGHT}"/>'
        f'<rect class="{mark}" x="0" y="1" width="{share * _BAR:.1f}" height="{_BAR_HEIGHT}"/></svg>'
    )
