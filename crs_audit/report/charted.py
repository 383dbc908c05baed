"""The charted rows of one infusion as HTML table rows: what a screen reader reads in place of the picture.

Built as text, not by the template: a stay in intensive care has thousands of cells. Everything that comes from the
extract goes through `escaped`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crs_audit.report import words
from crs_audit.report.escaping import escaped
from crs_audit.report.verdicts import breakable, source_text

if TYPE_CHECKING:
    from crs_audit.report.clock import SiteClock
    from crs_audit.report.result import PageContext, PatientView

VITAL_COLUMNS = tuple(words.VITALS)


def _time(clock: SiteClock, us: int, day_only: bool) -> str:
    return f"{clock.date(us)} <i>no time</i>" if day_only else clock.text(us)


@lru_cache(maxsize=65_536)
def _with_raw(value: float | None, bound: str | None, raw: str | None, unit: str | None) -> str:
    """The canonical value, escaped; beside it the charted one where it was written otherwise."""
    shown = f"{bound or ''}{words.number(value)}" if value is not None else "—"
    if raw is None or raw == shown:
        return escaped(shown)
    try:
        if float(raw) == float(shown):
            return shown
    except ValueError:
        pass
    return f"{escaped(shown)} <i>{escaped(raw)}{' ' + escaped(unit) if unit else ''}</i>"


def _places(places: Iterable[tuple[int, int]], context: PageContext, sources: Sequence[int]) -> str:
    """Source rows as `12–15, 18`; the file is named where the table has more than one."""
    by_source: dict[int, list[int]] = {}
    for source, row in places:
        if source in by_source:
            by_source[source].append(row)
        else:
            by_source[source] = [row]
    told = []
    for source, rows in by_source.items():
        if None in rows:
            # A de-identified report tells the table and no row.
            told.append(str(breakable(source_text(context, source))))
            continue
        rows.sort()
        text = f"{rows[0]}–{rows[-1]}" if len(rows) > 1 and rows[-1] - rows[0] == len(rows) - 1 else _runs(rows)
        told.append(text if len(sources) < 2 else f"{breakable(source_text(context, source))}: {text}")
    return "; ".join(told)


def _runs(rows: list[int]) -> str:
    runs: list[list[int]] = []
    for row in rows:
        if runs and row <= runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def sources_of(columns: Mapping[str, Sequence[Any]]) -> list[int]:
    """The sources a table's rows come from."""
    return sorted({source for source in columns.get("source", ()) if source is not None})


def source_heading(columns: Mapping[str, Sequence[Any]], context: PageContext) -> str:
    """Heading of the source column: the file's name where there is only one."""
    sources = sources_of(columns)
    if context.deidentified:
        return "From"
    return f"Row in {source_text(context, sources[0])}" if len(sources) == 1 else "File and row"


def vitals_rows(view: PatientView, context: PageContext, clock: SiteClock) -> tuple[Markup, int]:
    """A row per charting time, a column per vital sign, and the number of rows."""
    columns = view.tables.get("vitals", {})
    if not columns:
        return Markup(""), 0
    sources = sources_of(columns)
    names = ("time", "day_only", "vital", "value", "device", "raw_value", "raw_unit", "flags", "source", "row")
    charted: dict[tuple[int, bool], tuple[dict[str, str], list[tuple[int, int]], set[str]]] = {}
    cells = zip(*(columns[name] for name in names), strict=True)
    for us, day_only, vital, value, device, raw, unit, flags, source, row in cells:
        at = charted.get((us, day_only))
        if at is None:
            at = charted[us, day_only] = ({}, [], set())
        if vital == "o2_device":
            text = escaped(raw or "—") if device is None or device == raw else f"{device} <i>{escaped(raw)}</i>"
        else:
            text = _with_raw(value, None, raw, unit)
        known = at[0].get(vital)
        at[0][vital] = text if known is None else f"{known} / {text}"
        at[1].append((source, row))
        if flags:
            at[2].update(flags.split(","))
    parts = []
    for (us, day_only), (values, places, flags) in charted.items():
        row_cells = "</td><td>".join([values.get(vital, "") for vital in VITAL_COLUMNS])
        told = escaped(", ".join(sorted(flags)).replace("_", " ")) if flags else ""
        parts.append(
            f'<tr><th scope="row">{_time(clock, us, day_only)}</th><td>{row_cells}</td><td>{told}</td>'
            f"<td>{_places(places, context, sources)}</td></tr>"
        )
    return Markup("".join(parts)), len(parts)


