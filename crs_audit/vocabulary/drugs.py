"""Which drug a MAR text names: the deny-list first, then the longest known name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crs_audit.vocabulary.phrases import Hit, Phrases
from crs_audit.vocabulary.rows import listed, read_rows, word_lists
from crs_audit.vocabulary.text import Words, words

EVERYTHING = "*"


@dataclass(frozen=True)
class DrugReading:
    """`drug`: the concept, or None. `denied`: the text is known and is none of the audit's drugs."""

    drug: str | None
    denied: bool


UNKNOWN, DENIED = DrugReading(None, False), DrugReading(None, True)


class DrugNames:
    """The drug names of `drugs.csv` with the deny-list of `denied_drugs.csv`.

    - A deny row for `*` settles the text. One for some concepts or classes takes only those out of it, so that
      `nasal` ends phenylephrine but not sargramostim.
    - Of several drugs in a text the first counts; a name inside a longer known name does not.
    - A fluid (`place` = lead) carries other drugs too: it counts only where it leads the text and no other drug is
      named (`Vancomycin 1 g in sodium chloride 0.9%` is no saline).
    """

    def __init__(self) -> None:
        rows = read_rows("drugs.csv")
        self.classes = _members(rows)
        self.rxnorm = {row["rxnorm"]: row["concept"] for row in rows if row["rxnorm"]}
        self.allowed = Phrases.of((name, row["concept"]) for row in rows for name in listed(row["names"]))
        self.products = Phrases.of(
            (name, row["concept"]) for row in rows if "car_t" in row["classes"].split() for name in listed(row["names"])
        )
        self._fluids = frozenset(row["concept"] for row in rows if row["place"] == "lead")
        self.denied = Phrases.of(self._denials(read_rows("denied_drugs.csv")))
        fluid, bolus = word_lists("fluid"), word_lists("bolus")
        self._leading, self._joining = frozenset(fluid["leading"]), frozenset(fluid["joining"])
        self._electrolytes = frozenset(fluid["electrolytes"])
        self._additives = frozenset(fluid["additives"]) | self._electrolytes
        self._bolus = Phrases.of([(name, True) for name in bolus["yes"]] + [(name, False) for name in bolus["no"]])

    def read(self, text: str) -> DrugReading:
        """The drug of a text."""
        found = words(text)
        denied = frozenset[str]().union(*(hit.value for hit in self.denied.anywhere(found)))
        if EVERYTHING in denied:
            return DENIED
        hits = self.allowed.first_to_last(found)
        drugs = [hit.value for hit in hits if hit.value not in self._fluids]
        if not drugs and self._leads(found, hits):
            drugs = [hits[0].value]
        left = [drug for drug in drugs if drug not in denied]
        if left:
            return DrugReading(left[0], False)
        return DENIED if drugs else UNKNOWN

    def marked_as_bolus(self, text: str) -> bool | None:
        """True: the text calls itself a bolus. False: it says that it is none (maintenance, keep vein open, with
        electrolytes). None: it says neither."""
        found = words(text)
        marks = {hit.value for hit in self._bolus.anywhere(found)}
        if False in marks or self._electrolytes.intersection(found):
            return False
        return True if marks else None

    def product(self, text: str) -> str | None:
        """The CAR-T product of a text; a text that names two is none of them."""
        named = {hit.value for hit in self.products.first_to_last(words(text))}
        return named.pop() if len(named) == 1 else None

    def _leads(self, text: Words, hits: list[Hit[str]]) -> bool:
        """The first hit is a fluid with nothing but amounts and words such as `bolus` before it, and no other
        ingredient joined after it."""
        if not hits:
            return False
        of_names = {place for hit in hits for place in range(hit.start, hit.end)}
        joined = False
        for place, word in enumerate(text):
            if place in of_names or not word.isalpha():
                continue
            if place < hits[0].start and word not in self._leading:
                return False
            joined = joined or (place > hits[0].start and word in self._joining)
            if joined and word not in self._joining and word not in self._additives:
                return False
        return True

    def _denials(self, rows: list[dict[str, str]]) -> Iterable[tuple[str, frozenset[str]]]:
        """(name, concepts it takes out), several rows of one name taken together."""
        by_name: dict[Words, tuple[str, frozenset[str]]] = {}
        for row in rows:
            concepts = frozenset(concept for scope in row["denies"].split() for concept in self._scope(scope))
            for name in listed(row["names"]):
                _, before = by_name.get(words(name), (name, frozenset()))
                by_name[words(name)] = (name, before | concepts)
        return by_name.values()

    def _scope(self, scope: str) -> frozenset[str]:
        if scope == EVERYTHING:
            return frozenset({EVERYTHING})
        if scope in self.classes:
            return self.classes[scope]
        if scope in {concept for members in self.classes.values() for concept in members}:
            return frozenset({scope})
        raise ValueError(f"denied_drugs.csv denies {scope!r}, which is neither a concept nor a class")


def _members(rows: list[dict[str, str]]) -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    for row in rows:
        for name in row["classes"].split():
            classes.setdefault(name, set()).add(row["concept"])
    return {name: frozenset(members) for name, members in classes.items()}
