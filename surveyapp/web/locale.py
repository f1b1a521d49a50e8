"""The language of a request.

It is a cookie: it needs no database, so that error pages have it too. Signing in sets it to the person's own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, cast

import flask_babel
from flask import Flask, current_app, g, request
from flask_babel import Babel, refresh
from markupsafe import Markup
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from surveyapp.definition.texts import LANGUAGES
from surveyapp.words import LANGUAGE_NAMES, LanguageWords, direction, words_in

COOKIE = "language"
ONE_YEAR = 365 * 24 * 3600


def current_language() -> str:
    """One of `LANGUAGES`: asked for in the address, chosen before, preferred by the browser, or English."""
    if "language" not in g:
        asked = request.args.get("lang", "")
        g.language = _offered(asked) or _offered(request.cookies.get(COOKIE, "")) or _preferred()
        if _offered(asked):
            g.language_chosen = True
    return str(g.language)


def switch_language(language: str | None) -> bool:
    """Makes the rest of this request, and the browser from now on, speak this language. False if there is no such one."""
    if not _offered(language or ""):
        return False
    g.language, g.language_chosen = language, True
    refresh()
    return True


def current_words() -> LanguageWords:
    """The interface's words in the language of the request, or of the `speaking` around it."""
    return words_in(current_language())


#: `current_words()` for templates, and for views that show one thing
words = cast(LanguageWords, LocalProxy(current_words))


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    Babel(app, locale_selector=current_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's own i18n extension
        translated, lambda singular, plural, count: current_words().plural_form(singular, plural, count), newstyle=True
    )
    app.after_request(_remember)
    app.context_processor(_template_facts)
    app.jinja_env.globals.update(words=words, _=_in_template)
    app.add_template_filter(lambda day: current_words().date(day), "day")
    app.add_template_filter(lambda day: current_words().month(day), "month")
    app.add_template_filter(lambda moment: current_words().time(moment), "moment")
    app.add_template_filter(lambda value: current_words().number(value), "figure")


def translated(text: str) -> str:
    """One of the interface's texts in the language of the request, or of the `speaking` around it."""
    return current_words().gettext(text)


def _in_template(text: str, **facts: Any) -> Markup:
    """`_` of a template: as Jinja's own, which takes three times as long for a page's fifty texts."""
    message = Markup(translated(text))  # noqa: S704 - the catalogues are ours; what is shown in a text is escaped
    return message % facts if facts or "%" in message else message


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Another language than the reader's, within: for a page that is drawn to be saved as a file."""
    before = g.pop("language", None)
    g.language = language
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        g.pop("language", None)
        if before is not None:
            g.language = before


def _offered(language: str) -> str | None:
    return language if language in LANGUAGES else None


def _preferred() -> str:
    """Browsers say `fr-CH` or `zh-Hant-TW`: only the language counts."""
    accepted: Iterable[tuple[str, Any]] = request.accept_languages
    codes = (name.split("-")[0].lower() for name, _ in accepted)
    return next((code for code in codes if _offered(code)), LANGUAGES[0])


def _remember(response: Response) -> Response:
    if g.get("language_chosen"):
        secure = current_app.config["COOKIE_SECURE"]
        response.set_cookie(COOKIE, g.language, max_age=ONE_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _template_facts() -> dict[str, Any]:
    language = current_language()
    return {"language": language, "direction": direction(language), "language_names": LANGUAGE_NAMES}
