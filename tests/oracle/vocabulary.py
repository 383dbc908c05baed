"""The few drug concepts the oracle and its generators use, by class."""

from __future__ import annotations

TOCILIZUMAB = "tocilizumab"
ANTICYTOKINES = frozenset({"tocilizumab", "siltuximab", "anakinra"})
ANTIPYRETICS = frozenset({"acetaminophen", "ibuprofen", "aspirin"})
GMCSF = frozenset({"sargramostim", "molgramostim"})
CRYSTALLOIDS = frozenset({"sodium_chloride_0.9", "lactated_ringers"})
VASOPRESSORS = frozenset(
    {"norepinephrine", "epinephrine", "phenylephrine", "vasopressin", "dopamine", "angiotensin_ii"}
)
EARLY_STEROID_PRODUCTS = frozenset({"axi-cel", "brexu-cel"})

# How many mg equal 0.75 mg of dexamethasone.
STEROID_EQUIVALENTS = {
    "dexamethasone": "0.75",
    "methylprednisolone": "4",
    "prednisone": "5",
    "prednisolone": "5",
    "hydrocortisone": "20",
}
SYSTEMIC_ROUTES = frozenset({"iv", "im", "sc", "po", "ng", None})

GIVEN_ACTIONS = frozenset(
    {"given", "push", "bolus", "partial", "new_bag", "started", "restarted", "rate_change", "verify"}
)
CONTINUING_ACTIONS = frozenset({"rate_change", "restarted", "verify"})
DOSE_ACTIONS = GIVEN_ACTIONS - CONTINUING_ACTIONS
