"""The pages' content security policy: nothing is loaded, and only the page's own style and script run.

Extracts hold text of unknown origin. Should any of it ever slip past the escaping, a browser still runs nothing that
the hash below does not name.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256


def source_hash(text: str) -> str:
    """The source expression for an inline element whose content is exactly `text`."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy(style: str, script: str | None = None) -> str:
    """Content of the policy's meta tag."""
    scripts = source_hash(script) if script else "'none'"
    return (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {scripts}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
