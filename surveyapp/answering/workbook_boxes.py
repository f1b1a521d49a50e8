"""A reply as the boxes of a fill-in workbook: the parts of each answer as the page has them, a cell for each."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveyapp.definition import model as m
from surveyapp.definition.punctuation import labelled
from surveyapp.forms import as_posted
from surveyapp.handouts.fill_in.book import Book, Box, Content, ListSheet, Row, Sheet, fits_cell
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.words import RIGHT_TO_LEFT

from .layout import Block, Option, blocks, plain
from .page import Page

FORMAT = "1"
#: more rows than there are items, and more lines than there are States or links, to write on
ROOM, MORE_STATES, MORE_LINKS = 12, 8, 3
KINDS = {"integer": "number", "number": "number", "percentage": "number", "year": "number", "date": "date"}
LINK_PARTS = ("url", "title", "language", "date")
#: answered on line only
ELSEWHERE = ("document",)


@dataclass(frozen=True)
class Cell:
    """A box of one question, before it has a place: `suffix` follows the address in its name."""

    suffix: str
    label: str
    box: Box


def identity(state: ResponseState, language: str) -> dict[str, str]:
    """What a workbook is made for. It gives nobody any right: the upload is checked like any post."""
    return {
        "format": FORMAT,
        "round": state.round.code,
        "participant": state.participant.code,
        "version": state.compiled.digest,
        "language": language,
    }


def workbook(page: Page, now: datetime.datetime) -> Book:
    """The reply as it stands at `now`, in the page's language."""
    return _Maker(page, _items(page.state, more=True)).book(now)


def as_made(page: Page, items: Mapping[str, Sequence[str]], now: datetime.datetime) -> Book:
    """The workbook that was made from this state; `items` are those of its lists, the empty rows among them."""
    return _Maker(page, items).book(now)


def _items(state: ResponseState, *, more: bool) -> dict[str, list[str]]:
    """Each list's items, and fresh ones for its empty rows."""
    items: dict[str, list[str]] = {}
    for code, question in state.compiled.questions.items():
        if isinstance(question, m.Repeat):
            kept = list(state.values.get(code) or ())
            room = min(ROOM, question.most - len(kept)) if more else 0
            items[code] = kept + [secrets.token_hex(4) for _row in range(room)]
    return items


