"""What form cells have that cannot be read: told without what they say."""

from __future__ import annotations

from collections.abc import Iterable

from crs_audit.propose.limits import limit
from crs_audit.propose.proposal import counted


def forms_told(cells: Iterable[tuple[str, int]]) -> str:
    """The most frequent forms of cells (text, count), each digit as 9 and each letter as a: 3 cells of "999 / 99"."""
    found: dict[str, int] = {}
    for text, n in cells:
        form = "".join("9" if sign.isdigit() else "a" if sign.isalpha() else sign for sign in text)
        form = form[: int(limit("names", "form"))]
        found[form] = found.get(form, 0) + n
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    shown = ranked[: int(limit("names", "forms"))]
    more = f" and {len(ranked) - len(shown):,} other forms" if len(ranked) > len(shown) else ""
    return ", ".join(f'{counted(n, "cell")} as "{form}"' for form, n in shown) + more
