"""Authors' Markdown → HTML that is safe to print: CommonMark without HTML and without images."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from .texts import PIPE

SCHEMES = frozenset({"http", "https", "mailto"})

_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>|<!--")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\(")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
# pipes are set aside while Markdown is read, so that no `_` or `*` in a code or fallback is taken for emphasis
_OPEN, _CLOSE = "\ue000", "\ue001"
_HELD = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def safe_link(url: str) -> bool:
    """Has the address one of `SCHEMES`?"""
    try:
        return urlsplit(url.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return self.renderToken(tokens, index, options, env)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(["image", "html_block", "html_inline"])
    # the page's own headings stay the only ones: an author's `#` is shown as typed
    reader.disable(["heading", "lheading", "code", "reference"])
    reader.validateLink = safe_link  # type: ignore[method-assign]
    reader.add_render_rule("link_open", _link_open)
    return reader


_READER = _reader()


def block(text: str) -> str:
    """HTML with paragraphs and lists. Pipes come through as pipes, their fallbacks escaped."""
    return _with_pipes(text, _READER.render)


def inline(text: str) -> str:
    """HTML without block elements, for labels and table cells; line breaks become spaces."""
    return _with_pipes(text, _READER.renderInline)


def _with_pipes(text: str, render: Callable[[str], str]) -> str:
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        fallback = (match[2] or "").strip()
        held.append(f"{{{{ {match[1]} | {_escape(fallback)} }}}}" if fallback else f"{{{{ {match[1]} }}}}")
        return f"{_OPEN}{len(held) - 1}{_CLOSE}"

    clean = text.replace(_OPEN, "").replace(_CLOSE, "")
    html = render(PIPE.sub(hold, clean))
    return _HELD.sub(lambda match: held[int(match[1])], html).strip()


def _escape(text: str) -> str:
    """Escaped without braces or bars, so that the pipe stays a pipe."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def markdown_problems(text: str) -> Iterator[tuple[str, str]]:
    """(what is wrong, what to do) for what would be shown as typed instead of as meant."""
    if _TAG.search(text):
        yield (
            "HTML is shown as typed, not as formatting.",
            "Use Markdown: *emphasis*, **strong**, [words](https://…), lists.",
        )
    if _IMAGE.search(text):
        yield "Images cannot stand in a text.", "Describe what the image shows, or link to it."
    for match in _LINK.finditer(text):
        if PIPE.search(match[1]) or "{{" in match[1]:
            yield "An answer cannot be piped into a link's address.", "Link to a fixed address."
        elif not safe_link(match[1]):
            yield (
                f"The link `{match[1][:60]}` would not work.",
                "Write a whole address that begins https://, http:// or mailto:.",
            )
