"""The Jinja environment of all pages: made once per process, escaping on, undefined names are errors."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from crs_audit.report import words
from crs_audit.report.csp import policy
from crs_audit.report.verdicts import chip

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STYLE = ("page", "pictures", "infusion", "first_page", "media")
"""Parts of the style sheet; later ones have the last word."""
_PAGE = re.compile(r"\b(data-quality\.html)\b")
_SPACE = re.compile(r"\s*\n\s*")


@cache
def asset(name: str) -> str:
    """Text of a file beside the templates, without the comments and indentation of a style sheet."""
    text = files("crs_audit.report").joinpath("templates", name).read_text(encoding="utf-8")
    return _SPACE.sub("\n", _COMMENT.sub("", text)).strip() + "\n" if name.endswith(".css") else text


@cache
def style_sheet() -> str:
    """The style of all pages: one, so that one hash in the policy names it."""
    return "".join(asset(f"style/{part}.css") for part in STYLE)


@cache
def environment() -> Environment:
    env = Environment(
        loader=PackageLoader("crs_audit.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(
        count=words.count, out_of=words.out_of, percent=words.percent, rate=words.rate, number=words.number,
        with_links=_with_links, reason=words.reason, span=words.span, measured=words.measured, drivers=words.drivers,
        chip=chip,
    )  # fmt: skip
    env.globals.update(words=words, plural=words.plural)
    return env


def _with_links(text: str) -> Markup:
    """A sentence in which pages of the report that it names are links, for a page in the report's folder."""
    return Markup(_PAGE.sub(r'<a href="\1">\1</a>', str(escape(text))))


def generated(instant: datetime | None, timezone: str) -> str:
    """When the run was made, in the site's zone; the empty text where that is not told."""
    return "" if instant is None else f"{instant.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def render(template: str, *, script: bool = False, keys: bool = False, **values: Any) -> str:
    """A page from its template; `script`: with the sorting and filtering script; `keys`: with that which turns to the
    neighbouring page."""
    style = style_sheet()
    code = "\n".join(asset(name) for name, wanted in (("table.js", script), ("keys.js", keys)) if wanted) or None
    page = environment().get_template(template)
    return page.render(style=style, script=code, policy=policy(style, code), **values)
