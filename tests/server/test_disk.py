"""A server whose disk takes nothing more, or breaks: refused in words, and never a 500."""

import errno
import os

import pytest

from issuance.evidence.blob import BlobRef
from issuance.findings.access import AccessCode
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from issuance.streams import StreamRef
from tests.engine.test_pushing import CASE, opening
from tests.live_server import LiveServer
from tests.server.speaking import Voice, log_in, log_in_body

JPEG = "image/jpeg"


def put(voice: Voice, content: bytes, **headers: str) -> tuple[int, str]:
    path = f"/v1/blobs/{BlobRef.of(content, JPEG).sha256}"
    body = content[: len(content) // 2] if headers else content
    sent = {**voice.bearer, "Content-Type": JPEG, **headers}
    answer = voice.client.put(path, content=body, headers=sent)
    document = answer.json()
    findings = document.get("findings") or [{"code": ""}]
    return answer.status_code, findings[0]["code"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(errno.EIO, AccessCode.STORE_FAILED), (errno.ENOSPC, AccessCode.STORE_FULL)],
)
def test_what_cannot_be_kept_is_refused_in_words(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch, error: int, code: str
):
    def fail(descriptor: int) -> None:
        raise OSError(error, os.strerror(error), descriptor)

    voice = log_in(server, "olga")
    photo = sample_photo(sample_person("natural", 0), 0)
    half = len(photo) // 2
    monkeypatch.setattr("os.fsync", fail)
    assert put(voice, photo)[1] == code
    ranged = {"Content-Range": f"bytes 0-{half - 1}/{len(photo)}"}
    assert put(voice, photo, **ranged)[1] == code
    # The register is a file of its own, with its own way to the disk; its checkpoint is not.
    assert voice.give(opening(), StreamRef(kind="case", id=CASE)).applied
    assert voice.client.get("/readyz").status_code == 503
    refused = voice.client.post("/v1/sessions", json=log_in_body("adrian"))
    assert refused.status_code != 500, refused.text
