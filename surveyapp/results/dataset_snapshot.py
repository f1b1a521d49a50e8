"""A round's data at a moment as one file, from which each of its figures can be made again."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from surveyapp.analysis.dataset import PlainNumerals, data_files, figures_file, manifest
from surveyapp.analysis.dimensions import THEME
from surveyapp.analysis.figures import Spec, evaluate
from surveyapp.analysis.labels import Labels
from surveyapp.definition.model import Handling
from surveyapp.handouts.archive import zip_parts
from surveyapp.storage.columns import utc_now
from surveyapp.storage.rounds import versions
from surveyapp.storage.rounds.rounds import RoundFacts

from .figure_query import FigureQuery, query_figures


@dataclass(frozen=True)
class Snapshot:
    content: bytes  #: a zip file
    digest: str  #: its SHA-256
    moment: datetime.datetime


def take_snapshot(
    round: RoundFacts, circle: Handling, facts: Mapping[str, str], specs_of: Callable[[FigureQuery], list[Spec]]
) -> Snapshot:
    """What readers of this circle may see, now; `specs_of` says which figures are kept beside it. `facts` go into its
    manifest."""
    moment = utc_now()  # to the microsecond: what was submitted a moment ago is in
    labels = Labels(versions.compiled(round.version_id), "en", lambda text: text)
    query = query_figures(round, labels, [("as_of", moment.isoformat())], circle)
    definition = versions.files(round.version_id)
    files = data_files(definition, query.replies, query.invited, query.themes, query.theme_labels)
    figures = [
        evaluate(spec, query.dimensions, labels, query.replies, query.invited, PlainNumerals())
        for spec in specs_of(query)
    ]
    files["figures.json"] = figures_file(figures)
    about = {"round": round.code, **facts, "handling": circle, "version": query.compiled.digest}
    files["manifest.json"] = manifest(about, _digests(files), moment)
    content = zip_parts({name: text.encode() for name, text in sorted(files.items())}, moment)
    return Snapshot(content, hashlib.sha256(content).hexdigest(), moment)


def _digests(files: Mapping[str, str]) -> dict[str, str]:
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())}


def every_figure(query: FigureQuery) -> list[Spec]:
    """Of a whole round: the bases of each closed question, and the count of each of its answers."""
    specs = [Spec("replied"), Spec("invited")]
    for dimension in query.dimensions.values():
        if not dimension.question or dimension.name.startswith(THEME):
            continue
        specs += [Spec("asked", dimension.name), Spec("answered", dimension.name)]
        specs += [Spec("count", dimension.name, code) for code in dimension.codes]
    return specs
