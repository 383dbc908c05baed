"""A filled-in worklist, read back: which verdicts can be taken, and why the others cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crs_audit.errors import InputError
from crs_audit.review.verdicts import NEED_REASON, REASONS, VERDICTS, Review
from crs_audit.review.worklist import FILE, FILLED_IN, HIDDEN, SHEET, SHOWN

MOVED = "what it shows is not the finding that its hidden cells name (sorted without them?); fill in a new worklist"


@dataclass(frozen=True)
class Filled:
    """A worklist as it came back. `refused`: row and why; `blank`: findings nobody has reviewed."""

    reviews: tuple[Review, ...]
    rows: tuple[int, ...]
    """The row of each review."""
    times: tuple[str, ...]
    """The time of each review's finding, as its row shows it."""
    refused: tuple[tuple[int, str], ...]
    blank: int


def read_worklist(path: Path, today: date) -> Filled:
    """Reads a filled-in worklist. today: the date of a review without one; none can be later.

    Raises InputError where it is no worklist of this program, or a column stands in it twice.
    """
    from crs_audit.intake.text_excel import SheetTable, Workbook

    if not path.is_file():
        raise InputError(f"{path}: no such workbook; give the filled-in {FILE}")
    book = Workbook(path, path.name)
    if SHEET not in book.sheets:
        raise InputError(f"{path.name}: has no sheet {SHEET!r}; give the {FILE} of a report, filled in")
    lines = SheetTable(book, SHEET).frame().rows()
    header = [cell or "" for cell in lines[0]] if lines else []
    needed = (*SHOWN, *FILLED_IN, *HIDDEN)
    missing = [name for name in needed if name not in header]
    if missing:
        raise InputError(
            f"{path.name} [{SHEET}]: column {missing[0]!r} is missing; keep all columns, the hidden ones too"
        )
    twice = [name for name in needed if header.count(name) > 1]
    if twice:
        raise InputError(f"{path.name} [{SHEET}]: there are two columns {twice[0]!r}; keep the one that counts")
    reviews, rows, times, refused, blank = [], [], [], [], 0
    seen: set[str] = set()
    for number, cells in enumerate(lines[1:], 2):
        row = {name: (cell or "").strip() for name, cell in zip(header, cells, strict=True)}
        if not any(row.values()):
            continue
        if not row["Review"] and not row["Reason"] and not row["Comment"]:
            blank += 1
            continue
        why = next(_faults(row, seen, today), None)
        if why:
            refused.append((number, why))
            continue
        seen.add(row["result_id"])
        rows.append(number)
        times.append(row["Time"])
        reviews.append(
            Review(
                result_id=row["result_id"],
                fingerprint=row["fingerprint"],
                verdict=row["Review"].lower(),
                reason=_REASONS.get(row["Reason"].casefold(), ""),
                comment=row["Comment"],
                reviewer=" ".join(row["Reviewer"].split()),
                date=(_date(row["Date"]) or today).isoformat(),
            )
        )
    return Filled(tuple(reviews), tuple(rows), tuple(times), tuple(refused), blank)


_REASONS = {reason.casefold(): reason for reason in REASONS}


def _date(text: str) -> date | None:
    """Raises ValueError where the text is no date."""
    return date.fromisoformat(text[:10]) if text else None


def _faults(row: Mapping[str, str], seen: Collection[str], today: date) -> Iterator[str]:
    """Why a row cannot be taken."""
    if not row["result_id"] or not row["fingerprint"]:
        yield "its hidden cells are empty; rows cannot be added by hand"
    if row["result_id"].rsplit("|", 2)[:2] != [row["Infusion"], row["Measure"]]:
        yield MOVED
    if row["result_id"] in seen:
        yield "the finding stands in a row above, too"
    if not row["Review"]:
        yield "column Review is empty; choose a verdict"
    elif row["Review"].lower() not in VERDICTS:
        yield f"column Review is none of {', '.join(VERDICTS)}"
    elif row["Review"].lower() in NEED_REASON and not row["Reason"]:
        yield f"column Reason is empty; {row['Review'].lower()} needs one"
    if row["Reason"] and row["Reason"].casefold() not in _REASONS:
        yield "column Reason is none of the list; put it into Comment and choose 'other'"
    if not row["Reviewer"]:
        yield "column Reviewer is empty"
    if row["Date"]:
        try:
            day = _date(row["Date"])
        except ValueError:
            yield "column Date is not a date; write it as 2026-10-31"
        else:
            if day and day > today:
                yield "column Date lies in the future"
