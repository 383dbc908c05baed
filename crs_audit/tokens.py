"""Opaque names of infusions: a page's file name tells nothing about its patient."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from crs_audit.errors import UsageError

LEAST_KEY = 16
"""Characters of a key: patients' numbers are few enough to try them all against a short one."""
LENGTH = 16
"""Hex digits of a keyed token: 64 bits, so that a million infusions do not meet."""


def tokens_of(infusion_ids: Sequence[str], site_key: str | None) -> dict[str, str]:
    """infusion_id → token, in the order given: HMAC-SHA256 with the site's key, or without one a running number.

    A number changes when infusions are added; a keyed token stays, so that links and reviews stay valid.
    """
    if site_key:
        key = site_key.encode()
        return {id_: hmac.new(key, id_.encode(), hashlib.sha256).hexdigest()[:LENGTH] for id_ in infusion_ids}
    width = max(4, len(str(len(infusion_ids))))
    return {id_: f"{number:0{width}d}" for number, id_ in enumerate(infusion_ids, start=1)}


def checked_key(key: str | None) -> str:
    """The key to de-identify by. UsageError where there is none, or a short one."""
    if not key:
        raise UsageError("--deidentify needs the site's key: set CRS_AUDIT_SITE_KEY, or give --site-key")
    if len(key) < LEAST_KEY or len(set(key)) < LEAST_KEY // 2:
        raise UsageError(
            f"the site's key is too simple to hide anybody by; take one of at least {LEAST_KEY} "
            f"characters, {LEAST_KEY // 2} of them different"
        )
    return key


def keyed_token(kind: str, text: str, key: str) -> str:
    """An opaque name of `text`, the same whenever kind, text and key are; other kinds have other names, also than the
    pages of a report."""
    return _digest(kind, text, key).hex()[:LENGTH]


def keyed_number(kind: str, text: str, key: str, count: int) -> int:
    """A number from 0 to count − 1 that nobody without the key can tell from `text`."""
    return int.from_bytes(_digest(kind, text, key)) % count


def keyed_hash(kind: str, text: str, key: str) -> str:
    """A hash of `text` (64 hex digits) that nobody without the key can compare a guess with."""
    return _digest(kind, text, key).hex()


def _digest(kind: str, text: str, key: str) -> bytes:
    return hmac.new(key.encode(), f"cohort\0{kind}\0{text}".encode(), hashlib.sha256).digest()
