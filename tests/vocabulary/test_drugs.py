"""Drug texts as MARs write them, and the traps among them."""

from __future__ import annotations

import pytest

from crs_audit.vocabulary import load_vocabulary

READ = load_vocabulary().drugs.read

NAMED = {
    "Tocilizumab (Actemra) 400 mg/20 mL": "tocilizumab",
    "tocilizumab-aazg 640 mg in sodium chloride 0.9 % 100 mL IVPB": "tocilizumab",
    "TOCILIZUMAB-BAVI 20 MG/ML IV SOLN": "tocilizumab",
    "Avtozma (tocilizumab-anoh)": "tocilizumab",
    "Tyenne": "tocilizumab",
    "sodium chloride 0.9 % 100 mL with tocilizumab 560 mg": "tocilizumab",
    "anakinra (KINERET) 100 mg subcut": "anakinra",
    "acetaminophen (TYLENOL) tablet 650 mg - premed for tocilizumab": "acetaminophen",
    "NORepinephrine 8 mg in 250 mL D5W": "norepinephrine",
    "norepinephrine bitartrate-0.9 % NaCl 8 mg/250 mL (32 mcg/mL) IV soln": "norepinephrine",
    "NOREPINEPHRINE-DEXTROSE 4-5 MG/250ML-% IV SOLN": "norepinephrine",
    "nor-epinephrine drip": "norepinephrine",
    "Noradrenaline 4mg/50ml": "norepinephrine",
    "EPINEPHrine 5 mg in dextrose 5 % 250 mL": "epinephrine",
    "epinephrine 1 mg/10 mL (0.1 mg/mL) syringe": "epinephrine",
    "PHENYLephrine 50 mg in NaCl 0.9% 250 mL": "phenylephrine",
    "phenylephrine 100 mcg/mL syringe": "phenylephrine",
    "vasopressin (VASOSTRICT) 20 units in sodium chloride 0.9 % 100 mL infusion": "vasopressin",
    "angiotensin II (GIAPREZA) 2.5 mg": "angiotensin_ii",
    "DOPamine 400 mg in dextrose 5 % 250 mL infusion premix": "dopamine",
    "DOBUTamine 500 mg/250 mL": "dobutamine",
    "MethylPREDNISolone Sodium Succ": "methylprednisolone",
    "MethylPREDNISolone Sod Succ  4 mg in 4 mL Syringe (0.9% Sodium Chloride)": "methylprednisolone",
    "methyl prednisolone 1 g": "methylprednisolone",
    "Decortin 20 mg": "prednisone",
    "Decortin H 50 mg": "prednisolone",
    "dexamethasone sodium phosphate 10 mg in sodium chloride 0.9% 50 mL IVPB": "dexamethasone",
    "hydrocortisone 100 mg in sodium chloride 0.9 % 100 mL": "hydrocortisone",
    "Fludrocortisone Acetate 0.1 mg Tab": "fludrocortisone",
    "Filgrastim-sndz 480 mcg Syringe SC Dose": "filgrastim",
    "tbo-filgrastim": "filgrastim",
    "pegfilgrastim (NEULASTA ONPRO)": "pegfilgrastim",
    "G-CSF": "g-csf",
    "GM-CSF": "gm-csf",
    "sargramostim (LEUKINE) 250 mcg": "sargramostim",
    "sargramostim nebulized": "sargramostim",
    "Hydrocodone-Acetaminophen (5mg-325mg)": "acetaminophen",
    "Acetaminophen IV": "acetaminophen",
    "Acetaminophen (Rectal) 650mg Supp": "acetaminophen",
    "Paracetamol 1 g": "acetaminophen",
    "acetaminophen-phenylephrine 325-5 mg tablet": "acetaminophen",
    "Aspirin 81": "aspirin",
    "ibuprofen liqui-gels": "ibuprofen",
    "acetaminophen 650 mg for ear pain": "acetaminophen",
    "filgrastim (stem cell mobilization)": "filgrastim",
    "Piperacillin-Tazobactam": "piperacillin_tazobactam",
    "Piperacillin/Tazobactam (Zosyn)": "piperacillin_tazobactam",
    "CefTAZidime 1 g / 100 mL NS (Mini Bag Plus)": "ceftazidime",
    "fluconazole in NaCl (iso-osm) 400 mg/200 mL": "fluconazole",
    "amphotericin B liposome (AMBISOME) 300 mg": "amphotericin_b",
    "anti-thymocyte globulin (rabbit)": "atg",
    "lymphocyte immune globulin": "atg",
    "immune globulin (human) (GAMMAGARD) 10 %": "ivig",
    "infliximab-dyyb": "infliximab",
    "etoposide 150 mg/m2 in NS 500 mL": "etoposide",
    "axicabtagene ciloleucel (YESCARTA) 2x10^6 cells/kg": "axi-cel",
    "lisocabtagene maraleucel suspension": "liso-cel",
}

