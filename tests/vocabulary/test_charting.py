"""MAR actions, routes and oxygen devices."""

from __future__ import annotations

import pytest

from crs_audit.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()

# Every distinct action text of the MIMIC-IV demo's eMAR; the one that names no action stays unread.
MIMIC_EMAR = {
    "Administered": "given", "Flushed": "given", "Not Given": "not_given", "Confirmed": "verify",
    "Not Flushed": "not_given", "Not Given per Sliding Scale": "not_given", "Started": "started",
    "Assessed": "not_given", "Stopped": "stopped", "Hold Dose": "not_given", "Delayed Administered": "given",
    "Administered Bolus from IV Drip": "bolus", "Applied": "given", "Stopped - Unscheduled": "stopped",
    "Removed": "stopped", "Infusion Reconciliation": "verify", "Not Applied": "not_given", "Restarted": "restarted",
    " in Other Location": None, "Not Confirmed": "not_given", "Not Started": "not_given",
    "Stopped As Directed": "stopped", "Stopped in Other Location": "stopped", "Partial Administered": "partial",
    "Delayed ": "not_given", "Not Stopped": "not_given", "Administered in Other Location": "given",
    "Flushed in Other Location": "given", "Not Assessed": "not_given", "Removed Existing / Applied New": "given",
    "Delayed Confirmed": "verify", "Started in Other Location": "started", "Not Removed": "not_given",
    "Delayed Flushed": "given", "Delayed Started": "started",
    "Stopped - Unscheduled in Other Location": "stopped", "Infusion Reconciliation Not Done": "not_given",
    "Read": "not_given", "Rate Change": "rate_change", "Delayed Stopped": "stopped",
    "Delayed Assessed": "not_given", "Applied in Other Location": "given", "Confirmed in Other Location": "verify",
}  # fmt: skip

# mar_action_name and mar_action_category of the CLIF demo.
CLIF = {
    "ChangeDose/Rate, [Started Bolus]": "bolus", "[Finished Bolus], [Restarted]": "restarted",
    "[Started Bolus]": "bolus", "[Finished Bolus]": "verify", "Paused, [Restarted]": "restarted",
    "[Restarted]": "restarted", "Paused": "paused", "Stopped": "stopped", "FinishedRunning": "stopped",
    "[Started]": "started", "ChangeDose/Rate": "rate_change", "Bolus": "bolus", "start": "started",
    "stop": "stopped", "dose_change": "rate_change", "going": "verify", "given": "given", "not_given": "not_given",
}  # fmt: skip

EPIC = {
    "Given": "given", "Given by Other": "given", "Given During Downtime": "given", "New Bag": "new_bag",
    "New Bag/Syringe": "new_bag", "Rate Verify": "verify", "Rate/Dose Verify": "verify",
    "Rate/Dose Change": "rate_change", "Push": "push", "IV Push": "push", "Bolus from Bag": "bolus",
    "Restarted": "restarted", "Override Pull": "not_given", "Dispensed": "not_given", "MAR Hold": "not_given",
    "Held": "not_given", "Missed": "not_given", "Refused": "not_given", "Canceled Entry": "not_given",
    "Due": "not_given", "Not Given - See Comment": "not_given", "Partial Dose": "partial",
    "Given - Partial": "partial", "Infusion Completed": "stopped", "Begin Bag": "new_bag", "Not Done": "not_given",
    "given": "given", "push": "push", "bolus": "bolus", "partial": "partial", "new_bag": "new_bag",
    "started": "started", "restarted": "restarted", "rate_change": "rate_change", "verify": "verify",
    "stopped": "stopped", "paused": "paused", "not_given": "not_given",
}  # fmt: skip

DOUBTFUL = ["Given - refused", "Started - not running", "Administered: No", "Completed", "Verified", "", "-"]


def test_all_mimic_texts_are_here():
    assert len(MIMIC_EMAR) == 43


