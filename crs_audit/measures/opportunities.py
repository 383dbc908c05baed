"""Opportunities of one measure: what must hold, what excludes, what is cited and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from crs_audit.measures.catalogue import (
    AMBER,
    CENSORED,
    EXCLUDED,
    FALSE,
    INDETERMINATE,
    NOT_MET,
    UNKNOWN,
    clause_state,
    settle,
)
from crs_audit.measures.evidence import Shown, evidence_of
from crs_audit.tables import TIME

EXEMPTION_UNCHECKED = "exemption_unchecked"
NOTHING = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True)
class _Clause:
    name: str
    holds: pl.Expr
    by: pl.Expr | None
    fails: pl.Expr
    unknown: pl.Expr
    cites: pl.DataFrame | None


JUDGED = pl.Schema({
    "key": pl.UInt32(), "infusion": pl.UInt32(), "episode": pl.UInt16(), "anchor": TIME, "status": pl.String(),
    "reason": pl.String(), "value": pl.Float64(), "unit": pl.String(), "threshold": pl.String(), "told": pl.String(),
})  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """`verdicts`: columns JUDGED. `shown`: clauses and facts. `undecided`: infusion, reason (what is missing that would
    show whether there was an opportunity), a frame for each reason."""

    verdicts: pl.DataFrame
    shown: Sequence[Shown]
    undecided: Sequence[pl.DataFrame]

    @property
    def evidence(self) -> pl.DataFrame:
        """key, clause, outcome and what is cited."""
        return evidence_of(self.shown)


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
    _undecided: list[pl.DataFrame] = field(default_factory=list)

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
        self._undecided.append(infusions.select("infusion", reason=pl.lit(missing)))
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
        if self.rows.is_empty():
            return Judged(pl.DataFrame(schema=JUDGED), (), self._undecided)
        states = [clause_state(c.holds, c.by, pl.col("e")).alias(f"_state_{n}") for n, c in enumerate(self._clauses)]
        known = self.rows.with_columns(*states, _excluded=_first(self._exclusions), _exempt=_first(self._exemptions))
        columns = [pl.col(f"_state_{n}") for n in range(len(states))]
        excluded, exempt = pl.col("_excluded").is_not_null(), pl.col("_exempt").is_not_null()
        failed = pl.any_horizontal(pl.lit(False), *(state == FALSE for state in columns))
        known = known.with_columns(status=settle(columns, excluded, exempt), _failed=failed)
        value, unit, threshold = self._measured
        made = {
            "reason": self._reason(columns), "value": value, "unit": pl.lit(unit), "threshold": threshold,
            "told": self._told,
        }  # fmt: skip
        told = {f"_told_{n}": value.cast(pl.String) for n, (_, value) in enumerate(self._told_beside())}
        # In one go: every step over a frame costs more than what is done with its few rows.
        answer = known.select(
            *(made.get(name, pl.col(name)).cast(dtype).alias(name) for name, dtype in JUDGED.items()),
            *(state.replace(CENSORED, FALSE) for state in columns),
            **told,
        )
        return Judged(answer[[*JUDGED]], self._shown(answer), self._undecided)

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

    def _told_beside(self) -> list[tuple[str, pl.Expr]]:
        """Values told as facts wherever there is one: by the measure, what excluded, what exempted."""
        told = [(name, what) for name, what in self._facts if isinstance(what, pl.Expr)]
        out = pl.col("_excluded").is_not_null()
        if self._exclusions:
            told.append(("excluded", pl.col("_excluded")))
        if self._exemptions:
            told.append(("exempt", pl.when(~out & pl.col("_failed")).then("_exempt")))
        return told

    def _shown(self, answer: pl.DataFrame) -> list[Shown]:
        """Clauses, then facts. Evidence says what a clause is; that a false one is censored is the verdict's
        business."""
        key = answer["key"]
        clauses = [
            Shown(clause.name, clause.cites, pl.DataFrame({"key": key, "outcome": answer[f"_state_{n}"]}))
            for n, clause in enumerate(self._clauses)
        ]
        facts = [Shown(name, what) for name, what in self._facts if isinstance(what, pl.DataFrame)]
        told = [
            Shown(name, pl.DataFrame({"key": key, "raw_value": answer[f"_told_{n}"]}).drop_nulls())
            for n, (name, _) in enumerate(self._told_beside())
        ]
        return [*clauses, *facts, *told]


def _word(text: str | pl.Expr) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text


def _first(cases: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The word of the first case that applies, else null."""
    return pl.coalesce([pl.when(when).then(word) for when, word in cases]) if cases else NOTHING
