"""The report as a browser shows it: quiet, offline, sortable, reachable by keyboard, printable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.pages import PAGES, Visit

pytestmark = pytest.mark.browser

COLUMN = """(n) => [...document.querySelectorAll('#infusions tbody tr')]
  .filter((row) => !row.hidden).map((row) => row.cells[n].textContent.trim())"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_asks_for_nothing(visit: Visit, name: str) -> None:
    watched = visit()
    page = watched.go(name)
    page.wait_for_load_state("load")
    assert page.locator("h1").count() == 1
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).borderTopWidth") == "4px"


def test_untrusted_text_runs_nowhere(visit: Visit) -> None:
    watched = visit()
    watched.page.on("dialog", lambda dialog: watched.complaints.append("dialog"))
    for name in ("index.html", "data-quality.html", "patients/0012.html", "patients/0001.html"):
        watched.go(name).wait_for_timeout(50)


def test_a_slipped_in_script_or_style_is_refused(visit: Visit, report: Path, tmp_path: Path) -> None:
    html = (report / "index.html").read_text(encoding="utf-8")
    slipped = "<script>document.title = 'owned'</script><p id='p' style='color: rgb(1, 2, 3)'>x</p></main>"
    (tmp_path / "slipped.html").write_text(html.replace("</main>", slipped), encoding="utf-8")
    watched = visit()
    watched.page.goto((tmp_path / "slipped.html").as_uri())
    assert watched.page.title() == "CRS management audit"
    assert watched.page.evaluate("getComputedStyle(document.getElementById('p')).color") != "rgb(1, 2, 3)"
    assert len(watched.complaints) == 2
    assert all("Content Security Policy" in complaint for complaint in watched.complaints)
    watched.complaints.clear()


def test_sorting(visit: Visit) -> None:
    page = visit().go("index.html")
    button = page.locator("#infusions thead button", has_text="Fallouts")
    button.click()
    falling = [int(n) for n in page.evaluate(COLUMN, 6)]
    assert falling == sorted(falling, reverse=True)
    assert page.locator("#infusions th[aria-sort=descending]").inner_text().startswith("Fallouts")
    button.click()
    rising = [int(n) for n in page.evaluate(COLUMN, 6)]
    assert rising == sorted(falling)
    assert page.locator("#infusions th[aria-sort=ascending]").inner_text().startswith("Fallouts")
    page.locator("#infusions thead button", has_text="Time").click()
    times = page.evaluate(COLUMN, 2)
    assert times == sorted(times)
    assert page.locator("#infusions th[aria-sort]").count() == 1


def test_filtering(visit: Visit) -> None:
    page = visit().go("index.html")
    form = page.locator("form.filter")
    assert form.is_visible()
    form.locator("[name=grade]").select_option("4")
    assert set(page.evaluate(COLUMN, 4)) == {"4"}
    form.locator("[name=product]").select_option("axi-cel")
    assert page.evaluate(COLUMN, 0) == ["MRN-0009/1"]
    assert form.locator("output").inner_text() == "1 of 12 shown"
    form.locator("[name=grade]").select_option("none")
    form.locator("[name=product]").select_option("not known")
    assert page.evaluate(COLUMN, 0) == ["MRN-0006/1"]
    form.locator("[name=grade]").select_option("")
    form.locator("[name=product]").select_option("")
    form.locator("[name=q]").fill("mrn-0010")
    assert page.evaluate(COLUMN, 0) == ["MRN-0010/1", "MRN-0010/2"]
    form.locator("[name=q]").press("Enter")
    assert page.url.endswith("index.html")


def test_sorting_keeps_the_filter(visit: Visit) -> None:
    page = visit().go("index.html")
    page.locator("[name=fall]").select_option("none")
    before = page.evaluate(COLUMN, 0)
    page.locator("#infusions thead button", has_text="Infusion").click()
    assert sorted(page.evaluate(COLUMN, 0)) == sorted(before)


@pytest.mark.parametrize("name", PAGES)
def test_whole_without_script(visit: Visit, name: str) -> None:
    page = visit(java_script_enabled=False).go(name)
    text = page.locator("main").text_content()
    assert page.locator("form.filter:visible").count() == 0
    assert page.locator("thead button").count() == 0
    for selector in ("h1", "footer"):
        assert page.locator(selector).is_visible()
    assert len(text) > 500


