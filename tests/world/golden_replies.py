"""Six replies made by hand, and who was invited: figures can be worked out on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world.small_rules import compiled_from

AREAS = "area: [{code: import, label: I}, {code: export, label: E}, {code: all, label: A}]"


ITEMS = """\
- {code: had, type: yes_no, label: L, dont_know: true}
- {code: main, type: single_choice, label: L, choices: area, relevant: had == yes_no.yes}
- {code: areas, type: multiple_choice, label: L, choices: area}
- {code: ranked, type: ranking, label: L, choices: area}
- {code: degree, type: scale, label: L, max: 3, low_label: Low, high_label: High}
- {code: n, type: integer, label: L}
- {code: agreed, type: consent, label: L}
- {code: home, type: state, label: L}
- {code: others, type: states, label: L}
- {code: g, type: grid, label: L, rows: [{code: x, label: X}, {code: y, label: Y}], columns: area}
- {code: secret, type: yes_no, label: L, handling: {default: secretariat}}
"""


COMPILED = compiled_from(ITEMS, lists=AREAS)


ALL = frozenset(COMPILED.questions)


@dataclass(frozen=True)
class One:
    """A reply, or someone invited."""

    participant_code: str
    region: str
    treaty_status: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    asked: frozenset[str] = ALL
    declined: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.participant_code


OFF = ALL - {"main"}


SECRET = frozenset({"secret"})


REPLIES = [
    One("R1", "africa", "state_party", {
        "had": "yes", "main": {"choice": "import"}, "areas": {"choices": ["import", "export"]},
        "ranked": ["import", "export"], "degree": 3, "n": 0, "agreed": "given", "home": "FRA",
        "others": ["FRA", "KEN"], "g": {"x": "import", "y": "all"}}, SECRET),
    One("R2", "africa", "signatory", {
        "had": "yes", "main": {"choice": "import"}, "areas": {"choices": ["import"]},
        "ranked": ["export", "import", "all"], "degree": 3, "n": 10, "agreed": "refused", "home": "FRA",
        "others": ["KEN"], "g": {"x": "import"}}, SECRET),
    One("R3", "europe", "state_party", {
        "had": "no", "areas": {"choices": ["all"]}, "ranked": ["import"], "degree": 1, "agreed": "given",
        "home": "KEN"}, asked=OFF),
    One("R4", "europe", "state_party", {"had": "yes", "areas": {"choices": ["import", "export"]}, "n": 5}),
    One("R5", "asia", "not_party", {"had": "dont_know", "degree": 2}, asked=OFF),
    One("R6", "oceania", "signatory", {"areas": {"choices": ["export"]}}, asked=OFF),
]  # fmt: skip


INVITED = [*REPLIES, One("R7", "americas", "state_party"), One("R8", "africa", "not_party")]
