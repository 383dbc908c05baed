"""MAR rows → doses: which rows make one, which belong together, how much, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.unit import MINUTE, Row
from tests.oracle.vocabulary import DOSE_ACTIONS


@dataclass(frozen=True)
class Dose:
    """`amount` in mg (fluids: mL), None = unknown; `rows` are the MAR rows it was made of."""

    drug: str
    route: str | None
    time: datetime
    end: datetime | None
    amount: Fraction | None
    bolus_marked: bool
    rows: tuple[Row, ...]


def exact(number: float | None) -> Fraction | None:
    """The decimal number that was charted, free of binary rounding."""
    return None if number is None else Fraction(repr(number))


def makes_dose(row: Row, mar: list[Row]) -> bool:
    """A given row with an amount, or without one where no row of the drug within 5 min has one."""
    if row["action"] not in DOSE_ACTIONS or row["drug"] is None:
        return False
    if row["dose"] is not None:
        return True
    return not any(amount_row_near(row, other) for other in mar)


def amount_row_near(row: Row, other: Row) -> bool:
    """Whether `other` is a dose row with an amount of the same drug, at most 5 min from `row`."""
    return (
        other["drug"] == row["drug"]
        and other["action"] in DOSE_ACTIONS
        and other["dose"] is not None
        and abs(other["time"] - row["time"]) <= 5 * MINUTE
    )


def same(row: Row, other: Row) -> bool:
    """An exact duplicate: every cell the same, wherever the rows stand. Rows of one record are its parts and none."""
    parts = (row["source"], row["row"]) == (other["source"], other["row"])
    # How an amount was spelled (570, 570.0) tells only where it could not be read.
    spelled = () if row["dose"] is None or other["dose"] is None else ("raw_dose", "raw_dose_unit")
    return not parts and all(row[cell] == other[cell] for cell in row if cell not in ("source", "row", *spelled))


def doses_of(mar: list[Row]) -> list[Dose]:
    """All doses of one patient, in order of time."""
    makers = [row for n, row in enumerate(mar) if makes_dose(row, mar) and not any(same(row, mar[k]) for k in range(n))]
    groups: list[list[Row]] = []
    for drug, route in {(row["drug"], row["route"]) for row in makers}:
        rows = [row for row in makers if (row["drug"], row["route"]) == (drug, route)]
        groups += _groups(rows)
    starts = [(group[0]["drug"], group[0]["time"]) for group in groups]
    doses = [_dose(group, mar, starts) for group in groups]
    return sorted(doses, key=lambda dose: (dose.time, dose.drug, dose.route or ""))


def _groups(rows: list[Row]) -> list[list[Row]]:
    """Rows of one drug and route; a group reaches 5 min from its first row."""
    groups: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: row["time"]):
        if groups and row["time"] - groups[-1][0]["time"] <= 5 * MINUTE:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _dose(group: list[Row], mar: list[Row], starts: list[tuple[str, datetime]]) -> Dose:
    drug, time = group[0]["drug"], group[0]["time"]
    ends = [row["end_time"] for row in group if row["end_time"] is not None]
    return Dose(
        drug=drug,
        route=group[0]["route"],
        time=time,
        end=max(ends) if ends else _stopped(drug, time, mar, starts),
        amount=_amount(group),
        bolus_marked=any(row["action"] == "bolus" or row["bolus_text"] for row in group),
        rows=tuple(group),
    )


def _amount(group: list[Row]) -> Fraction | None:
    """The same amount under different actions is one administration, under one action it is several vials."""
    if any(row["dose"] is None for row in group):
        return None
    total, parts = Fraction(0), 0
    for amount in {row["dose"] for row in group}:
        actions = [row["action"] for row in group if row["dose"] == amount]
        times = max(actions.count(action) for action in actions)
        total, parts = total + Fraction(repr(amount)) * times, parts + times
    # Rows of one date without a time stand together, but nobody can say that they were vials of one dose.
    return None if parts > 1 and any(row["day_only"] for row in group) else total


def _stopped(drug: str, time: datetime, mar: list[Row], starts: list[tuple[str, datetime]]) -> datetime | None:
    """The drug's first stopped row after the dose and not after its next dose."""
    stops: list[datetime] = [
        row["time"] for row in mar if row["drug"] == drug and row["action"] == "stopped" and row["time"] > time
    ]
    following = [start for other, start in starts if other == drug and start > time]
    if not stops or (following and min(following) < min(stops)):
        return None
    return min(stops)
