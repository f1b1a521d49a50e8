"""The answers sheet at 20,000 × 60, beside openpyxl's write-only mode writing the same cells; each in a process of its own."""

from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

from surveyapp.definition.tables import Column, Table, Value
from surveyapp.handouts.workbook import Properties, SheetOfTables, build_workbook

ROWS, COLUMNS = 20_000, 60
MOMENT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def shape(place: int) -> str:
    return "number" if place % 5 == 1 else "date" if place % 15 == 2 else "text"


def rows() -> Iterator[tuple[Value, ...]]:
    """Three in five texts, one number, a date now and then, a tenth left empty."""
    day = datetime.date(2024, 12, 24)
    texts = [f"Some words of answer {number} & more" for number in range(50)]
    for number in range(ROWS):
        yield tuple(
            None
            if (number + place) % 10 == 9
            else number * place
            if shape(place) == "number"
            else day
            if shape(place) == "date"
            else texts[(number + place) % 50]
            for place in range(COLUMNS)
        )


def ours(data: tuple[tuple[Value, ...], ...]) -> int:
    columns = tuple(Column(f"c{place}", shape(place)) for place in range(COLUMNS))  # type: ignore[arg-type]
    sheet = SheetOfTables("Responses", (Table("Responses", columns, data),), register=True)
    return len(build_workbook((sheet,), Properties("T", "surveyapp", MOMENT, False, "Too long", ("a", "b", "c"))))


def peer(data: tuple[tuple[Value, ...], ...]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Responses")
    sheet.append([f"c{place}" for place in range(COLUMNS)])
    for row in data:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return len(out.getvalue())


def peak() -> int:
    """KiB. Of this program alone: what `getrusage` says begins with the parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def measure(name: str) -> None:
    """Prints seconds, MiB over what the data alone take, and the file's size."""
    make, data = {"ours": ours, "peer": peer}[name], tuple(rows())
    before = peak()
    started = time.perf_counter()
    size = make(data)
    took = time.perf_counter() - started
    grown = (peak() - before) / 1024
    print(json.dumps({"seconds": took, "mib": grown, "size": size}))


def answers_sheet() -> None:
    """Three turns each; the median ratio."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
    for _ in range(3):
        for name in found:
            command = [sys.executable, "-m", "tests.benchmarks.answers_sheet", name]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[name].append(json.loads(done.stdout))
    ratios = sorted(b["seconds"] / a["seconds"] for a, b in zip(found["ours"], found["peer"], strict=True))
    for name, title in (
        ("ours", "answers sheet of 20,000 × 60"),
        ("peer", "the same cells by openpyxl's write-only mode"),
    ):
        middle = sorted(found[name], key=lambda one: one["seconds"])[1]
        print(
            f"- {title}: {middle['seconds']:.1f} s, {middle['mib']:.0f} MiB, file of {middle['size'] / 2**20:.1f} MiB"
        )
    print(f"- {ratios[1]:.1f} × as fast ({ratios[0]:.1f} to {ratios[2]:.1f}; target 4 ×, in no more memory)")


if __name__ == "__main__":
    measure(sys.argv[1])
