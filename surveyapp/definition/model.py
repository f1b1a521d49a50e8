"""What a questionnaire is: frozen objects, parsed once from YAML and never changed.

Every rule is CEL source text here; only `rules` compiles it. Every text is the English
source; `texts` finds its translation by the text's key.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
QuestionnaireCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
TextSource = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Rule = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Handling = Literal["public", "states_parties", "co_chairs", "secretariat"]
TreatyStatus = Literal["state_party", "signatory", "not_party"]
#: why a recommended question is left open
Reason = Literal["not_applicable", "not_available", "prefer_not", "later"]
Need = Literal["required", "recommended", "optional"]

#: from the widest circle of readers to the narrowest
HANDLINGS: tuple[Handling, ...] = ("public", "states_parties", "co_chairs", "secretariat")
REASONS: tuple[Reason, ...] = ("not_applicable", "not_available", "prefer_not", "later")


class Part(BaseModel):
    """Anything frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Audience(Part):
    """Who is invited unless the round says otherwise."""

    kinds: tuple[Literal["state", "organisation"], ...] = ("state",)
    treaty_status: tuple[TreatyStatus, ...] = ()


class HandlingBounds(Part):
    """Who may see an answer: the default, and how far a State may loosen or tighten it."""

    default: Handling = "states_parties"
    loosest: Handling = "public"
    tightest: Handling = "secretariat"

    @property
    def allowed(self) -> tuple[Handling, ...]:
        """What a State may choose, the widest circle first."""
        return HANDLINGS[HANDLINGS.index(self.loosest) : HANDLINGS.index(self.tightest) + 1]


class Detail(Part):
    """A text box that opens when its choice is taken (*other, please specify*)."""

    label: TextSource
    required: bool = False
    max_characters: int = Field(500, ge=1, le=20000)


class Choice(Part):
    """One option of a list, row or column of a grid."""

    code: Code
    label: TextSource
    hint: TextSource | None = None
    exclusive: bool = False
    detail: Detail | None = None
    relevant: Rule | None = None  #: the choice filter: is this choice offered?


ChoiceSource = Code | Annotated[tuple[Choice, ...], Field(min_length=1)]


class Constraint(Part):
    """A rule that an answer must meet, and what is said when it does not."""

    rule: Rule
    message: TextSource


class Item(Part):
    """Anything that stands in a section."""

    code: Code
    relevant: Rule | None = None


class Note(Item):
    """A text to read between questions."""

    type: Literal["note"]
    text: TextSource


class Question(Item):
    """What all question types share."""

    label: TextSource
    hint: TextSource | None = None
    need: Need = "optional"
    constraints: tuple[Constraint, ...] = ()
    handling: HandlingBounds | None = None  #: None: the questionnaire's


class ShortText(Question):
    """One line; see `question_types` for the value's shape."""

    type: Literal["short_text"]
    max_characters: int = Field(200, ge=1, le=1000)


class LongText(Question):
    """Several lines."""

    type: Literal["long_text"]
    max_characters: int = Field(5000, ge=1, le=32000)
    max_words: int | None = Field(None, ge=1)


class Integer(Question):
    """A whole number; `unit` is shown behind the box."""

    type: Literal["integer"]
    min: int | None = None
    max: int | None = None
    step: int = Field(1, ge=1)
    unit: TextSource | None = None


class Number(Question):
    """A decimal number, kept with at most `decimals` decimals."""

    type: Literal["number"]
    min: float | None = None
    max: float | None = None
    step: float | None = Field(None, gt=0)
    decimals: int = Field(2, ge=0, le=6)
    unit: TextSource | None = None


class Percentage(Question):
    """From 0 to 100 unless the bounds say otherwise; 12.5 stands for 12.5 %."""

    type: Literal["percentage"]
    min: float = 0
    max: float = 100
    decimals: int = Field(0, ge=0, le=4)


class YesNo(Question):
    """Choices `yes` and `no`, and if asked for `dont_know` and `not_applicable`."""

    type: Literal["yes_no"]
    dont_know: bool = False
    not_applicable: bool = False


class SingleChoice(Question):
    """One of its choices."""

    type: Literal["single_choice"]
    choices: ChoiceSource


class MultipleChoice(Question):
    """Any of its choices, between `least` and `most` of them."""

    type: Literal["multiple_choice"]
    choices: ChoiceSource
    least: int = Field(0, ge=0)
    most: int | None = Field(None, ge=1)


class Ranking(Question):
    """Its choices in order, the best first; between `least` and `most` of them."""

    type: Literal["ranking"]
    choices: ChoiceSource
    least: int = Field(0, ge=0)
    most: int | None = Field(None, ge=1)


class Scale(Question):
    """Whole steps from `min` to `max`, the ends with labels."""

    type: Literal["scale"]
    min: int = 1
    max: int = Field(5, le=20)
    low_label: TextSource
    high_label: TextSource
    middle_label: TextSource | None = None


class Date(Question):
    """A day of the Gregorian calendar."""

    type: Literal["date"]
    min: datetime.date | None = None
    max: datetime.date | None = None


