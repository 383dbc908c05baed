"""One column of a file that was looked at: its name, its texts with counts, and what share of its cells is what."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from crs_audit.intake.numbers import DECIMAL
from crs_audit.propose import known
from crs_audit.propose.limits import blank_texts, limit
from crs_audit.vocabulary.load import load_vocabulary

_COMMA_NUMBER = r"[+-]?[0-9]+,[0-9]+"
_NUMBER = f"^(?:[<>≤≥]=?\\s*)?(?:{DECIMAL}|{_COMMA_NUMBER})$"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|ago|dic"
_DATE = (
    r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})"
    rf"|[0-9]{{1,2}}[- ]?(?:{_MONTHS})[a-z]*\.?[- ,]*[0-9]{{2,4}}|(?:{_MONTHS})[a-z]*\.? +[0-9]{{1,2}},? +[0-9]{{4}}"
    r"|(?:19|20|21|22)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
)
_CLOCK = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[ap]\.?m\.?)?"
_OFFSET = r"(?: ?(?:Z|UTC|[+-][0-9]{2}:?(?:[0-9]{2})?))?"
_DIGITS = r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?"
_TIME = rf"(?i)^{_DATE}(?:[T ,:]+{_CLOCK}{_OFFSET}|{_DIGITS})?$"
_CLOCK_ALONE = rf"(?i)^{_CLOCK}$"
PAIR = r"^[0-9]{2,3} */ *[0-9]{2,3}$"
"""Two pressures: 120/80."""
TRIPLE = r"^[0-9]{2,3} */ *[0-9]{2,3} *(?:/ *[0-9]{2,3}|\([0-9]{2,3}\)|\[[0-9]{2,3}\])$"
"""Two pressures and their mean: 84/50 (61), 84/50/61."""
_AMOUNT = re.compile(rf"^\s*(?P<number>{DECIMAL}|{_COMMA_NUMBER})\s*(?P<unit>[^\d\s.,].*)$")
MIDNIGHT = r"[T ]00:00(?::00(?:\.0+)?)?$"


@dataclass(frozen=True)
class Column:
    """name: as the header writes it, blanks collapsed. counts: text, count; its distinct texts without outer blanks,
    without those that surely stand for a blank, the most frequent first. blanks: those that stand or may stand for a
    blank. rows: of the file, as far as looked at. again: whether another column has the same name."""

    at: int
    name: str
    counts: pl.DataFrame
    blanks: pl.DataFrame
    rows: int
    again: bool
    header: str = ""
    """What its own file calls it, where it is looked up in another and `name` says in which."""

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """What it may be by its header, the likeliest first."""
        return known.header_roles(self.header or self.name)

    @cached_property
    def filled(self) -> int:
        """Cells that hold something."""
        return int(self.counts["count"].sum())

    @cached_property
    def top(self) -> pl.DataFrame:
        """The most frequent texts, as far as they are held against a vocabulary."""
        return self.counts.head(int(limit("look", "distinct")))

    def share(self, pattern: str) -> float:
        """The share of filled cells that match `pattern`."""
        hits = self.counts.filter(pl.col("text").str.contains(pattern))["count"].sum()
        return int(hits) / self.filled if self.filled else 0.0

    @cached_property
    def numbers(self) -> float:
        """The share of numbers, bounds (<0.5) among them."""
        return self.share(_NUMBER)

    @cached_property
    def times(self) -> float:
        """The share of dates, with or without a time."""
        return self.share(_TIME)

    @cached_property
    def clocks(self) -> float:
        """The share of times of day without a date."""
        return self.share(_CLOCK_ALONE)

    @cached_property
    def pairs(self) -> float:
        """The share of two pressures (120/80), with or without their mean behind."""
        return self.share(PAIR) + self.triples

    @cached_property
    def triples(self) -> float:
        """The share of two pressures with their mean: 84/50 (61)."""
        return self.share(TRIPLE)

    @cached_property
    def prose(self) -> bool:
        """Whether texts hardly repeat or are long: then they may be patients' names or notes, and are not told."""
        if self.rows < limit("names", "rows"):
            return False
        return self.counts.height > limit("names", "repeated") * max(self.filled, 1)

    @cached_property
    def _wordy(self) -> bool:
        return self.numbers < 1 - limit("column", "shape") and self.times + self.clocks < 1 - limit("column", "shape")

    def read_by(self, read: Callable[[str], object]) -> dict[str, int]:
        """Of the most frequent texts those that `read` knows (gives anything but None), with their counts."""
        if not self._wordy:
            return {}
        return {text: n for text, n in self.top.iter_rows() if read(text) is not None}

    @cached_property
    def vitals(self) -> dict[str, int]:
        """Texts that name vitals."""
        return self.read_by(lambda text: _of("vitals", text))

    @cached_property
    def assessments(self) -> dict[str, int]:
        """Texts that name grades and scores."""
        return self.read_by(lambda text: _of("assessments", text))

    @cached_property
    def procedures(self) -> dict[str, int]:
        """Texts that name procedures."""
        return self.read_by(lambda text: _of("procedures", text))

    @cached_property
    def labs(self) -> dict[str, int]:
        """Texts that name labs."""
        return self.read_by(lambda text: load_vocabulary().labs.read(text).lab)

    @cached_property
    def drugs(self) -> dict[str, int]:
        """Texts that name the audit's drugs."""
        return self.read_by(lambda text: load_vocabulary().drugs.read(text).drug)

    @cached_property
    def products(self) -> dict[str, int]:
        """Texts that name CAR-T products."""
        return self.read_by(load_vocabulary().drugs.product)

    @cached_property
    def actions(self) -> dict[str, int]:
        """Texts that are MAR actions."""
        return self.read_by(load_vocabulary().actions.read)

    @cached_property
    def routes(self) -> dict[str, int]:
        """Texts that are routes."""
        return self.read_by(load_vocabulary().routes.read)

    @cached_property
    def devices(self) -> dict[str, int]:
        """Texts that are oxygen devices."""
        return self.read_by(load_vocabulary().devices.read)

    @cached_property
    def locations(self) -> dict[str, int]:
        """Texts that tell of a kind of place."""
        return self.read_by(known.location)

    def known_share(self, found: dict[str, int]) -> float:
        """The share of the filled cells that `found` holds."""
        return sum(found.values()) / self.filled if self.filled else 0.0

    @cached_property
    def amounts(self) -> pl.DataFrame:
        """unit, count of cells that are a number and a unit the audit knows of doses or measurements."""
        found: dict[str, int] = {}
        for text, n in self.top.iter_rows():
            parts = _AMOUNT.match(text)
            if parts and known.is_unit(parts["unit"]):
                found[parts["unit"].strip()] = found.get(parts["unit"].strip(), 0) + n
        return pl.DataFrame(list(found.items()), schema={"unit": pl.String, "count": pl.Int64}, orient="row")

    @cached_property
    def amount_share(self) -> float:
        """The share of cells that are a number and a known unit, of the texts looked at."""
        seen = int(self.top["count"].sum())
        return int(self.amounts["count"].sum()) / seen if seen else 0.0

    @cached_property
    def units(self) -> dict[str, int]:
        """Texts that are units of anything."""
        return self.read_by(lambda text: True if known.is_unit(text) else None)


def _of(table: str, text: str) -> known.Measure | None:
    found = known.measure(text)
    return found if found is not None and found.table == table else None


def columns_of(names: Sequence[str], frame: pl.DataFrame) -> tuple[Column, ...]:
    """The columns of a frame with the columns "0"…, by their names; those without a name are left out, for no map can
    name them."""
    seen = [" ".join(name.casefold().split()) for name in names]
    return tuple(
        _column(at, name, frame[str(at)], seen.count(seen[at]) > 1)
        for at, name in enumerate(names)
        if name and str(at) in frame.columns
    )


def _column(at: int, name: str, cells: pl.Series, again: bool) -> Column:
    sure, doubtful = blank_texts()
    counts = (
        pl.DataFrame({"text": cells.str.strip_chars()})
        .filter(pl.col("text") != "")
        .group_by("text")
        .agg(count=pl.len().cast(pl.Int64))
        .sort("count", "text", descending=[True, False])
    )
    bare = pl.col("text").str.to_lowercase()
    return Column(
        at=at,
        name=name,
        counts=counts.filter(~bare.is_in(sorted(sure))),
        blanks=counts.filter(bare.is_in(sorted(sure | doubtful))),
        rows=cells.len(),
        again=again,
    )
