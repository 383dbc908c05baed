"""Charted rows, timeline and made-up verdicts of the sample run's stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

from crs_audit.protocol.load import MeasureRule, Protocol
from crs_audit.report import result as shapes
from crs_audit.tables import SCHEMAS, TIME
from tests.report.stories import STORIES, UNGRADABLE

HOUR = timedelta(hours=1)
SOURCE = {"vitals": 1, "labs": 2, "mar": 3, "adt": 4, "assessments": 5, "infusions": 6}
MADE = ("timeline", "episodes", "results", "evidence", "flags", "steroid_doses", "tocilizumab_doses")
TIMES = (
    "time", "end_time", "in_time", "out_time", "start", "end", "onset", "t0", "w", "e", "result_time",
    *(f"first_grade_{k}" for k in (1, 2, 3, 4)),
)  # fmt: skip
COURSES = [
    ("met", None), ("not_met", None), ("not_met", "amber"), ("excluded", "censored"), ("excluded", "cap"),
    ("indeterminate", "date_only_time"),
]  # fmt: skip
LABS = [
    ("crp", 84.0, "8.4"), ("ferritin", 10000.0, ">10000"), ("wbc", 400.0, "0.4"), ("platelets", 38.0, "38"),
    ("creatinine", 1.1, "1.1"), ("alt", 44.0, "44"),
]  # fmt: skip

Piece = tuple[datetime, datetime, int, str]
"""start, end, grade, drivers"""


class Maker:
    """Collects the rows of all stories; one random generator, so that equal calls give equal bytes."""

    def __init__(self, protocol: Protocol, copies: int) -> None:
        self.protocol, self.random = protocol, Random(7)
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (*SCHEMAS, *MADE)}
        self.id, self.number = "", 1
        for copy in range(copies):
            seen: dict[str, int] = {}
            for index, story in enumerate(STORIES):
                seen[story[0]] = seen.get(story[0], 0) + 1
                name = story[0] if copy == 0 else f"{story[0]}-{copy}"
                self.id = f"{name}/{seen[story[0]]}"
                self.infusion(index + 12 * copy, *story)

    def add(self, table: str, **cells: Any) -> None:
        """A row of this infusion; tables of the extract get their source and the next row number."""
        if table in SOURCE:
            self.number += 1
            cells = {"source": SOURCE[table], "row": self.number, **cells}
        self.rows[table].append({"infusion_id": self.id, **cells})

    def infusion(self, index: int, patient: str, product: str | None, age: float | None, episodes: list[Any],
                 length: int, hourly: bool) -> None:  # fmt: skip
        t0 = datetime(2026, 1, 5, 15, 0, tzinfo=UTC) + timedelta(days=9 * (index % 30), minutes=17 * index)
        w, gradable = t0 + timedelta(days=length), patient not in UNGRADABLE
        pieces: list[Piece] = []
        at = t0
        for number, (onset, parts) in enumerate(episodes, 1):
            first = start = t0 + onset * HOUR
            pieces.append((at, start, 0, ""))
            for hours, grade, drivers in parts:
                pieces.append((start, min(start + hours * HOUR, w), grade, drivers))
                start += hours * HOUR
            at = min(start, w)
            self.episode(number, first, at, [piece for piece in pieces if piece[0] >= first])
        pieces.append((at, w, 0, ""))
        ill = [piece for piece in pieces if piece[2]]
        worst = max((piece[2] for piece in ill), default=0)
        self.timeline(pieces, gradable, w)
        if gradable:
            self.vitals(t0, w, pieces, 1 if hourly else 4)
        self.labs(t0, w)
        self.drugs(t0, ill, worst)
        self.stays(t0, w, ill)
        self.results(t0, worst, gradable, next((piece[0] for piece in ill if piece[2] >= 2), None))
        self.add(
            "infusions", token=f"{len(self.rows['infusions']) + 1:04d}", patient_id=self.id.rpartition("/")[0], t0=t0,
            w=w, e=t0 + timedelta(days=min(length, 16)), e_source="adt", product=product, site="North",
            product_text="Yescarta & co <b>" if product == "axi-cel" else product, weight_kg=82.5, age_years=age,
            max_grade=worst if gradable else None, strict_max_grade=worst if gradable else None,
            episodes=len(episodes), flags=None, filter_used="no",
        )  # fmt: skip

    def episode(self, number: int, onset: datetime, end: datetime, pieces: list[Piece]) -> None:
        hours = {f"hours_grade_{k}": sum((p[1] - p[0]) / HOUR for p in pieces if p[2] == k) for k in (1, 2, 3, 4)}
        first = {f"first_grade_{k}": next((p[0] for p in pieces if p[2] >= k), None) for k in (1, 2, 3, 4)}
        worst = max(piece[2] for piece in pieces)
        strict = worst - 1 if worst == 4 and self.id == "MRN-0004/1" else worst
        self.add("episodes", episode=number, onset=onset, end=end, max_grade=worst, **first, **hours,
                 hours_unobserved=1.5 * (number - 1), strict_max_grade=strict)  # fmt: skip

    def timeline(self, pieces: list[Piece], gradable: bool, w: datetime) -> None:
        for number, (start, end, grade, drivers) in enumerate((p for p in pieces if p[1] > p[0]), 1):
            observed = gradable and not (grade == 0 and end == w and number > 3)
            self.add("timeline", start=start, end=end, grade=grade, observed=observed, drivers=drivers or None)
            if drivers:
                self.number += 1
                self.add("evidence", result_id=f"{self.id}|timeline|{number}", clause=drivers, outcome="true", source=1,
                         row=self.number, time=start, raw_value="38.6")  # fmt: skip

    def vitals(self, t0: datetime, w: datetime, pieces: list[Piece], step: int) -> None:
        normal, at = self.random.gauss, t0 - 24 * HOUR
        while at < w:
            drivers = next((d for start, end, _, d in pieces if start <= at < end), "")
            time = at + timedelta(minutes=self.random.randrange(0, 12))
            sbp = normal(84, 3) if "hypotension" in drivers and self.random.random() < 0.7 else normal(121, 9)
            heat = round(normal(38.8, 0.4) if "fever" in drivers else normal(36.8, 0.25), 1)
            self.vital(time, "temperature", heat, f"{heat * 9 / 5 + 32:.1f}", "°F")
            others = {"sbp": sbp, "dbp": sbp * 0.6, "map": sbp * 0.73 - 1, "heart_rate": normal(92, 8)}
            others |= {"respiratory_rate": normal(18, 2), "spo2": min(100, normal(95, 1.5))}
            for vital, value in others.items():
                self.vital(time, vital, float(round(value)), f"{round(value)}", None)
            if at.hour in (3, 15) or "oxygen" in drivers:
                support = drivers.partition("oxygen=")[2].partition(";")[0]
                device, flow = support.rstrip("0123456789 ") or "none", "".join(filter(str.isdigit, support))
                text = {"none": "RA", "nasal cannula": "NC"}.get(device, device)
                self.add("vitals", time=time, day_only=False, vital="o2_device", device=device, raw_value=text)
                if flow:
                    self.vital(time, "o2_flow", float(flow), flow, "L/min")
            at += step * HOUR

    def vital(self, time: datetime, vital: str, value: float, raw: str, unit: str | None) -> None:
        flags = "fahrenheit_suspect" if self.number % 997 == 0 else None
        self.add(
            "vitals", time=time, day_only=False, vital=vital, value=value, raw_value=raw, raw_unit=unit, flags=flags
        )

    def labs(self, t0: datetime, w: datetime) -> None:
        at = t0 - timedelta(days=2)
        while at < w:
            for lab, value, raw in LABS:
                bound, unit = ">" if raw.startswith(">") else None, "mg/dL" if lab == "crp" else None
                self.add(
                    "labs", time=at, day_only=False, lab=lab, value=value, bound=bound, raw_value=raw, raw_unit=unit
                )
            at += timedelta(days=1)

    def give(self, time: datetime, drug: str, text: str, dose: float, unit: str, action: str = "given",
             route: str = "iv", end: datetime | None = None, bolus: bool = False) -> None:  # fmt: skip
        self.add(
            "mar", time=time, day_only=False, drug=drug, drug_text=text, action=action, action_text=action.title(),
            dose=dose, dose_unit=unit, raw_dose=f"{dose:g}", raw_dose_unit=unit, route=route, route_text=route.upper(),
            end_time=end, bolus_text=bolus,
        )  # fmt: skip

    def drugs(self, t0: datetime, ill: list[Piece], worst: int) -> None:
        if not ill:
            return
        onset = ill[0][0]
        for k in range(0, 60, 6):
            self.give(
                onset + k * HOUR, "acetaminophen", "paracetamol <script>alert('x')</script>", 650, "mg", route="po"
            )
        for k in (1, 9):
            self.give(onset + k * HOUR, "cefepime", "cefepime 2 g", 2, "g", "started")
        self.give(onset + 2 * HOUR, "sodium_chloride_0.9", "NS 0.9 % bolus", 1000, "mL", "bolus", bolus=True)
        self.give(onset + 3 * HOUR, "sodium_chloride_0.9", "NS 0.9 %", 1000, "mL", "new_bag")
        self.give(t0 + 72 * HOUR, "filgrastim", "Neupogen", 300, "mcg", route="sc")
        self.give(t0 + 8 * HOUR, "fluconazole", "fluconazole", 400, "mg", route="po")
        for k in range(worst if worst >= 2 else 0):
            second = next(piece[0] for piece in ill if piece[2] >= 2)
            time = second + timedelta(minutes=95) + 8 * k * HOUR
            self.give(time, "tocilizumab", "Tocilizumab (Actemra)", 660, "mg", end=time + HOUR)
            self.add("tocilizumab_doses", drug="tocilizumab", route="iv", time=time, end=time + HOUR,
                     amount=660.0 if k != 1 else None, hours_since=8.0 if k else None, in_day=min(k + 1, 3), kg=82.5,
                     per_kg=8.0 if k != 1 else None)  # fmt: skip
        if worst >= 3:
            self.steroids(next(piece[0] for piece in ill if piece[2] >= 3), worst)
        if worst == 4:
            self.give(t0 + 200 * HOUR, "sargramostim", "Leukine", 500, "mcg")
        self.add("steroid_doses", drug="hydrocortisone", route="po", time=t0 - 20 * HOUR, end=None, amount=10.0,
                 dex_mg=0.375, physiologic=True, hours_since=None, day_mg=0.375, indication="physiologic")  # fmt: skip

    def steroids(self, third: datetime, worst: int) -> None:
        for k in range(10 if worst == 3 else 22):
            heavy = worst == 4 and 2 <= k < 8
            drug, amount, dex = ("methylprednisolone", 500.0, 93.75) if heavy else ("dexamethasone", 10.0, 10.0)
            time = third + timedelta(minutes=40) + 6 * k * HOUR
            self.give(time, drug, drug, amount, "mg")
            self.add("steroid_doses", drug=drug, route="iv", time=time, end=None, amount=amount, dex_mg=dex,
                     physiologic=False, hours_since=6.0 if k else 20.0, day_mg=dex * min(k + 1, 4),
                     indication="CRS or ICANS" if k == 1 else "CRS")  # fmt: skip
        self.give(third + 30 * HOUR, "anakinra", "anakinra 100 mg", 100, "mg", route="sc")

    def stays(self, t0: datetime, w: datetime, ill: list[Piece]) -> None:
        severe = [piece for piece in ill if piece[2] >= 3]
        cuts = [(t0 - 30 * HOUR, "ward")]
        if severe:
            cuts += [(severe[0][0] + 2 * HOUR, "icu"), (severe[-1][1] + 12 * HOUR, "ward")]
        for i, (start, kind) in enumerate(cuts):
            end = cuts[i + 1][0] if i + 1 < len(cuts) else w
            self.add("adt", in_time=start, out_time=end, location_type=kind)
        for k, (start, end, grade, _) in enumerate(ill):
            at = start + HOUR
            while at < end:
                self.assess(at, "crs_grade", max(grade - (k == 2), 0))
                at += 12 * HOUR
            if grade >= 3:
                self.assess(start + 3 * HOUR, "icans_grade", 2)
        if severe:
            self.add("flags", episode=1, flag="airway", time=severe[0][0], source=5, row=self.number)

    def assess(self, time: datetime, kind: str, grade: int) -> None:
        self.add("assessments", time=time, day_only=False, assessment=kind, value=float(grade), raw_value=str(grade))

    def results(self, t0: datetime, worst: int, gradable: bool, second: datetime | None) -> None:
        r = self.random
        for measure, rule in self.protocol.measures.items():
            n = {"day": 8, "dose": min(worst, 4), "episode": 1 if worst else 0, "assessment": 2}.get(rule.unit, 1)
            if not gradable and "vitals" in rule.needs:
                self.result(rule, 1, t0, "indeterminate", "vitals", None)
                continue
            if n == 0 or worst < (int(measure[1]) if measure[0] == "G" else 0):
                self.result(rule, 0, None, "not_applicable", None, None)
                continue
            for k in range(1, n + 1):
                status, reason = r.choices(COURSES, [70, 9, 4, 5, 2, 4])[0] if rule.kind != "I" else ("met", None)
                time = second if second and rule.unit == "episode" else t0 + 24 * k * HOUR
                value = round(r.uniform(1, 400), 1) if r.random() < 0.5 else None
                if measure == "G2-02":
                    late = self.id.startswith("MRN-0005")
                    status, reason, value = ("not_met", "amber", 185.0) if late else ("met", None, 95.0)
                self.result(rule, k, time, status, reason, value)

    def result(self, rule: MeasureRule, k: int, time: datetime | None, status: str, reason: str | None,
               value: float | None) -> None:  # fmt: skip
        result_id, some = f"{self.id}|{rule.id}|{k}", value is not None
        told = f"{rule.title}: first dose 03:10, limit 04:05: {status.replace('_', ' ')}."
        self.add(
            "results", result_id=result_id, measure_id=rule.id, episode=1 if rule.unit == "episode" and k else None,
            kind=rule.kind, opportunity=k, time=time, status=status, reason=reason, value=value,
            unit="min" if some else None, threshold="≤ 120" if some else None, sentence=told if k else "None.",
        )  # fmt: skip
        for j, clause in enumerate(("grade ≥ 2 reached", "dose in time") if k else ()):
            outcome = "unknown" if status == "indeterminate" else "true" if j == 0 or status == "met" else "false"
            self.number += 1
            charted = {"source": 3, "row": self.number, "time": time, "raw_value": "SBP 84 <i>"}
            self.add("evidence", result_id=result_id, clause=clause, outcome=outcome,
                     **(dict.fromkeys(charted) if outcome == "false" else charted))  # fmt: skip

    def frame(self, name: str) -> pl.DataFrame:
        shape: dict[str, Any] = {**SCHEMAS.get(name, {}), "filter_used": pl.String()}
        shape |= {"infusions": shapes.INFUSIONS, "results": shapes.RESULTS}.get(name, {})
        present = dict.fromkeys(key for row in self.rows[name] for key in row)
        optional = [column for column in SCHEMAS.get(name, {}) if name != "infusions" and column != "patient_id"]
        schema = {c: shape.get(c) or (TIME if c in TIMES else None) for c in (*optional, *present)}
        rows = [{column: row.get(column) for column in schema} for row in self.rows[name]]
        return pl.DataFrame(rows, schema=schema, infer_schema_length=None)
