"""Laboratory names and LOINC codes."""

from __future__ import annotations

import pytest

from crs_audit.tables import LABS
from crs_audit.vocabulary import load_vocabulary

READ = load_vocabulary().labs.read


@pytest.mark.parametrize("lab", LABS)
def test_canonical_names_are_read(lab):
    assert READ(lab).lab == lab
    assert READ(lab.replace("_", " ").upper()).lab == lab


@pytest.mark.parametrize(
    ("name", "lab"),
    [
        ("White Blood Cells", "wbc"), ("WBC (K/uL)", "wbc"),
        ("Leukocytes [#/volume] in Blood by Automated count", "wbc"), ("Hgb (g/dL)", "hemoglobin"),
        ("Platelet Count", "platelets"), ("Absolute Neutrophil Count (ANC)", "anc"), ("Neutrophils #", "anc"),
        ("Neutrophils (Absolute)", "anc"), ("Sodium, Whole Blood", "sodium"), ("Sodium Level", "sodium"),
        ("POTASSIUM (Plasma)", "potassium"), ("Total CO2", "bicarbonate"), ("Carbon dioxide, total", "bicarbonate"),
        ("Urea Nitrogen", "bun"), ("Creatinine", "creatinine"), ("glucose_serum", "glucose"),
        ("Calcium, Total", "calcium"), ("Protein, Total, Serum", "total_protein"), ("Alk Phos", "alp"),
        ("Alanine Aminotransferase (ALT)", "alt"), ("Asparate Aminotransferase (AST)", "ast"),
        ("T. Bili", "bilirubin"), ("Magnesium Level", "magnesium"), ("Phosphate", "phosphorus"),
        ("C-Reactive Protein", "crp"), ("High-Sensitivity CRP", "crp"), ("Ferritin Level", "ferritin"),
        ("Lactate Dehydrogenase (LD)", "ldh"), ("Urate", "uric_acid"), ("Fibrinogen, Functional", "fibrinogen"),
        ("PT (sec)", "pt"), ("Prothrombin Time (PT)", "pt"), ("INR(PT)", "inr"), ("aPTT", "ptt"),
    ],
)  # fmt: skip
def test_names(name, lab):
    assert READ(name).lab == lab


@pytest.mark.parametrize(
    "name",
    [
        "WBC, Urine", "WBC, CSF", "Creatinine, Urine", "Sodium, Random Urine", "Albumin, Ascites",
        "Total Protein, Pleural", "LD, Body Fluid", "Glucose, CSF", "Free Calcium", "Ionized Calcium",
        "calcium_ionized", "Hematocrit", "Hemoglobin A1c", "Plasma Hemoglobin", "Bilirubin, Direct",
        "bilirubin_unconjugated", "Neutrophils %", "neutrophils_percent", "Albumin/Creatinine Ratio",
        "Creatinine Clearance", "Prealbumin", "Transferrin", "Mean Platelet Volume", "LD, Isoenzyme 1", "PTT-LA",
        "PT Control", "Glucose, POC", "pCO2", "Fibrinogen, Immunologic", "Magnesium, RBC",
    ],
)  # fmt: skip
def test_other_analytes_and_specimens_are_denied(name):
    reading = READ(name)
    assert (reading.lab, reading.denied) == (None, True)


@pytest.mark.parametrize(
    "name", ["Lactate", "Neutrophils", "Troponin T", "Protein C", "Creatine Kinase (CK)", "", "PEEP"]
)
def test_unknown_names(name):
    reading = READ(name)
    assert (reading.lab, reading.denied) == (None, False)


def test_a_code_helps_an_unknown_name_and_a_denied_code_ends_a_known_one():
    assert READ("XR-17 send-out", "1988-5").lab == "crp"
    assert READ("CRP", "99999-9").lab == "crp"
    assert READ(None, "2276-4").lab == "ferritin"
    assert READ("Glucose", "5792-7").denied
    assert READ("Calcium", "1995-0").lab is None


def test_a_contradiction_is_left_unread():
    reading = READ("Ferritin", "1988-5")
    assert (reading.lab, reading.denied) == (None, False)
    assert READ("Urine protein", "1988-5").denied
