"""How charts spell things: products, devices and drugs as they stand in real extracts."""

from __future__ import annotations

from typing import NamedTuple

PRODUCTS: dict[str, tuple[str, ...]] = {
    "axi-cel": ("axicabtagene ciloleucel (Yescarta)", "Yescarta", "axi-cel"),
    "brexu-cel": ("brexucabtagene autoleucel", "Tecartus", "brexu-cel"),
    "tisa-cel": ("tisagenlecleucel (KYMRIAH)", "Kymriah", "tisa-cel"),
    "liso-cel": ("lisocabtagene maraleucel", "Breyanzi", "liso-cel"),
    "ide-cel": ("idecabtagene vicleucel", "ABECMA", "ide-cel"),
    "cilta-cel": ("ciltacabtagene autoleucel", "Carvykti", "cilta-cel"),
    "obe-cel": ("obecabtagene autoleucel", "Aucatzyl", "obe-cel"),
}
DEVICES: dict[str, tuple[str, ...]] = {
    "none": ("Room air", "RA", "Room Air"),
    "nc": ("Nasal cannula", "NC", "nasal cannula"),
    "hfnc": ("HFNC", "Optiflow", "Vapotherm", "Airvo"),
    "mask": ("Non-rebreather mask", "Simple face mask", "Venturi mask"),
    "cpap": ("CPAP",),
    "bipap": ("BiPAP",),
    "vent": ("Ventilator", "ventilator"),
}


class Drug(NamedTuple):
    texts: tuple[str, ...]
    unit: str
    rate_unit: str = ""


DRUGS: dict[str, Drug] = {
    "tocilizumab": Drug(
        ("Tocilizumab (Actemra) 400 mg/20 mL", "tocilizumab (ACTEMRA) IVPB", "Actemra 20 mg/mL IV solution"), "mg"
    ),
    "dexamethasone": Drug(("dexAMETHasone sodium phosphate 10 mg/mL inj", "Dexamethasone 4 mg/mL injection"), "mg"),
    "methylprednisolone": Drug(("methylPREDNISolone sodium succinate (SOLU-Medrol)", "Solu-Medrol IVPB"), "mg"),
    "hydrocortisone": Drug(("hydrocortisone (CORTEF) tab",), "mg"),
    "acetaminophen": Drug(("Acetaminophen 650 mg tab", "acetaminophen (TYLENOL) tablet 325 mg"), "mg"),
    "norepinephrine": Drug(
        ("NORepinephrine 8 mg in 250 mL D5W", "norepinephrine (LEVOPHED) infusion"), "mg", "mcg/min"
    ),
    "epinephrine": Drug(("EPINEPHrine 4 mg in 250 mL NS",), "mg", "mcg/min"),
    "phenylephrine": Drug(("PHENYLephrine 50 mg in 250 mL NS",), "mg", "mcg/min"),
    "phenylephrine push": Drug(("PHENYLephrine 100 mcg/mL syringe",), "mcg"),
    "vasopressin": Drug(("vasopressin 20 units in 100 mL NS",), "units", "units/min"),
    "filgrastim": Drug(("filgrastim-aafi (NIVESTYM) 480 mcg", "filgrastim (NEUPOGEN) 300 mcg"), "mcg"),
    "pegfilgrastim": Drug(("pegfilgrastim (NEULASTA) 6 mg",), "mg"),
    "sargramostim": Drug(("sargramostim (LEUKINE) 250 mcg",), "mcg"),
    "cefepime": Drug(("ceFEPIme 2 g in NS 100 mL IVPB",), "g"),
    "micafungin": Drug(("micafungin (MYCAMINE) 100 mg IVPB",), "mg"),
    "anakinra": Drug(("anakinra (KINERET) 100 mg/0.67 mL syringe",), "mg"),
    "etoposide": Drug(("etoposide 20 mg/mL in NS 500 mL IVPB",), "mg"),
    "levetiracetam": Drug(("levETIRAcetam (KEPPRA) tab 500 mg",), "mg"),
    "acyclovir": Drug(("acyclovir (ZOVIRAX) tab 400 mg",), "mg"),
    "ondansetron": Drug(("ondansetron (ZOFRAN) 4 mg/2 mL inj",), "mg"),
    "diphenhydramine": Drug(("diphenhydrAMINE (BENADRYL) cap 25 mg",), "mg"),
    "aspirin": Drug(("aspirin EC tab 81 mg",), "mg"),
    "desmopressin": Drug(("desmopressin (DDAVP) tab 0.1 mg",), "mg"),
    "fluid bolus": Drug(("Sodium chloride 0.9% bolus", "Lactated Ringer's bolus"), "mL"),
    "fluid": Drug(("Sodium chloride 0.9% infusion",), "mL", "mL/hr"),
}
