"""MAR cells → typed columns: what was given in the vocabulary's words, amounts in mg (drugs) or mL (fluids)."""

from __future__ import annotations

import polars as pl

from crs_audit.intake import plausible, units
from crs_audit.intake.names import clean, look_up, missing
from crs_audit.intake.typed import Draft, Writing
from crs_audit.tables import ACTIONS, ROUTES


def mar(draft: Draft, writing: Writing) -> None:
    """MAR rows. Texts the vocabulary does not know leave their row in place, without concept, and are listed."""
    text = draft.text
    start = draft.start(writing, "time")
    end, end_day_only = draft.end(writing, "end_time", start)
    draft.flag("end_day_only", end_day_only)
    drug = _drug(draft)
    action = _word(draft, "action", ACTIONS)
    draft.flag("action_unknown", draft.columns["action"].is_null() & action.is_not_null() & drug.is_not_null())
    _word(draft, "route", ROUTES)
    rate, rate_unit, charted = _rate_and_dose(draft, writing)
    draft.put(
        time=start["time"],
        day_only=start["day_only"],
        end_time=end.set(end_day_only, None),
        action__problem=missing(action),
        rate=rate,
        rate__plausible=plausible.within(rate, "mar", "rate"),
        rate_unit=rate_unit,
        raw_dose=text["dose"],
        raw_dose_unit=text["dose_unit"],
        order_id=clean(text["order_id"]),
        indication=clean(text["indication"]),
    )
    _amount(draft, writing, drug, charted)


def _rate_and_dose(draft: Draft, writing: Writing) -> tuple[pl.Series, pl.Series, pl.Series]:
    """rate, rate_unit, and the amounts charted as dose. Where the rate is blank and the dose's unit is per time
    (5 mcg/min), what is charted as dose is the rate: the unit says so."""
    rate, charted = draft.optional_number(writing, "rate"), draft.optional_number(writing, "dose")
    rate_unit, dose_unit = clean(draft.text["rate_unit"]), clean(draft.text["dose_unit"])
    moved = rate.is_null() & charted.is_not_null() & dose_unit.str.contains(units.PER_TIME).fill_null(False)
    if not moved.any():
        return rate, rate_unit, charted
    draft.flag("rate_in_dose", moved)
    return charted.zip_with(moved, rate), dose_unit.zip_with(moved, rate_unit), charted.set(moved, None)


def _drug(draft: Draft) -> pl.Series:
    """drug, drug_text, bolus_text; returns the drug's concepts. The text goes before the RxNorm code."""
    from crs_audit.vocabulary.match import match_bolus, match_drugs, match_rxnorm

    texts = clean(draft.text["drug"])
    distinct = texts.drop_nulls().unique()
    found = look_up(texts, match_drugs(distinct).join(match_bolus(distinct), on="text"))
    denied = found["denied"].fill_null(True)
    drug = found["drug"]
    codes = draft.text["rxnorm"].set(denied | drug.is_not_null(), None)
    if codes.null_count() < codes.len():
        drug = drug.fill_null(look_up(codes, match_rxnorm(codes))["value"])
    bolus = found["value"]
    draft.put(drug=drug, drug_text=texts, drug__problem=missing(texts), bolus_text=bolus.fill_null(False))
    # Maintenance that happens to be changed within the hour is no bolus.
    draft.flag("not_bolus", ~bolus.fill_null(True))
    # A name on the deny-list is known: it is known not to be the drug it looks like.
    draft.list_unmatched("drug", drug.is_null() & ~denied)
    return drug


def _word(draft: Draft, column: str, known: tuple[str, ...]) -> pl.Series:
    """An action or a route; returns its text."""
    from crs_audit.vocabulary.match import match_actions, match_routes

    texts = clean(draft.text[column])
    match = match_actions if column == "action" else match_routes
    found = look_up(texts, match(texts.drop_nulls().unique()).select("text", "value"))["value"]
    draft.put(**{column: found.cast(pl.Enum(known)), f"{column}_text": texts})
    draft.list_unmatched(column, found.is_null() & texts.is_not_null())
    return texts


def _amount(draft: Draft, writing: Writing, drug: pl.Series, charted: pl.Series) -> None:
    """dose (mg, of fluids mL) and dose_unit. Where the unit does not give such an amount the dose is unknown, not
    wrong: per kg of an unknown weight, units, a volume of an unknown strength, no unit at all."""
    from crs_audit.vocabulary.match import concepts_of

    unit = look_up(
        draft.text["dose_unit"],
        units.dose_conversions(draft.text["dose_unit"], writing.units.get("dose")).rename({"unit": "text"}),
    )
    fluid = drug.is_in(list(concepts_of("crystalloid"))).fill_null(False)
    fits = pl.select(
        pl.when(unit["kind"].is_null())
        .then(False)
        .when(drug.is_null())
        .then(True)
        .otherwise((unit["kind"] == "mL") == fluid)
    ).to_series()
    amount = units.converted(charted, unit.select("factor", offset=pl.lit(0.0)))
    draft.flag("dose_unit_unknown", charted.is_not_null() & ~fits)
    draft.put(
        dose=amount.set(~fits, None),
        dose_unit=unit["dose_unit"],
        dose__plausible=plausible.within(charted, "mar", "dose"),
    )