DENIED = [
    "Desmopressin Acetate 25 mcg in 50 mL 0.9% Sodium Chloride",
    "desmopressin (DDAVP) nasal",
    "vasopressin tannate in oil",
    "terlipressin",
    "angiotensin II receptor blocker",
    "midodrine",
    "ePHEDrine 5 mg/mL",
    "EPINEPHrine (EPIPEN) 0.3 mg/0.3 mL injection",
    "lidocaine-EPINEPHrine 1 %-1:100,000 injection",
    "bupivacaine-EPINEPHrine (PF) 0.25 %",
    "racepinephrine (VAPONEFRIN) 2.25 % nebulizer solution",
    "epinephrine racemic neb",
    "Phenylephrine 2.5 % Ophth Soln",
    "phenylephrine (NEO-SYNEPHRINE) 0.5 % nasal spray",
    "phenylephrine 0.25 % rectal suppository",
    "guaiFENesin-phenylephrine",
    "Dexamethasone Ophthalmic Susp 0.1% 5 mL Dropper Bottle",
    "Tobramycin-Dexamethasone Eye Drops",
    "tobramycin-dexamethasone",
    "ciprofloxacin-dexamethasone (CIPRODEX) otic",
    "dexamethasone 0.5 mg/5 mL mouthwash swish and spit",
    "PrednisoLONE Acetate 1% Ophth. Susp.",
    "Hydrocortisone (Rectal) 2.5% Cream",
    "hydrocortisone 1 % cream",
    "methylPREDNISolone acetate (DEPO-MEDROL) intra-articular",
    "dexamethasone epidural",
    "hydrocortisone intrathecal",
    "Fluticasone Propionate NASAL",
    "budesonide 0.5 mg nebulizer",
    "Dexmedetomidine (Precedex)",
    "nystatin 100,000 unit/mL suspension swish and swallow",
    "Clotrimazole Cream",
    "amphotericin B inhaled",
    "amphotericin B bladder irrigation",
    "aztreonam lysine (CAYSTON) inhalation",
    "5-ASA 400 mg",
    "aspirin-dipyridamole 25-200 mg",
    "ketorolac 0.5 % ophthalmic",
    "ruxolitinib 1.5 % cream",
    "hepatitis B immune globulin",
    "Rho(D) immune globulin",
    "immune globulin (human) 20% (HIZENTRA) subcut",
    "lifileucel (Amtagvi)",
    "tocilizumab or placebo",
]

UNKNOWN = ["Vancomycin", "Heparin Flush (100 units/ml)", "CAR-T cells (investigational)", "Dextrose 5%", "___", ""]


@pytest.mark.parametrize(("text", "drug"), NAMED.items())
def test_a_named_drug_is_found(text, drug):
    reading = READ(text)
    assert (reading.drug, reading.denied) == (drug, False)


@pytest.mark.parametrize("text", DENIED)
def test_a_look_alike_is_denied(text):
    reading = READ(text)
    assert (reading.drug, reading.denied) == (None, True)


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_text_is_neither(text):
    reading = READ(text)
    assert (reading.drug, reading.denied) == (None, False)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("YESCARTA", "axi-cel"),
        ("Axi Cel", "axi-cel"),
        ("Tecartus (brexucabtagene autoleucel)", "brexu-cel"),
        ("tisagenlecleucel-T", "tisa-cel"),
        ("Kymriah", "tisa-cel"),
        ("Breyanzi", "liso-cel"),
        ("idecabtagene vicleucel", "ide-cel"),
        ("Abecma", "ide-cel"),
        ("Carvykti", "cilta-cel"),
        ("ciltacabtagene autoleucel", "cilta-cel"),
        ("obecabtagene autoleucel (Aucatzyl)", "obe-cel"),
        ("Kymriah or Yescarta", None),
        ("CAR-T", None),
        ("", None),
    ],
)
def test_products(text, product):
    assert load_vocabulary().drugs.product(text) == product
