"""A focal point answers, leaves, comes back, changes their mind and submits; a co-chair reads; the workbook opens."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import code_of
from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import answers as stored_answers
from surveyapp.storage.replies import reopening, responses, saving, submissions
from surveyapp.storage.rounds import invitations, rounds, versions
from tests.world.browser_pages import LANGUAGES, ROUND, inspect, sign_in
from tests.world.filling import Filler, reply
from tests.world.site import Site
from tests.world.tiers import skip_loudly

PARTY = ("Almerania", "XAL", "state_party", "europe", {"had_system": "yes"})
SIGNATORY = ("Kestara", "XKE", "signatory", "asia", {"had_system": "no"})
#: every language with and without JavaScript; both paths and both databases in either
PATHS = {"party": PARTY, "signatory": SIGNATORY}
DATABASES = ("sqlite", "postgresql")
WALKS = [
    pytest.param(
        DATABASES[(number + script) % 2],
        language,
        script,
        PATHS[path],
        id=f"{language}-{'with' if script else 'without'}-script-{path}-{DATABASES[(number + script) % 2]}",
    )
    for number, language in enumerate(LANGUAGES)
    for script, path in (
        (True, ("party", "signatory")[number // 2 % 2]),
        (False, ("signatory", "party")[number // 2 % 2]),
    )
]


@pytest.mark.slow
@pytest.mark.parametrize(("database_url", "language", "script", "state"), WALKS, indirect=["database_url"])
def test_a_reply_from_the_first_question_to_the_workbook(
    site: Site, chromium: Browser, language: str, script: bool, state: Any, tmp_path: Path
) -> None:
    who, code, status, region, wanted = state
    with site.app.app_context():
        found = rounds.round(ROUND)
        assert found is not None
        compiled = versions.compiled(found.version_id)
    answers = reply(compiled, code, status, region, wanted)
    settings: dict[str, Any] = {"java_script_enabled": script, "viewport": {"width": 1200, "height": 900}}

    context = chromium.new_context(**settings)
    page = sign_in(context, site, who, language)
    inspect(page, "contents", language, script)
    page.goto(f"{site.address}/reply/{ROUND}/treaty_standing")
    filler = Filler(page, compiled, answers)
    for _ in range(4):
        filler.section()
        inspect(page, f"section-{page.url.split('/')[-1].split('#')[0]}", language, script)
        filler.next()
    context.close()  # leaves half-way

    context = chromium.new_context(**settings)
    page = filler.page = sign_in(context, site, who, language)
    change_of_mind(page, site, compiled, answers, wanted)
    page.goto(f"{site.address}/reply/{ROUND}/changes")
    while "/review" not in page.url:
        filler.section()
        inspect(page, f"section-{page.url.split('/')[-1].split('#')[0].split('?')[0]}", language, script)
        filler.next()
    inspect(page, "review", language, script)
    page.locator("#confirm").check()
    with page.expect_navigation():
        page.locator(".submit button").click()
    assert page.url.endswith("/thanks")
    inspect(page, "thanks", language, script)
    reference = page.locator(".reference").inner_text()
    context.close()

    context = chromium.new_context(**settings)
    page = sign_in(context, site, "Co-chair", language)
    inspect(page, "round", language, script)
    content = page.request.get(f"{site.address}/rounds/{ROUND}/workbook?language={language}").body()
    context.close()
    for book in (content, by_libreoffice(content, tmp_path)):
        compare(book, reference, compiled, answers)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGES = ("", "/procedure", "/changes", "/assistance", "/obstacles", "/lessons_part", "/review")
PAGES += ("/ask", "/colleagues", "/proposals", "/clearance", "/workbook", "/receipts", "/procedure/comments/lead_body")


OTHERS: dict[str, tuple[str, ...]] = {
    "Almerania": (
        "/", "/handover", "/results/csp12-champions", "/reply/csp13-champions/willingness",
        "/reply/csp12-champions/receipts", "/reply/csp12-champions/review",
    ),
    "Colleague": ("/", "/account", "/account/app", "/account/recovery-codes", "/sign-in", "/sign-in/password"),
    "Co-chair": (
        f"/rounds/{ROUND}", "/participation", "/rounds", f"/rounds/{ROUND}/answers/procedure_remarks",
        f"/rounds/{ROUND}?w.region=africa&more=lead_body", f"/rounds/{ROUND}/cross?rows=region&columns=had_system",
        f"/rounds/{ROUND}/behind?c.had_system=yes", f"/rounds/{ROUND}/replies/XLI", f"/rounds/{ROUND}/themes",
        f"/rounds/{ROUND}/quotations", f"/rounds/{ROUND}/about", "/rounds/csp13-champions/about",
        "/rounds/csp13-champions/compare/csp12-champions", f"/rounds/{ROUND}/discussions", f"/rounds/{ROUND}/discussions/1",
        "/exports", f"/rounds/{ROUND}/frozen", "/reports/", "/reports/csp13-draft", "/reports/csp13-draft/paragraphs/3",
    ),
    "Secretariat": (
        "/secretariat", f"/secretariat/rounds/{ROUND}/behalf/XKE", "/secretariat/focal-points", "/secretariat/focal-points/XKE", "/secretariat/participants?find=XK", "/secretariat/participants/XKE",
        "/secretariat/participants/new", "/secretariat/rounds", "/secretariat/rounds/new", f"/secretariat/rounds/{ROUND}",
        f"/secretariat/rounds/{ROUND}/participants", f"/secretariat/rounds/{ROUND}/letters", "/secretariat/letters", "/secretariat/log", "/secretariat/questionnaires", "/secretariat/questionnaires/1/try", "/secretariat/people",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_axe_on_the_pages_of_a_reply(site: Site, chromium: Browser, language: str) -> None:
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = sign_in(context, site, "Kestara", "en")
    for path in PAGES:
        page.goto(f"{site.address}/reply/{ROUND}{path}?lang={language}")
        inspect(page, f"kestara{path.replace('/', '-')}", language)
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_axe_on_the_pages_of(site: Site, chromium: Browser, who: str, language: str) -> None:
    paths = OTHERS[who]
    page = sign_in(chromium.new_context(), site, who, "en")
    page.goto(f"{site.address}/?lang=en")
    if who.startswith("Colleague"):
        delegated = page.locator("main .card-item a").first.get_attribute("href") or ""
        paths += (delegated, f"{delegated}/comments/months_preparation")
    for path in paths:
        answer = page.goto(f"{site.address}{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer is not None and answer.ok, path
        inspect(page, path.strip("/").replace("/", "-").replace("?", "-"), language)
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_axe_on_pages_that_need_a_reply_of_their_own(site: Site, chromium: Browser) -> None:
    """Nuvaria's: reopened and submitted again, with a law to hand in a file for, and a workbook with a mistake in it."""
    with site.app.app_context():
        found = rounds.round(ROUND)
        assert found is not None
        state = next(
            s for r in invitations.responses_of(found.id) if (s := responses.load(r.id)).participant.code == "XNU"
        )
        person = accounts.create_person("Focal point of two submissions", "two@nu.example")
        accounts.grant_role(person, "focal_point", state.participant.id)
        token = browsers.sign_in(person)
        for words in ("Said once.", "Said anew."):
            say = {"procedure_remarks": stored_answers.Change(words)}
            saving.save_answers(state.id, say, by=person, channel="page", language="en")
            submissions.submit(state.id, by=person, language="en")
            reopening.reopen(state.id, by=None)
        document = next(a for a in state.path.on_path if code_of(a) == "law_document")
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    context.add_cookies([{"name": "session", "value": token, "url": site.address}])
    page = context.new_page()
    book = openpyxl.load_workbook(io.BytesIO(page.request.get(f"{site.address}/reply/{ROUND}/workbook/file").body()))
    for row in book.worksheets[3].iter_rows():
        for cell in row:
            if not cell.protection.locked:
                cell.value = "Not an answer to most questions"
    file = io.BytesIO()
    book.save(file)
    for language in LANGUAGES:
        for path in ("procedure/history/procedure_remarks", "difference", f"changes/file/{document}"):
            answer = page.goto(f"{site.address}/reply/{ROUND}/{path}?lang={language}")
            assert answer is not None and answer.ok, path
            inspect(page, f"nuvaria-{path.split('/')[-2:][0]}", language)
        page.goto(f"{site.address}/reply/{ROUND}/workbook?lang={language}")
        page.locator('input[type="file"]').set_input_files(
            {"name": "a.xlsx", "mimeType": XLSX, "buffer": file.getvalue()}
        )
        with page.expect_navigation():
            page.locator('main form:has(input[type="file"]) button').click()
        assert page.locator("main .proposal, main .todo li").count() > 3
        inspect(page, "nuvaria-workbook-preview", language)
    context.close()


