"""Authors' Markdown becomes HTML that is safe to print."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.definition.markdown import block, inline, markdown_problems
from surveyapp.definition.texts import pipe_html


def test_emphasis_lists_and_links_are_rendered() -> None:
    assert inline("a *b* **c**") == "a <em>b</em> <strong>c</strong>"
    assert block("- a\n- b") == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
    assert inline("[x](https://e.org)") == '<a href="https://e.org" rel="noopener noreferrer">x</a>'


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "![x](https://e.org/a.png)",
        "<javascript:alert(1)>",
        '[x](https://e.org"onclick="alert(1))',
    ],
)
def test_html_scripts_images_and_other_schemes_never_come_through(text: str) -> None:
    for html in (block(text), inline(text)):
        assert "<script" not in html
        assert "<img" not in html
        assert 'href="java' not in html.lower()
        assert 'href="data' not in html
        assert 'href="vb' not in html
        assert 'href="//' not in html
        assert '"onclick' not in html


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>&\"'[]()!*_`{}| abjs:/\n\ue000\ue0010", max_size=60))
def test_only_our_own_tags_come_out_whatever_goes_in(text: str) -> None:
    import re

    for html in (block(text), inline(text)):
        tags = set(re.findall(r"<[/ ]*([^\s/>]*)", html))
        assert tags <= {"p", "em", "strong", "a", "ul", "ol", "li", "br", "hr", "code", "blockquote", "pre"}


def test_a_pipe_survives_markdown_and_its_fallback_is_not_read_as_markdown() -> None:
    html = block("*Since* {{ since_ | an *un_known* <year> }}?")

    assert html == "<p><em>Since</em> {{ since_ | an *un_known* &lt;year&gt; }}?</p>"
    assert pipe_html(html, lambda code: None) == "<p><em>Since</em> an *un_known* &lt;year&gt;?</p>"


def test_a_piped_answer_is_escaped_and_never_read_again() -> None:
    html = pipe_html(inline("You said {{ q }}."), lambda code: "<b>*x*</b> {{ q }} &")

    assert html == "You said &lt;b&gt;*x*&lt;/b&gt; {{ q }} &amp;."


def test_what_would_be_shown_as_typed_is_a_fault() -> None:
    assert [message for message, _ in markdown_problems("<b>x</b> 3 < 5 and <https://e.org>")] == [
        "HTML is shown as typed, not as formatting."
    ]
    assert len(list(markdown_problems("![x](https://e.org/a.png)"))) == 1
    assert len(list(markdown_problems("[x](file:///etc)"))) == 1
    assert len(list(markdown_problems("[x](https://e.org/{{ q }})"))) == 1
    assert not list(markdown_problems("*a* [b](https://e.org) and a < b"))
