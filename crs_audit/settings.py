"""Settings of a run: flag > `CRS_AUDIT_*` > `crs-audit.toml` > default, checked once and then frozen."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crs_audit import setting_forms as forms
from crs_audit.audience import INTERNAL, SHARE
from crs_audit.errors import UsageError
from crs_audit.tokens import checked_key

if TYPE_CHECKING:
    from crs_audit.protocol.load import Protocol
    from crs_audit.protocol.policy import Policy

CONFIG_NAME = "crs-audit.toml"
ENVIRONMENT = "CRS_AUDIT_"

OPTIONS = {
    "preset": "canonical",
    "policy": None,
    "timezone": None,
    "out": None,
    "measures": None,
    "period": None,
    "charted_until": None,
    "history": None,
    "audience": INTERNAL,
    "suppress_below": None,
    "deidentify": False,
    "jobs": None,
    "site_key": None,
    "as_of": None,
    "sample_met": 1,
    "reviews": None,
    "fail_on": (),
    "max_rejected": None,
    "max_indeterminate": None,
}
"""Every setting a run takes, with its default; each has a flag, a CRS_AUDIT_ variable and a key of the same name."""

MAPPING_KEYS = ("tables", "values", "time_formats", "units", "time_shift_minutes", "decimal")
"""Keys of crs-audit.toml that say how the extract is written; `intake.mapping` reads and checks them."""

RULES_KEY = "protocol"
"""Key of crs-audit.toml under which a site changes rules; `protocol.policy` reads and checks it."""


@dataclass(frozen=True)
class Settings:
    """What one run needs to know beside its input."""

    input: Path
    out: Path
    preset: str
    policies: tuple[Policy, ...]
    """What the site does otherwise than the default protocol, in the order it is laid over it."""
    mapping: Mapping[str, Any]
    config: Path | None
    timezone: str
    timezone_defaulted: bool
    measures: frozenset[str] | None
    period: tuple[date, date] | None
    charted_until: datetime | None
    """Up to when the extract holds what was charted: nobody is judged for what was not due by then."""
    history: Path | None
    """The history file the run's months are kept in."""
    audience: str
    """Who the report is for: `internal`, or `share`, which holds no more than `report.disclosure` lets out."""
    suppress_below: int
    """Counts of fewer patients are not told in a shared report."""
    deidentify_by: str | None
    """The key by which nobody is named in the report; None: it names its patients."""
    jobs: int
    site_key: str | None
    as_of: datetime
    sample_met: int
    """How many met opportunities of each measure stand on the worklist."""
    reviews: Path | None
    """A report, or its reviews.csv, whose reviews this run goes on with beside those of the report it replaces."""
    fail_on: tuple[forms.FailOn, ...]
    max_rejected: float | None
    max_indeterminate: float | None


def load_settings(
    input_path: Path, flags: Mapping[str, Any], measure_ids: Iterable[str], config: Path | None = None
) -> Settings:
    """Settings from `flags` (None = not given), the environment and the configuration file.

    Raises UsageError for an unknown key or variable (with the nearest known one) or a value of the wrong form.
    """
    config = _config_file(input_path, config)
    document = _read_config(config) if config else {}
    environment = _environment()
    chosen: dict[str, Any] = {}
    for name, default in OPTIONS.items():
        given = [source[name] for source in (flags, environment, document) if source.get(name) is not None]
        chosen[name] = given[0] if given else default
    for name in ("preset", "policy", "timezone", "out", "site_key", "history", "reviews", "audience"):
        chosen[name] = forms.text(name, chosen[name])
    zone = chosen["timezone"] or _preset_timezone(chosen["preset"])
    timezone = forms.timezone(zone or "UTC")
    measures = forms.measures(chosen["measures"], measure_ids)
    period = forms.period(chosen["period"])
    audience = forms.audience(chosen["audience"], chosen)
    hidden = forms.deidentify(chosen)
    return Settings(
        input=input_path,
        out=Path(chosen["out"]) if chosen["out"] else Path("reports") / report_name(input_path, audience, hidden),
        preset=chosen["preset"],
        policies=_policies(chosen["policy"], document),
        mapping={key: document[key] for key in MAPPING_KEYS if key in document},
        config=config,
        timezone=timezone,
        timezone_defaulted=zone is None,
        measures=measures,
        period=period,
        charted_until=forms.charted_until(chosen["charted_until"], timezone),
        history=forms.history(chosen["history"], period, measures),
        audience=audience,
        suppress_below=forms.suppress_below(chosen["suppress_below"]),
        deidentify_by=checked_key(chosen["site_key"]) if hidden else None,
        jobs=forms.jobs(chosen["jobs"]),
        site_key=chosen["site_key"],
        as_of=forms.as_of(chosen["as_of"]),
        sample_met=forms.whole("sample_met", chosen["sample_met"]),
        reviews=forms.existing("reviews", chosen["reviews"]),
        fail_on=forms.fail_on(chosen["fail_on"], measure_ids, measures),
        max_rejected=forms.share("max_rejected", chosen["max_rejected"]),
        max_indeterminate=forms.share("max_indeterminate", chosen["max_indeterminate"]),
    )


