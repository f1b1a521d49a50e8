"""Files to be saved: documents that States handed in, and what we make."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, send_file
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.storage.replies.documents import DocumentFacts

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain; charset=utf-8",
}


def as_download(kept: DocumentFacts) -> AnyResponse:
    """Always an attachment: nothing of a stranger's file is ever shown under our address."""
    name = Path(kept.name).stem + f".{kept.format}"
    if not kept.path.exists():
        abort(404)
    return send_file(kept.path, mimetype=KINDS[kept.format], as_attachment=True, download_name=name, max_age=0)


def attached(content: bytes, name: str, media_type: str) -> Response:
    """A file of ours, under a name of plain letters."""
    return Response(content, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
