"""What co-chairs have begun in the demonstration: a codebook applied by two readers, a discussion, a report with live figures."""

from __future__ import annotations

from surveyapp.storage.people import accounts
from surveyapp.storage.report import reports
from surveyapp.storage.results import coding, discussions, tallies
from surveyapp.storage.rounds import participants, rounds

#: code: (labels, definition, a word of the invented answers that it is about)
THEMES = {
    "capacity": (
        {
            "en": "Capacity and staff",
            "fr": "Capacités et personnel",
            "es": "Capacidad y personal",
            "ar": "القدرات والموظفون",
            "zh": "能力与人员",
            "ru": "Потенциал и кадры",
        },
        "Number, training or turnover of officials. Not: assistance from others.",
        "Capacity",
    ),
    "parliament": (
        {
            "en": "Parliamentary procedure",
            "fr": "Procédure parlementaire",
            "es": "Procedimiento parlamentario",
            "ar": "الإجراءات البرلمانية",
            "zh": "议会程序",
            "ru": "Парламентская процедура",
        },
        "Readings, votes and consultations before a parliament.",
        "Parliament",
    ),
    "cooperation": (
        {
            "en": "Regional cooperation",
            "fr": "Coopération régionale",
            "es": "Cooperación regional",
            "ar": "التعاون الإقليمي",
            "zh": "区域合作",
            "ru": "Региональное сотрудничество",
        },
        "Work with neighbouring States or a regional organisation, assistance included.",
        "regional",
    ),
}
TITLES = {
    "en": "Draft report of the co-chairs",
    "fr": "Projet de rapport des coprésidents",
    "es": "Proyecto de informe de los copresidentes",
    "ar": "مشروع تقرير الرئيسين المشاركين",
    "zh": "共同主席的报告草案",
    "ru": "Проект доклада сопредседателей",
}
HEADINGS = {
    "en": "Introduction",
    "fr": "Introduction",
    "es": "Introducción",
    "ar": "مقدمة",
    "zh": "导言",
    "ru": "Введение",
}
REPLIED = {
    "en": "Of {{ invited }} States invited, {{ replied }} replied.^[The States of this demonstration are invented.]",
    "fr": "Sur {{ invited }} États invités, {{ replied }} ont répondu.^[Les États de cette démonstration sont inventés.]",
    "es": "De {{ invited }} Estados invitados, {{ replied }} respondieron.^[Los Estados de esta demostración son inventados.]",
    "ar": "من بين {{ invited }} دولة وُجّهت إليها الدعوة، ردّت {{ replied }}.^[الدول في هذا العرض التوضيحي مختلَقة.]",
    "zh": "在受邀的{{ invited }}个国家中，{{ replied }}个国家作了答复。^[本演示中的国家均为虚构。]",
    "ru": "Из {{ invited }} приглашенных государств ответили {{ replied }}.^[Государства в этой демонстрации вымышлены.]",
}
SYSTEMS = {
    "en": "{{ word had_system=yes }} ({{ count had_system=yes }} of {{ answered had_system }}) reported that a national control system had existed before the procedure began.",
    "fr": "{{ word had_system=yes }} ({{ count had_system=yes }} sur {{ answered had_system }}) ont indiqué qu'un système national de contrôle existait avant le début de la procédure.",
    "es": "{{ word had_system=yes }} ({{ count had_system=yes }} de {{ answered had_system }}) informaron de que ya existía un sistema nacional de control antes de iniciarse el procedimiento.",
    "ar": "{{ word had_system=yes }} ({{ count had_system=yes }} من {{ answered had_system }}) أفادت بأن نظاماً وطنياً للمراقبة كان قائماً قبل بدء الإجراءات.",
    "zh": "{{ word had_system=yes }}（{{ answered had_system }}个中的{{ count had_system=yes }}个）报告说，在程序开始之前已有国家管制制度。",
    "ru": "{{ word had_system=yes }} ({{ count had_system=yes }} из {{ answered had_system }}) сообщили, что национальная система контроля существовала до начала процедуры.",
}
FIGURE = "{{ chart had_system }}"
QUESTION = "procedure_remarks"


def cochairs_room(round_code: str) -> None:
    """Fills the round: themes, coded answers, remarks of two readers, and a report whose figures are live."""
    round_ = rounds.round(round_code)
    readers = [accounts.person_by_email(email) for email in ("co-chair@wgtu.example", "secretariat@wgtu.example")]
    first, second = (person.id for person in readers if person)
    assert round_ is not None
    themes = {
        code: coding.add_theme(code, labels, definition, round_id=None, by=first)
        for code, (labels, definition, _) in THEMES.items()
    }
    _coded(round_.id, themes, first, second)
    _discussed(round_.id, themes, first)
    languages = list(TITLES)
    outline = [
        ("heading", HEADINGS),
        ("paragraph", REPLIED),
        ("paragraph", SYSTEMS),
        ("figure", dict.fromkeys(languages, FIGURE)),
    ]
    reports.create("csp13-draft", round_.id, TITLES, "ATT/CSP13.WGTU/2027/CHAIR/DEMO", outline, by=first)


def _coded(round_id: int, themes: dict[str, int], first: int, second: int) -> None:
    """Two readers, who agree on most answers."""
    for place, reply in enumerate(tallies.submitted(round_id, "co_chairs")):
        text = str(reply.answers.get(QUESTION, ""))
        for code, (_, _, word) in THEMES.items():
            if word not in text:
                continue
            answer = (reply.response_id, QUESTION, reply.revisions[QUESTION])
            coding.apply(themes[code], by=first, answer=answer)
            coding.apply(themes[code if place % 4 else "parliament"], by=second, answer=answer)


def _discussed(round_id: int, themes: dict[str, int], by: int) -> None:
    number = discussions.begin(round_id, "7", "Ratification, accession and domestication", None, by=by)
    guide = discussions.add_guiding_question(
        number, "What should other States know about the procedure?", QUESTION, by=by
    )
    state = participants.participant("XLI")
    summary = "The delegation described how a regional organisation had helped to draft its national control list."
    added = discussions.record_intervention(
        number,
        "national",
        guiding_id=guide,
        participant_id=state.id if state else None,
        speaker="",
        language="en",
        summary=summary,
        by=by,
    )
    coding.apply(themes["cooperation"], by=by, intervention_id=added)
