"""`surveyapp new NAME`: a small valid questionnaire, translated, to start from."""

from __future__ import annotations

import re
from pathlib import Path

from ..model import QuestionnaireCode
from ..problems import Problem, ProblemsFound
from ..texts import LANGUAGES
from .catalogues import by_context, extract
from .po import read_po, write_po

SCHEMA_ADDRESS = "../../docs/questionnaire.schema.json"

YAML = """\
# yaml-language-server: $schema={schema}
# The language is described in docs/definition.md. Check with `surveyapp check`.
questionnaire: {code}
version: 1
title: Example questionnaire
source: Written to show how a questionnaire begins.
introduction: Please answer for your State. You can leave and come back at any time.
thanks: Thank you. You can change your answers until the round closes.

choice_lists:
  area:
    - {{code: export, label: Export}}
    - {{code: import, label: Import}}
    - {{code: transit, label: Transit or trans-shipment}}
    - {{code: other, label: Other, detail: {{label: Please specify, required: true}}}}

sections:
  - code: system
    title: National control system
    items:
      - code: has_system
        type: yes_no
        label: Does your State have a national control system?
        need: required
        dont_know: true
      - code: areas
        type: multiple_choice
        label: Which areas does it cover?
        choices: area
        least: 1
        relevant: has_system == yes_no.yes
      - code: since
        type: year
        label: Since which year has it been in place?
        max: 2100
        relevant: has_system == yes_no.yes
        constraints:
          - rule: since <= year(today)
            message: Give a year that is not in the future.
  - code: closing
    title: Comments
    items:
      - code: comments
        type: long_text
        label: Is there anything else you would like to say?
        max_words: 300
"""

#: in the order of the languages after English
TRANSLATIONS: dict[str, tuple[str, str, str, str, str]] = {
    "Example questionnaire": (
        "Exemple de questionnaire", "Cuestionario de ejemplo", "مثال على استبيان", "问卷示例", "Пример вопросника"),
    "Written to show how a questionnaire begins.": (
        "Rédigé pour montrer comment commence un questionnaire.",
        "Redactado para mostrar cómo empieza un cuestionario.",
        "كُتب لبيان كيفية البدء في إعداد استبيان.",
        "编写此问卷是为了说明如何开始。",
        "Составлен, чтобы показать, с чего начинается вопросник."),
    "Please answer for your State. You can leave and come back at any time.": (
        "Veuillez répondre au nom de votre État. Vous pouvez quitter le questionnaire et y revenir à tout moment.",
        "Responda en nombre de su Estado. Puede salir y volver en cualquier momento.",
        "يُرجى الإجابة باسم دولتكم. ويمكنكم الخروج والعودة في أي وقت.",
        "请代表贵国作答。您可以随时离开并返回。",
        "Просим ответить от имени вашего государства. Вы можете в любое время выйти и вернуться."),
    "Thank you. You can change your answers until the round closes.": (
        "Merci. Vous pouvez modifier vos réponses jusqu’à la clôture du cycle.",
        "Gracias. Puede modificar sus respuestas hasta que se cierre la ronda.",
        "شكرا لكم. يمكنكم تعديل إجاباتكم إلى أن تُغلق الجولة.",
        "谢谢。在本轮调查结束之前，您可以修改答复。",
        "Благодарим вас. Вы можете изменять ответы до закрытия раунда."),
    "Export": ("Exportation", "Exportación", "التصدير", "出口", "Экспорт"),
    "Import": ("Importation", "Importación", "الاستيراد", "进口", "Импорт"),
    "Transit or trans-shipment": (
        "Transit ou transbordement", "Tránsito o transbordo", "المرور العابر أو إعادة الشحن", "过境或转运",
        "Транзит или перегрузка"),
    "Other": ("Autre", "Otro", "مجال آخر", "其他", "Другое"),
    "Please specify": ("Veuillez préciser", "Especifique", "يُرجى التحديد", "请具体说明", "Просьба уточнить"),
    "National control system": (
        "Régime de contrôle national", "Sistema nacional de control", "نظام المراقبة الوطني", "国家管制制度",
        "Национальная система контроля"),
    "Does your State have a national control system?": (
        "Votre État dispose-t-il d’un régime de contrôle national ?",
        "¿Tiene su Estado un sistema nacional de control?",
        "هل لدى دولتكم نظام مراقبة وطني؟",
        "贵国是否有国家管制制度？",
        "Имеется ли в вашем государстве национальная система контроля?"),
    "Which areas does it cover?": (
        "Quels domaines couvre-t-il ?", "¿Qué ámbitos abarca?", "ما المجالات التي يشملها؟", "该制度涵盖哪些领域？",
        "Какие области она охватывает?"),
    "Since which year has it been in place?": (
        "Depuis quelle année est-il en place ?", "¿Desde qué año está en vigor?", "منذ أي سنة يُعمل به؟",
        "该制度从哪一年开始实施？", "С какого года она действует?"),
    "Give a year that is not in the future.": (
        "Indiquez une année qui n’est pas dans l’avenir.", "Indique un año que no sea futuro.",
        "أدخلوا سنة ليست في المستقبل.", "请填写不晚于今年的年份。", "Укажите год не позднее текущего."),
    "Comments": ("Observations", "Observaciones", "ملاحظات", "评论", "Замечания"),
    "Is there anything else you would like to say?": (
        "Souhaitez-vous ajouter quelque chose ?", "¿Desea añadir algo más?", "هل هناك ما تودون إضافته؟",
        "您还有什么要补充的吗？", "Хотели бы вы что-либо добавить?"),
}  # fmt: skip


def new_files(code: str) -> dict[str, str]:
    """File name → text of the example questionnaire under this code."""
    source = {"questionnaire.yaml": YAML.format(code=code, schema=SCHEMA_ADDRESS)}
    return source | {file: _filled(file, text) for file, text in extract(source).items()}


def _filled(file: str, text: str) -> str:
    place = LANGUAGES.index(file.removesuffix(".po")) - 1
    catalogue = read_po(text)
    for entry in by_context(catalogue).values():
        entry.msgstr = TRANSLATIONS[entry.msgid][place]
    return write_po(catalogue)


def new_questionnaire(folder: Path, code: str) -> list[Path]:
    """Writes the example into a folder that has no questionnaire yet. Raises ProblemsFound."""
    if not re.fullmatch(_pattern(), code):
        message = f"`{code}` cannot be the code of a questionnaire."
        remedy = "Use small Latin letters, digits and hyphens; begin with a letter; at most 64."
        raise ProblemsFound([Problem(str(folder), 1, 1, message, remedy, "bad-code")])
    if (folder / "questionnaire.yaml").exists():
        message = "There is a questionnaire here already."
        raise ProblemsFound([Problem("questionnaire.yaml", 1, 1, message, "Choose another name.", "exists")])
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file, text in new_files(code).items():
        written.append(folder / file)
        written[-1].write_text(text, encoding="utf-8", newline="\n")
    return written


def _pattern() -> str:
    return str(QuestionnaireCode.__metadata__[0].pattern)  # type: ignore[attr-defined]
