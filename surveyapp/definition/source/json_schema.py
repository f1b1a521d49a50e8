"""The grammar as JSON Schema, so that editors complete and explain keys while an author types.

`python -m surveyapp.definition.json_schema > docs/questionnaire.schema.json` writes it; a test keeps
the file in step. `checker` stays the judge: the schema knows nothing of rules, codes or languages.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ..model import Questionnaire

#: shown by editors beside a key
DESCRIPTIONS = {
    "questionnaire": "Its code: small letters, digits, hyphens; never changed once used.",
    "version": "A whole number that grows with every published change.",
    "source": "Where the wording comes from; shown on the cover.",
    "code": "The stable identifier: small letters, digits, `_`. Unique in the questionnaire, never reused.",
    "type": "What kind of answer it takes.",
    "label": "The question as it is asked, in English. Markdown; `{{ code | fallback }}` shows an earlier answer.",
    "hint": "Help below the label. Markdown.",
    "need": "required: a hard gap; recommended: may be left open; optional: no gap.",
    "relevant": "Rule: is this asked, shown or offered? Looks back only.",
    "constraints": "Rules that an answer must meet, each with its own message.",
    "handling": "Who may see the answer: the default, and how far a State may loosen or tighten it.",
    "choices": "The name of a choice list, or a list of choices.",
    "rows": "The name of a choice list, or a list of rows.",
    "columns": "The name of a choice list, or a list of columns.",
    "choice_lists": "Lists of choices that several questions share.",
    "exclusive": "Cannot be taken together with another choice (none of these).",
    "detail": "A text box that opens when the choice is taken (other, please specify).",
    "least": "The least number of choices, items or links.",
    "most": "The most choices, items or links.",
    "min": "The smallest or earliest answer.",
    "max": "The largest or latest answer.",
    "step": "Answers are whole steps from `min` (or zero).",
    "decimals": "How many decimals are kept.",
    "unit": "Shown after the box: days, States, USD.",
    "max_characters": "The most characters, spaces included.",
    "max_words": "The most words.",
    "dont_know": "Offer *don't know*.",
    "not_applicable": "Offer *not applicable*.",
    "regions": "Only States of these regions: africa, americas, asia, europe, oceania.",
    "treaty_status": "Only States or participants with these statuses.",
    "open_ended": "May the end be left open?",
    "cell": "What each cell takes: one choice, several, a text or a number.",
    "every_row": "Every row is needed for the grid to count as answered.",
    "item_label": "What one item is called: Law or decree.",
    "item_title": "The question inside whose answer titles the item.",
    "items": "What stands here, in the order it is asked.",
    "formula": "Rule whose value is the calculation's.",
    "result": "What kind of value the formula gives.",
    "shown": "Is the value shown to who answers?",
    "rule": "A rule in CEL; false makes the answer unacceptable.",
    "message": "What to tell who answers, and what to do.",
    "audience": "Who is invited unless the round says otherwise.",
}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `questionnaire.yaml`."""
    whole = Questionnaire.model_json_schema()
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}
    for part in (whole, *whole["$defs"].values()):
        for name, field in part.get("properties", {}).items():
            # generated titles only repeat the key
            field.pop("title", None)
            if name in DESCRIPTIONS:
                field["description"] = DESCRIPTIONS[name]
        part.pop("description", None)
    whole["title"] = "Questionnaire"
    return whole


def text() -> str:
    """The schema as the file that is published with the documentation."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
