"""What `crs-audit map` puts on stdout: names of files, columns and measures, and counts; no patient, no cell of one."""

from __future__ import annotations

from typing import Any

from crs_audit.console import aligned
from crs_audit.propose.limits import limit
from crs_audit.propose.proposal import Block, Proposal


def proposal_text(proposal: Proposal, written: str, input_name: str, elsewhere: bool = False) -> str:
    """The proposal in short: a line per file, what is in doubt, what is unknown, what to do next. elsewhere: whether
    commands must be told where the mapping file is."""
    parts = [_files(proposal)]
    doubts = proposal.doubts
    if doubts:
        by_doubt: dict[str, list[str]] = {}
        for place, doubt in doubts:
            by_doubt.setdefault(doubt, []).extend([place] if place else [])
        lines = [f"- {'; '.join(places)}{': ' if places else ''}{doubt}" for doubt, places in by_doubt.items()]
        parts.append("\n".join([f"to decide ({len(lines)}):", *lines]))
    unknown = [
        [f"{n:,}", _shown(proposal, block), item.column, text]
        for block in proposal.blocks
        for item in block.unknown
        for text, n in item.shown[: int(limit("names", "printed"))]
    ]
    if unknown:
        head = ["rows", "map", "column", "name that nothing is known of"]
        total = sum(len(item.shown) + item.more for block in proposal.blocks for item in block.unknown)
        more = f"\n… and {total - len(unknown):,} more; the file lists them" if total > len(unknown) else ""
        parts.append(aligned([head, *unknown], right=(0,)) + more)
    with_it = f"{input_name} --config {written}" if elsewhere else input_name
    steps = [f"crs-audit map {with_it} --check", f"crs-audit validate {with_it}", f"crs-audit run {with_it}"]
    parts.append(f"written: {written}\nnext: search it for DOUBT and decide; {'; '.join(steps)}")
    return "\n\n".join(parts)


def _files(proposal: Proposal) -> str:
    rows = [["file", "header", "rows seen", "table", "doubts", "unknown", "reason"]]
    for report in proposal.files:
        blocks = [block for block in proposal.blocks if block.place == report.place]
        rows.append(
            [
                proposal.shown(report.place),
                str(report.header_row) if report.rows or report.tables else "",
                f"{report.rows:,}" + ("" if report.whole else "+"),
                ", ".join(report.tables) or "none",
                str(sum(len(block.doubts) for block in blocks)) if blocks else "",
                str(sum(len(item.shown) + item.more for block in blocks for item in block.unknown)) if blocks else "",
                report.reason,
            ]
        )
    return aligned(rows, right=(1, 2, 4, 5))


def _shown(proposal: Proposal, block: Block) -> str:
    return f"{block.table} ({proposal.shown(block.place)})"


def check_text(document: dict[str, Any]) -> str:
    """The answer of `map --check`: what the mapping in force leaves out, with counts."""
    parts = []
    for title, head, rows in (
        ("rows", ["table", "file", "records", "filtered", "accepted", "rejected"], document["sources"]),
        ("no table takes", ["file or sheet"], document["unclaimed"]),
        ("columns not read", ["file", "columns"], document["columns_not_read"]),
        ("names without a match", ["rows", "table", "column", "name"], document["names"]),
        ("names left out by where", ["rows", "file", "name"], document["left_out"]),
        ("unknown units", ["rows", "table", "unit"], document["units"]),
        ("cells that cannot be read", ["rows", "table", "file", "column", "reason"], document["cells"]),
        ("tables that are missing", ["table", "what for"], document["missing_tables"]),
    ):
        if rows:
            body = [[_cell(value) for value in row] for row in rows]
            parts.append(f"{title}:\n{aligned([head, *body], indent='  ')}")
    parts += [f"note: {text}" for text in document["notes"]]
    parts.append(document["verdict"])
    return "\n\n".join(parts)


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
