"""A report → .docx in the conference's style: title block, numbered paragraphs, footnotes, tables, pictures.

Right-to-left languages set the direction on every paragraph, run and table: Word follows nothing less.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from surveyapp.definition.tables import Table

from .archive import stamp_office_file

FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
FONT = "Times New Roman"
NUMBER_INDENT = Cm(1.25)
TEXT_WIDTH = Cm(16)
#: the schema wants an element's children in one order: what comes after these two
AFTER_BIDI = (
    "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
    "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
)
AFTER_BIDI_VISUAL = (
    "tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook"
)


def _tags(names: str) -> tuple[str, ...]:
    return tuple(f"w:{name}" for name in names.split())


@dataclass(frozen=True)
class Run:
    """Words, or a footnote that hangs at this place."""

    text: str
    note: bool = False


@dataclass(frozen=True)
class Block:
    """`kind`: heading · subheading · paragraph · recommendation · table · picture. `number`: of a numbered paragraph."""

    kind: str
    runs: tuple[Run, ...] = ()
    number: str = ""
    table: Table | None = None
    cells: tuple[tuple[str, ...], ...] = ()  #: the table's values as they read
    png: bytes = b""
    alt: str = ""


@dataclass(frozen=True)
class WordReport:
    """A report ready to be written, in words of one language."""

    language: str
    right_to_left: bool
    symbol: str
    above: tuple[str, ...]  #: lines of the title block above the title
    title: str
    below: tuple[str, ...]  #: lines below it
    blocks: Sequence[Block]
    moment: datetime.datetime
    author: str


def word_file(report: WordReport) -> bytes:
    """The same report at the same moment gives the same bytes."""
    made = docx.Document()
    _Writer(made, report).all()
    moment = report.moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    facts = made.core_properties
    facts.title, facts.author, facts.language = _plain(report.title), _plain(report.author), report.language
    facts.created = facts.modified = moment
    facts.last_modified_by, facts.revision, facts.comments = _plain(report.author), 1, ""
    raw = io.BytesIO()
    made.save(raw)
    return stamp_office_file(raw, moment)


class _Writer:
    def __init__(self, made: Document, report: WordReport) -> None:
        self.made, self.report = made, report
        self.notes: list[str] = []

    def all(self) -> None:
        self._styles()
        self._title_block()
        for block in self.report.blocks:
            getattr(self, f"_{block.kind}")(block)
        if self.notes:
            self._footnotes()
        if self.report.right_to_left:
            for section in self.made.sections:
                section._sectPr.insert_element_before(OxmlElement("w:bidi"), "w:rtlGutter", "w:docGrid")

    def _styles(self) -> None:
        normal = self.made.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(12)
        normal.paragraph_format.space_after = Pt(8)
        language = OxmlElement("w:lang")
        language.set(qn("w:bidi" if self.report.right_to_left else "w:val"), self.report.language)
        normal.element.get_or_add_rPr().append(language)
        for name, size in (("Heading 1", 14), ("Heading 2", 12), ("Title", 16)):
            style = self.made.styles[name]
            style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), FONT)
            for old in list(style.element.get_or_add_rPr().rFonts.attrib):
                if old.endswith("Theme"):
                    del style.element.get_or_add_rPr().rFonts.attrib[old]
        for section in self.made.sections:
            section.page_width, section.page_height = Cm(21), Cm(29.7)
            section.left_margin = section.right_margin = Cm(2.5)
            self._page_number(section.footer.paragraphs[0])

    def _page_number(self, paragraph: Paragraph) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)

    def _title_block(self) -> None:
        if self.report.symbol:
            symbol = self._words(self.made.add_paragraph(), self.report.symbol, bold=True)
            symbol.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for line in self.report.above:
            self._words(self.made.add_paragraph(), line).alignment = WD_ALIGN_PARAGRAPH.CENTER
        title = self._words(self.made.add_paragraph(style="Title"), self.report.title)
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for line in self.report.below:
            self._words(self.made.add_paragraph(), line).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _heading(self, block: Block) -> None:
        self._runs(self.made.add_paragraph(style="Heading 1"), block.runs)

    def _subheading(self, block: Block) -> None:
        self._runs(self.made.add_paragraph(style="Heading 2"), block.runs)

    def _paragraph(self, block: Block) -> None:
        paragraph = self.made.add_paragraph()
        paragraph.paragraph_format.tab_stops.add_tab_stop(NUMBER_INDENT)
        if block.number:
            self._words(paragraph, f"{block.number}.\t")
        self._runs(paragraph, block.runs)

    def _recommendation(self, block: Block) -> None:
        self._paragraph(block)

    def _table(self, block: Block) -> None:
        table = block.table
        assert table is not None
        self._words(self.made.add_paragraph(), table.title, bold=True).paragraph_format.keep_with_next = True
        drawn = self.made.add_table(rows=1, cols=len(table.columns), style="Table Grid")
        if self.report.right_to_left:
            drawn._tbl.tblPr.insert_element_before(OxmlElement("w:bidiVisual"), *_tags(AFTER_BIDI_VISUAL))
        self._head(drawn, table)
        for values in block.cells:
            cells = drawn.add_row().cells
            for cell, value, column in zip(cells, values, table.columns, strict=True):
                paragraph = self._words(cell.paragraphs[0], value, size=10)
                paragraph.paragraph_format.space_after = Pt(2)
                if column.format != "text":
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT  # the end of the line, in Arabic too
        self._widths(drawn)
        if table.base_line:
            self._words(self.made.add_paragraph(), table.base_line, size=9)

    def _widths(self, drawn: WordTable) -> None:
        """The first column holds words, the others figures."""
        drawn.autofit = False
        others = len(drawn.columns) - 1
        narrow = min(Cm(2.6), int(TEXT_WIDTH * 0.6 / max(1, others)))
        for place, column in enumerate(drawn.columns):
            width = narrow if place else TEXT_WIDTH - narrow * others
            for cell in column.cells:
                cell.width = width

    def _head(self, drawn: WordTable, table: Table) -> None:
        row = drawn.rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeated on each page, read out with each cell
        for cell, column in zip(row.cells, table.columns, strict=True):
            self._words(cell.paragraphs[0], column.title, bold=True, size=10)

    def _picture(self, block: Block) -> None:
        title = self._words(self.made.add_paragraph(), block.table.title if block.table else "", bold=True)
        title.paragraph_format.keep_with_next = True
        paragraph = self.made.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shape = paragraph.add_run().add_picture(io.BytesIO(block.png), width=Cm(15.5))
        shape._inline.docPr.set("descr", _plain(block.alt))
        if block.table and block.table.base_line:
            self._words(self.made.add_paragraph(), block.table.base_line, size=9)

    def _runs(self, paragraph: Paragraph, runs: Sequence[Run]) -> None:
        self._direct(paragraph)
        for run in runs:
            if run.note:
                self._note(paragraph, run.text)
            else:
                self._words(paragraph, run.text)

    def _words(self, paragraph: Paragraph, text: str, *, bold: bool = False, size: float | None = None) -> Paragraph:
        self._direct(paragraph)
        run = paragraph.add_run(_plain(text))
        run.bold = bold or None
        run.font.size = Pt(size) if size else None
        run.font.rtl = True if self.report.right_to_left else None
        return paragraph

    def _direct(self, paragraph: Paragraph) -> None:
        properties = paragraph._p.get_or_add_pPr()
        if self.report.right_to_left and properties.find(qn("w:bidi")) is None:
            properties.insert_element_before(OxmlElement("w:bidi"), *_tags(AFTER_BIDI))

    def _note(self, paragraph: Paragraph, text: str) -> None:
        self.notes.append(_plain(text))
        run = paragraph.add_run()
        run.font.superscript = True
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(len(self.notes)))
        run._r.append(mark)

    def _footnotes(self) -> None:
        """python-docx has no footnotes of its own: the part is written here, with the two separators Word asks for."""
        root: Any = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        for number, kind, mark in (
            (-1, "separator", "w:separator"),
            (0, "continuationSeparator", "w:continuationSeparator"),
        ):
            root.append(_footnote(number, OxmlElement(mark), kind))
        for number, text in enumerate(self.notes, 1):
            root.append(_footnote(number, None, "", text, self.report.right_to_left))
        package = self.made.part.package
        part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, serialize_part_xml(root), package)
        self.made.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _plain(text: str) -> str:
    """What XML cannot carry is marked; Word has no escape for it."""
    return _FORBIDDEN.sub("\ufffd", text)


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _footnote(number: int, mark: Any, kind: str, text: str = "", right_to_left: bool = False) -> Any:
    note, paragraph, run = OxmlElement("w:footnote"), OxmlElement("w:p"), OxmlElement("w:r")
    note.set(qn("w:id"), str(number))
    if kind:
        note.set(qn("w:type"), kind)
    if right_to_left:
        properties = OxmlElement("w:pPr")
        properties.append(OxmlElement("w:bidi"))
        paragraph.append(properties)
    if mark is not None:
        run.append(mark)
    else:
        looks, raised = OxmlElement("w:rPr"), OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), "superscript")
        looks.append(raised)
        number_run = OxmlElement("w:r")
        number_run.append(looks)
        number_run.append(OxmlElement("w:footnoteRef"))
        paragraph.append(number_run)
        words = OxmlElement("w:t")
        words.text = f" {text}"
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
    paragraph.append(run)
    note.append(paragraph)
    return note
