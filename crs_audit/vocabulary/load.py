"""The vocabulary as one object, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from crs_audit.vocabulary.charting import ActionNames, DeviceNames, RouteNames
from crs_audit.vocabulary.drugs import DrugNames
from crs_audit.vocabulary.labs import LabNames
from crs_audit.vocabulary.rows import read_rows


@dataclass(frozen=True)
class Vocabulary:
    """All names the audit knows. Each part reads one text at a time; `match` reads columns of them."""

    drugs: DrugNames
    actions: ActionNames
    routes: RouteNames
    devices: DeviceNames
    labs: LabNames
    early_steroid_products: frozenset[str]
    """CAR-T products whose early steroids the text recommends."""

    def concepts_of(self, drug_class: str) -> frozenset[str]:
        """The drug concepts of a class. Raises KeyError for a class that no drug has."""
        return self.drugs.classes[drug_class]


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary shipped with the package.

    Raises ValueError where its tables contradict each other: a name that stands for two things, a deny row for an
    unknown concept.
    """
    return Vocabulary(
        drugs=DrugNames(),
        actions=ActionNames(),
        routes=RouteNames(),
        devices=DeviceNames(),
        labs=LabNames(),
        early_steroid_products=frozenset(
            row["concept"] for row in read_rows("products.csv") if row["early_steroid"] == "yes"
        ),
    )