class _Maker:
    def __init__(self, page: Page, items: Mapping[str, Sequence[str]]) -> None:
        self.page, self.items = page, items
        self.compiled, self.language, self.words = page.compiled, page.language, page.words
        self.lists: dict[str, tuple[tuple[str, str], ...]] = {}

    def book(self, now: datetime.datetime) -> Book:
        state, language, _ = self.page.state, self.language, self.words.gettext
        title = self.compiled.text("questionnaire.title", language)
        return Book(
            title=f"{state.participant.name(language)} · {title}",
            author=state.participant.name(language),
            right_to_left=language in RIGHT_TO_LEFT,
            guide_name=_("How to fill in"),
            guide=self._guide(now),
            wrong_title=_("Not in the list"),
            wrong=_("Select one of the answers offered."),
            sheets=list(self._sheets()),
            lists=self.lists,
            identity=identity(state, language),
            revisions={address: kept.revision for address, kept in state.answers.items()},
            moment=now,
        )

    def _guide(self, now: datetime.datetime) -> list[str]:
        state, language, _ = self.page.state, self.language, self.words.gettext
        return [
            f"{state.round.title(language)} · {state.participant.name(language)}",
            self.words.deadline_line(state.round.deadline, state.round.deadline_state(now)),
            _("Answer in the framed cells; the others are locked. A section is a sheet, and each list has one of its own."),
            _("Questions that apply only in some cases are all here: leave those that do not apply empty."),
            _("When you are done, save the file as .xlsx and upload it on the page of the reply. You will see every change before anything is saved."),
            _("Who may see an answer, and documents, are set on line."),
        ]  # fmt: skip

    def _sheets(self) -> Iterator[Sheet | ListSheet]:
        for section in self.compiled.questionnaire.sections:
            made = blocks(self.compiled, section.code, self.language)
            title = self.compiled.text(f"{section.code}.title", self.language)
            yield Sheet(title, [row for block in made for row in self._rows(block)])
            for block in made:
                if block.type == "repeat":
                    yield self._list(block)

    # a section

    def _rows(self, block: Block) -> Iterator[Row]:
        _ = self.words.gettext
        label, hint = self.page.piped(block, "")
        if block.type in ("subsection", "note"):
            yield Row("heading" if block.type == "subsection" else "note", plain(label))
        if not block.is_question:
            return
        if block.type == "repeat":
            yield Row("question", plain(label), _("See the sheet that follows."))
            return
        if block.type in ELSEWHERE:
            yield Row("question", plain(label), _("This question is answered on line."))
            return
        yield from self._question(block, plain(label), self._hint(block, hint))

    def _question(self, block: Block, label: str, hint: str) -> Iterator[Row]:
        cells = self._cells(block, block.code)
        alone = bool(cells) and not cells[0].label
        yield Row("question", label, hint, cells[0].box if alone else None)
        for cell in cells[alone:]:
            yield Row("part", cell.label, "", cell.box)
        if block.need == "recommended":
            reasons = self._list_of("reason", list(self.page.reasons.items()))
            kept = self.page.state.answers.get(block.code)
            box = Box(f"{block.code}!reason", "pick", kept.declined if kept else None, reasons)
            yield Row("part", self.words.gettext("If it is left open: why?"), "", box)

    def _hint(self, block: Block, hint: Any) -> str:
        _ = self.words.gettext
        lines = [self.page.needs[block.need]] if block.need in self.page.needs else []
        lines += [_("Only where it applies")] if block.question.relevant else []
        lines += [block.unit] if block.unit else []
        lines += [plain(hint)] if hint else []
        stored = self.page.state.answers.get(block.code)
        if stored and isinstance(stored.value, str) and not fits_cell(stored.value):
            lines.append(_("The answer is too long for a cell: change it on line."))
        return " · ".join(lines)

    # a list

    def _list(self, block: Block) -> ListSheet:
        label, hint = self.page.piped(block, "")
        rows = [(f"{block.code}/{item}", self._item(block, item)) for item in self.items.get(block.code, ())]
        heads = []
        for inner in block.inside:
            text, note = self.page.piped(inner, "")
            if inner.type in ELSEWHERE:
                continue
            for cell in self._cells(inner, f"{block.code}/new/{inner.code}"):
                name = cell.box.name.split("/", 2)[2]
                words_of = f"{plain(text)} — {cell.label}" if cell.label else plain(text)
                heads.append((name, words_of, self._hint(inner, note)))
        return ListSheet(block.item_label, f"{plain(label)} {plain(hint)}".strip(), heads, rows)

    def _item(self, block: Block, item: str) -> list[Box]:
        prefix = f"{block.code}/{item}/"
        inside = [inner for inner in block.inside if inner.type not in ELSEWHERE]
        return [cell.box for inner in inside for cell in self._cells(inner, prefix + inner.code)]

    # the cells of one question

    def _cells(self, block: Block, address: str) -> list[Cell]:
        stored = self.page.state.answers.get(address)
        posted = as_posted(block.question, stored.value if stored else None)
        prompt = plain(self.page.piped(block, "")[1] or "")
        made = CELLS.get(block.type, _Maker._single)(self, block, posted)
        return [
            Cell(cell.suffix, cell.label, _named(cell.box, address + cell.suffix, prompt)) for cell in made
        ]  # fmt: skip

    def _single(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        kind = KINDS.get(block.type, "text")
        yield Cell("", "", Box("", kind, _typed(kind, _first(posted))))

    def _pick(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        yield Cell("", "", Box("", "pick", _first(posted) or None, self._options(block.code, _offered(block))))
        yield from self._details(block, posted)

    def _details(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        for option in block.options:
            if option.detail:
                part = f"detail.{option.code}"
                yield Cell(
                    f".{part}",
                    labelled(self._word(option), str(option.detail), self.language),
                    Box("", "text", _first(posted, part)),
                )

    def _ticks(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        ticked = posted.get("", ())
        for option in block.options:
            yield Cell(f"={option.code}", self._word(option), Box("", "tick", option.code in ticked or None))
        yield from self._details(block, posted)

    def _scale(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        ends = {block.options[0].code: block.ends[0], block.options[-1].code: block.ends[1]}
        labels = [
            (option.code, f"{option.code} ({ends[option.code]})" if ends.get(option.code) else option.code)
            for option in block.options
        ]
        yield Cell("", "", Box("", "pick", _first(posted) or None, self._list_of(block.code, labels)))

    def _ranking(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        for option in block.options:
            yield Cell(
                f".{option.code}", self._word(option), Box("", "rank", _typed("number", _first(posted, option.code)))
            )

    def _states(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        chosen, offered = posted.get("", []), _offered(block)
        name = self._options(block.code, offered)
        for place in range(min(len(chosen) + MORE_STATES, len(offered))):
            value = chosen[place] if place < len(chosen) else None
            yield Cell(f"#{place}", self.words.number(place + 1), Box("", "pick", value, name))

    def _grid(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        cell = block.question.cell
        for row in block.rows:
            head = self._word(row)
            if cell == "single":
                options = self._options(block.code, block.options)
                yield Cell(f".{row.code}", head, Box("", "pick", _first(posted, row.code) or None, options))
                continue
            for column in block.options:
                label = f"{head} — {self._word(column)}"
                if cell == "multiple":
                    ticked = column.code in posted.get(row.code, ())
                    yield Cell(f".{row.code}={column.code}", label, Box("", "tick", ticked or None))
                else:
                    value = _typed(cell, _first(posted, f"{row.code}.{column.code}"))
                    yield Cell(f".{row.code}.{column.code}", label, Box("", cell, value))

    def _period(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        for part, label in (("from", self.words.gettext("From")), ("to", self.words.gettext("To"))):
            yield Cell(f".{part}", label, Box("", "date", _typed("date", _first(posted, part))))

    def _month(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        year, month = _first(posted, "year"), _first(posted, "month")
        yield Cell("", "", Box("", "month", f"{year}-{int(month):02}" if year and month else None))

    def _links(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        _ = self.words.gettext
        labels = {"url": _("Address"), "title": _("Title"), "language": _("Language"), "date": _("Date")}
        used = 1 + max((int(part.split(".")[0]) for part in posted), default=-1)
        for place in range(min(used + MORE_LINKS, block.question.most)):
            for part in LINK_PARTS:
                kind = "date" if part == "date" else "text"
                value = _typed(kind, _first(posted, f"{place}.{part}"))
                yield Cell(f".{place}.{part}", f"{self.words.number(place + 1)} — {labels[part]}", Box("", kind, value))

    def _contact(self, block: Block, posted: Mapping[str, list[str]]) -> Iterator[Cell]:
        for part, label in block.parts:
            yield Cell(f".{part}", self.words.gettext(label), Box("", "text", _first(posted, part)))

    def _options(self, name: str, options: Sequence[Option]) -> str:
        return self._list_of(name, [(option.code, self._word(option)) for option in options])

    def _list_of(self, name: str, options: Sequence[tuple[str, str]]) -> str:
        """Labels as they stand, and with their codes where two are the same."""
        labels = [label for _code, label in options]
        labelled = tuple((code, label if labels.count(label) == 1 else f"{label} ({code})") for code, label in options)
        list_name = next((each for each, kept in self.lists.items() if kept == labelled), name)
        self.lists[list_name] = labelled
        return list_name

    def _word(self, option: Option) -> str:
        return self.words.gettext(str(option.label)) if option.interface else plain(option.label)


CELLS: Mapping[str, Any] = {
    "yes_no": _Maker._pick,
    "consent": _Maker._pick,
    "single_choice": _Maker._pick,
    "state": _Maker._pick,
    "scale": _Maker._scale,
    "multiple_choice": _Maker._ticks,
    "ranking": _Maker._ranking,
    "states": _Maker._states,
    "grid": _Maker._grid,
    "period": _Maker._period,
    "month": _Maker._month,
    "links": _Maker._links,
    "contact": _Maker._contact,
}


def _named(box: Box, name: str, prompt: str) -> Box:
    return Box(name, box.kind, box.value, box.options, prompt)


def _offered(block: Block) -> tuple[Option, ...]:
    return block.options or tuple(option for _region, options in block.groups for option in options)


def _first(posted: Mapping[str, list[str]], part: str = "") -> str:
    values = posted.get(part)
    return str(values[0]) if values else ""


def _typed(kind: str, text: str) -> Content:
    if not text:
        return None
    if kind == "number":
        number = float(text)
        return int(number) if number == int(number) and abs(number) < 1e15 else number
    if kind == "date":
        return datetime.date.fromisoformat(text)
    return text
