"""Columns held against the vocabulary: one row per distinct text, in the order of first appearance."""

from __future__ import annotations

import polars as pl

from crs_audit.vocabulary.match import (
    concepts_of,
    match_actions,
    match_bolus,
    match_devices,
    match_drugs,
    match_labs,
    match_products,
    match_routes,
    match_rxnorm,
)


def test_drugs():
    texts = pl.Series(["Vancomycin", "NORepinephrine", None, "Desmopressin Acetate", "NORepinephrine"])
    assert match_drugs(texts).rows() == [
        ("Vancomycin", None, False),
        ("NORepinephrine", "norepinephrine", False),
        ("Desmopressin Acetate", None, True),
    ]


def test_values():
    assert match_actions(pl.Series(["New Bag", "?", "New Bag"])).rows() == [("New Bag", "new_bag"), ("?", None)]
    assert match_routes(pl.Series(["IVPB", None])).rows() == [("IVPB", "iv")]
    assert match_products(pl.Series(["Breyanzi"])).rows() == [("Breyanzi", "liso-cel")]
    assert match_devices(pl.Series(["Trach collar", "x"])).rows() == [
        ("Trach collar", "mask", "trach_collar"),
        ("x", None, None),
    ]
    assert match_bolus(pl.Series(["NS bolus", "NS maintenance", "NS"])).get_column("value").to_list() == [
        True,
        False,
        None,
    ]
    assert match_rxnorm(pl.Series(["612865", "1"])).rows() == [("612865", "tocilizumab"), ("1", None)]


def test_labs():
    names = pl.Series(["CRP", "Glucose", "CRP", None])
    assert match_labs(names).rows() == [
        ("CRP", None, "crp", False),
        ("Glucose", None, "glucose", False),
        (None, None, None, False),
    ]
    codes = pl.Series([None, "5792-7", "1988-5", "2276-4"])
    assert match_labs(names, codes).select("lab", "denied").rows() == [
        ("crp", False),
        (None, True),
        ("crp", False),
        ("ferritin", False),
    ]


def test_empty_columns_keep_their_types():
    none = pl.Series([], dtype=pl.String)
    assert match_drugs(none).schema == {"text": pl.String, "drug": pl.String, "denied": pl.Boolean}
    assert match_actions(none).schema == {"text": pl.String, "value": pl.String}
    assert match_bolus(none).schema == {"text": pl.String, "value": pl.Boolean}
    assert match_devices(none).schema == {"text": pl.String, "value": pl.String, "flag": pl.String}
    assert match_labs(none).schema == {
        "name": pl.String,
        "loinc": pl.String,
        "lab": pl.String,
        "denied": pl.Boolean,
    }


def test_all_null_columns_of_no_type():
    assert match_drugs(pl.Series([None, None])).height == 0


def test_classes():
    assert "norepinephrine" in concepts_of("vasopressor")
