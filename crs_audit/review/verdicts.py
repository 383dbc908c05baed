"""Reviewers' verdicts, and what several of them make of a finding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from crs_audit.errors import InputError

AGREE, DISAGREE, EXCLUDE, SECOND = "agree", "disagree", "exclude", "second review"
VERDICTS = (AGREE, DISAGREE, EXCLUDE, SECOND)
REASONS = (
    "given, charted elsewhere", "charted at another time", "clinical reason documented", "declined by the patient",
    "not CRS", "wrong value in the chart", "extract incomplete", "rule does not fit the case", "other",
)  # fmt: skip
NEED_REASON = frozenset({DISAGREE, EXCLUDE})
"""Verdicts that change a rate: without a reason nobody can follow them."""
FILE = "reviews.csv"

_FLIPPED = {"met": "not_met", "not_met": "met"}


@dataclass(frozen=True)
class Review:
    """One reviewer's verdict on one finding."""

    result_id: str
    fingerprint: str
    """Of the finding when it was put on the worklist."""
    verdict: str
    reason: str
    comment: str
    reviewer: str
    """As written; `by` says who it is."""
    date: str
    """ISO 8601 date of the review."""

    @property
    def by(self) -> str:
        """One person, however the name is spaced and capitalised."""
        return " ".join(self.reviewer.split()).casefold()


def read_reviews(path: Path) -> tuple[Review, ...]:
    """The verdicts kept at `path` (a reviews.csv, or a report that holds one); none where there is no such file.

    Raises InputError where the file is something else.
    """
    file = path / "data" / FILE if path.is_dir() else path
    if not file.is_file():
        return ()
    names = [field.name for field in fields(Review)]
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            reader = csv.DictReader(lines, strict=True)
            if reader.fieldnames != names:
                raise InputError(f"{file}: is no list of reviews; its columns must be {', '.join(names)}")
            reviews = tuple(Review(**row) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error, TypeError):
        raise InputError(f"{file}: the list of reviews cannot be read; restore it from a copy") from None
    for number, review in enumerate(reviews, 1):
        if why := _unsound(review):
            raise InputError(f"{file}: review {number}: {why}; restore the list from a copy")
    return reviews


def _unsound(review: Review) -> str | None:
    if None in asdict(review).values():
        return "it has too few columns"
    if review.verdict not in VERDICTS:
        return f"its verdict is none of {', '.join(VERDICTS)}"
    if not review.by:
        return "it has no reviewer"
    return None if _is_date(review.date) else "its date is not written as 2026-10-31"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def as_csv(reviews: Iterable[Review]) -> str:
    """The text of a reviews.csv, by finding; those on one finding in the order in which they were given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Review)], lineterminator="\n")
    writer.writeheader()
    for review in sorted(reviews, key=lambda one: (one.result_id, one.date)):
        writer.writerow(asdict(review))
    return text.getvalue()


def merged(kept: Sequence[Review], new: Sequence[Review]) -> tuple[Review, ...]:
    """Both, in the order in which they were given, of each reviewer the latest verdict on a finding.

    Of verdicts of one date that of `new`, and within one list the last, is the later one.
    """
    latest: dict[tuple[str, str], Review] = {}
    for one in sorted((*kept, *new), key=lambda review: review.date):
        latest.pop((one.result_id, one.by), None)
        latest[one.result_id, one.by] = one
    return tuple(latest.values())


def standing(reviews: Iterable[Review], current: Mapping[str, str]) -> dict[str, list[Review]]:
    """Finding → verdicts given on the facts it rests on now, in their order. current: result_id → fingerprint."""
    found: dict[str, list[Review]] = {}
    for review in reviews:
        if current.get(review.result_id) == review.fingerprint:
            found.setdefault(review.result_id, []).append(review)
    return found


def adjudicated(status: str, reviews: Sequence[Review]) -> str | None:
    """The status that the reviewers give a finding; None while it is open: they differ, or the last word is the wish
    for a second review. reviews: in the order in which they were given."""
    decided = {review.verdict for review in reviews if review.verdict != SECOND}
    if len(decided) != 1 or reviews[-1].verdict == SECOND:
        return None
    (verdict,) = decided
    if verdict == EXCLUDE:
        return "excluded"
    return _FLIPPED.get(status, status) if verdict == DISAGREE else status
