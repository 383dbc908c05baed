"""Opportunities of one measure: what must hold, what excludes, what is cited and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from crs_audit.measures.catalogue import (
    AMBER,
    CENSORED,
    EXCLUDED,
    FALSE,
    INDETERMINATE,
    NOT_MET,
    TRUE,
    UNKNOWN,
    clause_state,
    settle,
)

EXEMPTION_UNCHECKED = "exemption_unchecked"
NOTHING = pl.lit(None, dtype=pl.String)
CITED = {
    "dose": pl.UInt32(), "source": pl.UInt16(), "row": pl.UInt32(), "time": pl.Datetime("us", "UTC"),
    "raw_value": pl.String(),
}  # fmt: skip
"""What a citation points to: all rows of a dose, or one row of a table; a value of its own has neither."""


@dataclass(frozen=True)
class _Clause:
    name: str
    holds: pl.Expr
    by: pl.Expr | None
    fails: pl.Expr
    unknown: pl.Expr
    cites: pl.DataFrame | None


@dataclass(frozen=True)
class Judged:
    """`verdicts`: key, infusion, episode, anchor, status, reason, value, unit, threshold, told.
    `evidence`: key, clause, outcome, dose, source, row, time, raw_value."""

    verdicts: pl.DataFrame
    evidence: pl.DataFrame


@dataclass
class Opportunities:
    """One row of `rows` each: key, infusion, episode, anchor, `e` (end of follow-up), has_<table>, and whatever the
    expressions handed to the methods need. Methods add to what is judged and give the object back."""

    rows: pl.DataFrame
    _clauses: list[_Clause] = field(default_factory=list)
    _exclusions: list[tuple[pl.Expr, pl.Expr]] = field(default_factory=list)
    _exemptions: list[tuple[pl.Expr, pl.Expr]] = field(default_factory=list)
    _notes: list[tuple[str, str | None, pl.Expr]] = field(default_factory=list)
    _facts: list[tuple[str, pl.DataFrame | pl.Expr]] = field(default_factory=list)
    _amber: pl.Expr = field(default_factory=lambda: pl.lit(False))
    _measured: tuple[pl.Expr, str | None, pl.Expr] = field(
        default_factory=lambda: (pl.lit(None, dtype=pl.Float64), None, NOTHING)
    )
    _told: pl.Expr = field(default_factory=lambda: NOTHING)

    def require(
        self,
        name: str,
        holds: pl.Expr,
        *,
        by: pl.Expr | None = None,
        table: str | None = None,
        fails: str | pl.Expr = "not_done",
        unknown: str | pl.Expr = "unknown",
        cites: pl.DataFrame | None = None,
    ) -> Opportunities:
        """A clause that must hold: true, false, or null = unknown. `by`: its deadline; without one (a prohibition, a
        property of a dose) it is never censored. `table`: unknown where the infusion has no row of it."""
        why_unknown = _word(unknown)
        if table is not None:
            there = pl.col(f"has_{table}")
            holds = pl.when(there).then(holds)
            why_unknown = pl.when(there).then(why_unknown).otherwise(pl.lit(f"no_{table}"))
        self._clauses.append(_Clause(name, holds, by, _word(fails), why_unknown, cites))
        return self

    def exclude(self, reason: str | pl.Expr, when: pl.Expr) -> Opportunities:
        """Out of the count, met or not."""
        self._exclusions.append((when.fill_null(False), _word(reason)))
        return self

    def exempt(self, reason: str | pl.Expr, when: pl.Expr, *, unchecked: pl.Expr | None = None) -> Opportunities:
        """Out of the count if not met. `unchecked`: what would show the exemption was not extracted, which is noted."""
        self._exemptions.append((when.fill_null(False), _word(reason)))
        return self if unchecked is None else self.note(EXEMPTION_UNCHECKED, unchecked, status=NOT_MET)

    def amber(self, when: pl.Expr) -> Opportunities:
        """Not met, but inside the second limit."""
        self._amber = when.fill_null(False)
        return self

    def note(self, word: str, when: pl.Expr, *, status: str | None = None) -> Opportunities:
        """A word added to the reason, with any status or with `status` alone."""
        self._notes.append((word, status, when.fill_null(False)))
        return self

    def measured(self, value: pl.Expr, unit: str, threshold: str | pl.Expr) -> Opportunities:
        """The number the verdict rests on and the limit it is held against."""
        self._measured = (value.cast(pl.Float64), unit, _word(threshold))
        return self

    def cite(self, name: str, what: pl.DataFrame | pl.Expr) -> Opportunities:
        """Evidence that is no clause: rows (key and what `CITED` names), or a value told with each opportunity."""
        self._facts.append((name, what))
        return self

    def tell(self, sentence: pl.Expr) -> Opportunities:
        """The facts in one plain sentence without its end: the verdict is added to it."""
        self._told = sentence
        return self

    def judged(self) -> Judged:
        """Verdict and evidence of every opportunity."""
        states = [clause_state(c.holds, c.by, pl.col("e")).alias(f"_state_{n}") for n, c in enumerate(self._clauses)]
        known = self.rows.with_columns(*states, _excluded=_first(self._exclusions), _exempt=_first(self._exemptions))
        columns = [pl.col(f"_state_{n}") for n in range(len(states))]
        excluded, exempt = pl.col("_excluded").is_not_null(), pl.col("_exempt").is_not_null()
        failed = pl.any_horizontal(pl.lit(False), *(state == FALSE for state in columns))
        known = known.with_columns(status=settle(columns, excluded, exempt), _failed=failed)
        value, unit, threshold = self._measured
        verdicts = known.select(
            "key", "infusion", "episode", "anchor", "status",
            reason=self._reason(columns),
            value=value, unit=pl.lit(unit, dtype=pl.String), threshold=threshold, told=self._told,
        )  # fmt: skip
        return Judged(verdicts, self._evidence(known))

    def _reason(self, states: list[pl.Expr]) -> pl.Expr:
        pairs = list(zip(states, self._clauses, strict=True))
        failed = _first([(state == FALSE, c.fails) for state, c in pairs])
        unknown = _first([(state == UNKNOWN, c.unknown) for state, c in pairs])
        status = pl.col("status")
        reason = (
            pl.when(status == NOT_MET)
            .then(pl.when(self._amber).then(pl.lit(AMBER)).otherwise(failed))
            .when(status == INDETERMINATE)
            .then(unknown)
            .when(status == EXCLUDED)
            .then(pl.coalesce("_excluded", pl.when("_failed").then("_exempt"), pl.lit(CENSORED)))
        )
        if not self._notes:
            return reason
        words = [
            pl.when(when & (status == only if only else pl.lit(True))).then(pl.lit(word))
            for word, only, when in self._notes
        ]
        notes = pl.concat_str(words, separator=", ", ignore_nulls=True)
        return pl.concat_str(reason, pl.when(notes != "").then(notes), separator=": ", ignore_nulls=True).replace(
            "", None
        )

    def _evidence(self, known: pl.DataFrame) -> pl.DataFrame:
        parts = [
            _cited(known.select("key", outcome=_outcome(f"_state_{n}")), clause.name, clause.cites)
            for n, clause in enumerate(self._clauses)
        ]
        for name, what in self._facts:
            if isinstance(what, pl.Expr):
                told = known.select("key", raw_value=what.cast(pl.String)).drop_nulls()
                parts.append(_cited(told.select("key", outcome=pl.lit(TRUE)), name, told))
            else:
                parts.append(_cited(what.select("key", outcome=pl.lit(TRUE)).unique(), name, what))
        out = pl.col("_excluded").is_not_null()
        spared = ~out & pl.col("_failed") & pl.col("_exempt").is_not_null()
        for name, when, why in (("excluded", out, "_excluded"), ("exempt", spared, "_exempt")):
            told = known.filter(when).select("key", raw_value=why)
            parts.append(_cited(told.select("key", outcome=pl.lit(TRUE)), name, told))
        return pl.concat(parts)


def _word(text: str | pl.Expr) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text


def _first(cases: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The word of the first case that applies, else null."""
    return pl.coalesce([pl.when(when).then(word) for when, word in cases]) if cases else NOTHING


def _outcome(state: str) -> pl.Expr:
    # Evidence says what the clause is; that a false one is censored is the verdict's business.
    return pl.col(state).replace(CENSORED, FALSE)


def _cited(outcomes: pl.DataFrame, name: str, cites: pl.DataFrame | None) -> pl.DataFrame:
    """Evidence rows of one clause: one per citation, one bare row where nothing is cited."""
    columns = list(CITED)
    if cites is None:
        found = outcomes.with_columns(pl.lit(None, dtype=dtype).alias(column) for column, dtype in CITED.items())
    else:
        whole = cites.select(
            "key",
            *(
                pl.col(column).cast(dtype) if column in cites.columns else pl.lit(None, dtype=dtype).alias(column)
                for column, dtype in CITED.items()
            ),
        )
        found = outcomes.join(whole, on="key", how="left")
    return found.select("key", pl.lit(name).alias("clause"), "outcome", *columns)