def labs_rows(view: PatientView, context: PageContext, clock: SiteClock) -> tuple[Markup, int]:
    """A row per collection time with all its values, and the number of rows."""
    columns = view.tables.get("labs", {})
    if not columns:
        return Markup(""), 0
    sources = sources_of(columns)
    names = ("time", "day_only", "lab", "value", "bound", "raw_value", "raw_unit", "source", "row")
    charted: dict[tuple[int, bool], tuple[list[str], list[tuple[int, int]]]] = {}
    for us, day_only, lab, value, bound, raw, unit, source, row in zip(*(columns[n] for n in names), strict=True):
        at = charted.setdefault((us, day_only), ([], []))
        at[0].append(f"<b>{lab.replace('_', ' ')}</b> {_with_raw(value, bound, raw, unit)}")
        at[1].append((source, row))
    parts = [
        f'<tr><th scope="row">{_time(clock, us, day_only)}</th><td class="ls"><span>{"</span> <span>".join(values)}'
        f"</span></td><td>{_places(places, context, sources)}</td></tr>"
        for (us, day_only), (values, places) in charted.items()
    ]
    return Markup("".join(parts)), len(parts)


def mar_rows(view: PatientView, context: PageContext, clock: SiteClock) -> tuple[Markup, int]:
    """A row per MAR row of the drugs the audit knows, and their number."""
    columns = view.tables.get("mar", {})
    if not columns:
        return Markup(""), 0
    sources = sources_of(columns)
    names = (
        "time", "day_only", "drug", "drug_text", "action", "action_text", "raw_dose", "raw_dose_unit", "route_text",
        "rate", "rate_unit", "end_time", "flags", "source", "row",
    )  # fmt: skip
    parts = []
    cells = zip(*(columns[name] for name in names), strict=True)
    for us, day, drug, text, action, action_text, dose, unit, route, rate, rate_unit, end, flags, source, row in cells:
        given = f"{dose or ''} {unit or ''}".strip()
        speed = f"{words.number(rate)} {rate_unit or ''}".strip() if rate is not None else ""
        act = (action or "not read").replace("_", " ")
        told = (flags or "").replace("_", " ").replace(",", ", ")
        parts.append(
            f'<tr><th scope="row">{_time(clock, us, day)}</th><td>{escaped(drug.replace("_", " "))}</td>'
            f"<td>{escaped(text or '')}</td><td>{act} <i>{escaped(action_text or '')}</i></td><td>{escaped(given)}</td>"
            f"<td>{escaped(route or '')}</td><td>{escaped(speed)}</td><td>{'' if end is None else clock.text(end)}</td>"
            f"<td>{escaped(told)}</td><td>{_places([(source, row)], context, sources)}</td></tr>"
        )
    return Markup("".join(parts)), len(parts)


def timeline_rows(view: PatientView, context: PageContext, clock: SiteClock) -> tuple[Markup, int]:
    """A row per timeline row with its drivers and the source rows behind them, and their number."""
    columns = view.tables.get("timeline", {})
    if not columns:
        return Markup(""), 0
    evidence = view.tables.get("evidence", {})
    behind: dict[str, list[tuple[int, int]]] = {}
    if evidence:
        mark = "|timeline|"
        triples = zip(evidence["result_id"], evidence["source"], evidence["row"], strict=True)
        for result, source, row in triples:
            if mark in result and source is not None:
                behind.setdefault(result.rsplit("|", 1)[1], []).append((source, row))
    sources = sorted({source for places in behind.values() for source, _ in places})
    parts = []
    names = ("start", "end", "grade", "observed", "drivers")
    for number, cells in enumerate(zip(*(columns[name] for name in names), strict=True), 1):
        start, end, grade, observed, drivers = cells
        places = _places(behind.get(str(number), ()), context, sources if len(sources) > 1 else [0, 0])
        parts.append(
            f'<tr><th scope="row">{clock.text(start)}</th><td>{clock.text(end)}</td>'
            f'<td class="n">{"—" if grade is None else grade}</td><td>{"yes" if observed else "no"}</td>'
            f"<td>{escaped(words.drivers(drivers))}</td><td>{places}</td></tr>"
        )
    return Markup("".join(parts)), len(parts)


def other_rows(view: PatientView, context: PageContext, clock: SiteClock) -> tuple[Markup, int]:
    """Stays, assessments and procedures in one table, in time order, and their number."""
    found: list[tuple[int, str, str, str, Any, Any]] = []
    for stay in view.rows("adt"):
        name = words.LOCATIONS[stay["location_type"] or "other"]
        until = "" if stay["out_time"] is None else f"until {clock.text(stay['out_time'])}"
        found.append((stay["in_time"], "stay", name, until, stay["source"], stay["row"]))
    for row in view.rows("assessments"):
        kind = row["assessment"].replace("_", " ")
        found.append((row["time"], kind, row["raw_value"] or words.number(row["value"]), "", row["source"], row["row"]))
    for row in view.rows("procedures"):
        until = "" if row["end_time"] is None else f"until {clock.text(row['end_time'])}"
        found.append((row["time"], "procedure", row["procedure"].replace("_", " "), until, row["source"], row["row"]))
    found.sort(key=lambda entry: entry[:4])
    parts = [
        f'<tr><th scope="row">{clock.text(us)}</th><td>{escaped(kind)}</td><td>{escaped(what)}</td><td>{until}</td>'
        f"<td>{_places([(source, row)], context, [0, 0])}</td></tr>"
        for us, kind, what, until, source, row in found
    ]
    return Markup("".join(parts)), len(parts)
