"""The report's workspace: writing, two writers at once, comments, freezing, and making the figures again."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from surveyapp.cli import main
from surveyapp.storage.replies import saving, submissions
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.results import coding
from surveyapp.storage.rounds import invitations, rounds
from tests.world.golden_round import ROUND
from tests.world.web_client import Browser

EDIT = "/reports/r/paragraphs/{}"
FIRST = 6  # after the five headings of the outline


@pytest.fixture
def world_name() -> str:
    return "golden"


@pytest.fixture
def chair(app: Flask, signed_in: Callable[[str], Browser]) -> Iterator[Browser]:
    one = signed_in("co_chair")
    assert one.get("/reports/?lang=en").status_code == 200
    assert one.post("/reports/", {"round": ROUND, "code": "r", "title": "Report", "symbol": "S/1"}).status_code == 303
    added = one.post("/reports/r", {"do": "add", "kind": "paragraph", "after": "1"})
    assert added.location == EDIT.format(FIRST)
    yield one


def write(one: Browser, text: str, seen: int = 0, paragraph: int = FIRST) -> int:
    return one.post(EDIT.format(paragraph), {"text": text, "seen": str(seen), "do": "save"}).status_code


def test_a_figure_is_picked_from_the_panel_not_typed(chair: Browser) -> None:
    picked = {
        "text": "Of all,",
        "seen": "0",
        "measure": "count",
        "name": "areas",
        "answer": "import",
        "only-region": "africa",
    }
    page = chair.post(EDIT.format(FIRST), {**picked, "do": "insert"}).text
    assert "Of all, {{ count areas=import | region=africa }}</textarea>" in page
    assert "Import" in chair.post(EDIT.format(FIRST), {"text": "", "name": "areas", "do": "choose"}).text
    again = chair.post(EDIT.format(FIRST), {"text": "Kept", "measure": "count", "do": "insert"})
    assert "Kept</textarea>" in again.text and "Select what the figure is of." in again.text


def test_a_figure_that_says_nothing_is_refused_with_what_was_typed(chair: Browser) -> None:
    for wrong in (
        "{{ count nothing=yes }}",
        "{{ sum n }}",
        "{{ count had=perhaps }}",
        "{{ count had=yes",
        "{{ para 99 }}",
        "{{ table region }}",
        "{{ asked region }}",
    ):
        answer = chair.post(EDIT.format(FIRST), {"text": f"Typed {wrong}", "seen": "0", "do": "save"})
        assert answer.status_code == 422 and "Typed " in answer.text, wrong


def test_two_writers_neither_of_whom_loses_a_word(chair: Browser, signed_in: Callable[[str], Browser]) -> None:
    assert write(chair, "One text.") == 303
    other = signed_in("secretariat")
    other.get("/reports/?lang=en")
    assert write(other, "Another text.", seen=1) == 303
    refused = chair.post(EDIT.format(FIRST), {"text": "A third text.", "seen": "1", "do": "save"})
    assert refused.status_code == 409
    assert "A third text.</textarea>" in refused.text and "Another text." in refused.text
    assert write(chair, "Both texts.", seen=2) == 303
    page = chair.get(EDIT.format(FIRST)).text
    assert "<ins>Both " in page and "Version 3" in page


def test_comments_and_suggested_wording(chair: Browser) -> None:
    write(chair, "Before.")
    where = EDIT.format(FIRST) + "/comments"
    assert chair.post(where, {"comment": "", "suggested": ""}).status_code == 422
    assert chair.post(where, {"comment": "Softer", "suggested": "After."}).status_code == 303
    assert "1 comment" in chair.get("/reports/r").text
    assert "After.</textarea>" in chair.post(where, {"take": "1"}).text
    assert chair.post(where, {"settle": "1"}).status_code == 303
    assert "1 comment" not in chair.get("/reports/r").text


def test_paragraphs_are_moved_and_taken_out_and_count_on(chair: Browser) -> None:
    assert write(chair, "First {{ para 7 }}") == 422
    chair.post("/reports/r", {"do": "add", "kind": "recommendation", "after": ""})
    assert write(chair, "See {{ para 7 }}.") == 303
    assert write(chair, "Do it.", paragraph=7) == 303
    assert 'href="#p-7">2</a>' in chair.get("/reports/r").text
    for _ in range(9):
        chair.post("/reports/r", {"do": "up", "paragraph": "7"})
    assert 'href="#p-7">1</a>' in chair.get("/reports/r").text
    assert chair.post("/reports/r", {"do": "remove", "paragraph": "7"}).status_code == 303
    assert "There is no paragraph 7" in chair.get("/reports/r").text
    assert chair.post("/reports/r", {"do": "remove", "paragraph": "999"}).status_code == 404


def test_no_measure_says_how_many_of_a_group_too_small_to_show_gave_an_answer(chair: Browser) -> None:
    """`region=oceania` has fewer than three that answered."""
    for measure in (
        "replied | had=yes",
        "asked areas | had=yes",
        "answered areas | had=yes",
        "count had=yes",
        "percent had=yes",
    ):
        token = f"{{{{ {measure} | region=oceania }}}}"
        assert write(chair, f"Said: {token}.", seen=_version(chair)) == 303
        page = chair.get("/reports/r/page?language=en").text
        said = page.partition("Said: ")[2].partition(".")[0]
        assert said in ("[too few to show]", "0"), (measure, said)
    write(chair, "{{ replied | region=oceania }} replied.", seen=_version(chair))
    assert "[too few to show]" not in chair.get("/reports/r/page?language=en").text, "who replied is known to all"


def _version(chair: Browser) -> int:
    return int(re.findall(r'name="seen" value="(\d+)"', chair.get(EDIT.format(FIRST)).text)[0])


def test_frozen_figures_stay_and_are_made_again_by_one_command(app: Flask, chair: Browser, tmp_path: Path) -> None:
    text = "{{ count had=yes }} of {{ answered had }}; {{ count had=yes | region=oceania }}; {{ word had=no }}.^[{{ replied }}]"
    write(chair, text)
    assert chair.post("/reports/r/freeze").status_code == 303
    before = chair.get("/reports/r/page?language=en").text
    content = chair.get("/reports/r/frozen/1").data
    with app.app_context():
        _one_more_reply()
    assert chair.get("/reports/r/page?language=en").text == before
    assert "<p>6 of 10; [too few to show]; some delegations." in before
    assert chair.get("/reports/r/frozen/1").data == content

    file = tmp_path / "frozen.zip"
    file.write_bytes(content)
    done = CliRunner().invoke(main, ["remake-figures", str(file)])
    assert done.exit_code == 0 and "All 5 figures are as they were kept." in done.output
    assert "{{ count had=yes }} = 6 (base 10)" in done.output

    assert chair.post("/reports/r/freeze").status_code == 303
    assert "7 of 11" in chair.get("/reports/r/page?language=en").text


def _one_more_reply() -> None:
    found = rounds.round(ROUND)
    assert found is not None
    row = next(each for each in invitations.responses_of(found.id) if each.participant_code == "P12")
    saving.save_answers(row.id, {"had": Change("yes")}, by=None, channel="page", language="en")
    submissions.submit(row.id, by=None, language="en")


@pytest.mark.parametrize("how", ["changed", "lied", "no zip", "empty zip"])
def test_a_dataset_that_was_changed_is_told(chair: Browser, tmp_path: Path, how: str) -> None:
    write(chair, "{{ count had=yes }}")
    chair.post("/reports/r/freeze")
    with zipfile.ZipFile(io.BytesIO(chair.get("/reports/r/frozen/1").data)) as read:
        parts = {name: read.read(name).decode() for name in read.namelist()}
    if how in ("changed", "lied"):
        parts["answers.json"] = parts["answers.json"].replace('"had": "yes"', '"had": "no"')
    if how == "lied":  # the manifest, too: then the figure differs
        import hashlib

        manifest = json.loads(parts["manifest.json"])
        manifest["files"]["answers.json"] = hashlib.sha256(parts["answers.json"].encode()).hexdigest()
        parts["manifest.json"] = json.dumps(manifest)
    file = tmp_path / "frozen.zip"
    with zipfile.ZipFile(file, "w") as written:
        for name, said in parts.items() if how != "empty zip" else ():
            written.writestr(name, said)
    if how == "no zip":
        file.write_bytes(b"nothing of the kind")
    done = CliRunner().invoke(main, ["remake-figures", str(file)])
    assert done.exit_code == 1 and "Traceback" not in done.output
    assert {"changed": "was changed", "lied": "cannot be made again", "no zip": "no frozen dataset"}.get(
        how, "no frozen"
    ) in done.output


def test_the_words_for_counts_follow_the_groups_rule() -> None:
    from surveyapp.analysis.count_words import read_wording, wording
    from surveyapp.definition.problems import ProblemsFound

    said = [wording().word(count, 20).split()[0] for count in (0, 1, 2, 4, 5, 10, 11, 20)]
    assert said == ["no", "one", "some", "several", "many", "many", "most", "all"]
    with pytest.raises(ProblemsFound) as wrong:
        read_wording("w.yaml", "wording: w\nsteps:\n  - {word: lots, at_least: 2}\n")
    assert (wrong.value.problems[0].line, wrong.value.problems[0].kind) == (3, "unknown-kind")


def test_every_figure_that_can_be_picked_can_be_drawn(app: Flask, chair: Browser) -> None:
    """Whatever the panel offers, the workspace stands: what has no table or picture is refused when it is saved."""
    with app.app_context():
        coding.add_theme("help", {"en": "Help"}, "Help.", round_id=None, by=None)
    names = ["had", "areas", "ranked", "degree", "home", "others", "g.x", "agreed", "law_state", "theme.words"]
    seen = 0
    for measure in ("count", "percent", "word", "answered", "asked", "table", "chart"):
        for name in names:
            answer = {
                "had": "yes",
                "degree": "1",
                "home": "FRA",
                "others": "KEN",
                "agreed": "given",
                "law_state": "KEN",
            }
            code = answer.get(name, "help" if name == "theme.words" else "import")
            token = f"{measure} {name}={code}" if measure in ("count", "percent", "word") else f"{measure} {name}"
            status = write(chair, f"{{{{ {token} }}}}", seen)
            seen += status == 303
            assert status == (422 if name == "theme.words" and measure in ("table", "chart") else 303), token
            page = chair.get("/reports/r")
            assert page.status_code == 200, token
            for link in re.findall(r'class="live" href="([^"]+)"', page.text):
                assert chair.get(link.replace("&amp;", "&")).status_code == 200, token


def test_a_theme_retired_after_the_freeze_still_counts_in_the_frozen_report(app: Flask, chair: Browser) -> None:
    with app.app_context():
        theme = coding.add_theme("help", {"en": "Help"}, "Help.", round_id=None, by=None)
    assert write(chair, "{{ count theme.words=help }} and {{ invited }}") == 303
    assert chair.post("/reports/r/freeze").status_code == 303
    before = chair.get("/reports/r/page?language=en").text
    with app.app_context():
        coding.retire_theme(theme, by=1)
    assert chair.get("/reports/r/page?language=en").text == before
    assert "#board" in chair.get("/reports/r").text, "those invited are shown on the board, not as replies"
