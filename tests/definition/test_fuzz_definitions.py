"""Mutated definitions: always problems or success, never another exception.

`python tests/definition/test_fuzz_definitions.py 20000` runs more than the suite does.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

import pytest

from surveyapp.definition import loader
from surveyapp.definition.problems import Problem, ProblemsFound
from surveyapp.definition.source import scaffold
from tests.world.tiers import LONG

RICH = """\
questionnaire: rich
version: 3
title: Rich
source: "A *source*"
introduction: Intro
thanks: Thanks
audience: {kinds: [state, organisation], treaty_status: [state_party]}
handling: {default: states_parties, loosest: public, tightest: secretariat}
choice_lists:
  area:
    - &export {code: export, label: Export}
    - {code: transit, label: Transit, relevant: participant.kind == participant_kind.state}
    - {code: none_of_these, label: None, exclusive: true}
    - {code: other, label: Other, detail: {label: Specify, required: true, max_characters: 100}}
  topic: [{code: export_, label: Export}, {code: import_, label: Import}]
  when:
    - {code: before, label: Before}
    - {code: after, label: After}
sections:
- code: one
  title: One
  text: |
    Some *text*

    - with a list
  items:
    - {code: had, type: yes_no, label: Had?, need: required, dont_know: true, not_applicable: true}
    - code: areas
      type: multiple_choice
      label: Areas
      choices: area
      least: 1
      most: 3
      relevant: had == yes_no.yes
      constraints:
        - {rule: count(areas) < 3, message: Fewer please}
    - {code: named, type: short_text, label: "Name {{ had | a }}", relevant: area.export in areas}
    - {code: since, type: year, label: Since, min: 1950, max: 2050}
    - {code: signed, type: date, label: Signed, min: 2013-06-03, max: 2030-01-01}
    - {code: started, type: month, label: Started, min: 2013-06}
    - {code: span, type: period, label: Span, open_ended: true}
    - {code: amount, type: number, label: Amount, min: 0, max: 10.5, step: 0.5, decimals: 1, unit: kg}
    - {code: share, type: percentage, label: Share}
    - {code: rank, type: ranking, label: Rank, choices: when}
    - {code: liking, type: scale, label: Liking, low_label: Low, high_label: High}
    - {code: neighbours, type: states, label: Neighbours, regions: [africa, asia], least: 1, most: 5}
    - {code: one_state, type: state, label: State, treaty_status: [signatory]}
- code: two
  title: Two
  relevant: had == had.yes && since > 2000
  items:
    - code: inner
      type: subsection
      title: Inner
      items:
        - {code: remark, type: note, text: "You said {{ named | nothing }}"}
        - {code: matrix, type: grid, label: Grid, rows: topic, columns: when, cell: single, every_row: true}
        - code: own
          type: single_choice
          label: Own
          choices: [{code: a, label: A}, {code: b, label: B, hint: A hint}]
        - code: law
          type: repeat
          label: Laws
          item_label: Law
          item_title: law_title
          most: 5
          items:
            - {code: law_title, type: short_text, label: Title, need: required}
            - code: law_year
              type: integer
              label: Year
              relevant: answered(law_title)
              constraints: [{rule: law_year > 1900, message: Later}]
            - {code: law_link, type: links, label: Links, most: 2}
        - {code: paper, type: document, label: Paper, formats: [pdf]}
        - {code: person, type: contact, label: Person, ask: [name, email]}
        - {code: agreed, type: consent, label: I agree}
        - {code: laws, type: calculation, label: Laws, formula: "count(law)", shown: true}
        - {code: comments, type: long_text, label: Comments, max_words: 100, relevant: "laws > 1 || had != yes_no.no"}
