"""A reply of six pages as an accessible PDF, by Typst in our own fonts: the first one loads them. Each says something else, for
Typst keeps what it has set once."""

from __future__ import annotations

import io
import time

import pypdf

from surveyapp.handouts.paper import Paper, PaperLine, PaperPart, print_paper

PAGES = 6


def paper(turn: int) -> Paper:
    lines = [
        PaperLine(
            "question",
            f"Question {number}: what has your State done in this area?",
            f"Some words of answer {turn}. " * 6,
            "Public",
        )
        for number in range(1, 68)
    ]
    facts = [("Round", "Benchmark"), ("Reference", "WGTU-00000-00000")]
    return Paper(
        "en",
        "surveyapp",
        "Reply",
        "Benchmark",
        ("What", "Value"),
        facts,
        ("A note.",),
        (PaperPart("Section", lines),),
        "Footer",
    )


def printing() -> None:
    times = []
    for turn in range(4):
        started = time.perf_counter()
        made = print_paper(paper(turn), 0)
        times.append(time.perf_counter() - started)
    pages = len(pypdf.PdfReader(io.BytesIO(made)).pages)
    warm = ", ".join(f"{each:.2f}" for each in times[1:])
    print(f"- PDF of {pages} pages, the first {times[0]:.2f} s, then {warm} s (target for {PAGES} pages, warm: 0.5 s)")
