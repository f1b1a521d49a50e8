"""Files that States hand in: kept outside the web root under a name of ours, each belonging to one reply."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import insert, select

from ..audit import audit_log
from ..columns import utc_now
from ..models import Document
from ..transactions import reading, writing


@dataclass(frozen=True)
class DocumentFacts:
    """A file that was handed in. `size`: in bytes; `format`: such as pdf; `name`: as the State called it."""

    response_id: int
    address: str
    sha256: str
    size: int
    format: str
    name: str
    at: datetime.datetime

    @property
    def path(self) -> Path:
        """Where its bytes are."""
        return _folder(self.response_id) / self.sha256


_documents = select(
    Document.response_id,
    Document.address,
    Document.sha256,
    Document.size,
    Document.format,
    Document.name,
    Document.at,
)


def store(response_id: int, address: str, content: bytes, *, kind: str, name: str, by: int) -> DocumentFacts:
    """The file is on the disk before the database says that it is there. The same file again is the same document."""
    sha256 = hashlib.sha256(content).hexdigest()
    _write(_folder(response_id), sha256, content)
    with writing() as connection:
        if (existing := find(response_id, sha256, address)) is not None:
            return existing
        row = {"response_id": response_id, "address": address, "sha256": sha256, "size": len(content)}
        row |= {"format": kind, "name": name, "by": by, "at": utc_now()}
        connection.execute(insert(Document).values(**row))
        audit_log.record("document-handed-in", by, response=response_id, address=address, sha256=sha256)
        kept = find(response_id, sha256, address)
    assert kept is not None
    return kept


def adopt(from_response: int, response_id: int, address: str, sha256: str, *, by: int) -> None:
    """The same file in a later reply of the same State, which confirms an answer that names it."""
    kept = find(from_response, sha256, address)
    if kept is not None and kept.path.exists():
        store(response_id, address, kept.path.read_bytes(), kind=kept.format, name=kept.name, by=by)


def _write(folder: Path, sha256: str, content: bytes) -> None:
    """Whole or not at all, and flushed to the disk."""
    if (folder / sha256).exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, folder / sha256)
    except OSError:
        with contextlib.suppress(OSError):
            Path(part).unlink()
        raise
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def find(response_id: int, sha256: str, address: str | None = None) -> DocumentFacts | None:
    """A document of this reply; of this answer, where an address is given."""
    query = _documents.where(Document.response_id == response_id, Document.sha256 == sha256)
    if address is not None:
        query = query.where(Document.address == address)
    with reading() as connection:
        row = connection.execute(query.order_by(Document.id).limit(1)).first()
    return DocumentFacts(*row) if row else None


def _folder(response_id: int) -> Path:
    return folder() / str(response_id)


def folder() -> Path:
    """Where all that was handed in is kept."""
    return Path(current_app.instance_path) / "documents"