"""

WORDS = (
    "repeat", "note", "grid", "ranking", "state", "nope", "true", "no", "~", "-1", "1e309", "999999999999999999999999",
    "[]", "{}", "[[[]]]", "{a: 1}", "*export", "&x 1", "!!python/object:os.system x", "|", ">", "'", '"', "{{", "}}",
    "{{ had }}", "had", "law_title", "count(", "had ==", "areas[0]", "today > 1", "\t", "\u2028", "\x00", "\x07", "é",
    "متن", "# x", "? x", "<<: *export", "%YAML 1.1", "---", "...", "2024-13-45", "0x1F", ".inf", ".nan", "msgid",
    'msgctxt "x"', "#, fuzzy", "\\",
)  # fmt: skip

Mutation = Callable[[random.Random, str], str]


def _lines(change: Callable[[random.Random, list[str]], None]) -> Mutation:
    def mutate(rng: random.Random, text: str) -> str:
        lines = text.split("\n")
        change(rng, lines)
        return "\n".join(lines)

    return mutate


def _drop(rng: random.Random, lines: list[str]) -> None:
    del lines[rng.randrange(len(lines))]


def _double(rng: random.Random, lines: list[str]) -> None:
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))


def _indent(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    lines[at] = " " * rng.randrange(1, 4) + lines[at] if rng.random() < 0.5 else lines[at][rng.randrange(1, 4) :]


def _swap(rng: random.Random, lines: list[str]) -> None:
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _value(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {rng.choice(WORDS)}"


def _word(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    words[rng.randrange(len(words))] = rng.choice(WORDS) if rng.random() < 0.5 else rng.choice(words)
    return " ".join(words)


def _noise(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    junk = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 6))).decode("utf-8", "replace")
    return text[:at] + junk + text[at + rng.randrange(3) :]


def _cut(rng: random.Random, text: str) -> str:
    return text[: rng.randrange(len(text))]


MUTATIONS: tuple[Mutation, ...] = (
    *map(_lines, (_drop, _double, _indent, _swap, _value, _value)),
    *(_word, _word, _noise, _cut),
)


def mutated(rng: random.Random, source: dict[str, str]) -> dict[str, str]:
    changed = dict(source)
    file = "questionnaire.yaml" if rng.random() < 0.8 else rng.choice(sorted(source))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        if changed[file]:
            changed[file] = rng.choice(MUTATIONS)(rng, changed[file])
    if rng.random() < 0.03:
        del changed[rng.choice(sorted(changed))]
    return changed


def assert_sound(source: dict[str, str]) -> bool:
    """Checks one source; True if it could be loaded."""
    problems = loader.check(source)
    for problem in problems:
        assert_readable(problem, source)
    blocking = [problem for problem in problems if not problem.kind.startswith("translation-")]
    try:
        compiled = loader.load(source)
    except ProblemsFound as refusal:
        assert blocking
        assert set(refusal.problems) == set(blocking)
        return False
    assert not blocking
    assert compiled.languages[0] == "en"
    return True


def assert_readable(problem: Problem, source: dict[str, str]) -> None:
    lines = source.get(problem.file, "").count("\n") + 1
    assert 1 <= problem.line <= lines + 1, problem
    assert problem.column >= 1, problem
    assert all((problem.message, problem.remedy, problem.kind)), problem
    assert "Input should" not in problem.message, problem


def run(times: int, seed: int) -> tuple[int, int]:
    """(loaded, refused)"""
    rng = random.Random(seed)
    bases = [scaffold.new_files("example"), {"questionnaire.yaml": RICH}]
    loaded = 0
    for number in range(times):
        source = mutated(rng, bases[number % 2])
        try:
            loaded += assert_sound(source)
        except Exception:
            sys.stderr.write(f"--- number {number} of seed {seed}\n{source.get('questionnaire.yaml', '')}\n")
            raise
    return loaded, times - loaded


def test_the_definitions_that_are_mutated_are_valid_themselves() -> None:
    assert loader.check(scaffold.new_files("example")) == []
    assert [p for p in loader.check({"questionnaire.yaml": RICH}) if p.file == "questionnaire.yaml"] == []


@pytest.mark.long
def test_a_mutated_definition_gives_problems_or_loads_and_never_another_exception() -> None:
    loaded, refused = run(500, seed=20261123)

    assert loaded > 20
    assert refused > 200


def test_files_of_random_characters_are_refused_with_problems() -> None:
    rng = random.Random(7)
    for _ in range(5_000 if LONG else 100):
        text = "".join(chr(rng.choice((rng.randrange(128), rng.randrange(0xD7FF)))) for _ in range(rng.randrange(200)))
        assert not assert_sound({"questionnaire.yaml": text, "fr.po": text})


if __name__ == "__main__":
    began = time.monotonic()
    for seed in range(max(1, int(sys.argv[1]) // 500)):
        sys.stdout.write(f"seed {seed}: {run(500, seed)} after {time.monotonic() - began:.0f} s\n")
