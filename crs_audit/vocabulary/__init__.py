"""What the charts call things: drugs, products, MAR actions, routes, oxygen devices and laboratory values.

The names are tables beside this file, one row per concept with its source; a new drug is a new row of `drugs.csv`
(and, if it can be mistaken for another, of `denied_drugs.csv`). Texts are compared as words (`text.py`), so that
case, punctuation and spacing do not matter.
"""

from __future__ import annotations

from crs_audit.vocabulary.load import Vocabulary, load_vocabulary

__all__ = ["Vocabulary", "load_vocabulary"]
