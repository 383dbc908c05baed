"""What happens to whom in the sample run, and the files it is said to come from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

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
                           extra_columns=more.get("extra", ()), columns=(), place=file)  # fmt: skip


SOURCES = (
    source(1, "vitals", "vitals_2026-10.csv.gz"), source(2, "labs", "labs.csv", extra=("ordering_provider", "panel")),
    source(3, "mar", "mar.xlsx", "Administrations"), source(4, "adt", "adt.csv"),
    source(5, "assessments", "assessments.csv"), source(6, "infusions", "infusions.csv"),
)  # fmt: skip
