"""Files that a stranger might upload, each with the reasons for which it may be refused."""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Callable

import openpyxl

from surveyapp.handouts.fill_in.sandbox import MAX_BYTES


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook of ours with one part more, or another one in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return out.getvalue()


def bomb(size: int) -> bytes:
    """A gigabyte of spaces in a sheet, in about a megabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as opened:
            for _ in range(size // 2**20):
                opened.write(b" " * 2**20)
    return out.getvalue()


def lying(content: bytes) -> bytes:
    """The bomb's own records say that it is small."""
    real = (2**30).to_bytes(4, "little")
    return content.replace(real, (1000).to_bytes(4, "little"))


def wide() -> bytes:
    """Two million cells, each within the limits of the format, and a small file."""
    row = "".join(f'<c r="{chr(65 + n % 26)}1"><v>1</v></c>' for n in range(200))
    body = "".join(f'<row r="{n}">{row}</row>' for n in range(1, 1500))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{body}</sheetData></worksheet>'
    return sheet.encode()


ENTITIES = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>"""
)


FAR = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst><si><t>&f;</t></si></sst>"""


def empty_workbook() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def ours_with(name: str, part: bytes) -> bytes:
    return with_part(empty_workbook(), name, part)


MACROS_BY_TYPE = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'

#: what it is → how it is made, why it may be refused
STRANGERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "an .xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "old"),
    "a picture": (lambda: b"\x89PNG\r\n" + bytes(400), "not_xlsx"),
    "text": (lambda: b"code;answer\n", "not_xlsx"),
    "a renamed .zip": (lambda: zipped(**{"readme.txt": b"hello"}), "not_xlsx"),
    "half a file": (lambda: empty_workbook()[: len(empty_workbook()) // 2], "broken"),
    "a stranger's .xlsx": (empty_workbook, "stranger"),
    "macros": (lambda: ours_with("xl/vbaProject.bin", b"\xd0\xcf"), "macros"),
    "macros by type": (lambda: ours_with("[Content_Types].xml", MACROS_BY_TYPE), "macros"),
    "external links": (lambda: ours_with("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "links"),
    "an embedded file": (lambda: ours_with("xl/embeddings/oleObject1.bin", b"MZ"), "objects"),
    "entities": (lambda: ours_with("xl/sharedStrings.xml", ENTITIES), "entities"),
    "entities in UTF-16": (lambda: ours_with("xl/sharedStrings.xml", ENTITIES.decode().encode("utf-16")), "entities"),
    "a far entity": (lambda: ours_with("xl/sharedStrings.xml", FAR), "entities"),
    "a bomb of one gigabyte": (lambda: bomb(2**30), "large"),
    "a bomb that lies": (lambda: lying(content_of("a bomb of one gigabyte")), "large broken"),
    "a thousand parts": (lambda: zipped(**{f"p{n}": b"" for n in range(1000)}), "large"),
    "not XML": (lambda: ours_with("xl/workbook.xml", b"\x00\xff not xml"), "broken"),
    "deep XML": (lambda: ours_with("xl/workbook.xml", b"<a>" * 200_000), "broken large"),
    "millions of cells": (lambda: ours_with("xl/worksheets/sheet1.xml", wide()), "stranger large"),
    "too long a file": (lambda: bytes(MAX_BYTES + 1), "large"),
}


@functools.cache
def content_of(name: str) -> bytes:
    """Made when it is asked for, not when tests are collected: a gigabyte takes seconds to pack."""
    return STRANGERS[name][0]()


PROBE = """
import pathlib, resource, sys
from surveyapp.handouts.fill_in.sandbox import FileRefused, read_safely
for path in sys.argv[1:]:
    try:
        read_safely(pathlib.Path(path).read_bytes())
    except FileRefused:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
