"""From a folder to a compiled version, and what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveyapp.definition import loader
from surveyapp.definition.problems import ProblemsFound
from surveyapp.definition.source import source_files
from surveyapp.definition.source.yaml_source import Place, read_yaml
from tests.world.questionnaires import questionnaire

ONE = questionnaire("- {code: q, type: yes_no, label: Is it?, hint: 'Say *so*.'}")


def _problem_of(folder: Path) -> tuple[str, str, int]:
    with pytest.raises(ProblemsFound) as raised:
        source_files.read_folder(folder)
    (problem,) = raised.value.problems
    return problem.file, problem.kind, problem.line


def test_a_folder_is_read_as_its_questionnaire_and_catalogues_only(tmp_path: Path, example: dict[str, str]) -> None:
    for name, text in {**example, "notes.txt": "x", "old.yaml": "x"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert source_files.read_folder(tmp_path) == example


def test_a_folder_without_a_questionnaire_or_no_folder_is_a_problem(tmp_path: Path) -> None:
    assert _problem_of(tmp_path) == ("questionnaire.yaml", "no-questionnaire", 1)
    assert _problem_of(tmp_path / "nowhere") == ("questionnaire.yaml", "no-questionnaire", 1)


def test_files_that_are_huge_binary_or_in_another_encoding_are_problems(tmp_path: Path) -> None:
    file = tmp_path / "questionnaire.yaml"
    file.write_bytes(b"#" * 1_000_001)
    assert _problem_of(tmp_path) == ("questionnaire.yaml", "too-large", 1)
    file.write_bytes(b"a: 1\nb: \0")
    assert _problem_of(tmp_path) == ("questionnaire.yaml", "not-text", 1)
    file.write_bytes("a: 1\nb: État".encode("latin-1"))
    assert _problem_of(tmp_path) == ("questionnaire.yaml", "not-text", 2)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "questionnaire.yaml").write_bytes(b"\xef\xbb\xbf" + ONE.replace("\n", "\r\n").encode())

    assert source_files.read_folder(tmp_path) == {"questionnaire.yaml": ONE}


def test_a_version_is_compiled_once_per_content() -> None:
    first = loader.load({"questionnaire.yaml": ONE})

    assert loader.load({"questionnaire.yaml": ONE}) is first
    assert loader.load({"questionnaire.yaml": ONE + "\n"}) is not first


def test_the_digest_depends_on_names_and_texts_but_not_on_their_order() -> None:
    assert source_files.digest({"a": "1", "b": "2"}) == source_files.digest({"b": "2", "a": "1"})
    assert (
        len({source_files.digest(s) for s in ({"a": "1", "b": "2"}, {"a": "12", "b": ""}, {"a1": "", "b": "2"})}) == 3
    )


def test_a_language_that_is_not_complete_is_left_out_and_the_rest_loads(example: dict[str, str]) -> None:
    without_chinese = {name: text for name, text in example.items() if name != "zh.po"}
    without_chinese["ru.po"] = example["ru.po"].replace('msgstr "Замечания"', 'msgstr ""')

    compiled = loader.load(without_chinese)

    assert loader.load(example).languages == ("en", "fr", "es", "ar", "zh", "ru")
    assert compiled.languages == ("en", "fr", "es", "ar")
    assert compiled.text("closing.title", "ru") == compiled.text("closing.title", "zh") == "Comments"
    assert compiled.text("closing.title", "fr") == "Observations"


def test_loading_raises_every_problem_but_those_of_translations(example: dict[str, str]) -> None:
    with pytest.raises(ProblemsFound) as raised:
        loader.load({"questionnaire.yaml": ONE.replace("yes_no", "yesno").replace("version: 1", "version: x")})

    assert {problem.kind for problem in raised.value.problems} == {"unknown-type", "bad-value"}


def test_texts_are_rendered_as_markdown() -> None:
    compiled = loader.load({"questionnaire.yaml": ONE})

    assert compiled.html("q.hint", "en") == "<p>Say <em>so</em>.</p>"
    assert compiled.html_inline("q.hint", "fr") == "Say <em>so</em>."


YAML = [
    ("yaml-syntax", "a: b: c", 1),
    ("yaml-syntax", "a:\n\t- b", 2),
    ("yaml-syntax", "a: 'x", 1),
    ("yaml-syntax", "a: *nobody", 1),
    ("yaml-syntax", "a: &x [*x]", 1),
    ("yaml-syntax", "a: !!python/name:os.system x", 1),
    ("yaml-syntax", "a: 1\n---\nb: 2", 2),
    ("yaml-syntax", "a: \x07", 1),
    ("duplicate-key", "a: 1\nb: 2\na: 3", 3),
    ("too-deep", "[" * 3000, 1),
    ("too-many-aliases", "a: &x 1\nb: [" + "*x, " * 101 + "]", 2),
    ("too-large", "a" * 1_000_001, 1),
]


@pytest.mark.parametrize(("kind", "text", "line"), YAML)
def test_yaml_that_cannot_be_trusted_is_a_problem_with_its_line(kind: str, text: str, line: int) -> None:
    (problem,) = read_yaml("q.yaml", text).problems

    assert (problem.kind, problem.line) == (kind, line)


def test_aliases_that_multiply_are_stopped() -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 9)]

    (problem,) = read_yaml("q.yaml", "\n".join(lines)).problems

    assert problem.kind == "too-large"


def test_scalars_follow_yaml_1_2_and_keys_and_values_know_their_places() -> None:
    source = read_yaml("q.yaml", "a: no\nb: 010\nc: [1.5, ~, 'x', 0x1F]\nd: 2024-12-24\ne: TRUE\n")

    assert source.data == {"a": "no", "b": 10, "c": [1.5, None, "x", "0x1F"], "d": "2024-12-24", "e": True}
    assert source.place(("c", 2)) == Place(3, 13)
    assert source.place(("c",), key=True) == Place(3, 1)
    assert source.inside(("c", 2), 1, 1) == Place(3, 14)
