"""Zip files that are the same bytes whenever they are made of the same data."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping


def same_bytes(raw: io.BytesIO, moment: datetime.datetime) -> bytes:
    """Of an Office file: the libraries stamp the time of saving into the archive and the properties; both become the data's."""
    with zipfile.ZipFile(raw) as read:
        parts = {name: read.read(name) for name in read.namelist()}
    if "docProps/core.xml" in parts:
        when = rb"\g<1>" + f"{moment.isoformat()}Z".encode()
        parts["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", when, parts["docProps/core.xml"])
    first = "[Content_Types].xml"
    return zipped({name: parts[name] for name in sorted(parts, key=lambda name: (name != first, name))}, moment)


def zipped(parts: Mapping[str, bytes], moment: datetime.datetime) -> bytes:
    """In the order given, every part stamped with the data's moment."""
    done = io.BytesIO()
    stamp = (max(1980, moment.year), *moment.timetuple()[1:6])
    with zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, date_time=stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(info, content)
    return done.getvalue()
