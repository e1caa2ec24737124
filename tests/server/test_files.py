"""Files over a server: in pieces, checked, looked at, and what is published for everybody."""

import hashlib
import json
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from cryptography import x509

from issuance.evidence.blob import BlobRef
from issuance.evidence.report import PhotoReport
from issuance.findings import Finding
from issuance.findings.cases import CaseFinding
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from issuance.wire import PreviewAnswer, read_blob_answer, read_check_line
from issuance.wire_stations import RECEIVED, FilesAsked, FilesThere
from tests.live_server import LiveServer
from tests.server.speaking import JSON, Voice, log_in, status_of_an_announcement

PHOTO = sample_photo(sample_person("natural"))
DIGEST = hashlib.sha256(PHOTO).hexdigest()
REF = BlobRef.of(PHOTO, "image/jpeg")
ADDRESS = f"/v1/blobs/{DIGEST}"
ABOUT = {"length": str(len(PHOTO)), "media_type": "image/jpeg"}


def put(voice: Voice, piece: bytes, told: str = "", address: str = ADDRESS) -> httpx.Response:
    headers = {**voice.bearer, "Content-Type": "image/jpeg"}
    if told:
        headers["Content-Range"] = told
    return voice.client.put(address, content=piece, headers=headers)


def there(voice: Voice) -> int:
    asked = FilesAsked(files=(REF,)).model_dump_json()
    answer = voice.client.post(RECEIVED, content=asked, headers=voice.bearer | JSON)
    assert answer.status_code == 200, answer.text
    (received,) = FilesThere.model_validate_json(answer.content).received
    return received


def content(voice: Voice) -> httpx.Response:
    return voice.client.get(ADDRESS, params=ABOUT, headers=voice.bearer)


def test_a_file_arrives_in_pieces_and_is_seen_only_whole(server: LiveServer):
    voice, size, half = log_in(server, "olga"), len(PHOTO), len(PHOTO) // 2
    first = put(voice, PHOTO[:half], f"bytes 0-{half - 1}/{size}")
    assert read_blob_answer(first.content) == half == there(voice)
    assert content(voice).status_code == 404
    # Somebody who does not know where it stopped is told, and nothing is spoilt.
    again = put(voice, PHOTO[:10], f"bytes 0-9/{size}")
    assert read_blob_answer(again.content) == half
    stored = b"".join(
        path.read_bytes() for path in server.served.office.folder.rglob("*") if path.is_file()
    )
    assert PHOTO[:64] not in stored
    last = put(voice, PHOTO[half:], f"bytes {half}-{size - 1}/{size}")
    assert read_blob_answer(last.content) == REF
    assert there(voice) == size
    assert content(voice).content == PHOTO
    assert not list((server.served.office.folder / "uploads").iterdir())


def test_a_torn_piece_is_sent_again(server: LiveServer):
    voice, size = log_in(server, "olga"), len(PHOTO)
    put(voice, PHOTO[:1000], f"bytes 0-999/{size}")
    put(voice, PHOTO[1000:2000], f"bytes 1000-1999/{size}")
    (part,) = (server.served.office.folder / "uploads").iterdir()
    part.write_bytes(part.read_bytes()[:-7])
    assert there(voice) == 1000
    rest = put(voice, PHOTO[1000:], f"bytes 1000-{size - 1}/{size}")
    assert read_blob_answer(rest.content) == REF
    server.served.uploads.add("ab" * 32, 0, b"forgotten")
    server.served.uploads.forget_old(server.served.office.now() + timedelta(hours=23))
    assert server.served.uploads.received("ab" * 32) == 9
    server.served.uploads.forget_old(server.served.office.now() + timedelta(hours=25))
    assert server.served.uploads.received("ab" * 32) == 0


