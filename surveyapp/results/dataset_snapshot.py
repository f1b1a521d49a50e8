"""A round's data at a moment as one file, from which each of its figures can be made again."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from surveyapp.analysis.dataset import Numerals, data_files, figures_file, manifest
from surveyapp.analysis.dimensions import THEME
from surveyapp.analysis.figures import Spec, evaluate
from surveyapp.analysis.labels import Labels
from surveyapp.definition.model import Handling
from surveyapp.handouts.archive import zipped
from surveyapp.storage.columns import utc_now
from surveyapp.storage.rounds import versions
from surveyapp.storage.rounds.rounds import RoundFacts

from .figure_query import Reading, of_pairs


@dataclass(frozen=True)
class Frozen:
    content: bytes  #: a zip file
    digest: str  #: its SHA-256
    moment: datetime.datetime


def freeze(
    found: RoundFacts, circle: Handling, facts: Mapping[str, str], specs_of: Callable[[Reading], list[Spec]]
) -> Frozen:
    """What readers of this circle may see, now; `specs_of` says which figures are kept beside it."""
    moment = utc_now()  # to the microsecond: what was submitted a moment ago is in
    labels = Labels(versions.compiled(found.version_id), "en", lambda text: text)
    read = of_pairs(found, labels, [("as_of", moment.isoformat())], circle)
    definition = versions.files(found.version_id)
    files = data_files(definition, read.replies, read.invited, read.themes, read.theme_labels)
    figures = [evaluate(spec, read.known, labels, read.replies, read.invited, Numerals()) for spec in specs_of(read)]
    files["figures.json"] = figures_file(figures)
    told = {"round": found.code, **facts, "handling": circle, "version": read.compiled.digest}
    files["manifest.json"] = manifest(told, _digests(files), moment)
    content = zipped({name: text.encode() for name, text in sorted(files.items())}, moment)
    return Frozen(content, hashlib.sha256(content).hexdigest(), moment)


def _digests(files: Mapping[str, str]) -> dict[str, str]:
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}


def every_figure(read: Reading) -> list[Spec]:
    """Of a whole round: the bases of each closed question, and the count of each of its answers."""
    asked = [one for one in read.known.values() if one.question and not one.name.startswith(THEME)]
    found = [Spec("replied"), Spec("invited")]
    for one in asked:
        found += [Spec("asked", one.name), Spec("answered", one.name)]
        found += [Spec("count", one.name, code) for code in one.codes]
    return found
