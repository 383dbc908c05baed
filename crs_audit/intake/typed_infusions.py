"""Cells of the infusions table → typed columns."""

from __future__ import annotations

import polars as pl

from crs_audit.intake import plausible, units
from crs_audit.intake.clock import Clock
from crs_audit.intake.names import clean, look_up
from crs_audit.intake.typed import Draft, Writing

FILTER_USED = ("yes", "no")


def infusions(draft: Draft, writing: Writing) -> None:
    """CAR-T infusions as listed by the site. `infusion_id` stays empty: `find_infusions` numbers them."""
    text = draft.text
    start = draft.start(writing, "infusion_time")
    end, end_day_only = draft.end(writing, "end_of_followup", start)
    draft.flag("followup_day_only", end_day_only)
    weight = _weight(draft, writing)
    age = draft.optional_number(writing, "age_years")
    birth = draft.optional_time(writing, "birth_date")
    from_birth = age_at(start["time"], birth["time"], writing.clock)
    draft.put(
        infusion_id=draft.constant(None, pl.String()),
        t0=start["time"],
        infusion_time__has_time=~start["day_only"],
        weight_kg=weight,
        weight_kg__plausible=plausible.within(weight, "infusions", "weight_kg"),
        age_years=pl.select(pl.coalesce(age, from_birth)).to_series(),
        age_years__plausible=plausible.within(age, "infusions", "age_years"),
        birth_date=birth["time"],
        birth_date__plausible=plausible.within(from_birth, "infusions", "age_years"),
        site=clean(text["site"]),
        end_of_followup=end,
        from_mar=draft.constant(False, pl.Boolean()),
    )
    _product(draft)
    _filter(draft)


def age_at(times: pl.Series, births: pl.Series, clock: Clock) -> pl.Series:
    """Instants, instants of birth → years: birthdays passed (local dates), plus the share of the year since."""
    frame = pl.DataFrame({"day": clock.local_date(times), "birth": clock.local_date(births)})
    day, birth = pl.col("day"), pl.col("birth")
    before_birthday = day.dt.ordinal_day() < pl.col("birthday").dt.ordinal_day()
    # Who is born on 29 February has birthday on 1 March in other years.
    birthday = birth.dt.month_start().dt.offset_by(pl.format("{}y", day.dt.year() - birth.dt.year())) + pl.duration(
        days=birth.dt.day() - 1
    )
    whole = day.dt.year() - birth.dt.year() - pl.when(before_birthday).then(1).otherwise(0)
    frame = frame.with_columns(birthday=birthday)
    last = pl.when(before_birthday).then(pl.col("birthday").dt.offset_by("-1y")).otherwise("birthday")
    since = ((day - last).dt.total_days() / 366).clip(0, 0.999)
    return frame.select((whole + since).round(3).cast(pl.Float64)).to_series()


def _weight(draft: Draft, writing: Writing) -> pl.Series:
    """weight_kg, in the unit declared for it, if any."""
    charted = draft.optional_number(writing, "weight_kg")
    if (declared := writing.units.get("weight_kg")) is None:
        return charted
    _, factor, offset = units.known_units("vitals", "weight")[units.normalised(declared)]
    return (charted * factor + offset).round_sig_figs(units.SIGNIFICANT)


def _product(draft: Draft) -> None:
    from crs_audit.vocabulary.match import match_products

    texts = clean(draft.text["product"])
    product = look_up(texts, match_products(texts.drop_nulls().unique()).select("text", "value"))["value"]
    draft.put(product=product, product_text=texts)
    draft.list_unmatched("product", product.is_null() & texts.is_not_null())


def _filter(draft: Draft) -> None:
    """filter_used: what is neither yes nor no is unknown, and listed; that is no reason not to audit an infusion."""
    texts = clean(draft.text["filter_used"])
    word = texts.str.to_lowercase()
    known = word.is_in(list(FILTER_USED)).fill_null(False)
    draft.put(filter_used=word.set(~known, None))
    draft.list_unmatched("filter_used", ~known & texts.is_not_null())
