"""Fluids: the drug of a text only where they lead it; boluses told from maintenance."""

from __future__ import annotations

import pytest

from crs_audit.vocabulary import load_vocabulary

DRUGS = load_vocabulary().drugs


@pytest.mark.parametrize(
    ("text", "drug", "bolus"),
    [
        ("sodium chloride 0.9 % bolus 1,000 mL", "sodium_chloride_0.9", True),
        ("sodium chloride 0.9 % (NS) bolus 500 mL", "sodium_chloride_0.9", True),
        ("sodium chloride IV bolus 0.9%", "sodium_chloride_0.9", True),
        ("NS 1 L bolus", "sodium_chloride_0.9", True),
        ("1000 mL 0.9% NaCl", "sodium_chloride_0.9", None),
        ("NaCl 0,9 % 500 ml", "sodium_chloride_0.9", None),
        ("Sodium Chloride 0.9% - Floor Stock  Bag", "sodium_chloride_0.9", None),
        ("sodium chloride 0.9 % infusion", "sodium_chloride_0.9", None),
        ("normal saline maintenance 100 mL/hr", "sodium_chloride_0.9", False),
        ("sodium chloride 0.9 % with KCl 20 mEq/L infusion", "sodium_chloride_0.9", False),
        ("lactated Ringer's bolus 1,000 mL", "lactated_ringers", True),
        ("LR - 1000 mL Bag", "lactated_ringers", None),
        ("Hartmann’s solution", "lactated_ringers", None),
        ("bolus: 500 mL Plasma-Lyte 148", "plasma_lyte", True),
    ],
)
def test_a_fluid_of_its_own(text, drug, bolus):
    assert DRUGS.read(text).drug == drug
    assert DRUGS.marked_as_bolus(text) is bolus


@pytest.mark.parametrize(
    "text",
    [
        "Sodium Chloride 0.9%  Flush",
        "sodium chloride 0.9 % KVO",
        "NS TKO",
        "sodium chloride 0.9 % carrier fluid",
        "sodium chloride 0.9 % syringe 10 mL",
        "sodium chloride bacteriostatic 0.9 % injection",
        "sodium chloride 0.9% irrigation",
        "sodium chloride 0.9 % nebulizer solution 3 mL",
        "1/2 normal saline",
        "½ NS 1000 mL",
        "NaCl 0.45%",
        "sodium chloride 3 % (hypertonic) 250 mL",
    ],
)
def test_no_fluid_for_the_patient_or_another_strength(text):
    assert DRUGS.read(text).drug is None
    assert DRUGS.read(text).denied


@pytest.mark.parametrize(
    "text",
    [
        "vancomycin 1,250 mg in sodium chloride 0.9 % 250 mL IVPB",
        "Thiamine 100 mg in 50 mL 0.9% Sodium Chloride",
        "sodium chloride 0.9 % 50 mL with thiamine 100 mg",
        "potassium chloride 20 mEq in sodium chloride 0.9 % 1,000 mL infusion",
        "dextrose 5 % and sodium chloride 0.9 % infusion",
        "D5NS",
        "dextrose 5% in lactated ringers",
        "HYDROmorphone (Dilaudid) 1mg/1mL NS Syringe",
        "Sodium Chloride",
        "sodium chloride 1 g tablet",
        "Albumin 5% bolus",
    ],
)
def test_a_carrier_is_not_the_drug(text):
    assert DRUGS.read(text).drug is None
