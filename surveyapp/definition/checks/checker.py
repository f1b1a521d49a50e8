"""Everything that can be wrong with a questionnaire, found in one pass and reported together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..compiled import Compiled
from ..model import Questionnaire
from ..problems import Problem, ProblemsFound
from ..rules.engine import CompiledRules, RuleProblem
from ..rules.rule_set import compile_rules
from ..source import catalogues
from ..source.grammar import Grammar, read_questionnaire
from ..source.grammar_words import at
from ..source.source_files import QUESTIONNAIRE_FILE, no_questionnaire
from ..source.yaml_source import YamlSource, read_yaml
from ..texts import CATALOGUES, LANGUAGES, TextUnit, text_units
from . import structure


def is_translation_problem(problem: Problem) -> bool:
    """Does it keep back one language only?"""
    return problem.kind.startswith("translation-")


def check(source: Mapping[str, str]) -> list[Problem]:
    """All problems, sorted by file and place; an empty list if there are none."""
    return sorted(set(_examine(source)[0]))


def compile_source(source: Mapping[str, str], digest: str) -> Compiled:
    """Raises ProblemsFound unless only translations are wanting."""
    problems, questionnaire, rules = _examine(source)
    blocking = [problem for problem in problems if not is_translation_problem(problem)]
    if blocking or questionnaire is None or rules is None:
        raise ProblemsFound(blocking)
    units = tuple(text_units(questionnaire))
    translated = {
        file.removesuffix(".po"): catalogues.translations(source[file], units) for file in CATALOGUES if file in source
    }
    english = {unit.key: unit.english for unit in units}
    return Compiled(questionnaire, digest, rules, english, translated, _complete(problems))


def _complete(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The languages without a problem in their catalogue, English first."""
    faulty = {problem.file for problem in problems}
    return tuple(name for name in LANGUAGES if name == "en" or f"{name}.po" not in faulty)


def _examine(source: Mapping[str, str]) -> tuple[list[Problem], Questionnaire | None, CompiledRules | None]:
    if QUESTIONNAIRE_FILE not in source:
        return [no_questionnaire()], None, None
    yaml = read_yaml(QUESTIONNAIRE_FILE, source[QUESTIONNAIRE_FILE])
    grammar = read_questionnaire(yaml)
    problems = yaml.problems + grammar.problems
    questionnaire, rules = grammar.questionnaire, None
    units: dict[str, TextUnit] = {}
    if questionnaire is not None:
        in_the_model, rules = _in_the_model(yaml, grammar, questionnaire)
        problems += in_the_model
        units = {unit.key: unit for unit in text_units(questionnaire)}
    problems += _in_catalogues(source, units, grammar)
    return problems, questionnaire, rules


def _in_the_model(
    yaml: YamlSource, grammar: Grammar, questionnaire: Questionnaire
) -> tuple[list[Problem], CompiledRules | None]:
    """Structure, pipes and rules; where the grammar had to repair, only what the author wrote."""
    problems = structure.check(yaml, questionnaire)
    rules = None
    if not any(problem.kind == "duplicate-code" for problem in problems):
        rules, faults = compile_rules(questionnaire)
        problems += [_of_rule(yaml, fault) for fault in faults if grammar.sure_of_codes or _certain(yaml, fault)]
    if grammar.repaired:
        problems = [problem for problem in problems if not _is_of_repair(yaml, grammar, problem)]
    return problems, rules


def _of_rule(yaml: YamlSource, fault: RuleProblem) -> Problem:
    place = yaml.inside(fault.loc, fault.line, fault.column)
    return Problem(yaml.file, place.line, place.column, _sentence(fault.message), _sentence(fault.remedy), fault.kind)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", "`", "…")) else ".")


def _certain(yaml: YamlSource, fault: RuleProblem) -> bool:
    """Does a mistake in a rule stand, whatever the parts mean that could not be read?"""
    if fault.kind == "unknown-code":
        return not _names_a_code(yaml, fault.message)
    return fault.kind in ("rule-syntax", "unknown-function")


def _names_a_code(yaml: YamlSource, message: str) -> bool:
    """Is one of the words that a message quotes a code anywhere in the file?"""
    written = {str(at(yaml.data, loc)) for loc in yaml.values if loc[-1:] == ("code",)}
    written |= {str(loc[1]) for loc in yaml.keys if len(loc) == 2 and loc[0] == "choice_lists"}
    return not written.isdisjoint(re.findall(r"`([^`.]*)", message))


def _is_of_repair(yaml: YamlSource, grammar: Grammar, problem: Problem) -> bool:
    places = {yaml.place(loc) for loc in grammar.repaired} | {yaml.place(loc, key=True) for loc in grammar.repaired}
    unsure = not grammar.sure_of_codes and problem.kind in structure.ABOUT_OTHER_PARTS
    if problem.kind == "unknown-pipe" and not _names_a_code(yaml, problem.message):
        unsure = False
    return unsure or any((place.line, place.column) == (problem.line, problem.column) for place in places)


def _in_catalogues(source: Mapping[str, str], units: Mapping[str, TextUnit], grammar: Grammar) -> list[Problem]:
    problems = []
    for file in sorted(source):
        if file.endswith(".po") and file not in CATALOGUES:
            message = f"{file} is not one of the languages."
            remedy = f"The catalogues are {', '.join(CATALOGUES)}."
            problems.append(Problem(file, 1, 1, message, remedy, "translation-unknown-language"))
    for file in CATALOGUES:
        in_the_file = catalogues.check_catalogue(file, source.get(file), units)
        if grammar.questionnaire is None or grammar.repaired:
            # without the true texts, only what the file itself gets wrong can be told
            in_the_file = [problem for problem in in_the_file if problem.kind in catalogues.OF_THE_FILE]
        problems += in_the_file
    return problems
