"""Text cells → typed columns, table by table, with what the rules of `schemas` look at beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from crs_audit.intake import plausible, units
from crs_audit.intake.clock import Clock
from crs_audit.intake.names import clean, id_problem, look_up, missing, read_names, unmatched
from crs_audit.intake.numbers import read_bounded_numbers, read_numbers
from crs_audit.intake.raw import BROKEN
from crs_audit.intake.rejects import MISSING, PROBLEM, UNKNOWN_NAME
from crs_audit.intake.runs import once_per_run
from crs_audit.tables import ASSESSMENTS, DEVICE_CLASSES, LABS, LOCATIONS, PROCEDURES, VITALS


@dataclass(frozen=True)
class Writing:
    """How the extract writes its cells: its clock, its decimal sign, the units of cells that do not name one."""

    clock: Clock
    decimal: str = "."
    units: dict[str, str] = field(default_factory=dict)


@dataclass
class Draft:
    """Typed and judged columns of one text frame, in the making."""

    table: str
    text: pl.DataFrame
    columns: dict[str, pl.Series] = field(default_factory=dict)
    unmatched: list[pl.DataFrame] = field(default_factory=list)
    _flags: list[tuple[str, pl.Series]] = field(default_factory=list)

    def put(self, **columns: pl.Series) -> None:
        """Adds columns; a `.` in a name is written as `__`."""
        self.columns.update({name.replace("__", "."): values for name, values in columns.items()})

    def flag(self, word: str, where: pl.Series) -> None:
        """Marks the rows where `where` is true with `word`."""
        if where.any():
            self._flags.append((word, where))

    def list_unmatched(self, column: str, unknown: pl.Series) -> None:
        """Lists the texts of `column` in rows where `unknown` is true. In rows that are broken, cells may stand in
        another column's place: they are no names."""
        if BROKEN in self.text.columns and self.text[BROKEN].null_count() < unknown.len():
            unknown = unknown & self.text[BROKEN].is_null()
        if unknown.any():
            self.unmatched.append(unmatched(self.table, column, self.text[column], unknown, self.text["patient_id"]))

    def constant(self, value: object, dtype: pl.DataType) -> pl.Series:
        """A column of one value."""
        return pl.Series([value], dtype=dtype).new_from_index(0, self.text.height)

    def flags(self) -> pl.Series:
        """The flags of each row, joined by commas, null where it has none."""
        if not self._flags:
            return self.constant(None, pl.String())
        words = [pl.when(where.fill_null(False)).then(pl.lit(word)) for word, where in self._flags]
        joined = pl.concat_str(words, separator=",", ignore_nulls=True)
        return pl.select(pl.when(joined != "").then(joined)).to_series()

    # cells that several tables have -----------------------------------------------------------------------------------

    def patient(self) -> None:
        """patient_id."""

        def read(texts: pl.Series) -> pl.DataFrame:
            ids = clean(texts)
            return pl.DataFrame({"id": ids, "problem": id_problem(ids)})

        found = once_per_run(self.text["patient_id"], read)
        self.put(patient_id=found["id"], patient_id__problem=found["problem"])

    def start(self, writing: Writing, column: str) -> pl.DataFrame:
        """The time a row is of; returns what the clock read."""
        read = writing.clock.read(self.text[column])
        self.put(**{f"{column}__problem": read["problem"]})
        self.flag("fold", read["fold"])
        return read

    def end(self, writing: Writing, column: str, start: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """A second time, which may be blank but not lie before `start`. Returns the instants, a date without time being
        the end of that day, and where it is one."""
        read = self.optional_time(writing, column)
        after = (read["time"] >= start["time"]).fill_null(True)
        time, day_only = read["time"], read["day_only"]
        if day_only.any():
            day_end = writing.clock.day_end(time)
            time = day_end.zip_with(day_only, time)
            after = (day_end > start["time"]).fill_null(True).zip_with(day_only, after)
        self.put(**{f"{column}__after_start": after})
        return time, day_only

    def optional_time(self, writing: Writing, column: str) -> pl.DataFrame:
        """A time that may be blank; returns what the clock read."""
        read = writing.clock.read(self.text[column])
        self.put(**{f"{column}__problem": read["problem"]})
        return read

    def optional_number(self, writing: Writing, column: str) -> pl.Series:
        """A number that may be blank."""
        read = read_numbers(self.text[column], writing.decimal)
        self.put(**{f"{column}__problem": read["problem"]})
        return read["value"]

    def name(self, column: str, known: tuple[str, ...]) -> pl.Series:
        """A name the audit must know."""
        read = read_names(self.text[column], known)
        self.put(**{column: read["name"], f"{column}__problem": read["problem"]})
        self.list_unmatched(column, (read["problem"] == UNKNOWN_NAME).fill_null(False))
        return read["name"]


def vitals(draft: Draft, writing: Writing) -> None:
    """Vital signs: a device is a name, everything else a number with a unit."""
    text = draft.text
    time = draft.start(writing, "time")
    vital = draft.name("vital", VITALS)
    is_device = (vital == "o2_device").fill_null(False)
    devices = is_device.any()
    read = read_numbers(text["value"].set(is_device, None) if devices else text["value"], writing.decimal)
    conversion = units.conversions("vitals", vital, text["unit"], writing.units)
    value = units.converted(read["value"], conversion)
    by_percent = (vital == "fio2").fill_null(False) & conversion["blank"].fill_null(False) & (value > 1)
    if "fio2" not in writing.units and by_percent.any():
        # Without a unit a fraction and a percentage cannot be mistaken for one another: 0.21-1 and 21-100.
        value = (value / 100).round_sig_figs(units.SIGNIFICANT).zip_with(by_percent.fill_null(False), value)
    in_celsius = (vital == "temperature").fill_null(False) & (conversion["factor"] == 1)
    draft.put(
        time=time["time"],
        day_only=time["day_only"],
        value=value,
        value__problem=read["problem"],
        value__celsius=~(plausible.fahrenheit_like(value) & in_celsius),
        value__plausible=plausible.within_named(value, vital, "vitals"),
        unit__problem=conversion["problem"],
        device=draft.constant(None, pl.Enum(DEVICE_CLASSES)),
        raw_value=text["value"],
        raw_unit=text["unit"],
    )
    if devices:
        _devices(draft, is_device)


def _devices(draft: Draft, is_device: pl.Series) -> None:
    from crs_audit.vocabulary.match import match_devices

    texts = clean(draft.text["value"].filter(is_device))
    found = look_up(texts, match_devices(texts.drop_nulls().unique()))
    at = is_device.arg_true()
    kind = pl.Enum(DEVICE_CLASSES)
    device = draft.constant(None, kind).scatter(at, found["value"].cast(kind))
    problem = draft.columns["value.problem"].scatter(at, missing(texts))
    draft.put(device=device, value__problem=problem)
    nowhere = draft.constant(False, pl.Boolean())
    draft.list_unmatched("value", nowhere.scatter(at, found["value"].is_null() & texts.is_not_null()))
    draft.flag("flow_in_text", nowhere.scatter(at, texts.str.contains(units.FLOW_IN_TEXT).fill_null(False)))
    for word in found["flag"].drop_nulls().unique().sort():
        draft.flag(word, nowhere.scatter(at, (found["flag"] == word).fill_null(False)))


def labs(draft: Draft, writing: Writing) -> None:
    """Laboratory values: numbers, or bounds of numbers."""
    text = draft.text
    time = draft.start(writing, "time")
    names = lab_names(text)
    draft.put(lab=names["name"], lab__problem=names["problem"])
    # A name on the deny-list is known: it is known not to be the analyte it looks like (urine, ionised, …).
    draft.list_unmatched("lab", (names["problem"] == UNKNOWN_NAME).fill_null(False) & ~names["denied"])
    read = read_bounded_numbers(text["value"], writing.decimal)
    conversion = units.conversions("labs", names["name"], text["unit"], writing.units)
    value = units.converted(read["value"], conversion)
    ref_high = draft.optional_number(writing, "ref_high")
    result_time = draft.optional_time(writing, "result_time")
    defaulted = names["name"].is_in(list(writing.units))
    draft.flag("unit_suspect", conversion["blank"] & ~defaulted & plausible.unit_suspect(read["value"], names["name"]))
    draft.put(
        time=time["time"],
        day_only=time["day_only"],
        value=value,
        value__problem=read["problem"],
        value__plausible=plausible.within_named(value, names["name"], "labs"),
        unit__problem=conversion["problem"],
        bound=read["bound"],
        raw_value=text["value"],
        raw_unit=text["unit"],
        result_time=result_time["time"],
        ref_high=units.converted(ref_high, conversion),
    )


def lab_names(text: pl.DataFrame) -> pl.DataFrame:
    """Name (Enum), problem and denied of each row, from the vocabulary's reading of name and LOINC."""
    from crs_audit.vocabulary.match import match_labs

    pairs = text.select(name="lab", loinc="loinc").unique()
    blank = clean(pairs["name"]).is_null() & clean(pairs["loinc"]).is_null()
    known = (
        match_labs(pairs["name"], pairs["loinc"])
        .join(pairs.with_columns(blank=blank), on=["name", "loinc"], nulls_equal=True)
        .with_columns(
            problem=pl.when(pl.col("lab").is_not_null())
            .then(None)
            .when("blank")
            .then(pl.lit(MISSING, dtype=PROBLEM))
            .otherwise(pl.lit(UNKNOWN_NAME, dtype=PROBLEM))
        )
    )
    rows = text.select(name="lab", loinc="loinc")
    found = rows.join(known, on=["name", "loinc"], how="left", nulls_equal=True, maintain_order="left")
    return found.select(pl.col("lab").cast(pl.Enum(LABS)).alias("name"), "problem", "denied")


def assessments(draft: Draft, writing: Writing) -> None:
    """Documented grades and scores: whole numbers."""
    time = draft.start(writing, "time")
    kind = draft.name("assessment", ASSESSMENTS)
    value = draft.optional_number(writing, "value")
    whole = (value == value.floor()).fill_null(True)
    draft.put(
        time=time["time"],
        day_only=time["day_only"],
        value=value,
        value__plausible=plausible.within_named(value, kind, "assessments") & whole,
        raw_value=draft.text["value"],
    )


def procedures(draft: Draft, writing: Writing) -> None:
    """Things done; an end that is a date without time says nothing and is left out."""
    start = draft.start(writing, "time")
    draft.name("procedure", PROCEDURES)
    end, day_only = draft.end(writing, "end_time", start)
    draft.flag("end_day_only", day_only)
    draft.put(time=start["time"], day_only=start["day_only"], end_time=end.set(day_only, None))


def adt(draft: Draft, writing: Writing) -> None:
    """Stays; one whose end is a date without time lasts to the end of that day."""
    start = draft.start(writing, "in_time")
    draft.name("location_type", LOCATIONS)
    end, end_day_only = draft.end(writing, "out_time", start)
    draft.flag("day_only", start["day_only"])
    draft.flag("out_day_only", end_day_only)
    draft.put(in_time=start["time"], out_time=end)


Builder = Callable[[Draft, Writing], None]
