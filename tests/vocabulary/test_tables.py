"""The vocabulary's own tables: every row can be reached, and nothing stands for two things."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys

import pytest

from crs_audit.protocol.load import load_protocol
from crs_audit.tables import ACTIONS, DEVICE_CLASSES, LABS, ROUTES
from crs_audit.vocabulary import load_vocabulary
from crs_audit.vocabulary.phrases import GAP, Phrases
from crs_audit.vocabulary.rows import TABLES, listed, read_rows, vocabulary_hash
from crs_audit.vocabulary.text import words

PARAMETERS, EQUIVALENT = load_protocol().parameters, "medication.equivalent_"
VOCABULARY = load_vocabulary()
DRUGS, DENIED = read_rows("drugs.csv"), read_rows("denied_drugs.csv")
CLASSES = {
    "tocilizumab", "siltuximab", "anakinra", "anticytokine", "corticosteroid", "mineralocorticoid", "gmcsf", "gcsf",
    "vasopressor", "inotrope", "antipyretic", "antifungal", "antibiotic_broad", "crystalloid", "alternative", "car_t",
    "etoposide",
}  # fmt: skip


def names_of(rows, column, *cells):
    return [(name, row[column]) for row in rows for cell in cells for name in listed(row[cell])]


@pytest.mark.parametrize("row", DRUGS, ids=lambda row: row["concept"])
def test_every_drug_name_is_read_as_its_concept(row):
    for name in listed(row["names"]):
        assert VOCABULARY.drugs.read(name.replace(GAP, "")).drug == row["concept"], name


@pytest.mark.parametrize("row", DRUGS, ids=lambda row: row["concept"])
def test_spelling_does_not_matter(row):
    for name in listed(row["names"]):
        plain = name.replace(GAP, " ")
        for spelled in (plain.upper(), plain.title(), f"\u00a0{plain}\t", plain.replace("-", " – "), f"({plain}),"):
            assert VOCABULARY.drugs.read(spelled).drug == row["concept"], spelled


@pytest.mark.parametrize("row", [row for row in DENIED if row["denies"] == "*"], ids=lambda row: row["names"][:30])
def test_every_name_denied_outright_is_denied(row):
    for name in listed(row["names"]):
        reading = VOCABULARY.drugs.read(name.replace(GAP, " "))
        assert (reading.drug, reading.denied) == (None, True), name


@pytest.mark.parametrize("row", [row for row in DENIED if row["denies"] != "*"], ids=lambda row: row["names"][:30])
def test_every_name_denied_for_some_drugs_takes_them_out(row):
    members = VOCABULARY.drugs.classes
    first_name = {drug["concept"]: listed(drug["names"])[0] for drug in reversed(DRUGS)}
    concepts = {concept for scope in row["denies"].split() for concept in members.get(scope, {scope})}
    for name, concept in itertools.product(listed(row["names"]), sorted(concepts)):
        assert VOCABULARY.drugs.read(f"{first_name[concept]} {name.replace(GAP, ' ')}").drug != concept, name


@pytest.mark.parametrize(
    ("table", "column", "read"),
    [
        ("actions.csv", "action", VOCABULARY.actions.read),
        ("routes.csv", "route", VOCABULARY.routes.read),
        ("devices.csv", "device", lambda text: VOCABULARY.devices.read(text).name),
        ("labs.csv", "lab", lambda text: VOCABULARY.labs.read(text).lab),
    ],
)
def test_every_other_name_and_code_is_read_as_its_value(table, column, read):
    rows = read_rows(table)
    wrong = [
        (name, read(name), value)
        for name, value in names_of(rows, column, *({"names", "codes"} & set(rows[0])))
        if read(name) != value
    ]
    assert wrong == []


def test_every_lab_code_is_read_as_its_lab_and_every_denied_name_denied():
    for row in read_rows("labs.csv"):
        assert all(VOCABULARY.labs.read(None, code).lab == row["lab"] for code in row["loinc"].split())
    for row in read_rows("denied_labs.csv"):
        assert all(VOCABULARY.labs.read(name).denied for name in listed(row["names"]))
        assert all(VOCABULARY.labs.read(None, code).denied for code in row["loinc"].split())


def test_every_row_has_a_source_and_every_denial_a_reason():
    for table in TABLES:
        if table.endswith(".csv"):
            assert all(row["source"] for row in read_rows(table)), table
    assert all(row["reason"] for table in ("denied_drugs.csv", "denied_labs.csv") for row in read_rows(table))


@pytest.mark.parametrize("table", [table for table in TABLES if table.endswith(".csv")])
def test_no_row_has_too_many_or_too_few_cells(table):
    for row in read_rows(table):
        assert None not in row
        assert None not in row.values()


def test_no_name_stands_for_two_things():
    for table, column in (("drugs", "concept"), ("actions", "action"), ("routes", "route"), ("labs", "lab")):
        seen: dict[tuple[str, ...], str] = {}
        rows = read_rows(f"{table}.csv")
        for name, value in names_of(rows, column, *({"names", "codes"} & set(rows[0]))):
            assert seen.setdefault(words(name), value) == value, name


def test_a_name_for_two_things_is_refused():
    with pytest.raises(ValueError, match="stands for both"):
        Phrases.of([("Medrol", "methylprednisolone"), ("medrol ", "prednisone")])
    with pytest.raises(ValueError, match="without a letter"):
        Phrases.of([("--", "nothing")])


def test_classes_are_those_the_audit_asks_for():
    assert set(VOCABULARY.drugs.classes) == CLASSES
    assert VOCABULARY.concepts_of("corticosteroid") == {
        "dexamethasone", "methylprednisolone", "prednisone", "prednisolone", "hydrocortisone",
    }  # fmt: skip
    assert VOCABULARY.concepts_of("anticytokine") == {"tocilizumab", "siltuximab", "anakinra"}
    assert VOCABULARY.concepts_of("vasopressor") == {
        "norepinephrine", "epinephrine", "phenylephrine", "vasopressin", "dopamine", "angiotensin_ii",
    }  # fmt: skip
    assert VOCABULARY.concepts_of("inotrope") == {"dobutamine", "milrinone"}
    assert {"sodium_chloride_0.9", "lactated_ringers", "plasma_lyte"} <= VOCABULARY.concepts_of("crystalloid")
    assert not VOCABULARY.concepts_of("gmcsf") & VOCABULARY.concepts_of("gcsf")
    with pytest.raises(KeyError):
        VOCABULARY.concepts_of("steroids")


def test_every_steroid_has_its_equivalence_and_every_product_its_line():
    equivalents = {"dexamethasone", *(key.removeprefix(EQUIVALENT) for key in PARAMETERS if key.startswith(EQUIVALENT))}
    assert VOCABULARY.concepts_of("corticosteroid") == equivalents
    assert VOCABULARY.early_steroid_products == {"axi-cel", "brexu-cel"}
    assert {row["concept"] for row in read_rows("products.csv")} == VOCABULARY.concepts_of("car_t")


def test_values_are_those_of_the_accepted_tables():
    assert {row["action"] for row in read_rows("actions.csv")} == set(ACTIONS)
    assert {row["route"] for row in read_rows("routes.csv")} == set(ROUTES)
    assert {row["lab"] for row in read_rows("labs.csv")} == set(LABS)
    # The classes in the order of their support: the reader takes it from the table.
    assert tuple(dict.fromkeys(row["device"] for row in read_rows("devices.csv"))) == DEVICE_CLASSES


def test_loinc_codes_have_their_check_digit_and_one_meaning():
    codes = [
        code for table in ("labs.csv", "denied_labs.csv") for row in read_rows(table) for code in row["loinc"].split()
    ]
    assert len(codes) == len(set(codes))
    for code in codes:
        digits, check = code.split("-")
        doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
        total = sum(value // 10 + value % 10 for value in doubled)
        assert (10 - total % 10) % 10 == int(check), code


def test_rxnorm_codes_have_one_meaning():
    codes = [row["rxnorm"] for row in DRUGS if row["rxnorm"]]
    assert len(codes) == len(set(codes))
    assert VOCABULARY.drugs.rxnorm["612865"] == "tocilizumab"


def test_the_hash_tells_one_vocabulary_from_another():
    assert len(vocabulary_hash()) == 64
    assert vocabulary_hash() == vocabulary_hash()


def test_tables_are_what_a_spreadsheet_would_write():
    for table in TABLES:
        if table.endswith(".csv"):
            header = list(read_rows(table)[0])
            assert next(csv.reader([",".join(header)])) == header


def test_loading_needs_no_polars():
    code = "import sys, crs_audit.vocabulary as v; v.load_vocabulary(); sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
