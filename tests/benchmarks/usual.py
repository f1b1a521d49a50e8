"""The usual way: the same ten-question page with ORM objects per question and WTForms drawing the fields."""

from __future__ import annotations

import os

from flask import Flask, redirect, render_template_string, request
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from sqlalchemy.orm import Mapped, mapped_column, relationship
from wtforms import SelectMultipleField, StringField, TextAreaField, widgets

db = SQLAlchemy()
AREAS = ["Export", "Import", "Transit", "Brokering", "Diversion", "Record-keeping", "Control list", "Authorities"]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Usual</title>
<link rel="stylesheet" href="/static/bootstrap.min.css"></head><body><main><h1>{{ section.title }}</h1>
<form method="post">{{ form.hidden_tag() }}{% for question in section.questions %}{% set field = form['q-' ~ question.code] %}
<div class="mb-3">{{ field.label(class='form-label') }}<p class="form-text">{{ question.hint }}</p>
{{ field(class='form-control') }}{% for error in field.errors %}<p>{{ error }}</p>{% endfor %}</div>{% endfor %}
<button class="btn">Save</button></form></main></body></html>"""


class Section(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    questions: Mapped[list[Question]] = relationship(order_by="Question.id")


class Question(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(db.ForeignKey("section.id"))
    code: Mapped[str]
    kind: Mapped[str]
    label: Mapped[str]
    hint: Mapped[str]
    choices: Mapped[list[Choice]] = relationship(order_by="Choice.id")


class Choice(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(db.ForeignKey("question.id"))
    code: Mapped[str]
    label: Mapped[str]


class Person(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)


class Answer(db.Model):  # type: ignore[name-defined, misc]
    person_id: Mapped[int] = mapped_column(db.ForeignKey("person.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(db.ForeignKey("question.id"), primary_key=True)
    value: Mapped[str]


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="benchmark", SQLALCHEMY_DATABASE_URI=os.environ["USUAL_DATABASE"])
    db.init_app(app)
    app.add_url_rule("/page", view_func=page, methods=["GET", "POST"])
    return app


def create() -> None:
    db.create_all()
    db.session().info["writing"] = True  # surveyapp's own guard watches every session of the process
    section = Section(title="Section")
    for number in range(1, 11):
        kind = "choice" if number % 2 else "text"
        question = Question(code=f"q{number}", kind=kind, label=f"Question {number}", hint="A hint.")
        question.choices = [Choice(code=area.lower(), label=area) for area in AREAS] if kind == "choice" else []
        section.questions.append(question)
    db.session.add(section)
    db.session.add_all(Person(token=f"token{number}") for number in range(1, 17))
    db.session.flush()
    for person in db.session.query(Person):
        for question in section.questions:
            value = "export,import" if question.kind == "choice" else "Some words of an answer."
            db.session.add(Answer(person_id=person.id, question_id=question.id, value=value))
    db.session.commit()


def form_of(section: Section, answers: dict[int, Answer]) -> FlaskForm:
    fields: dict[str, object] = {}
    for question in section.questions:
        value = answers[question.id].value if question.id in answers else ""
        if question.kind == "choice":
            fields["q-" + question.code] = SelectMultipleField(
                question.label,
                choices=[(choice.code, choice.label) for choice in question.choices],
                default=value.split(","),
                option_widget=widgets.CheckboxInput(),
                widget=widgets.ListWidget(prefix_label=False),
            )
        else:
            field = TextAreaField if question.id % 4 else StringField
            fields["q-" + question.code] = field(question.label, default=value)
    return type("SectionForm", (FlaskForm,), fields)()


def page() -> object:
    person = db.session.query(Person).filter_by(token=request.cookies["token"]).one()
    section = db.session.query(Section).one()
    answers = {a.question_id: a for a in db.session.query(Answer).filter_by(person_id=person.id)}
    form = form_of(section, answers)
    if form.validate_on_submit():
        return redirect("/page")
    return render_template_string(PAGE, section=section, form=form)
