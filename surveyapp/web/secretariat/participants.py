"""The register of participants: looked through, changed one by one, brought in from a file, taken out as one."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.analysis.labels import KIND_LABELS, STATUS_LABELS
from surveyapp.analysis.tallies import STATUSES
from surveyapp.answering.delegation_labels import scope_label
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.states import REGIONS, SUBREGION_NAMES, region_name, subregion_name
from surveyapp.definition.tables import Column, Table, Value
from surveyapp.definition.texts import LANGUAGES
from surveyapp.definition.typed_days import read_day
from surveyapp.handouts.fill_in.sandbox import MAX_BYTES, FileRefused
from surveyapp.handouts.tables_as_data import as_csv
from surveyapp.handouts.workbook import Properties, SheetOfTables, build_workbook
from surveyapp.results.register_file import CODE, COLUMNS, DAYS, MAX_LENGTH, Register, read_register
from surveyapp.results.workbooks import XLSX
from surveyapp.storage.audit import audit_log
from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import outbox
from surveyapp.storage.people import handovers
from surveyapp.storage.replies import delegations, responses, submissions
from surveyapp.storage.replies.submissions import SubmissionFacts
from surveyapp.storage.rounds import invitations, participants, register
from surveyapp.storage.rounds.participants import ParticipantFacts
from surveyapp.storage.rounds.register import RegisterEntry
from surveyapp.words import LANGUAGE_NAMES

from ..access import role, signed_in
from ..downloads import attached
from ..locale import current_language, current_words, translated
from ..request_limits import takes_file
from .letters import SENT_LABELS
from .routes import blueprint


@blueprint.get("/participants")
@role("secretariat")
def all_participants() -> str:
    """`find`: a part of a name or code."""
    find, language = request.args.get("find", "").strip().lower(), current_language()
    matching = [
        participant
        for participant in participants.participants()
        if not find
        or find in participant.code.lower()
        or any(find in name.lower() for name in participant.names.values())
    ]
    return render_template(
        "secretariat/participants.html",
        everyone=matching,
        find=request.args.get("find", ""),
        statuses={code: translated(label) for code, label in STATUS_LABELS.items()},
        kinds={code: translated(label) for code, label in KIND_LABELS.items()},
        region=lambda code: region_name(code, language) if code else "—",
        language=language,
        columns=COLUMNS,
    )


@blueprint.get("/participants/new")
@role("secretariat")
def new_participant() -> str:
    return _form(None, {}, {})


@blueprint.get("/participants/<code>")
@role("secretariat")
def one_participant(code: str) -> str:
    """All there is of one: what it is to the Treaty since when, who answers for it, its replies, its letters."""
    participant = participants.participant(code) or abort(404)
    return _form(participant, {}, {})


@blueprint.post("/participants/new")
@role("secretariat")
def add_participant() -> Any:
    return _save(None)


@blueprint.post("/participants/<code>")
@role("secretariat")
def change_participant(code: str) -> Any:
    return _save(participants.participant(code) or abort(404))


def _save(participant: ParticipantFacts | None) -> Any:
    form = request.form
    names = {each: text for each in LANGUAGES if (text := form.get(f"name-{each}", "").strip())}
    problems = dict(_problems(participant, names))
    if problems:
        return _form(participant, problems, names), 422
    day = form.get("status_from", "")
    entry = RegisterEntry(
        participant.code if participant else form["code"].strip(),
        participant.kind if participant else form.get("kind"),
        names,
        form.get("region") or None,
        form.get("subregion") or None,
        form.get("status") or None,  # type: ignore[arg-type]  # one of those offered
        read_day(day),
        [group.strip() for group in form.get("groups", "").split(";") if group.strip()],
    )
    register.apply_entry(entry, by=signed_in().id)
    flash(_("Saved."), "success")
    return redirect(url_for("secretariat.one_participant", code=entry.code), 303)


def _problems(participant: ParticipantFacts | None, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(field, what is wrong). 400 for a choice that the page does not offer."""
    if participant is None:
        yield from _problems_of_new(request.form)
    if "en" not in names:
        yield "name-en", _("A new participant needs its name in English.")
    for language, text in names.items():
        if len(text) > MAX_LENGTH:
            yield f"name-{language}", _("Shorten this text.")
    offered = {"region": REGIONS, "subregion": SUBREGION_NAMES, "status": STATUSES}
    if any(request.form.get(name) and request.form[name] not in codes for name, codes in offered.items()):
        abort(400)
    yield from _problems_of_day(request.form)


