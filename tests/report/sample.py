"""A hand-made run for the pages: a dozen infusions that look like real ones, without the engine.

Not a clinical truth: verdicts are made up, so that every status, lane and table of a page has something to show.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import polars as pl

from crs_audit.protocol.load import Protocol, load_protocol
from crs_audit.report import result as shapes
from crs_audit.report.result import AuditResult, PageContext, PatientView, Trend, TrendPoint
from crs_audit.report.summaries import summarise
from crs_audit.report.views import patient_views
from crs_audit.tables import SCHEMAS, TIME

ZONE = "America/New_York"
GENERATED = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)

# patient, product, age, (onset h after T0, [(hours, grade, drivers), ...]) per episode, length of stay in days, hourly
STORIES: list[tuple[str, str | None, float | None, list[tuple[float, list[tuple[float, int, str]]]], int, bool]] = [
    ("MRN-0001", "axi-cel", 61, [(30, [(5, 1, "fever"), (9, 2, "fever; hypotension"),
        (14, 2, "oxygen=nasal cannula 3"), (8, 1, "fever")])], 14, False),
    ("MRN-0002", "liso-cel", 72, [], 10, False),
    ("MRN-0003", "tisa-cel", 8, [(50, [(30, 1, "fever")])], 30, False),
    ("MRN-0004", "ide-cel", 55, [(12, [(4, 1, "fever"), (6, 2, "fever; oxygen=nasal cannula 4"),
        (10, 3, "fever; hypotension; norepinephrine"),
        (30, 4, "fever; oxygen=invasive; norepinephrine; phenylephrine"), (24, 3, "oxygen=high-flow cannula 30"),
        (12, 2, "oxygen=nasal cannula 2"), (10, 1, "fever")])], 30, True),
    ("MRN-0005", "axi-cel", 44, [(20, [(10, 1, "fever"), (6, 2, "fever; hypotension")]),
        (220, [(12, 1, "fever"), (7, 2, "hypotension")])], 21, False),
    ("MRN-0006", None, None, [], 6, False),
    ("MRN-0007", "brexu-cel", 66, [(2, [(60, 1, "fever"), (20, 2, "fever; oxygen=nasal cannula 2")])], 17, False),
    ("MRN-0008", "cilta-cel", 58, [(90, [(20, 1, "fever"), (2, 3, "fever; hypotension; vasopressin"),
        (4, 2, "hypotension")])], 12, True),
    ("MRN-0009", "axi-cel", 70, [(26, [(3, 1, "fever"), (70, 4, "fever; oxygen=invasive; norepinephrine; epinephrine"),
        (3, 4, "oxygen=invasive")])], 4, True),
    ("MRN-0010", "liso-cel", 37, [(70, [(90, 1, "fever")])], 30, False),
    ("MRN-0010", "liso-cel", 37, [(10, [(8, 1, "fever")])], 9, False),
    ("<script>alert(1)</script>", "axi-cel", 49, [(33, [(5, 1, "fever"), (5, 2, "fever; hypotension")])], 11, False),
]  # fmt: skip
UNGRADABLE = {"MRN-0006"}


def source(number: int, table: str, file: str, sheet: str | None = None, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(number=number, table=table, file=file, sheet=sheet, sha256=f"{number:02d}" * 32,
                           bytes=123_456 * number, encoding=more.get("encoding", "utf-8"), delimiter=",",
                           extra_columns=more.get("extra", ()), columns=())  # fmt: skip


SOURCES = (
    source(1, "vitals", "vitals_2026-10.csv.gz"), source(2, "labs", "labs.csv", extra=("ordering_provider", "panel")),
    source(3, "mar", "mar.xlsx", "Administrations"), source(4, "adt", "adt.csv"),
    source(5, "assessments", "assessments.csv"), source(6, "infusions", "infusions.csv"),
)  # fmt: skip


class Maker:
    """Collects the rows of all stories; one random generator, so equal seeds give equal bytes."""

    def __init__(self, protocol: Protocol, copies: int) -> None:
        self.protocol, self.random = protocol, Random(7)
        self.rows: dict[str, list[dict[str, Any]]] = {
            name: [] for name in (*SCHEMAS, "timeline", "episodes", "results", "evidence", "flags", "steroid_doses",
                                  "tocilizumab_doses")
        }  # fmt: skip
        self.number = 1
        for copy in range(copies):
            seen: dict[str, int] = {}
            for index, story in enumerate(STORIES):
                seen[story[0]] = seen.get(story[0], 0) + 1
                name = story[0] if copy == 0 else f"{story[0]}-{copy}"
                self.infusion(f"{name}/{seen[story[0]]}", index + 12 * copy, *story)

    def row(self) -> int:
        self.number += 1
        return self.number

    def infusion(self, id_: str, index: int, patient: str, product: str | None, age: float | None,
                 episodes: list[Any], length: int, hourly: bool) -> None:  # fmt: skip
        t0 = datetime(2026, 1, 5, 15, 0, tzinfo=UTC) + timedelta(days=9 * (index % 30), minutes=17 * index)
        w = t0 + timedelta(days=length)
        gradable = patient not in UNGRADABLE
        segments: list[tuple[datetime, datetime, int, str]] = []
        at = t0
        for number, (onset, parts) in enumerate(episodes, 1):
            start = t0 + onset * HOUR
            segments.append((at, start, 0, ""))
            first = start
            for hours, grade, drivers in parts:
                segments.append((start, min(start + hours * HOUR, w), grade, drivers))
                start += hours * HOUR
            at = min(start, w)
            self.episode(id_, number, first, at, [s for s in segments if s[0] >= first])
        segments.append((at, w, 0, ""))
        self.timeline(id_, segments, gradable, w)
        if gradable:
            self.vitals(id_, t0, w, segments, 1 if hourly else 4)
        self.labs(id_, t0, w)
        self.drugs(id_, t0, segments)
        self.stays(id_, t0, w, segments)
        worst = max((grade for *_, grade, _ in segments), default=0)
        self.results(id_, t0, worst, gradable, [s for s in segments if s[2] >= 2][:1])
        self.rows["infusions"].append({
            "infusion_id": id_, "token": f"{len(self.rows['infusions']) + 1:04d}", "patient_id": id_.rpartition("/")[0],
            "t0": t0, "w": w, "e": t0 + timedelta(days=min(length, 16)), "e_source": "adt", "product": product,
            "product_text": "Yescarta & co <b>" if product == "axi-cel" else product, "site": "North", "weight_kg": 82.5,
            "age_years": age, "max_grade": worst if gradable else None, "episodes": len(episodes),
            "strict_max_grade": max(worst - 1, 0) if index == 3 else worst if gradable else None, "flags": None,
            "filter_used": "no", "source": 6, "row": self.row(),
        })  # fmt: skip

    def episode(self, id_: str, number: int, onset: datetime, end: datetime, segments: list[Any]) -> None:
        def first(k: int) -> datetime | None:
            return next((s[0] for s in segments if s[2] >= k), None)

        hours = {f"hours_grade_{k}": sum((s[1] - s[0]) / HOUR for s in segments if s[2] == k) for k in (1, 2, 3, 4)}
        worst = max(s[2] for s in segments)
        self.rows["episodes"].append({
            "infusion_id": id_, "episode": number, "onset": onset, "end": end, "max_grade": worst,
            **{f"first_grade_{k}": first(k) for k in (1, 2, 3, 4)}, **hours, "hours_unobserved": 1.5 * (number - 1),
            "strict_max_grade": worst,
        })  # fmt: skip

    def timeline(self, id_: str, segments: list[Any], gradable: bool, w: datetime) -> None:
        for number, (start, end, grade, drivers) in enumerate(s for s in segments if s[1] > s[0]):
            observed = gradable and not (grade == 0 and end == w and number > 2)
            self.rows["timeline"].append({"infusion_id": id_, "start": start, "end": end, "grade": grade,
                                          "observed": observed, "drivers": drivers or None})  # fmt: skip
            if drivers:
                self.rows["evidence"].append({"result_id": f"{id_}|timeline|{number + 1}", "clause": drivers,
                    "outcome": "true", "source": 1, "row": self.row(), "time": start, "raw_value": "38.6"})  # fmt: skip

    def vitals(self, id_: str, t0: datetime, w: datetime, segments: list[Any], step: int) -> None:
        r, at = self.random, t0 - 24 * HOUR
        while at < w:
            drivers = next((d for s, e, _, d in segments if s <= at < e), "")
            time = at + timedelta(minutes=r.randrange(0, 12))
            low = "hypotension" in drivers and r.random() < 0.7
            sbp = r.gauss(84, 3) if low else r.gauss(121, 9)
            values = {
                "temperature": r.gauss(38.8, 0.4) if "fever" in drivers else r.gauss(36.8, 0.25), "sbp": sbp,
                "dbp": sbp * 0.6, "map": sbp * 0.73 - 1, "heart_rate": r.gauss(92, 8), "respiratory_rate": r.gauss(18, 2),
                "spo2": min(100, r.gauss(95, 1.5)),
            }  # fmt: skip
            for vital, value in values.items():
                shown = round(value, 1) if vital == "temperature" else float(round(value))
                self.vital(id_, time, vital, shown, f"{shown * 9 / 5 + 32:.1f}" if vital == "temperature" else f"{shown:g}",
                           "°F" if vital == "temperature" else None)  # fmt: skip
            if at.hour in (3, 15) or "oxygen" in drivers:
                device = drivers.partition("oxygen=")[2].partition(";")[0].rstrip("0123456789 ") or "none"
                flow = "".join(c for c in drivers.partition("oxygen=")[2].partition(";")[0] if c.isdigit())
                self.rows["vitals"].append({"infusion_id": id_, "time": time, "day_only": False, "vital": "o2_device",
                    "device": device, "raw_value": {"none": "RA", "nasal cannula": "NC"}.get(device, device), "source": 1,
                    "row": self.row()})  # fmt: skip
                if flow:
                    self.vital(id_, time, "o2_flow", float(flow), flow, "L/min")
            at += step * HOUR

    def vital(self, id_: str, time: datetime, vital: str, value: float, raw: str, unit: str | None) -> None:
        self.rows["vitals"].append({"infusion_id": id_, "time": time, "day_only": False, "vital": vital, "value": value,
            "raw_value": raw, "raw_unit": unit, "flags": "fahrenheit_suspect" if self.number % 997 == 0 else None,
            "source": 1, "row": self.row()})  # fmt: skip

    def labs(self, id_: str, t0: datetime, w: datetime) -> None:
        at = t0 - timedelta(days=2)
        while at < w:
            for lab, value, raw in (("crp", 84.0, "8.4"), ("ferritin", 10000.0, ">10000"), ("wbc", 400.0, "0.4"),
                                    ("platelets", 38.0, "38"), ("creatinine", 1.1, "1.1"), ("alt", 44.0, "44")):  # fmt: skip
                self.rows["labs"].append({"infusion_id": id_, "time": at, "day_only": False, "lab": lab, "value": value,
                    "bound": ">" if raw.startswith(">") else None, "raw_value": raw,
                    "raw_unit": "mg/dL" if lab == "crp" else None, "source": 2, "row": self.row()})  # fmt: skip
            at += timedelta(days=1)

    def give(self, id_: str, time: datetime, drug: str, text: str, dose: float | None, unit: str, action: str = "given",
             route: str = "iv", end: datetime | None = None, bolus: bool = False) -> None:  # fmt: skip
        self.rows["mar"].append({"infusion_id": id_, "time": time, "day_only": False, "drug": drug, "drug_text": text,
            "action": action, "action_text": action.title(), "dose": dose, "dose_unit": unit,
            "raw_dose": None if dose is None else f"{dose:g}", "raw_dose_unit": unit, "route": route,
            "route_text": route.upper(), "end_time": end, "bolus_text": bolus, "source": 3, "row": self.row()})  # fmt: skip

    def drugs(self, id_: str, t0: datetime, segments: list[Any]) -> None:
        course = [s for s in segments if s[2]]
        if not course:
            return
        onset, worst = course[0][0], max(s[2] for s in course)
        for k in range(0, 60, 6):
            self.give(id_, onset + k * HOUR, "acetaminophen", "acetaminophen <script>alert('x')</script> tab", 650, "mg",
                      route="po")  # fmt: skip
        self.give(id_, onset + HOUR, "cefepime", "cefepime 2 g", 2, "g", "started")
        self.give(id_, onset + 9 * HOUR, "cefepime", "cefepime 2 g", 2, "g", "started")
        self.give(id_, onset + 2 * HOUR, "sodium_chloride_0.9", "NS 0.9 % bolus", 1000, "mL", "bolus", bolus=True)
        self.give(id_, onset + 3 * HOUR, "sodium_chloride_0.9", "NS 0.9 %", 1000, "mL", "new_bag")
        self.give(id_, t0 + 72 * HOUR, "filgrastim", "Neupogen", 300, "mcg", route="sc")
        self.give(id_, t0 + 8 * HOUR, "fluconazole", "fluconazole", 400, "mg", route="po")
        if worst >= 2:
            second = next(s[0] for s in course if s[2] >= 2)
            for k in range(worst if worst < 4 else 4):
                time = second + timedelta(minutes=95) + 8 * k * HOUR
                self.give(id_, time, "tocilizumab", "Tocilizumab (Actemra)", 660, "mg", end=time + HOUR)
                self.rows["tocilizumab_doses"].append({"infusion_id": id_, "drug": "tocilizumab", "route": "iv",
                    "time": time, "end": time + HOUR, "amount": 660.0 if k != 1 else None})  # fmt: skip
        if worst >= 3:
            third = next(s[0] for s in course if s[2] >= 3)
            for k in range(10 if worst == 3 else 22):
                heavy = worst == 4 and 2 <= k < 8
                drug, amount, dex = ("methylprednisolone", 500.0, 93.75) if heavy else ("dexamethasone", 10.0, 10.0)
                time = third + timedelta(minutes=40) + 6 * k * HOUR
                self.give(id_, time, drug, drug, amount, "mg")
                self.rows["steroid_doses"].append({"infusion_id": id_, "drug": drug, "route": "iv", "time": time,
                    "end": None, "amount": amount, "dex_mg": dex, "physiologic": False})  # fmt: skip
            self.give(id_, third + 30 * HOUR, "anakinra", "anakinra 100 mg", 100, "mg", route="sc")
        if worst == 4:
            self.give(id_, t0 + 200 * HOUR, "sargramostim", "Leukine", 500, "mcg")
        self.rows["steroid_doses"].append({"infusion_id": id_, "drug": "hydrocortisone", "route": "po",
            "time": t0 - 20 * HOUR, "end": None, "amount": 10.0, "dex_mg": 0.375, "physiologic": True})  # fmt: skip

    def stays(self, id_: str, t0: datetime, w: datetime, segments: list[Any]) -> None:
        ill = [s for s in segments if s[2] >= 3]
        cuts = [(t0 - 30 * HOUR, "ward")]
        if ill:
            cuts += [(ill[0][0] + 2 * HOUR, "icu"), (ill[-1][1] + 12 * HOUR, "ward")]
        for i, (start, kind) in enumerate(cuts):
            end = cuts[i + 1][0] if i + 1 < len(cuts) else w
            self.rows["adt"].append({"infusion_id": id_, "in_time": start, "out_time": end, "location_type": kind,
                                     "source": 4, "row": self.row()})  # fmt: skip
        for k, (start, end, grade, _) in enumerate(s for s in segments if s[2]):
            at = start + HOUR
            while at < end:
                self.rows["assessments"].append({"infusion_id": id_, "time": at, "day_only": False, "source": 5,
                    "assessment": "crs_grade", "value": float(max(grade - (k == 2), 0)), "raw_value": str(grade),
                    "row": self.row()})  # fmt: skip
                at += 12 * HOUR
            if grade >= 3:
                self.rows["assessments"].append({"infusion_id": id_, "time": start + 3 * HOUR, "day_only": False,
                    "assessment": "icans_grade", "value": 2.0, "raw_value": "2", "source": 5, "row": self.row()})  # fmt: skip
        if ill:
            self.rows["flags"].append({"infusion_id": id_, "episode": 1, "flag": "airway", "time": ill[0][0], "source": 1,
                                       "row": self.row()})  # fmt: skip

    def results(self, id_: str, t0: datetime, worst: int, gradable: bool, second: list[Any]) -> None:
        r = self.random
        for measure, rule in self.protocol.measures.items():
            n = {"day": 8, "dose": min(worst, 4), "episode": 1 if worst else 0, "assessment": 2}.get(rule.unit, 1)
            needed = int(measure[1]) if measure[0] == "G" else 0
            if gradable and (worst < needed or n == 0):
                self.result(id_, rule, 0, None, "not_applicable", None, None)
                continue
            if not gradable and "vitals" in rule.needs:
                self.result(id_, rule, 1, t0, "indeterminate", "vitals", None)
                continue
            for k in range(1, max(n, 1) + 1):
                status, reason = r.choices(
                    [("met", None), ("not_met", None), ("not_met", "amber"), ("excluded", "censored"),
                     ("excluded", "cap"), ("indeterminate", "date_only_time")], [70, 9, 4, 5, 2, 4])[0]  # fmt: skip
                if rule.kind == "I":
                    status, reason = "met", None
                time = second[0][0] if second and rule.unit == "episode" else t0 + 24 * k * HOUR
                value = 95.0 if measure == "G2-02" else round(r.uniform(1, 400), 1) if r.random() < 0.5 else None
                if measure == "G2-02":
                    status, reason, value = ("met", None, 95.0) if int(id_[-1]) == 1 else ("not_met", "amber", 185.0)
                self.result(id_, rule, k, time, status, reason, value)

    def result(self, id_: str, rule: Any, k: int, time: datetime | None, status: str, reason: str | None,
               value: float | None) -> None:  # fmt: skip
        result_id = f"{id_}|{rule.id}|{k}"
        said = "" if k == 0 else f"{rule.title}: {'done' if status == 'met' else 'the extract does not show it'} " \
            f"(first dose 03:10, limit 04:05, {k} of the day)."  # fmt: skip
        self.rows["results"].append({"result_id": result_id, "infusion_id": id_, "measure_id": rule.id,
            "episode": 1 if rule.unit == "episode" and k else None, "kind": rule.kind, "opportunity": k, "time": time,
            "status": status, "reason": reason, "value": value, "unit": "min" if value is not None else None,
            "threshold": "at most 120 min" if value is not None else None, "sentence": said})  # fmt: skip
        if not k:
            return
        for j, clause in enumerate(("grade ≥ 2 reached", "dose in time")):
            outcome = "unknown" if status == "indeterminate" else "true" if j == 0 or status == "met" else "false"
            missing = outcome == "false"
            self.rows["evidence"].append({"result_id": result_id, "clause": clause, "outcome": outcome,
                "source": None if missing else 1, "row": None if missing else self.row(), "time": None if missing else time,
                "raw_value": None if missing else "SBP 84 <i>"})  # fmt: skip

    def frame(self, name: str) -> pl.DataFrame:
        times = ("time", "end_time", "in_time", "out_time", "start", "end", "onset", "t0", "w", "e", "result_time",
                 *(f"first_grade_{k}" for k in (1, 2, 3, 4)))  # fmt: skip
        wanted: dict[str, Any] = dict(SCHEMAS.get(name, {}))
        shape = {"infusions": shapes.INFUSIONS, "results": shapes.RESULTS}.get(name, {})
        columns = {key: None for row in self.rows[name] for key in row}
        full = {**{c: wanted.get(c) for c in wanted if name != "infusions" and c != "patient_id"}, **columns}
        schema = {c: shape.get(c) or wanted.get(c) or (TIME if c in times else None) for c in full}
        rows = [{c: row.get(c) for c in schema} for row in self.rows[name]]
        return pl.DataFrame(rows, schema=schema, infer_schema_length=None)


def make(copies: int = 1) -> tuple[AuditResult, dict[str, pl.DataFrame]]:
    """The run and the frames its patient pages are made from; `copies` dozens of infusions."""
    protocol = load_protocol()
    maker = Maker(protocol, copies)
    frames = {name: maker.frame(name) for name in maker.rows if maker.rows[name]}
    results = frames["results"]
    months = ("Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026", "Jul 2026", "Aug 2026", "Sep 2026")
    points = tuple(TrendPoint(m, (7 * i) % 5 + 3, 8, 0.21, 1.0) for i, m in enumerate(months))
    run = AuditResult(
        program_version="0.1.0", input_name="demo extract <2026>", generated=GENERATED, timezone=ZONE,
        timezone_defaulted=False, protocol=protocol, parameters_hash=protocol.hash, infusions=frames["infusions"],
        episodes=frames["episodes"], results=results, measures=summarise(results, protocol), timeline=frames["timeline"],
        evidence=frames["evidence"], flags=frames["flags"], sources=SOURCES,  # type: ignore[arg-type]
        attrition=pl.DataFrame(
            [("patients with rows", 14 * copies, None), ("patients with an infusion", 11 * copies, "3 without"),
             ("infusions", 12 * copies, None), ("infusions with an episode", 10 * copies, None),
             ("episodes", 11 * copies, None), ("opportunities", results.filter(pl.col("opportunity") > 0).height, None)],
            schema=shapes.ATTRITION, orient="row"),
        accounting=pl.DataFrame(
            [("vitals", 1, 21_034, 400, 20_590, 14, 30), ("labs", 2, 5_010, 0, 5_002, 8, 0), ("mar", 3, 3_190, 0, 3_180, 0, 10),
             ("adt", 4, 60, 0, 60, 0, 0), ("assessments", 5, 300, 0, 300, 0, 0), ("infusions", 6, 12, 0, 12, 0, 0)],
            schema=shapes.ACCOUNTING, orient="row"),
        rejects=pl.DataFrame(
            [("vitals", 1, 17 + 3 * i, "value", "outside plausible range", f"<b>{900 + i}</b>") for i in range(14)]
            + [("labs", 2, 40 + i, "time", "not a time", "31/02/2026") for i in range(8)],
            schema=shapes.REJECTS, orient="row"),
        unmatched=pl.DataFrame([("mar", "drug", "MYSTERY <script>alert(2)</script>", 12), ("vitals", "o2_device", "blender", 3)],
                               schema=shapes.UNMATCHED, orient="row"),
        skipped=("notes.docx", "labs.xlsx [pivot]"), unaudited=("MRN-0900", "MRN-0901", "MRN-0902"),
        notes=("Only infusions from 2026-01-01 to 2026-12-31 are audited.",), libraries={"polars": "2.1.0", "jinja2": "3.1.6"},
        trends=(Trend("G2-02", points, 0.66, ("A run of 7 periods on one side of the centre line.",)),),
    )  # fmt: skip
    return run, frames


def context(run: AuditResult) -> PageContext:
    return PageContext(run.program_version, run.input_name, run.generated, run.timezone, run.protocol, run.sources)


def views(run: AuditResult, frames: dict[str, pl.DataFrame]) -> list[PatientView]:
    pairs = run.infusions.select("infusion_id", "token").iter_rows()
    return list(patient_views(frames, dict(pairs)))
