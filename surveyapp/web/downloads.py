"""Documents that States handed in, given back as files to be saved."""

from __future__ import annotations

from pathlib import Path

from flask import abort, send_file
from werkzeug.wrappers import Response

from surveyapp.storage.documents import Kept

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain; charset=utf-8",
}


def as_download(kept: Kept) -> Response:
    """Always an attachment: nothing of a stranger's file is ever shown under our address."""
    name = Path(kept.name).stem + f".{kept.format}"
    if not kept.path.exists():
        abort(404)
    return send_file(kept.path, mimetype=KINDS[kept.format], as_attachment=True, download_name=name, max_age=0)
