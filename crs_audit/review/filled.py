"""A filled-in worklist, read back: which verdicts can be taken, and why the others cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crs_audit.errors import InputError
from crs_audit.review.verdicts import NEED_REASON, REASONS, VERDICTS, Review
from crs_audit.review.worklist import FILE, FILLED_IN, HIDDEN, SHEET


@dataclass(frozen=True)
class Filled:
    """A worklist as it came back. `refused`: row and why; `blank`: findings nobody has reviewed."""

    reviews: tuple[Review, ...]
    rows: tuple[int, ...]
    """The row of each review."""
    refused: tuple[tuple[int, str], ...]
    blank: int


def read_worklist(path: Path, today: date) -> Filled:
    """Reads a filled-in worklist. today: the date of a review without one.

    Raises InputError where it is no worklist of this program.
    """
    from crs_audit.intake.text_excel import SheetTable, Workbook

    if not path.is_file():
        raise InputError(f"{path}: no such workbook; give the filled-in {FILE}")
    book = Workbook(path, path.name)
    if SHEET not in book.sheets:
        raise InputError(f"{path.name}: has no sheet {SHEET!r}; give the {FILE} of a report, filled in")
    lines = SheetTable(book, SHEET).frame().rows()
    header = [cell or "" for cell in lines[0]] if lines else []
    missing = [name for name in (*FILLED_IN, *HIDDEN) if name not in header]
    if missing:
        raise InputError(
            f"{path.name} [{SHEET}]: column {missing[0]!r} is missing; keep all columns, the hidden ones too"
        )
    reviews, rows, refused, blank = [], [], [], 0
    seen: set[str] = set()
    for number, cells in enumerate(lines[1:], 2):
        row = {name: (cell or "").strip() for name, cell in zip(header, cells, strict=True)}
        if not any(row.values()):
            continue
        if not row["Review"] and not row["Reason"] and not row["Comment"]:
            blank += 1
            continue
        why = _wrong(row, seen)
        seen.add(row["result_id"])
        if why:
            refused.append((number, why))
            continue
        rows.append(number)
        reviews.append(
            Review(
                result_id=row["result_id"],
                fingerprint=row["fingerprint"],
                verdict=row["Review"].lower(),
                reason=row["Reason"],
                comment=row["Comment"],
                reviewer=row["Reviewer"],
                date=row["Date"][:10] or today.isoformat(),
            )
        )
    return Filled(tuple(reviews), tuple(rows), tuple(refused), blank)


def _wrong(row: Mapping[str, str], seen: Collection[str]) -> str | None:
    """Why a row cannot be taken, None where it can."""
    return next(_faults(row, seen), None)


def _faults(row: Mapping[str, str], seen: Collection[str]) -> Iterator[str]:
    if not row["result_id"] or not row["fingerprint"]:
        yield "its hidden cells are empty; rows cannot be added by hand"
    if row["result_id"] in seen:
        yield "the finding stands in a row above, too"
    if not row["Review"]:
        yield "column Review is empty; choose a verdict"
    elif row["Review"].lower() not in VERDICTS:
        yield f"column Review is none of {', '.join(VERDICTS)}"
    elif row["Review"].lower() in NEED_REASON and not row["Reason"]:
        yield f"column Reason is empty; {row['Review'].lower()} needs one"
    if row["Reason"] and row["Reason"] not in REASONS:
        yield "column Reason is none of the list; put it into Comment and choose 'other'"
    if not row["Reviewer"]:
        yield "column Reviewer is empty"
    if row["Date"]:
        try:
            date.fromisoformat(row["Date"][:10])
        except ValueError:
            yield "column Date is not a date; write it as 2026-10-31"