def _problems_of_new(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    code = form.get("code", "").strip()
    if not CODE.fullmatch(code):
        yield "code", _("Write a code: the three letters of a State, or a short word for an organisation.")
    elif participants.participant(code) is not None:
        yield "code", _("There is a participant of that code.")
    if form.get("kind") not in KIND_LABELS:
        yield "kind", _("A new participant needs its kind: state or organisation.")
    if form.get("kind") == "state" and not form.get("region"):
        yield "region", _("A State needs its region.")


def _problems_of_day(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if bool(form.get("status")) != bool(form.get("status_from")):
        yield "status_from", _("A treaty status and the day from which it holds go together.")
    elif form.get("status_from"):
        try:
            read_day(form["status_from"])
        except ValueError:
            yield "status_from", _(NOT_A_DATE)


def _form(participant: ParticipantFacts | None, problems: dict[str, str], typed: dict[str, str]) -> str:
    language = current_language()
    holders = handovers.focal_points(participant.id, ever=True) if participant else []
    replies = invitations.responses_for([participant.id]) if participant else []
    return render_template(
        "secretariat/participant.html",
        participant=participant,
        title=participant.name(language) if participant else _("New participant"),
        names=typed or (participant.names if participant else {}),
        typed=request.form if problems else {},
        problems=problems,
        errors=[(text, f"field-{name}") for name, text in problems.items()],
        history=participants.status_history(participant.code) if participant else [],
        holders=holders,
        replies=replies,
        parts=[_behind(response, language) for _round, response, _status in replies],
        events=audit_log.entries_about([reply[1] for reply in replies], participant.id, participant.code)
        if participant
        else [],
        letters=outbox.letters(person_ids=[holder.person_id for holder in holders], limit=50) if holders else [],
        sent_labels=SENT_LABELS,
        statuses={code: translated(label) for code, label in STATUS_LABELS.items()},
        kinds={code: translated(label) for code, label in KIND_LABELS.items()},
        regions={code: region_name(code, language) for code in REGIONS},
        subregions={code: subregion_name(code, language) for code in SUBREGION_NAMES},
        language_names=LANGUAGE_NAMES,
    )


def _behind(response: int, language: str) -> tuple[list[SubmissionFacts], list[tuple[str, str]]]:
    """(what was submitted, who has which part of the reply in their hands): no word of what they answer."""
    state = responses.load(response)
    hands = [
        (delegation.name, scope_label(state, delegation.scope, current_words()))
        for delegation in delegations.of_response(response)
    ]
    return list(submissions.submissions(response)), hands


# files


@blueprint.get("/participants/file")
@role("secretariat")
def register_file() -> Response:
    """`form`: xlsx or csv; what it holds can be brought in again."""
    form = request.args.get("form", "xlsx")
    if form not in ("xlsx", "csv"):
        abort(404)
    table = _table()
    audit_log.record("register-exported", signed_in().id, form=form)
    if form == "csv":
        return attached(as_csv(table), "participants.csv", "text/csv")
    about = Properties("Participants", "surveyapp", utc_now(), False, "Too long", ("Cell", "Part", "Text"))
    return attached(
        build_workbook((SheetOfTables("Participants", (table,), register=True),), about), "participants.xlsx", XLSX
    )


def _table() -> Table:
    """One row a contact; a participant without one has a row, too."""
    by_code: dict[str, list[handovers.FocalPoint]] = {}
    for holder in handovers.focal_points(ever=True):
        by_code.setdefault(holder.participant_code, []).append(holder)
    rows: list[tuple[Value, ...]] = []
    for participant in participants.participants():
        history = participants.status_history(participant.code)
        since = next((day for day, status in reversed(history) if status == participant.treaty_status), None)
        own = (
            participant.code, participant.kind, *(participant.names.get(code) for code in LANGUAGES), participant.region, participant.subregion,
            participant.treaty_status, since, ";".join(participant.groups) or None,
        )  # fmt: skip
        contacts: list[tuple[Value, ...]] = [
            (
                focal_point.name,
                focal_point.email,
                focal_point.language,
                focal_point.position or None,
                focal_point.valid_from,
                focal_point.valid_until,
            )
            for focal_point in by_code.get(participant.code, [])
        ]
        rows += [(*own, *contact) for contact in contacts or [(None,) * 6]]
    columns = tuple(Column(name, "date" if name in DAYS else "text") for name in COLUMNS)
    return Table("Participants", columns, tuple(rows), code="participants")


@blueprint.post("/participants/file")
@role("secretariat")
@takes_file(MAX_BYTES)
def bring_in() -> Any:
    """`file`: looked at first; `content`: what was looked at, and is to be taken in as a whole or not at all."""
    try:
        content = _brought()
        parsed_register = read_register(content, register.codes(), current_words())
    except (FileRefused, ValueError):
        text = _("This file cannot be read. Bring in an Excel workbook (.xlsx) or a CSV file in UTF-8.")
        return _preview(Register(), b"", text), 422
    if parsed_register.problems or not parsed_register.entries or not request.form.get("content"):
        return _preview(parsed_register, content), 422 if parsed_register.problems else 200
    by = signed_in().id
    new = register.apply_entries(parsed_register.entries, by=by)
    flash(
        _("%(count)s lines were taken in; %(new)s participants are new.", count=len(parsed_register.entries), new=new),
        "success",
    )
    return redirect(url_for("secretariat.all_participants"), 303)


def _brought() -> bytes:
    """ValueError: a forged form."""
    if request.form.get("content"):
        return base64.b64decode(request.form["content"], validate=True)
    sent = request.files.get("file")
    return sent.read() if sent else b""


def _preview(parsed_register: Register, content: bytes, unreadable: str = "") -> str:
    return render_template(
        "secretariat/register.html",
        register=parsed_register,
        unreadable=unreadable,
        content=base64.b64encode(content).decode() if not parsed_register.problems else "",
        language=current_language(),
    )
