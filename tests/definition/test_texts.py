"""Keys of texts, pipes, and catalogues: what is missing, stale or broken, and bringing them up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po as babel_read_po

from surveyapp.definition import loader
from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.source import catalogues, source_files
from surveyapp.definition.source.catalogues import catalogue_report, extract, update_folder
from surveyapp.definition.source.po import Entry, PoFile, read_po, write_po
from surveyapp.definition.texts import CATALOGUES, has_broken_pipe, pipe, pipes, text_units
from tests.world.questionnaires import questionnaire

EVERY_TEXT = questionnaire(
    """
    - {code: n, type: note, text: Note}
    - code: sub
      type: subsection
      title: Sub
      text: Text
      items:
        - code: i
          type: integer
          label: L
          hint: H
          unit: U
          constraints: [{rule: i > 1, message: M1}, {rule: i > 2, message: M2}]
        - {code: c, type: single_choice, label: L, choices: [{code: a, label: A, hint: AH, detail: {label: AD}}]}
        - {code: p, type: scale, label: L, low_label: Low, high_label: High, middle_label: Mid}
        - {code: g, type: grid, label: L, rows: [{code: r, label: R}], columns: shared}
        - code: rep
          type: repeat
          label: L
          item_label: Item
          items: [{code: k, type: calculation, label: L, formula: "1.0", unit: U}]
    """,
    lists="shared: [{code: x, label: X}]",
)

KEYS = (  # noqa: SIM905 - a column of names reads better than quotes
    """