def protocol_of(settings: Settings) -> Protocol:
    """The protocol of a run. UsageError where the run asks for a measure that its policy switches off."""
    from crs_audit.protocol.policy import protocol_with

    protocol = protocol_with(settings.policies)
    asked = set(settings.measures or ()) | {one.measure for one in settings.fail_on if one.measure}
    for id_ in sorted(asked - set(protocol.measures)):
        raise UsageError(f"measure {id_} is switched off by the policy of this run; leave it out, or switch it on")
    chosen = [rule for id_, rule in protocol.measures.items() if settings.measures is None or id_ in settings.measures]
    for one in settings.fail_on:
        if one.measure is None and not any(rule.kind == "R" for rule in chosen):
            raise UsageError(f"fail_on {one.text!r} can never be hit: no measure of this run is required")
        if one.measure and protocol.measures[one.measure].kind == "I":
            raise UsageError(f"fail_on {one.text!r} can never be hit: {one.measure} only informs, it has no rate")
    return protocol


def site_key_of(flag: str | None) -> str | None:
    """The site's key: of the flag, else of CRS_AUDIT_SITE_KEY."""
    return flag or _environment().get("site_key")


def policies_of(policy: str | None, config: Path | None) -> tuple[Policy, ...]:
    """The ready policy named by `policy`, CRS_AUDIT_POLICY or the configuration file, then the file's own rules.

    The file is `config` or that of CRS_AUDIT_CONFIG, none otherwise."""
    named = _named_config(config)
    document = _read_config(named) if named else {}
    given = [name for name in (policy, _environment().get("policy"), document.get("policy")) if name is not None]
    return _policies(forms.text("policy", given[0]) if given else None, document)


def _policies(name: str | None, document: Mapping[str, Any]) -> tuple[Policy, ...]:
    from crs_audit.protocol.policy import ready_policies, site_policy

    found = []
    if name is not None:
        ready = ready_policies()
        if name not in ready:
            raise forms.unknown("policy", name, list(ready))
        found.append(ready[name])
    if RULES_KEY in document:
        found.append(site_policy(document[RULES_KEY]))
    return tuple(found)


def report_name(input_path: Path, audience: str = INTERNAL, deidentified: bool = False) -> str:
    """The default folder name of a report: the input's own, without its ending; a shared one stands beside it. A
    de-identified one is not called after its input, whose name may tell whom it is of."""
    if deidentified:
        return "deidentified"
    path = input_path.resolve()
    return (path.stem if path.is_file() else path.name) + ("-share" if audience == SHARE else "")


def _config_file(input_path: Path, given: Path | None) -> Path | None:
    named = _named_config(given)
    if named is not None:
        return named
    folder = input_path if input_path.is_dir() else input_path.parent
    beside = folder / CONFIG_NAME
    return beside if beside.is_file() else None


def _named_config(given: Path | None) -> Path | None:
    named = given or (Path(os.environ[ENVIRONMENT + "CONFIG"]) if os.environ.get(ENVIRONMENT + "CONFIG") else None)
    if named is not None and not named.is_file():
        raise UsageError(f"{named}: no such configuration file; give the path of a crs-audit.toml")
    return named


def _read_config(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as TOML ({error}); mend the file") from None
    known = [*OPTIONS, *MAPPING_KEYS, RULES_KEY]
    for key in document:
        if key not in known:
            raise UsageError(f"{path}: {forms.unknown('key', key, known)}")
    return document


def _environment() -> dict[str, str]:
    known = {ENVIRONMENT + name.upper(): name for name in OPTIONS}
    found = {}
    for variable, value in os.environ.items():
        if variable in known:
            found[known[variable]] = value
        elif variable.startswith(ENVIRONMENT) and variable not in _OTHER_VARIABLES:
            raise forms.unknown("environment variable", variable, known)
    return found


_OTHER_VARIABLES = {
    ENVIRONMENT + name for name in ("CONFIG", "CHROMIUM", "REQUIRE_BROWSER", "OFFICE", "REQUIRE_OFFICE")
}


def _preset_timezone(preset: str) -> str | None:
    from crs_audit.intake.mapping import preset_timezone

    return preset_timezone(preset)
