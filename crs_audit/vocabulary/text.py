"""Texts as words: what is left of a charted name when case, punctuation and spacing no longer matter."""

from __future__ import annotations

import re
import unicodedata

Words = tuple[str, ...]

_APOSTROPHES = re.compile("['’‘ʼ`´]")
_WORD = re.compile(r"\d+(?:[.,]\d+)*%?|(?<!\d)\.\d+%?|[a-z]+|#|%")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?%?")


def words(text: str) -> Words:
    """The words of a text, in order.

    Lower case without accents; every run of letters and every number is a word of its own (`Solu-Medrol`, `400mg`
    → `solu medrol`, `400 mg`). A per cent sign belongs to its number, `0,9 %` is `0.9%` and `1,000` is `1000`.
    `+`, `&` and `w/` are read as the words they stand for; `#` stays, apostrophes go without a gap.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = _APOSTROPHES.sub("", plain)
    plain = re.sub(r"\bw/(?!o)", " with ", plain).replace("&", " and ").replace("+", " plus ")
    plain = re.sub(r"(?<=\d)\s+%", "%", plain)
    return tuple(_number(word) if word[0] in "0123456789." else word for word in _WORD.findall(plain))


def _number(word: str) -> str:
    """One spelling per number: `0,90%` and `.9%` are `0.9%`."""
    plain = word.replace(",", "") if _THOUSANDS.fullmatch(word) else word.replace(",", ".")
    plain, sign = (plain[:-1], "%") if plain.endswith("%") else (plain, "")
    if plain.startswith("."):
        plain = "0" + plain
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    return plain + sign