@pytest.mark.parametrize(("text", "action"), [*MIMIC_EMAR.items(), *CLIF.items(), *EPIC.items()])
def test_actions(text, action):
    assert VOCABULARY.actions.read(text) == action


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_doubtful_action_is_left_unread(text):
    assert VOCABULARY.actions.read(text) is None


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("IV", "iv"), ("IntraVENous", "iv"), ("IVPB", "iv"), ("IV Push", "iv"), ("I.V.", "iv"), ("IO", "iv"),
        ("Continuous IV Infusion", "iv"), ("Central Venous Line", "iv"), ("IV or IM", "iv"),
        ("PO", "po"), ("PO/NG", "po"), ("Oral", "po"), ("enteral", "po"), ("p.o.", "po"),
        ("NG", "ng"), ("Per NG tube", "ng"), ("per feeding tube", "ng"), ("Per G Tube", "ng"),
        ("SC", "sc"), ("SQ", "sc"), ("subcut", "sc"), ("SubQ", "sc"), ("Subcutaneous", "sc"), ("IM", "im"),
        ("inhalation", "inhaled"), ("neb", "inhaled"), ("oral inhalation", "inhaled"),
        ("ophth", "ophthalmic"), ("Both Eyes", "ophthalmic"), ("OU", "ophthalmic"), ("Left Ear", "otic"),
        ("Each Nare", "nasal"), ("IN", "nasal"), ("Topical", "topical"), ("PR", "rectal"),
        ("Intra-articular", "intra_articular"), ("Epidural", "epidural"), ("Intrathecal", "intrathecal"),
        ("Infiltration", "local"), ("Irrigation", "local"), ("swish and swallow", "swish"),
        ("Oral (swish & spit)", "swish"), ("Mouth/Throat", "swish"), ("Sublingual", "other"), ("Other", "other"),
        ("02-Fluids (Crystalloids); Additive (Crystalloid); Main order parameter; Continuous IV; Fluids/Intake", "iv"),
        ("01-Drips; 02-Fluids (Crystalloids); Main order parameter; Continuous Med; Medications", "iv"),
        ("06-Insulin (Non IV); Main order parameter; Drug Push; Medications", "other"),
        ("05-Med Bolus; Main order parameter; Drug Push; Medications", None),
        ("Injection", None), ("", None),
    ],
)  # fmt: skip
def test_routes(text, route):
    assert VOCABULARY.routes.read(text) == route


@pytest.mark.parametrize(
    ("text", "name", "flag"),
    [
        ("Room air", "none", None), ("RA", "none", None), ("None", "none", None), ("weaned to room air", "none", None),
        ("NC", "nasal cannula", None), ("Nasal Cannula (4 L)", "nasal cannula", None),
        ("nasal prongs", "nasal cannula", None), ("Oxymizer", "nasal cannula", None),
        ("Blow-by", "nasal cannula", "blow_by"),
        ("HFNC", "high-flow cannula", None), ("High flow nasal cannula", "high-flow cannula", None),
        ("Nasal cannula - high flow", "high-flow cannula", None), ("High Flow NC", "high-flow cannula", None),
        ("Optiflow", "high-flow cannula", None), ("Vapotherm", "high-flow cannula", None),
        ("Airvo", "high-flow cannula", None),
        ("Face Mask", "mask", None), ("Simple mask", "mask", None), ("Face tent", "mask", None),
        ("Aerosol-cool", "mask", None), ("Venti mask ", "mask", None), ("Medium conc mask ", "mask", None),
        ("Non-rebreather", "mask", None), ("NRB", "mask", None), ("Partial rebreather", "mask", None),
        ("High flow neb", "mask", None), ("HFNC + NRB", "mask", None),
        ("Trach collar", "mask", "trach_collar"), ("High flow trach collar", "mask", "trach_collar"),
        ("CPAP mask ", "non-invasive", None), ("Bipap mask ", "non-invasive", None), ("NIPPV", "non-invasive", None),
        ("NIV", "non-invasive", None), ("AVAPS", "non-invasive", None), ("home CPAP", "non-invasive", None),
        ("Non-invasive mechanical ventilation", "non-invasive", None), ("Ventilator (BiPAP)", "non-invasive", None),
        ("Bag valve mask", "non-invasive", "manual_ventilation"),
        ("Ventilator", "invasive", None), ("Endotracheal tube", "invasive", None), ("ETT", "invasive", None),
        ("IMV", "invasive", None), ("Tracheostomy tube", "invasive", "tracheostomy"),
    ],
)  # fmt: skip
def test_devices(text, name, flag):
    device = VOCABULARY.devices.read(text)
    assert device is not None
    assert (device.name, device.flag) == (name, flag)


@pytest.mark.parametrize("text", ["Other", "", "ECMO", "Supplemental oxygen"])
def test_an_unknown_device_is_none(text):
    assert VOCABULARY.devices.read(text) is None