def test_the_keyboard_reaches_content_links_and_pictures(visit: Visit) -> None:
    page = visit().go("patients/0005.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """[document.activeElement.rel || document.activeElement.className || '',
                getComputedStyle(document.activeElement).outlineStyle]"""
        )
        seen.append(name)
        assert outline == "solid", seen
    assert seen[:3] == ["prev", "", "next"]
    assert "scroll" in seen


def test_previous_and_next(visit: Visit) -> None:
    page = visit().go("patients/0005.html")
    page.get_by_role("link", name="Next infusion").first.click()
    assert page.url.endswith("patients/0006.html")
    page.get_by_role("link", name="Previous infusion").first.click()
    assert page.url.endswith("patients/0005.html")
    page.get_by_role("link", name="All infusions").first.click()
    assert page.url.endswith("index.html#patients")


def test_a_finding_leads_to_its_evidence(visit: Visit) -> None:
    page = visit().go("measures/G2-02.html")
    link = page.locator("section[aria-labelledby=s-met] tbody a").first
    link.click()
    evidence = page.locator("#r-G2-02-1")
    assert evidence.is_visible()
    assert "mar.xlsx [Administrations]" in evidence.inner_text()


def test_a_link_opens_what_is_folded(visit: Visit) -> None:
    watched = visit()
    page = watched.go("patients/0004.html")
    folded = page.locator("details.fold .ev")
    assert folded.count() > 0
    anchor = folded.first.get_attribute("id")
    assert not folded.first.is_visible()
    watched.go("methods.html")
    watched.go(f"patients/0004.html#{anchor}")
    assert page.locator(f"#{anchor}").is_visible()


def test_verdicts_open_by_keyboard(visit: Visit) -> None:
    page = visit().go("patients/0001.html")
    closed = page.locator("details.verdict:not([open])").first
    evidence = closed.locator(".ev").element_handle()
    closed.locator("summary").focus()
    page.keyboard.press("Enter")
    assert evidence.is_visible()


def test_dark_is_dark_and_light_is_light(visit: Visit) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        page = visit(color_scheme=scheme).go("patients/0004.html")
        grounds[scheme] = page.evaluate(
            """[getComputedStyle(document.body).backgroundColor,
                getComputedStyle(document.querySelector('.pic .g4')).fill]"""
        )
    assert grounds["light"][0] == "rgb(255, 255, 255)"
    assert grounds["dark"][0] == "rgb(18, 23, 29)"
    assert grounds["light"][1] != grounds["dark"][1]


def test_the_hatch_is_drawn(visit: Visit) -> None:
    page = visit().go("patients/0006.html")
    assert "#hatch" in page.evaluate("getComputedStyle(document.querySelector('.pic .gap')).fill")
    assert page.locator(".pic .gap").first.bounding_box()["width"] > 300


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", ["patients/0004.html", "index.html"])
def test_it_prints(visit: Visit, name: str, paper: str, tmp_path: Path) -> None:
    page = visit(color_scheme="dark").go(name)
    page.pdf(path=tmp_path / "page.pdf", format=paper)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_printed_charts_stay_in_their_column(visit: Visit) -> None:
    page = visit(viewport={"width": 703, "height": 1000}).go("measures/G2-02.html")
    page.emulate_media(media="print")
    wide, room = page.evaluate(
        "['.pic.run', '.fig'].map((name) => document.querySelector(name).getBoundingClientRect().width)"
    )
    assert wide <= room


def test_the_printed_picture_fits_the_paper(visit: Visit) -> None:
    # 186 mm between the margins of A4 at 96 dots an inch
    page = visit(viewport={"width": 703, "height": 1000}).go("patients/0004.html")
    page.emulate_media(media="print")
    for box in page.evaluate(
        "[...document.querySelectorAll('.fig .pic')].map((e) => e.getBoundingClientRect().toJSON())"
    ):
        assert box["width"] <= 703
        assert box["height"] <= 225 / 25.4 * 96 + 1
    assert not page.locator("nav").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
