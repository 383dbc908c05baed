"""What holds of every page: self-contained, inert, accessible, linked, honest."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from crs_audit.report.disclosure import disclosed
from crs_audit.report.patient import render_patient
from crs_audit.report.site import render_site
from tests.report.pages import Page
from tests.report.sample import context, make, views
from tests.report.stories import STORIES


def test_the_report_is_whole(pages: dict[str, Page]) -> None:
    run, _ = make()
    expected = {"index.html", "data-quality.html", "methods.html", "dictionary.html"}
    expected |= {f"measures/{measure}.html" for measure in run.protocol.measures}
    expected |= {f"patients/{token}.html" for token in run.infusions["token"]}
    assert set(pages) == expected


BESIDE = ("worklist.xlsx", "summary.md", "summary.json", "data/")
"""What a run writes beside the pages."""


def test_every_link_leads_somewhere(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for link in page.links:
            path, _, fragment = link.partition("#")
            target = normpath(join(dirname(name), path)) if path else name
            assert target in pages or link in BESIDE, (name, link)
            if fragment:
                assert fragment in pages[target].ids, (name, link)


def test_ids_are_unique_and_tags_close(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), name
        assert not page.unbalanced, (name, page.unbalanced[:3])


def test_text_of_the_extract_is_inert(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        allowed = 0 if name in ("methods.html", "dictionary.html") else 1
        assert len(page.all("script")) == allowed, name
        assert not page.all("i") or all(not attrs for attrs in page.all("i"))
    assert "<script>alert(1)</script>" in pages["index.html"].visible
    assert "MYSTERY <script>alert(2)</script>" in pages["data-quality.html"].visible
    assert "paracetamol <script>alert('x')</script>" in pages["patients/0001.html"].visible
    assert "Yescarta & co <b>" in pages["patients/0001.html"].visible


def test_the_policy_names_exactly_what_the_page_holds(report: Path) -> None:
    for path in report.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
        assert policy, path
        text = policy[1].replace("&#39;", "'")
        assert text.startswith("default-src 'none'")
        assert "unsafe" not in text
        for tag in ("style", "script"):
            for content in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL):
                digest = b64encode(sha256(content.encode()).digest()).decode()
                assert f"'sha256-{digest}'" in text, (path, tag)


def test_nothing_is_loaded_and_nothing_is_styled_or_scripted_in_line(report: Path) -> None:
    for path in report.rglob("*.html"):
        html = re.sub(r"<(style|script)>.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\sstyle\s*=", html), path
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", html), path
        assert not re.search(r'(src|href)="(https?:|//|data:)', html), path


def test_headings_landmarks_tables(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert page.all("html")[0]["lang"] == "en"
        assert len(page.all("h1")) == 1, name
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert all(b - a <= 1 for a, b in pairwise(levels)), name
        assert len(page.all("main")) == 1
        assert page.links[0] == "#main" or "#main" in page.links[:4]
        assert len(page.all("table")) == len(page.all("caption")), name
        for attrs in page.all("th"):
            assert attrs.get("scope") in ("col", "row", "rowgroup"), name
        for attrs in page.all("svg"):
            assert attrs.get("role") == "img" or attrs.get("aria-hidden") == "true"


def test_no_patient_in_a_name_or_a_title(pages: dict[str, Page], report: Path) -> None:
    for name, page in pages.items():
        title = "".join(text for tag, text in page.texts if tag == "title" and "–" in text)
        for patient, *_ in STORIES:
            assert patient not in name
            assert patient not in title


def test_no_word_claims_more_than_a_finding(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert not re.search(r"complian|overall score|composite|\brank", page.visible, re.IGNORECASE)


def test_the_same_run_gives_the_same_bytes(report: Path, tmp_path: Path) -> None:
    run, frames = make.__wrapped__()
    render_site(run, tmp_path)
    for path in tmp_path.rglob("*.html"):
        assert path.read_bytes() == (report / path.relative_to(tmp_path)).read_bytes()
    view = views(run, frames)[3]
    assert render_patient(view, context(run)) == (report / "patients" / f"{view.token}.html").read_text(
        encoding="utf-8"
    )


def test_a_shared_report_names_nobody(shared_pages: dict[str, Page]) -> None:
    run, _ = make()
    assert not any(name.startswith("patients/") for name in shared_pages)
    for name, page in shared_pages.items():
        assert not any("patients/" in link for link in page.links), name
        for id_ in (*run.infusions["infusion_id"], *run.infusions["patient_id"], *run.unaudited, "31/02/2026"):
            assert id_ not in page.visible, (name, id_)


def test_a_withheld_count_is_shown_as_such(shared_pages: dict[str, Page]) -> None:
    run = make()[0]
    hidden = next(
        m.measure_id for m, told in zip(run.measures, disclosed(run, 5).measures, strict=True) if told.met != m.met
    )
    assert "withheld" in shared_pages[f"measures/{hidden}.html"].visible
    assert "withheld" in shared_pages["index.html"].visible


@pytest.mark.parametrize("page", ["index.html", "data-quality.html", "measures/G2-02.html", "patients/0004.html"])
def test_a_page_is_not_heavy(report: Path, page: str) -> None:
    assert (report / page).stat().st_size < 600_000
