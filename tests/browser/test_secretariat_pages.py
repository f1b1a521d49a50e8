"""Pages of the secretariat that need something done first: an entry on a State's behalf, a newer version of a live round's questionnaire."""

from __future__ import annotations

import datetime
import re

import pytest
from playwright.sync_api import Browser

from surveyapp.storage.people import accounts
from surveyapp.storage.replies import behalf, comments, responses
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.rounds import invitations, rounds, versions
from tests.world.browser_pages import LANGUAGES, ROUND, inspect, sign_in
from tests.world.site import Site


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_entries_threads_and_moves_in_every_language(site: Site, chromium: Browser) -> None:
    with site.app.app_context():
        found = rounds.round(ROUND)
        office = next(one for one in accounts.people() if "secretariat" in {held.role for held in one.roles})
        assert found is not None
        state = next(
            s for r in invitations.responses_of(found.id) if (s := responses.load(r.id)).participant.code == "XKE"
        )
        behalf.begin_entry(state.id, "Note verbale 12", datetime.date(2026, 3, 2), by=office.id)
        entry = behalf.unsent_entry(state.id, office.id)
        assert entry is not None
        said = {"lessons": Change("Begin with the list."), "had_system": Change("yes")}
        behalf.save_entry(state, entry, said, by=office.id, language="en")
        focal = next(one for one in accounts.people() if any(held.participant_code == "XKE" for held in one.roles))
        comments.add_comment(state.id, "", "May we answer in Arabic?", by=focal.id, to_secretariat=True)
        comments.add_comment(state.id, "", "You may.", by=office.id, from_secretariat=True)
        files = versions.files(found.version_id)
        text = files["questionnaire.yaml"].replace("version: 1\n", "version: 2\n", 1)
        kept = re.sub(
            r"^ +relevant: had_system == yes_no.yes\n", "", text, count=1, flags=re.MULTILINE
        )  # asked of everybody from then on
        newer = versions.publish(files | {"questionnaire.yaml": kept})
        less = versions.publish(
            files | {"questionnaire.yaml": text.replace("code: procedure_remarks", "code: remarks_anew")}
        )
    page = sign_in(chromium.new_context(viewport={"width": 1200, "height": 900}), site, "Secretariat", "en")
    place = f"/secretariat/rounds/{ROUND}"
    paths = [f"{place}/behalf/XKE", f"{place}/behalf/XKE/section/lessons_part", "/secretariat", place]
    paths += [f"{place}/version/{newer}", f"{place}/version/{less}", f"/secretariat/questionnaires/{newer}/try"]
    for language in LANGUAGES:
        for path in paths:
            answer = page.goto(f"{site.address}{path}?lang={language}")
            assert answer is not None and answer.ok, path
            inspect(page, path.strip("/").replace("/", "-"), language)
    page.context.close()
    with site.app.app_context():
        again = behalf.unsent_entry(state.id, office.id)
        assert again is not None
        behalf.send_entry(again, by=office.id)
    page = sign_in(chromium.new_context(viewport={"width": 1200, "height": 900}), site, "Kestara", "en")
    for language in LANGUAGES:
        for path in ("/proposals", "/ask"):
            page.goto(f"{site.address}/reply/{ROUND}{path}?lang={language}")
            inspect(page, f"kestara-entry{path.replace('/', '-')}", language)
    page.goto(f"{site.address}/reply/{ROUND}/proposals?lang=en")
    with page.expect_navigation():
        page.get_by_role("button", name="Confirm all answers of this entry").click()
    assert page.url.endswith("/review")
    with site.app.app_context():
        assert responses.load(state.id).values["lessons"] == "Begin with the list."
    page.context.close()
