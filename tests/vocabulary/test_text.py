"""How texts are cut into words."""

from __future__ import annotations

import pytest

from crs_audit.vocabulary.text import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MethylPREDNISolone Sodium Succ", "methylprednisolone sodium succ"),
        ("Solu-Medrol", "solu medrol"),
        ("TOCILIZUMAB400MG", "tocilizumab 400 mg"),
        ("tocilizumab\u00a0400\u202fmg", "tocilizumab 400 mg"),
        ("Sodium Chloride 0.9%  Flush", "sodium chloride 0.9% flush"),
        ("NaCl 0,90 %", "nacl 0.9%"),
        ("NaCl .9%", "nacl 0.9%"),
        ("1,000 mL", "1000 ml"),
        ("0,125 mg", "0.125 mg"),
        ("1,250.5 mg", "1250.5 mg"),
        ("½ NS", "1 2 ns"),
        ("Ringer's", "ringers"),
        ("Ringer’s", "ringers"),
        ("NS + KCl w/ magnesium & more", "ns plus kcl with magnesium and more"),
        ("Neutrophils #", "neutrophils #"),
        ("Ciprofloxacín", "ciprofloxacin"),
        ("ＮＳ", "ns"),
        ("SulfaSALAzine_", "sulfasalazine"),
        ("10 mg.", "10 mg"),
        ("", ""),
        ("—", ""),
    ],
)
def test_words(text, expected):
    assert " ".join(words(text)) == expected
