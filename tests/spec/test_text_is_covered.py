"""Every statement of the source text has a measure, or a reason why none; every measure answers to a statement."""

from __future__ import annotations

from crs_audit.protocol.load import load_protocol
from crs_audit.protocol.statements import GRADING, HEADING, statements

LINES = 65
"""Of the source text."""
PROTOCOL = load_protocol()


def test_every_line_is_read() -> None:
    assert sorted({one.line for one in statements()}) == list(range(1, LINES + 1))


def test_every_statement_is_measured_or_says_why_not() -> None:
    for one in statements():
        assert bool(one.measures) != bool(one.why_not), one
        assert one.gist, one
        assert set(one.measures) <= {*PROTOCOL.measures, GRADING}, one


def test_every_measure_answers_to_a_statement() -> None:
    for id_, rule in PROTOCOL.measures.items():
        assert rule.statements, id_


def test_a_heading_states_nothing_beside() -> None:
    headings = {one.line for one in statements() if one.why_not == HEADING}
    assert not headings & {one.line for one in statements() if one.why_not != HEADING}
