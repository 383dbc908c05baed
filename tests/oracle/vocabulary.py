"""The drug concepts that the protocol speaks of, by class."""

from __future__ import annotations

TOCILIZUMAB = "tocilizumab"
ANTICYTOKINES = frozenset({"tocilizumab", "siltuximab", "anakinra"})
ANTIPYRETICS = frozenset(
    {
        "acetaminophen", "ibuprofen", "aspirin", "ketorolac", "naproxen", "metamizole", "diclofenac", "indomethacin",
        "ketoprofen",
    }
)  # fmt: skip
GMCSF = frozenset({"sargramostim", "molgramostim", "gm-csf"})
GCSF = frozenset(
    {"filgrastim", "pegfilgrastim", "lenograstim", "lipegfilgrastim", "eflapegrastim", "efbemalenograstim", "g-csf"}
)
CRYSTALLOIDS = frozenset({"sodium_chloride_0.9", "lactated_ringers", "plasma_lyte", "normosol_r", "isolyte_s"})
ANTIFUNGALS = frozenset(
    {
        "fluconazole", "voriconazole", "posaconazole", "isavuconazole", "itraconazole", "ketoconazole", "micafungin",
        "caspofungin", "anidulafungin", "rezafungin", "amphotericin_b",
    }
)  # fmt: skip
BROAD_ANTIBIOTICS = frozenset(
    {"cefepime", "piperacillin_tazobactam", "meropenem", "imipenem", "ceftazidime", "aztreonam"}
)
ETOPOSIDE = frozenset({"etoposide"})
ALTERNATIVE_AGENTS = frozenset(
    {
        "anakinra", "siltuximab", "ruxolitinib", "cyclophosphamide", "atg", "ivig", "etanercept", "infliximab",
        "emapalumab",
    }
)  # fmt: skip
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
