"""Every number of the protocol is what its own limits allow, and every ready policy names what there is."""

from __future__ import annotations

import pytest

from crs_audit.protocol.load import load_protocol
from crs_audit.protocol.policy import protocol_with, ready_policies

PROTOCOL = load_protocol()
POLICIES = ready_policies()


def test_every_default_lies_within_its_limits() -> None:
    for key, parameter in PROTOCOL.parameters.items():
        values = parameter.value if isinstance(parameter.value, list) else [parameter.value]
        for value in values:
            assert isinstance(value, int | float), key
            assert parameter.least <= value <= parameter.most, key
            assert not parameter.whole or value == int(value), key


def test_every_second_limit_is_in_the_unit_of_its_first_and_not_below_it() -> None:
    seconds = [parameter for parameter in PROTOCOL.parameters.values() if parameter.not_below is not None]
    assert len(seconds) > 5
    for parameter in seconds:
        first = PROTOCOL.parameters[str(parameter.not_below)]
        assert parameter.unit == first.unit, parameter.key
        assert float(str(parameter.value)) >= float(str(first.value)), parameter.key


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_ready_policy_fits_the_protocol_and_changes_it(name: str) -> None:
    changed = protocol_with([POLICIES[name]])
    assert changed.changes
    assert changed.hash != PROTOCOL.hash
    assert all(change.source and change.why for change in changed.changes)


def test_every_parameter_is_a_number_that_something_asks_for() -> None:
    shown = {parameter.key for rule in PROTOCOL.measures.values() for parameter in rule.parameters}
    of_measures = {key for key in PROTOCOL.parameters if key.split(".")[0] in PROTOCOL.measures}
    assert of_measures <= shown