class Month(Question):
    """A month of a year; the bounds are `YYYY-MM`."""

    type: Literal["month"]
    min: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")] | None = None
    max: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")] | None = None


class Year(Question):
    """A year of four digits."""

    type: Literal["year"]
    min: int = Field(1900, ge=1000, le=9999)
    max: int = Field(2100, ge=1000, le=9999)


class Period(Question):
    """From one day to another."""

    type: Literal["period"]
    min: datetime.date | None = None
    max: datetime.date | None = None
    open_ended: bool = False  #: may the end be left open?


class StatePicker(Question):
    """Region codes are those of `states`: africa, americas, asia, europe, oceania."""

    regions: tuple[Code, ...] = ()
    treaty_status: tuple[TreatyStatus, ...] = ()


class State(StatePicker):
    """One State of the reference table."""

    type: Literal["state"]


class States(StatePicker):
    """Several States of the reference table."""

    type: Literal["states"]
    least: int = Field(0, ge=0)
    most: int | None = Field(None, ge=1)


class Grid(Question):
    """Rows × columns. `single`/`multiple`: the columns are choices; `text`/`number`: one box a cell."""

    type: Literal["grid"]
    rows: ChoiceSource
    columns: ChoiceSource
    cell: Literal["single", "multiple", "text", "number"] = "single"
    every_row: bool = False  #: needed in full to count as answered
    max_characters: int = Field(500, ge=1, le=5000)
    min: float | None = None
    max: float | None = None


class Links(Question):
    """Web addresses, each with a title, language and date where they are known."""

    type: Literal["links"]
    least: int = Field(0, ge=0)
    most: int = Field(10, ge=1, le=50)


class Document(Question):
    """A law or decree: its title, language, date and where it is; the file itself may be asked later."""

    type: Literal["document"]
    formats: tuple[Literal["pdf", "docx", "odt", "txt"], ...] = ("pdf", "docx", "odt", "txt")
    max_megabytes: int = Field(20, ge=1, le=100)


class Contact(Question):
    """A person's details, in the parts of `ask`."""

    type: Literal["contact"]
    ask: tuple[Literal["name", "position", "institution", "email", "phone"], ...] = (
        "name",
        "position",
        "institution",
        "email",
        "phone",
    )
    required_parts: tuple[Literal["name", "position", "institution", "email", "phone"], ...] = ("name", "email")


class Consent(Question):
    """`given` or `refused`; the label is the statement consented to."""

    type: Literal["consent"]
    naming: bool = False  #: given: the participant may be named in the report beside what it said


class Calculation(Item):
    """Worked out, never typed. May look anywhere; a cycle is a problem."""

    type: Literal["calculation"]
    label: TextSource
    hint: TextSource | None = None
    formula: Rule
    result: Literal["number", "text", "yes_no"] = "number"
    decimals: int = Field(0, ge=0, le=6)
    unit: TextSource | None = None
    shown: bool = True
    handling: HandlingBounds | None = None


SimpleQuestion = (
    ShortText
    | LongText
    | Integer
    | Number
    | Percentage
    | YesNo
    | SingleChoice
    | MultipleChoice
    | Ranking
    | Scale
    | Date
    | Month
    | Year
    | Period
    | State
    | States
    | Grid
    | Links
    | Document
    | Contact
    | Consent
)
RepeatItem = Annotated[SimpleQuestion | Note | Calculation, Field(discriminator="type")]


class Repeat(Question):
    """A group answered once per item (an activity, a law)."""

    type: Literal["repeat"]
    item_label: TextSource  #: "Law or decree"; items are titled "Law or decree 2: …"
    item_title: Code | None = None  #: the question inside whose answer titles the item
    least: int = Field(0, ge=0)
    most: int = Field(20, ge=1, le=200)
    items: Annotated[tuple[RepeatItem, ...], Field(min_length=1)]


SectionLeaf = Annotated[SimpleQuestion | Note | Calculation | Repeat, Field(discriminator="type")]


class Subsection(Item):
    """Items under a heading of their own inside a section; a rule on it holds for all of them."""

    type: Literal["subsection"]
    title: TextSource
    text: TextSource | None = None
    items: Annotated[tuple[SectionLeaf, ...], Field(min_length=1)]


SectionItem = Annotated[SimpleQuestion | Note | Calculation | Repeat | Subsection, Field(discriminator="type")]
AnyQuestion = SimpleQuestion | Repeat


class Section(Part):
    """One page of the questionnaire."""

    code: Code
    title: TextSource
    text: TextSource | None = None
    relevant: Rule | None = None
    items: Annotated[tuple[SectionItem, ...], Field(min_length=1)]


class Questionnaire(Part):
    """The whole, as `questionnaire.yaml` has it."""

    questionnaire: QuestionnaireCode
    version: int = Field(ge=1)
    title: TextSource
    source: TextSource  #: where the wording comes from; shown on the cover
    introduction: TextSource
    thanks: TextSource
    audience: Audience = Audience()
    handling: HandlingBounds = HandlingBounds()
    choice_lists: dict[Code, Annotated[tuple[Choice, ...], Field(min_length=1)]] = {}
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
