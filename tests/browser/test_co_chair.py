"""A co-chair at work, by keyboard: filters, cross-tabulates, codes, writes two paragraphs with live figures, freezes, and takes
the Word and Excel files, which LibreOffice turns into PDF."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.world.browser_pages import ROUND, choose, focus, inspect, press, sign_in
from tests.world.site import Site
from tests.world.tiers import skip_loudly

PICTURES = os.environ.get("SURVEYAPP_PICTURES", "")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(300)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def as_pdf(file: Path, folder: Path) -> bytes:
    if not shutil.which("soffice"):
        skip_loudly("no LibreOffice on this machine: what is handed out is not opened with it")
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(file)], check=True, capture_output=True, timeout=180)
    return (folder / f"{file.stem}.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_from_the_answers_to_the_report(site: Site, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    page = sign_in(context, site, "Co-chair", "en")

    _filter(page)
    _cross(page, site)
    _code(page, site)
    _write(page, site)
    _hand_out(page, site, tmp_path)
    context.close()


def _filter(page: Page) -> None:
    """The selection is in the address: the link gives the same figures."""
    focus(page, page.locator("#selection-title"))
    page.keyboard.press("Enter")
    focus(page, page.locator('[name="w.treaty_status"][value="state_party"]'))
    page.keyboard.press("Space")
    press(page, page.locator(".selection button"))
    assert "w.treaty_status=state_party" in page.url
    picture(page, "co-chair-round")
    inspect(page, "co-chair-filtered", "en")
    total = page.locator("#q-had_system tbody tr").last.locator("td").first.text_content()
    replies = page.locator("#participation-2").locator("xpath=following::table[1]//tr[1]/td[5]").first.text_content()
    assert total == replies == "5"
    figure = page.locator("#q-had_system tbody a").first
    page.locator("#q-had_system summary").focus()
    page.keyboard.press("Enter")
    count = figure.text_content()
    press(page, figure)
    assert page.locator("main tbody tr").count() == int(count or 0)
    inspect(page, "co-chair-behind", "en")


def _cross(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/rounds/{ROUND}/cross?lang=en")
    choose(page, page.locator("#rows"), "Treaty status")
    choose(page, page.locator("#columns"), "Did a national control system")
    press(page, page.locator("form.cross button"))
    expect(page.locator("#crossed")).to_contain_text("Treaty status × Did a national control system")
    assert page.locator("main tbody tr").last.locator("td").first.text_content() == "10"
    picture(page, "co-chair-cross")
    inspect(page, "co-chair-cross", "en")


def _code(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/rounds/{ROUND}/answers/procedure_remarks?lang=en")
    answer = page.locator("section.proposal").first
    words = " ".join((answer.locator("p.answer").first.text_content() or "").split()[:4])
    focus(page, answer.locator("details summary").first)
    page.keyboard.press("Enter")
    choose(page, answer.locator('[name="theme"]'), "Capacity and staff")
    focus(page, answer.locator('form:has([name="theme"]) [name="words"]'))
    page.keyboard.type(words)
    press(page, answer.locator('button[value="theme"]'))
    expect(page.locator("section.proposal").first.locator("mark")).to_have_text(words)
    picture(page, "co-chair-answers")
    inspect(page, "co-chair-answers", "en")


def _write(page: Page, site: Site) -> None:
    for kind, words in (
        ("Numbered paragraph", "Of those in Africa, "),
        ("Recommendation", "The Conference may wish to note that "),
    ):
        page.goto(f"{site.address}/reports/csp13-draft?lang=en")
        choose(page, page.locator("#kind"), kind)
        press(page, page.locator('form:has(#kind) button[value="add"]'))
        focus(page, page.locator("#text"))
        page.keyboard.type(words)
        choose(page, page.locator("#measure"), "In the usual words")
        choose(page, page.locator("#name"), "Did a national control system")
        press(page, page.locator('button[value="choose"]'))
        choose(page, page.locator("#only-region"), "Africa")
        press(page, page.locator('button[value="insert"]'))
        assert "{{ word had_system=yes | region=africa }}" in page.locator("#text").input_value()
        focus(page, page.locator("#text"))
        page.keyboard.press("Control+End")
        page.keyboard.type(" had a control system.")
        picture(page, "co-chair-paragraph")
        inspect(page, "co-chair-paragraph", "en")
        press(page, page.locator('button[value="save"]'))
    expect(page.locator(".report-recommendation")).to_contain_text("one delegation")
    picture(page, "co-chair-report")
    inspect(page, "co-chair-report", "en")
    press(page, page.locator('form[action$="/freeze"] button'))
    expect(page.locator("#frozen ~ ul")).to_contain_text("This report stands on it.")
    page.goto(f"{site.address}/reports/csp13-draft?lang=ar")
    picture(page, "co-chair-report-ar")
    page.goto(f"{site.address}/reports/csp13-draft?lang=en")


def _hand_out(page: Page, site: Site, folder: Path) -> None:
    focus(page, page.get_by_role("link", name="Word file"))
    with page.expect_download() as word:
        page.keyboard.press("Enter")
    report = folder / "report.docx"
    word.value.save_as(report)
    page.goto(f"{site.address}/rounds/{ROUND}?lang=en")
    focus(page, page.locator('form[action$="/workbook"] button'))
    with page.expect_download() as excel:
        page.keyboard.press("Enter")
    book = folder / "book.xlsx"
    excel.value.save_as(book)
    said = _text_of(as_pdf(report, folder))
    assert "The Conference may wish to note that one delegation had a control system." in said
    assert "Did a national control system" in _text_of(as_pdf(book, folder))
    arabic = page.request.get(f"{site.address}/reports/csp13-draft/word?language=ar").body()
    (folder / "arabic.docx").write_bytes(arabic)
    assert len(as_pdf(folder / "arabic.docx", folder)) > 5_000


def _text_of(pdf: bytes) -> str:
    import io

    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
