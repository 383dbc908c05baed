"""Dates of the site's calendar, as expressions over instants."""

from __future__ import annotations

from datetime import timedelta

import polars as pl


def date_of(time: pl.Expr, zone: str) -> pl.Expr:
    """The date on which an instant falls in `zone`."""
    return time.dt.convert_time_zone(zone).dt.date()


def midnight(date: pl.Expr, zone: str) -> pl.Expr:
    """The first instant of a date. Where clocks are put forward at midnight the date begins an hour later."""
    clock = date.cast(pl.Datetime("us"))
    at = clock.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = (clock + timedelta(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return pl.coalesce(at, later).dt.convert_time_zone("UTC")