questionnaire.title questionnaire.source questionnaire.introduction questionnaire.thanks shared.x.label s.title n.text
sub.title sub.text i.label i.hint i.unit i.constraint.1 i.constraint.2 c.label c.a.label c.a.hint c.a.detail
p.label p.low_label p.high_label p.middle_label g.label g.rows.r.label rep.label rep.item_label k.label k.unit
"""
).split()


def test_every_text_has_a_key_of_its_own_in_document_order() -> None:
    units = list(text_units(source_files.parse({"questionnaire.yaml": EVERY_TEXT})))

    assert [unit.key for unit in units] == KEYS


# --- pipes ------------------------------------------------------------------------------------


def test_a_pipe_shows_the_answer_or_the_fallback_or_a_blank() -> None:
    text = "In {{ since | that year }}, {{name}}."

    assert [(pipe.code, pipe.fallback) for pipe in pipes(text)] == [("since", "that year"), ("name", None)]
    assert pipe(text, {"since": "2014", "name": "Law 5"}.get) == "In 2014, Law 5."
    assert pipe(text, lambda code: None) == "In that year, …."


def test_an_answer_that_looks_like_a_pipe_is_not_replaced_again() -> None:
    assert pipe("{{ a }} {{ b }}", {"a": "{{ b }}", "b": "secret"}.get) == "{{ b }} secret"


@pytest.mark.parametrize("text", ["{{", "}}", "{{ A }}", "{{ a b }}", "{{ }}", "{{ a | b | c }}", "{{{{ a }}"])
def test_braces_that_are_no_pipe_are_broken(text: str) -> None:
    assert has_broken_pipe(text)


# --- catalogues: checking ---------------------------------------------------------------------


def _kinds(source: dict[str, str], change: tuple[str, str]) -> list[tuple[str, str]]:
    old, new = change
    assert old in source["fr.po"]
    return [(p.kind, p.file) for p in loader.check({**source, "fr.po": source["fr.po"].replace(old, new, 1)})]


TITLE = 'msgctxt "closing.title"\nmsgid "Comments"\nmsgstr "Observations"\n'
CHANGES = [
    (["empty"], ('msgstr "Observations"', 'msgstr ""')),
    (["empty"], ('msgstr "Observations"', 'msgstr "  "')),
    (["stale"], ('msgid "Comments"', 'msgid "Remarks"')),
    (["stale"], (TITLE, "#, fuzzy\n" + TITLE)),
    (["missing"], (TITLE, "")),
    (["unknown", "missing"], ('"closing.title"', '"closing.titel"')),
    (["duplicate"], (TITLE, TITLE + "\n" + TITLE)),
    (["plural"], ('msgid "Comments"\nmsgstr', 'msgid "Comments"\nmsgid_plural "x"\nmsgstr[0]')),
    (["syntax"], (TITLE, "nonsense\n" + TITLE)),
    (["syntax"], ('"Observations"', '"Observa"tions"')),
    (["pipes"], ('"Observations"', '"Observations {{ since }}"')),
    (["pipes"], ('"Observations"', '"Observations {{"')),
    (["header"], ("Language: fr", "Language: es")),
]


@pytest.mark.parametrize(("kinds", "change"), CHANGES)
def test_what_is_wrong_with_a_catalogue_is_found(
    example: dict[str, str], kinds: list[str], change: tuple[str, str]
) -> None:
    reported = [kind for kind, file in _kinds(example, change) if kind != "translation-empty" or "empty" in kinds]

    assert sorted(reported) == sorted(f"translation-{kind}" for kind in kinds)


def test_a_problem_of_a_catalogue_names_its_line(example: dict[str, str]) -> None:
    text = example["ar.po"].replace('msgstr "ملاحظات"', 'msgstr ""')

    (problem,) = loader.check({**example, "ar.po": text})

    assert problem.file == "ar.po"
    assert text.split("\n")[problem.line - 1] == 'msgstr ""'
    assert text.split("\n")[problem.line - 2] == 'msgid "Comments"'


def test_a_translation_may_move_a_pipe_and_change_its_fallback_but_not_its_code() -> None:
    source = {
        "questionnaire.yaml": questionnaire(
            '- {code: q, type: year, label: Q}\n- {code: p, type: yes_no, label: "Since {{ q | that year }}?"}'
        )
    }
    source |= extract(source)
    french = read_po(source["fr.po"])
    for entry in french.entries:
        entry.msgstr = "« {{ q | cette année }} » ?" if entry.msgctxt == "p.label" else "x"
    source["fr.po"] = write_po(french)

    assert not [p for p in loader.check(source) if p.file == "fr.po"]
    source["fr.po"] = source["fr.po"].replace("{{ q | cette", "{{ année | cette")
    assert [p.kind for p in loader.check(source) if p.file == "fr.po"] == ["translation-pipes"]


def test_a_missing_or_foreign_catalogue_is_a_problem_of_translation(example: dict[str, str]) -> None:
    source = {**example, "de.po": ""}
    del source["zh.po"]

    assert [(p.file, p.kind) for p in loader.check(source)] == [
        ("de.po", "translation-unknown-language"),
        ("zh.po", "translation-file-missing"),
    ]


# --- catalogues: bringing up to date ------------------------------------------------------------


def test_bringing_complete_catalogues_up_to_date_changes_nothing(example: dict[str, str]) -> None:
    assert extract(example) == {file: example[file] for file in CATALOGUES}


def test_a_changed_english_text_makes_its_translation_fuzzy_and_keeps_both(example: dict[str, str]) -> None:
    source = {
        **example,
        "questionnaire.yaml": example["questionnaire.yaml"].replace("title: Comments", "title: Remarks"),
    }

    french = {entry.msgctxt: entry for entry in read_po(extract(source)["fr.po"]).entries}

    entry = french["closing.title"]
    assert (entry.msgid, entry.msgstr, entry.fuzzy, entry.previous) == ("Remarks", "Observations", True, "Comments")
    assert [e.fuzzy for e in french.values()].count(True) == 1


def test_extracting_twice_keeps_the_english_that_the_translation_was_made_from(example: dict[str, str]) -> None:
    yaml = example["questionnaire.yaml"]
    once = {**example, "questionnaire.yaml": yaml.replace("title: Comments", "title: Remarks")}
    once |= extract(once)
    twice = {**once, "questionnaire.yaml": yaml.replace("title: Comments", "title: Closing")}

    (entry,) = [e for e in read_po(extract(twice)["fr.po"]).entries if e.msgctxt == "closing.title"]

    assert (entry.msgid, entry.previous, entry.fuzzy) == ("Closing", "Comments", True)


def test_a_text_that_is_gone_is_set_aside_and_comes_back_with_its_translation(example: dict[str, str]) -> None:
    yaml = example["questionnaire.yaml"]
    shorter = {
        **example,
        "questionnaire.yaml": yaml.replace("    - {code: transit, label: Transit or trans-shipment}\n", ""),
    }
    shorter |= extract(shorter)

    assert '#~ msgctxt "area.transit.label"' in shorter["fr.po"]
    assert loader.check(shorter) == []
    back = extract({**shorter, "questionnaire.yaml": yaml})
    assert sorted(back["fr.po"]) == sorted(example["fr.po"])
    assert "#~" not in back["fr.po"]


def test_translators_comments_are_kept(example: dict[str, str]) -> None:
    source = {**example, "fr.po": "# By A. N. Other\n" + example["fr.po"].replace(TITLE, "# see glossary\n" + TITLE)}

    text = extract(source)["fr.po"]

    assert text.startswith("# By A. N. Other\n")
    assert "# see glossary\n" + TITLE in text


def test_a_catalogue_that_cannot_be_read_is_not_overwritten(example: dict[str, str]) -> None:
    with pytest.raises(ProblemsFound):
        extract({**example, "fr.po": example["fr.po"] + "\nnonsense"})


def test_a_report_counts_what_each_language_lacks(example: dict[str, str]) -> None:
    source = {**example, "fr.po": example["fr.po"].replace('msgstr "Observations"', 'msgstr ""')}
    source["es.po"] = source["es.po"].replace('msgid "Comments"', 'msgid "Remarks"')
    del source["ar.po"]

    report = catalogue_report(source)

    total = report["zh"].total
    assert report["zh"] == catalogues.Counts(total, total, 0, 0)
    assert report["fr"] == catalogues.Counts(total, total - 1, 1, 0)
    assert report["es"] == catalogues.Counts(total, total - 1, 0, 1)
    assert report["ar"] == catalogues.Counts(total, 0, total, 0)


def test_the_command_writes_five_catalogues_and_prints_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "questionnaire.yaml").write_text(EVERY_TEXT, encoding="utf-8")

    assert catalogues.main([str(tmp_path)]) == 0

    assert {path.name for path in tmp_path.glob("*.po")} == set(CATALOGUES)
    assert f"fr.po: 0 of {len(KEYS)} translated, {len(KEYS)} missing, 0 stale" in capsys.readouterr().out
    assert update_folder(tmp_path)["ru"].missing == len(KEYS)
    assert catalogues.main([str(tmp_path / "nowhere")]) == 1


# --- PO files -------------------------------------------------------------------------------------

AWKWARD = 'Quote " back\\slash tab\t\nsecond line\n\nlast'


def test_what_is_written_is_read_back_by_us_and_by_babel() -> None:
    entries = [
        Entry("a.label", AWKWARD, "Перевод\n" + AWKWARD, comments=["note"], fuzzy=True, previous="old\nEnglish"),
        Entry("b.label", "B", "باء"),
        Entry("c.label", "C", "C", obsolete=True),
    ]
    text = write_po(PoFile("Language: ru\nContent-Type: text/plain; charset=UTF-8\n", ["Header"], entries))

    read = read_po(text)

    assert not read.errors
    assert [(e.msgctxt, e.msgid, e.msgstr, e.fuzzy, e.previous, e.obsolete) for e in read.entries] == [
        (e.msgctxt, e.msgid, e.msgstr, e.fuzzy, e.previous, e.obsolete) for e in entries
    ]
    assert write_po(read) == text
    catalog = babel_read_po(text.splitlines(keepends=True), abort_invalid=True)
    message = catalog.get(AWKWARD, "a.label")
    assert message is not None
    assert message.string == "Перевод\n" + AWKWARD


def test_wrapped_lines_flags_and_references_of_other_tools_are_understood() -> None:
    read = read_po(
        '#. extracted\n#: file:1\n#, fuzzy, no-wrap\n#| msgctxt "x"\n#| msgid "old"\n'
        'msgctxt ""\n"a.la"\n"bel"\nmsgid "one "\n"two"\nmsgstr ""\n"un "\n"deux"\n'
    )

    (entry,) = read.entries
    assert (entry.msgctxt, entry.msgid, entry.msgstr) == ("a.label", "one two", "un deux")
    assert (entry.fuzzy, entry.flags, entry.previous, entry.line, entry.msgstr_line) == (
        True,
        ["no-wrap"],
        "old",
        6,
        11,
    )
