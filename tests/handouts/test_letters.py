"""Every text prints: any script, signs of word processors, control characters, an empty title; what no font has is named."""

from __future__ import annotations

import hashlib
import io
import random
import re
import unicodedata

import pypdf
import pytest

from surveyapp.definition.texts import LANGUAGES
from surveyapp.handouts.letters import FONTS, covered, printable
from surveyapp.handouts.paper import Paper, PaperLine, PaperPart, in_its_direction, print_paper

SCRIPTS = {
    "Amharic": "የኢትዮጵያ", "Armenian": "Հայաստան", "Bengali": "বাংলাদেশ", "Burmese": "မြန်မာ", "Dzongkha": "འབྲུག", "Georgian": "საქართველო",
    "Greek": "Ελλάδα", "Gujarati": "ગુજરાતી", "Hebrew": "ישראל", "Hindi": "भारत", "Japanese": "日本ひらがなカタカナ", "Kannada": "ಕನ್ನಡ",
    "Khmer": "កម្ពុជា", "Korean": "대한민국", "Lao": "ລາວ", "Malayalam": "മലയാളം", "Mongolian": "ᠮᠣᠩᠭᠣᠯ", "Punjabi": "ਪੰਜਾਬੀ",
    "Sinhala": "ශ්‍රී ලංකා", "Tamil": "தமிழ்", "Telugu": "తెలుగు", "Thaana": "ދިވެހިރާއްޖެ", "Thai": "ประเทศไทย", "Tifinagh": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "Urdu": "پاکستان ٹڈ", "Vietnamese": "Việt Nam", "emoji": "🙂👍", "arrows": "→ ✓ ■ ☎",
}  # fmt: skip


def paper(answer: str, *, title: str = "Reply", language: str = "en", facts: tuple[tuple[str, str], ...] = ()) -> Paper:
    part = PaperPart(title, [PaperLine("item", title), PaperLine("question", "Question", answer)])
    return Paper(language, "Velmoria", title, "Round", ("", ""), facts, (), [part], "footer")


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_scripts_of_member_states_are_printed_and_not_substituted(script: str) -> None:
    assert printable(SCRIPTS[script]) == unicodedata.normalize("NFC", SCRIPTS[script])
    assert print_paper(paper(SCRIPTS[script]), 0).startswith(b"%PDF")


def test_a_word_processors_bullet_is_printed_as_one() -> None:
    assert printable("\uf0b7 First") == "• First"
    assert "• First" in text_of(print_paper(paper("\uf0b7 First"), 0))


@pytest.mark.parametrize("sign", ["\ue000", "\x07", "\x1b", "\U000f0000", "\u0378", "\U00012000"])
def test_a_sign_that_no_font_has_is_named_in_its_place(sign: str) -> None:
    named = f"[U+{ord(sign):04X}]"
    assert printable(f"a{sign}b") == f"a{named}b"
    assert named in text_of(print_paper(paper(f"a{sign}b"), 0))


@pytest.mark.parametrize("title", ["", " ", "\n", "\u200b", "\ue000", "\x00"])
def test_an_empty_title_prints(title: str) -> None:
    pdf = print_paper(paper("An answer", title=title), 0)
    assert "An answer" in text_of(pdf)


def test_any_text_at_all_prints_as_an_accessible_file(caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(7)
    signs = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    for _ in range(40):
        text = "".join(chance.choices(signs, k=300)) + "".join(
            chance.choices([chr(p) for p in sorted(covered())], k=300)
        )
        assert print_paper(paper(text, title=text[:20], language=chance.choice(LANGUAGES)), 0).startswith(b"%PDF")
    assert "could not be made accessible" not in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_digest_of_a_receipt_is_whole_in_every_language(language: str) -> None:
    digest = hashlib.sha256(language.encode()).hexdigest()
    label = "SHA-256 предыдущего представления этого ответа"
    pdf = pypdf.PdfReader(io.BytesIO(print_paper(paper("", language=language, facts=((label, digest),)), 0)))
    assert digest in re.sub(
        r"[\u2066\u2069]", "", text_of(print_paper(paper("", language=language, facts=((label, digest),)), 0))
    )
    [page] = pdf.pages
    right: list[float] = []
    page.extract_text(
        visitor_text=lambda text, _cm, tm, _font, size: right.append(tm[4]) if digest[:8] in text else None
    )
    width = float(page.mediabox.width)
    assert right and (language == "ar" or right[0] + 64 * 8 * 0.6 < width - 50), "within the margins"


@pytest.mark.parametrize("line", ["+41 22 555 01 02", "focal.point@example.org", "Arms Trade Act, 2014"])
def test_left_to_right_lines_stand_as_written_on_arabic_paper(line: str) -> None:
    assert in_its_direction(f"{line}\nنص عربي", "ar") == f"\u2066{line}\u2069\nنص عربي"
    assert in_its_direction(line, "fr") == line
    assert print_paper(paper(line, language="ar"), 0).startswith(b"%PDF")


def test_the_fonts_are_there() -> None:
    assert len(list(FONTS.glob("*.ttf"))) > 30, "run hatch_build.py"