def test_what_is_not_the_file_is_refused(server: LiveServer):
    voice, size = log_in(server, "olga"), len(PHOTO)
    assert put(voice, PHOTO[:-1]).status_code == 422
    assert put(voice, PHOTO[:-1] + b"x", f"bytes 0-{size - 1}/{size}").status_code == 422
    assert there(voice) == 0
    for told in (
        "bytes 5-4/10",
        "bytes 0-9/5",
        "bytes 0-1/99999999999",
        "bytes a-b/c",
        "lines 1-2",
    ):
        assert put(voice, b"xx", told).status_code in (400, 416), told
    assert put(voice, PHOTO, address="/v1/blobs/nothing").status_code == 422
    headers = {**voice.bearer, "Content-Type": "text/html"}
    assert voice.client.put(ADDRESS, content=PHOTO, headers=headers).status_code == 415
    # Refused by what it announces, before anything of it has come.
    assert status_of_an_announcement(server, f"PUT {ADDRESS}", 1 << 40) == 413
    assert server.client().get(ADDRESS, params=ABOUT).status_code == 401


def test_findings_come_before_the_report(server: LiveServer):
    voice = log_in(server, "olga")
    assert put(voice, PHOTO).status_code == 200
    wish = {"slot": "photo", "blob": REF.model_dump(mode="json"), "case": str(UUID(int=5))}
    with voice.client.stream("POST", "/v1/checks", json=wish, headers=voice.bearer) as answer:
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        lines = [read_check_line(line.encode()) for line in answer.iter_lines()]
    *findings, report = lines
    assert all(isinstance(each, Finding) for each in findings)
    assert isinstance(report, PhotoReport)
    assert set(report.findings) <= set(findings) or report.findings == tuple(findings)
    assert (report.width, report.height) != (0, 0)
    headers = {**voice.bearer, "Content-Type": "image/jpeg"}
    look = voice.client.post("/v1/looks?slot=photo", content=PHOTO, headers=headers)
    assert read_check_line(look.content) == report
    drawn = voice.client.post(
        "/v1/previews",
        json={"blob": REF.model_dump(mode="json"), "width": 20, "height": 20},
        headers=voice.bearer,
    )
    preview = PreviewAnswer.model_validate_json(drawn.content).preview()
    assert len(preview.rgb) == preview.width * preview.height * 3 > 0
    copy = voice.client.post(
        "/v1/clean-copies", json={"blob": REF.model_dump(mode="json")}, headers=voice.bearer
    )
    assert copy.status_code == 200
    assert copy.content.startswith(b"\xff\xd8")


def test_a_file_nobody_brought_is_told_everywhere(server: LiveServer):
    voice = log_in(server, "olga")
    gone = {"blob": REF.model_dump(mode="json")}
    wishes = {"/v1/previews": {**gone, "width": 9, "height": 9}, "/v1/clean-copies": gone}
    for path, wish in wishes.items():
        answer = voice.client.post(path, json=wish, headers=voice.bearer)
        assert answer.status_code == 404
        assert answer.json()["findings"][0]["code"] == CaseFinding.FILE_NOT_KEPT.value
    lines = voice.client.post("/v1/checks", json={**gone, "slot": "photo"}, headers=voice.bearer)
    last = json.loads(lines.text.splitlines()[-1])
    assert last["report"]["findings"][0]["code"] == CaseFinding.FILE_NOT_KEPT.value


def test_what_is_published_is_for_everybody(server: LiveServer):
    client = server.client()
    assert client.get("/crl/issuing.crl").status_code == 404
    server.served.engine.run_due(server.served.opened.session)
    found = client.get("/crl/issuing.crl")
    assert x509.load_der_x509_crl(found.content).next_update_utc is not None
    of_root = x509.load_der_x509_crl(client.get("/crl/root.crl").content)
    assert of_root.issuer != x509.load_der_x509_crl(found.content).issuer
    known = {"If-None-Match": found.headers["ETag"]}
    assert client.get("/crl/issuing.crl", headers=known).status_code == 304
    assert x509.load_der_x509_certificate(client.get("/crl/issuing.cer").content)
    kind = {"Content-Type": "application/ocsp-request"}
    refused = client.post("/ocsp", content=b"nothing", headers=kind)
    assert refused.headers["content-type"] == "application/ocsp-response"
    assert client.get("/ocsp/bm90aGluZw==").content == refused.content
    assert client.post("/ocsp", content=b"x" * 5000, headers=kind).status_code == 413


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/office", "/v1/openapi.json"])
def test_what_nobody_need_log_in_for(server: LiveServer, path: str):
    assert server.client().get(path).status_code == 200
