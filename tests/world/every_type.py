"""A question of every type, and values each takes: (code, typed, kept)."""

from __future__ import annotations

from typing import Any

from tests.world.small_rules import compiled_from

LISTS = """
open: [{code: x, label: X}, {code: y, label: Y, detail: {label: Which, required: true}}, {code: z, label: None, exclusive: true}]
plain: [{code: x, label: X}, {code: y, label: Y}, {code: z, label: Z}]
"""


COMPILED = compiled_from(
    """
- {code: short, type: short_text, label: L, max_characters: 5}
- {code: long, type: long_text, label: L, max_characters: 20, max_words: 3}
- {code: whole, type: integer, label: L, min: -10, max: 5000, step: 5}
- {code: amount, type: number, label: L, unit: tonnes}
- {code: fine, type: number, label: L, decimals: 3}
- {code: share, type: percentage, label: L, decimals: 1}
- {code: agrees, type: yes_no, label: L, dont_know: true}
- {code: one, type: single_choice, label: L, choices: open}
- {code: many, type: multiple_choice, label: L, choices: open}
- {code: two, type: multiple_choice, label: L, choices: plain, least: 2, most: 2}
- {code: ranked, type: ranking, label: L, choices: plain, most: 2}
- {code: rated, type: scale, label: L, low_label: A, high_label: B}
- {code: day, type: date, label: L, min: 2014-12-24}
- {code: during, type: month, label: L, min: 2014-12}
- {code: since, type: year, label: L}
- {code: stay, type: period, label: L}
- {code: running, type: period, label: L, open_ended: true}
- {code: home, type: state, label: L, regions: [europe]}
- {code: party, type: state, label: L, treaty_status: [state_party]}
- {code: picked, type: states, label: L, most: 2}
- {code: cells, type: grid, label: L, rows: plain, columns: plain}
- {code: boxes, type: grid, label: L, rows: plain, columns: plain, cell: multiple}
- {code: said, type: grid, label: L, rows: plain, columns: plain, cell: text, max_characters: 5}
- {code: sums, type: grid, label: L, rows: plain, columns: plain, cell: number, min: 0}
- {code: sources, type: links, label: L, most: 2}
- {code: law, type: document, label: L}
- {code: reach, type: contact, label: L}
- {code: agreed, type: consent, label: L}
- code: acts
  type: repeat
  label: L
  item_label: Act
  most: 2
  items: [{code: inner, type: short_text, label: L}]
""",
    lists=LISTS,
)


RIGHT: list[tuple[str, Any, Any]] = [
    ("short", "  a ", "  a "),
    ("short", " \n ", None),
    ("short", "e\u0301" * 5, "e\u0301" * 5),  # five characters to the reader, ten to the machine
    ("short", "\u200fab\u202e", "\u200fab\u202e"),
    ("long", "a\r\nb\rc", "a\nb\nc"),
    ("long", "a\tb", "a\tb"),
    ("whole", "٣٥", 35),
    ("whole", "１０", 10),
    ("whole", "-5", -5),
    ("whole", "\u22125", -5),
    ("whole", "1 235", 1235),
    ("whole", "1\u00a0235", 1235),
    ("whole", "1\u202f235", 1235),
    ("whole", "1'235", 1235),
    ("whole", "10.0", 10),
    ("whole", 0, 0),
    ("whole", "", None),
    ("amount", "1,5", 1.5),
    ("amount", "٣٫٥", 3.5),
    ("amount", "1 234 567,5", 1234567.5),
    ("amount", "2.50", 2.5),
    ("fine", "1.234", 1.234),
    ("share", "12,5 %", 12.5),
    ("share", "٪٥", 5),
    ("agrees", "dont_know", "dont_know"),
    ("one", "x", {"choice": "x"}),
    ("one", {"choice": "y", "detail": "so"}, {"choice": "y", "detail": "so"}),
    ("one", {"choice": ""}, None),
    ("many", {"choices": ["z"]}, {"choices": ["z"]}),
    ("many", {"choices": ["y", "x"], "details": {"y": "so"}}, {"choices": ["x", "y"], "details": {"y": "so"}}),
    ("ranked", ["z", "x"], ["z", "x"]),
    ("rated", "5", 5),
    ("day", "2024-2-29", "2024-02-29"),
    ("during", "2024-1", "2024-01"),  # as the page's picker posts it
    ("during", "٢٠٢٤-12", "2024-12"),
    ("since", "１９９９", 1999),
    ("stay", {"from": "2024-01-01", "to": "2024-01-01"}, {"from": "2024-01-01", "to": "2024-01-01"}),
    ("running", {"from": "2024-01-01", "to": ""}, {"from": "2024-01-01"}),
    ("home", "FRA", "FRA"),
    ("picked", ["FRA", "DZA"], ["DZA", "FRA"]),
    ("cells", {"y": "x", "x": ""}, {"y": "x"}),
    ("boxes", {"x": ["z", "x"], "y": []}, {"x": ["x", "z"]}),
    ("said", {"x": {"y": "a\nb", "z": " "}}, {"x": {"y": "a\nb"}}),
    ("sums", {"x": {"y": "1,5", "z": ""}}, {"x": {"y": 1.5}}),
    ("sources", [{"url": ""}, {"url": " https://a.org/ü "}], [{"url": "https://a.org/ü"}]),
    ("law", {"title": "Act", "language": "pt-BR"}, {"title": "Act", "language": "pt-BR"}),
    ("reach", {"name": "A", "email": " a@b.org "}, {"name": "A", "email": "a@b.org"}),
    ("agreed", "refused", "refused"),
    ("acts", ["abc123"], ["abc123"]),
]
