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
_NO_INFUSION = pl.DataFrame(schema={"infusion": pl.UInt32(), "reason": pl.String()})
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
    `evidence`: key, clause, outcome, dose, source, row, time, raw_value. `undecided`: infusion, reason (what is missing
    that would show whether there was an opportunity)."""

    verdicts: pl.DataFrame
    evidence: pl.DataFrame
    undecided: pl.DataFrame


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
    _undecided: list[pl.DataFrame] = field(default_factory=lambda: [_NO_INFUSION])

    def require(
        self,
        name: str,
        holds: pl.Expr,
        *,
        by: pl.Expr | None = None,
        table: str | None = None,
        lacking: str | None = None,
        fails: str | pl.Expr = "not_done",
        unknown: str | pl.Expr = "unknown",
        cites: pl.DataFrame | None = None,
    ) -> Opportunities:
        """A clause that must hold: true, false, or null = unknown. `by`: its deadline; without one (a prohibition, a
        property of a dose) it is never censored. `table`: unknown where the infusion has no row of it. `lacking`: why
        it is unknown everywhere (of `Case.lacks`), None where it is not."""
        why_unknown = _word(unknown)
        if lacking is not None:
            holds, why_unknown = pl.lit(None, dtype=pl.Boolean), pl.lit(lacking)
        if table is not None:
            there = pl.col(f"has_{table}")
            holds = pl.when(there).then(holds)
            why_unknown = pl.when(there).then(why_unknown).otherwise(pl.lit(table))
        self._clauses.append(_Clause(name, holds, by, _word(fails), why_unknown, cites))
        return self

    @property
    def clauses(self) -> tuple[str, ...]:
        """Names of the clauses, in order."""
        return tuple(clause.name for clause in self._clauses)

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

    def leave_open(self, infusions: pl.DataFrame, missing: str) -> Opportunities:
        """Infusions (a frame with that column) of which nobody can say whether there was an opportunity since `missing`
        was not extracted: indeterminate, once, at T0. For what a measure's `opened_by` cannot say of all infusions."""
        self._undecided.append(infusions.select("infusion", reason=pl.lit(missing)).unique())
        return self

    def measured(self, value: pl.Expr, unit: str, threshold: str | pl.Expr) -> Opportunities:
        """The number the verdict rests on and the limit it is held against."""
        # Rounded: minutes and hours out of whole microseconds carry the noise of binary fractions.
        self._measured = (value.cast(pl.Float64).round(6), unit, _word(threshold))
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
        return Judged(verdicts, self._evidence(known), pl.concat(self._undecided))

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
        """One row per citation of a clause, one bare row where nothing is cited; then facts, exclusion, exemption."""
        # Evidence says what the clause is; that a false one is censored is the verdict's business.
        states = [pl.col(f"_state_{n}").replace(CENSORED, FALSE).alias(c.name) for n, c in enumerate(self._clauses)]
        wide = known.select("key", *states) if states else _BARE.select("key", pl.col("clause").alias("none"))
        outcomes = wide.unpivot(index="key", variable_name="clause", value_name="outcome")
        cites = [_cited(clause.name, clause.cites) for clause in self._clauses if clause.cites is not None]
        cited = pl.concat([_BARE, *cites], how="diagonal")
        clauses = outcomes.join(cited, on=["key", "clause"], how="left").select(_EVIDENCE)

        told = [_told(known, name, what) for name, what in self._facts if isinstance(what, pl.Expr)]
        facts = [_cited(name, what) for name, what in self._facts if isinstance(what, pl.DataFrame)]
        out = pl.col("_excluded").is_not_null()
        spared = ~out & pl.col("_failed") & pl.col("_exempt").is_not_null()
        told.append(_told(known, "excluded", pl.when(out).then("_excluded")))
        told.append(_told(known, "exempt", pl.when(spared).then("_exempt")))
        beside = pl.concat([_BARE, *facts, *told], how="diagonal").with_columns(outcome=pl.lit(TRUE))
        return pl.concat([clauses, beside.select(_EVIDENCE)])


_BARE = pl.DataFrame(schema={"key": pl.UInt32(), "clause": pl.String(), **CITED})
_EVIDENCE = ("key", "clause", "outcome", *CITED)


def _cited(name: str, cites: pl.DataFrame) -> pl.DataFrame:
    """Citations of the clause or fact `name`."""
    return cites.select("key", pl.lit(name).alias("clause"), *(c for c in CITED if c in cites.columns))


def _told(known: pl.DataFrame, name: str, value: pl.Expr) -> pl.DataFrame:
    """A value told as the fact `name` wherever there is one."""
    told = known.select("key", pl.lit(name).alias("clause"), raw_value=value.cast(pl.String))
    return told.filter(pl.col("raw_value").is_not_null())


def _word(text: str | pl.Expr) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text


def _first(cases: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The word of the first case that applies, else null."""
    return pl.coalesce([pl.when(when).then(word) for when, word in cases]) if cases else NOTHING
