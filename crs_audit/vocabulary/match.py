"""Columns of texts held against the vocabulary. Each function reads every distinct text once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from crs_audit.vocabulary.load import load_vocabulary


def concepts_of(drug_class: str) -> frozenset[str]:
    """The drug concepts of a class, e.g. `concepts_of("vasopressor")`. Raises KeyError for an unknown class."""
    return load_vocabulary().concepts_of(drug_class)


def match_drugs(texts: pl.Series) -> pl.DataFrame:
    """text, drug (concept or null), denied: null and not denied = a text the vocabulary does not know.

    One row per distinct text that is not null, in the order of first appearance; so all functions here.
    """
    read = load_vocabulary().drugs.read
    distinct = _distinct(texts)
    readings = [read(text) for text in distinct]
    return pl.DataFrame(
        {
            "text": _strings(distinct),
            "drug": _strings(reading.drug for reading in readings),
            "denied": pl.Series([reading.denied for reading in readings], dtype=pl.Boolean),
        }
    )


def match_bolus(texts: pl.Series) -> pl.DataFrame:
    """text, value: true = the drug text calls itself a bolus, false = it says that it is none, null = neither."""
    marked = load_vocabulary().drugs.marked_as_bolus
    distinct = _distinct(texts)
    values = pl.Series([marked(text) for text in distinct], dtype=pl.Boolean)
    return pl.DataFrame({"text": _strings(distinct), "value": values})


def match_products(texts: pl.Series) -> pl.DataFrame:
    """text, value: the CAR-T product (`axi-cel`) or null."""
    return _values(texts, load_vocabulary().drugs.product)


def match_actions(texts: pl.Series) -> pl.DataFrame:
    """text, value: the MAR action (one of tables.ACTIONS) or null."""
    return _values(texts, load_vocabulary().actions.read)


def match_routes(texts: pl.Series) -> pl.DataFrame:
    """text, value: the route (one of tables.ROUTES) or null."""
    return _values(texts, load_vocabulary().routes.read)


def match_devices(texts: pl.Series) -> pl.DataFrame:
    """text, value: the device class (one of tables.DEVICE_CLASSES) or null, flag: why the class is debatable
    (`trach_collar`, `tracheostomy`, `blow_by`, `manual_ventilation`) or null."""
    read = load_vocabulary().devices.read
    distinct = _distinct(texts)
    devices = [read(text) for text in distinct]
    return pl.DataFrame(
        {
            "text": _strings(distinct),
            "value": _strings(device.name if device else None for device in devices),
            "flag": _strings(device.flag if device else None for device in devices),
        }
    )


def match_labs(names: pl.Series, loincs: pl.Series | None = None) -> pl.DataFrame:
    """name, loinc, lab (one of tables.LABS or null), denied; one row per distinct pair, either of which may be null.

    `loincs` is as long as `names`; left out, all codes are null.
    """
    codes = pl.Series([None] * len(names), dtype=pl.String) if loincs is None else loincs.cast(pl.String)
    pairs = pl.DataFrame({"name": names.cast(pl.String), "loinc": codes}).unique(maintain_order=True)
    read = load_vocabulary().labs.read
    readings = [read(name, loinc) for name, loinc in pairs.iter_rows()]
    return pairs.with_columns(
        _strings(reading.lab for reading in readings).alias("lab"),
        pl.Series("denied", [reading.denied for reading in readings], dtype=pl.Boolean),
    )


def match_rxnorm(codes: pl.Series) -> pl.DataFrame:
    """text, value: the drug of an RxNorm ingredient code or null. A code says nothing of route or form: a denied
    text stays denied whatever its code."""
    return _values(codes, lambda code: load_vocabulary().drugs.rxnorm.get(code.strip()))


def _values(texts: pl.Series, read: Callable[[str], str | None]) -> pl.DataFrame:
    distinct = _distinct(texts)
    return pl.DataFrame({"text": _strings(distinct), "value": _strings(map(read, distinct))})


def _distinct(texts: pl.Series) -> list[str]:
    return texts.cast(pl.String).drop_nulls().unique(maintain_order=True).to_list()


def _strings(values: Iterable[str | None]) -> pl.Series:
    return pl.Series(list(values), dtype=pl.String)
