"""A round's data at a moment, as plain JSON and back: what every figure of a report can be made from again."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveyapp.definition import loader
from surveyapp.definition.answer_values import AnswerValue
from surveyapp.definition.compiled import Compiled

from .dimensions import Dimension, dimensions, stated_in
from .figures import Figure, Spec, evaluate, read_token
from .labels import Labels
from .replies import Invited, Reply

REPLY_FIELDS = (
    "response_id", "participant_code", "kind", "region", "subregion", "treaty_status", "answers", "calculated", "withheld",
    "asked", "declined", "handlings", "languages", "revisions",
)  # fmt: skip
PARTS = ("definition.json", "answers.json", "participants.json", "themes.json", "figures.json")
INVITED_FIELDS = ("code", "kind", "region", "subregion", "treaty_status", "status")


@dataclass(frozen=True)
class FrozenReply:
    """As `storage` gives it, without names and references."""

    response_id: int
    participant_code: str
    kind: str
    region: str | None
    subregion: str | None
    treaty_status: str | None
    answers: Mapping[str, AnswerValue]
    calculated: Mapping[str, AnswerValue]
    withheld: frozenset[str]
    asked: frozenset[str]
    declined: Mapping[str, str]
    handlings: Mapping[str, str]
    languages: Mapping[str, str]
    revisions: Mapping[str, int]


@dataclass(frozen=True)
class FrozenInvited:
    """Someone the round was put to, as participants.json keeps them."""

    code: str
    kind: str
    region: str | None
    subregion: str | None
    treaty_status: str | None
    status: str


@dataclass(frozen=True)
class Dataset:
    """A round's data as read back from its files."""

    compiled: Compiled
    replies: list[FrozenReply]
    invited: list[FrozenInvited]
    themes: dict[tuple[int, str], frozenset[str]]
    theme_labels: dict[str, str]


@dataclass(frozen=True)
class Difference:
    """A figure that could not be made again as it was kept."""

    token: str
    kept: Mapping[str, object]  #: value, base and whether its group was too small to show
    made: Mapping[str, object]


class PlainNumerals:
    """Numbers as figures.json keeps them: digits and nothing else."""

    def number(self, value: float) -> str:
        """Digits with a full stop for decimals."""
        return str(value)


def data_files(
    definition: Mapping[str, str],
    replies: Sequence[Reply],
    invited: Sequence[Invited],
    themes: Mapping[tuple[int, str], frozenset[str]],
    theme_labels: Mapping[str, str],
) -> dict[str, str]:
    """By name: JSON texts with sorted keys, so that the same data are the same bytes."""
    applied = [{"response": r, "address": a, "themes": sorted(codes)} for (r, a), codes in sorted(themes.items())]
    return {
        "definition.json": _text(dict(definition)),
        "answers.json": _text([_fields(row, REPLY_FIELDS) for row in replies]),
        "participants.json": _text([_fields(row, INVITED_FIELDS) for row in invited]),
        "themes.json": _text({"labels": dict(theme_labels), "applied": applied}),
    }


def _fields(source: object, names: Sequence[str]) -> dict[str, object]:
    fields = {name: getattr(source, name) for name in names}
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in fields.items()}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


class NotADataset(ValueError):
    """What was given is no frozen dataset, or was changed since; the message says what to do."""


def read_archive(content: bytes) -> dict[str, str]:
    """The texts of a zip file, each as the manifest promises it. Raises NotADataset."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as read:
            files = {name: read.read(name).decode("utf-8") for name in (*PARTS, "manifest.json")}
        promised = json.loads(files["manifest.json"])["files"]
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, json.JSONDecodeError, NotImplementedError) as error:
        raise NotADataset(f"This is no frozen dataset ({error}). Download it again from the report's page.") from None
    for name in PARTS:
        if hashlib.sha256(files[name].encode()).hexdigest() != promised.get(name):
            raise NotADataset(f"{name} is not what the manifest promises: the file was changed. Download it again.")
    return files


def read_dataset(files: Mapping[str, str]) -> Dataset:
    """KeyError or ValueError: it is not a whole dataset."""
    themes = json.loads(files["themes.json"])
    return Dataset(
        loader.load(json.loads(files["definition.json"])),
        [
            FrozenReply(**{**row, "withheld": frozenset(row["withheld"]), "asked": frozenset(row["asked"])})
            for row in json.loads(files["answers.json"])
        ],
        [FrozenInvited(**row) for row in json.loads(files["participants.json"])],
        {(row["response"], row["address"]): frozenset(row["themes"]) for row in themes["applied"]},
        themes["labels"],
    )


def figures_file(figures: Sequence[Figure]) -> str:
    """Each figure once, by its token, with its value and base."""
    kept = {
        figure.spec.token(): {"value": figure.value, "base": figure.base, "small": figure.small} for figure in figures
    }
    return _text(kept)


def recompute_figures(files: Mapping[str, str]) -> tuple[list[tuple[Spec, Figure]], list[Difference]]:
    """Every figure of figures.json from the answers beside it: (what was made, what differs)."""
    data, kept = read_dataset(files), json.loads(files["figures.json"])
    labels = Labels(data.compiled, "en", lambda text: text)
    by_name: dict[str, Dimension] = dimensions(
        labels, stated_in(data.compiled, data.replies), lambda: data.themes, data.theme_labels
    )
    made, differences = [], []
    for token, was in kept.items():
        spec = read_token(token.strip("{} "), by_name)
        figure = evaluate(spec, by_name, labels, data.replies, data.invited, PlainNumerals())
        made.append((spec, figure))
        now = {"value": figure.value, "base": figure.base, "small": figure.small}
        if now != was:
            differences.append(Difference(token, was, now))
    return made, differences


def manifest(facts: Mapping[str, object], digests: Mapping[str, str], moment: datetime.datetime) -> str:
    """The text of manifest.json: what the data are of, and the SHA-256 of each file."""
    return _text({**facts, "moment": moment.isoformat(), "files": dict(digests), "form": "surveyapp-dataset-1"})
