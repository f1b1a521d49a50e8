"""Zip files that are the same bytes whenever they are made of the same data."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping

Stream = Callable[[bytes], Iterator[bytes]]


def stamp_office_file(raw: io.BytesIO, moment: datetime.datetime, streams: Mapping[str, Stream] | None = None) -> bytes:
    """Of an Office file: the libraries stamp the time of saving into the archive and the properties; both become the data's.

    `streams`: parts that are written anew, piece by piece, from what the library wrote.
    """
    first, streams, done = "[Content_Types].xml", streams or {}, io.BytesIO()
    with zipfile.ZipFile(raw) as read, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(read.namelist(), key=lambda name: (name != first, name)):
            content = read.read(name)
            if name == "docProps/core.xml":
                when = rb"\g<1>" + f"{moment.isoformat()}Z".encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", when, content)
            with written.open(_stamped(name, moment), "w") as part:
                for piece in streams[name](content) if name in streams else (content,):
                    part.write(piece)
    return done.getvalue()


def zip_parts(parts: Mapping[str, bytes], moment: datetime.datetime) -> bytes:
    """In the order given, every part stamped with the data's moment."""
    done = io.BytesIO()
    with zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(_stamped(name, moment), content)
    return done.getvalue()


def _stamped(name: str, moment: datetime.datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(max(1980, moment.year), *moment.timetuple()[1:6]))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