def change_of_mind(page: Page, site: Site, compiled: Compiled, answers: dict[str, Any], wanted: dict[str, Any]) -> None:
    """`had_system` the other way takes answers off path; back again, they are all there."""
    address = f"{site.address}/reply/{ROUND}/control_system"
    dependent = "system_areas" if wanted["had_system"] == "yes" else "system_first_steps"
    other = "no" if wanted["had_system"] == "yes" else "yes"
    page.goto(address)
    before = page.locator(f"#item-{dependent}").inner_html()
    for choice, shown in ((other, False), (wanted["had_system"], True)):
        page.locator(f'[name="q-had_system"][value="{choice}"]').check()
        with page.expect_navigation():
            page.locator('.page-buttons button[value="stay"]').click()
        page.goto(address)
        assert page.locator(f"#item-{dependent} [name='asked']").count() == int(shown)
    if dependent in answers:
        after = page.locator(f"#item-{dependent}").inner_html()
        assert [line for line in before.split("<") if "checked" in line] == [
            line for line in after.split("<") if "checked" in line
        ]


def by_libreoffice(content: bytes, folder: Path) -> bytes:
    """The workbook as LibreOffice reads and writes it; a file in need of repair would not come back."""
    if not shutil.which("soffice"):
        skip_loudly("no LibreOffice on this machine: the workbook is not opened with it")
    (folder / "in.xlsx").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "in.xlsx")],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return (folder / "out" / "in.xlsx").read_bytes()


def compare(content: bytes, reference: str, compiled: Compiled, answers: dict[str, Any]) -> None:
    """Texts, numbers and dates in the row of this reply are what was typed; what is not for co-chairs is nowhere."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = next(each for each in book.worksheets if str(each.cell(1, 1).value) == "code")
    head = [str(cell.value).split(" · ")[0] for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2, values_only=True) if reference in row)
    cells = dict(zip(head, row, strict=True))
    compared = 0
    for address, value in answers.items():
        question = compiled.questions[code_of(address)]
        hidden = compiled.handling(question.code).default == "secretariat"
        if "/" in address:
            continue
        if hidden:
            assert cells[question.code] not in (value, str(value))
        elif question.type in ("short_text", "long_text", "integer", "percentage", "year", "scale"):
            assert cells[question.code] == value, question.code
            compared += 1
        elif question.type == "date":
            assert str(cells[question.code])[:10] == value
            compared += 1
    assert compared >= 5
