"""Keys of patients that stand in more than one hospital: of one patient who was moved, or of two patients."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from crs_audit.propose.column import Column
from crs_audit.propose.limits import limit
from crs_audit.propose.look import Looked
from crs_audit.propose.proposal import Block, counted


@dataclass(frozen=True)
class Hospitals:
    """site: the column of hospitals beside a file's keys, or null. doubled: keys in several hospitals, of `keys`.
    collide: the file whose keys stand in several hospitals far more often than patients are moved, or null."""

    site: Column | None = None
    doubled: int = 0
    keys: int = 0
    collide: str | None = None

    @property
    def many(self) -> bool:
        """Whether more keys stand in several hospitals than patients are moved."""
        return self.doubled > limit("keys", "doubled") * self.keys


def hospitals_of(looked: Looked, key: Column) -> Hospitals:
    """What the file that holds the patients' keys tells of their hospitals."""
    found = Hospitals()
    for site in looked.columns:
        if site.roles[:1] != ("site",) or site.again or not site.filled:
            continue
        pairs = looked.frame.select(key=str(key.at), site=str(site.at)).drop_nulls().unique()
        each = pairs.group_by("key").len()
        one = Hospitals(site, each.filter(pl.col("len") > 1).height, each.height)
        if found.site is None or one.doubled > found.doubled:
            found = one
    return found


def put_key(block: Block, hospitals: Hospitals, source: str, prefix: str, reason: str, doubt: str | None) -> None:
    """The lines of the patient's key. source: its column, with that of its lookup; prefix: of the lookup's columns.

    Where keys collide neither the key alone nor the key with its hospital is taken: either may merge or part patients.
    """
    site = None if hospitals.site is None else prefix + hospitals.site.name
    told = f"keys of hospitals collide in {hospitals.collide}"
    if hospitals.doubled and site is not None:
        stand = "stands" if hospitals.doubled == 1 else "stand"
        many = f"{hospitals.doubled:,} of {counted(hospitals.keys, 'key')} in {source!r}"
        told = f"{many} {stand} in more than one {site!r}"
    if hospitals.collide is None:
        block.put("columns", "patient_id", value=source, reason=reason, doubt=doubt)
        if hospitals.doubled and site is not None:
            said = f"{told}: {_JOIN}, in place of columns.patient_id"
            block.put("join", "patient_id", value=[site, source], doubt=said)
        return
    if doubt is not None:
        block.say(doubt, doubt=True)
    alone = f"{told}: only if a number is one patient in all hospitals, take it alone, in every table"
    if " ".join(source.casefold().split()) == "patient_id":
        # A header of this name would be read without any line.
        block.say(alone, doubt=True)
        block.put("columns", "patient_id", value="(to decide: see DOUBT)", reason="or the key alone would be read")
    else:
        block.put("columns", "patient_id", value=source, doubt=alone)
    if site is not None:
        block.put("join", "patient_id", value=[site, source], doubt=_JOIN)
    else:
        said = "this file names no hospital, so its keys cannot be told apart: if each numbers its own patients, add it"
        block.say(said, doubt=True)


_JOIN = "if each hospital numbers its own patients, join both, in every table"
