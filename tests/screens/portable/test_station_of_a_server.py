"""A holder signs from a station of the server: documents stay, and the code goes once."""

import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from backend_client.backend import Backend
from backend_client.portable import FileOutcome, PreparedFiles
from backend_client.portable_desk import MOST_FILES
from issuance.access.roles import Session
from issuance.certificates.keys import PrivateKey
from issuance.findings import Finding
from issuance.findings.portable import PortableCode
from issuance.findings.signing import SigningCode
from issuance.institution_queries import PortablesAnswer, PortablesQuery
from issuance.secret import Secret
from issuance.signing.commands import ConfirmOtp, OfferOtp
from issuance.signing.queries import (
    SignatureLogAnswer,
    SignatureLogQuery,
    SigningKeyAnswer,
    SigningKeyQuery,
)
from issuance.signing.ticket_token import ATTENDED
from issuance.streams import StreamRef
from tests.backend_client.counters import address_of, remote_counter
from tests.engine.conftest import FoundedOffice
from tests.furnished_ministry import add_server, code_at, credentials
from tests.issuance.signing.signing_samples import pdf
from tests.live_server import live_server
from ventanilla.compose import SystemClock


def code_now(secret: Secret, steps: int = 0) -> Secret:
    return code_at(secret, SystemClock().now(), steps)


async def own_certificate(backend: Backend) -> UUID:
    answer = await backend.ask(PortablesQuery(own=True))
    assert isinstance(answer, PortablesAnswer), answer
    return next(each.certificate for each in answer.entries if each.purpose == ATTENDED)


async def set_up_codes(backend: Backend, certificate: UUID) -> Secret:
    secret = backend.portable.new_codes("firma").secret
    stream = StreamRef(kind="signing_key", id=certificate)
    known = await backend.ask(SigningKeyQuery(certificate=certificate))
    assert isinstance(known, SigningKeyAnswer)
    assert (await backend.execute(OfferOtp(secret=secret), stream, known.revision)).applied
    confirm = ConfirmOtp(first=code_now(secret, -1), second=code_now(secret))
    assert (await backend.execute(confirm, stream, known.revision + 1)).applied
    return secret


async def prepared(backend: Backend, certificate: UUID, *paths: Path) -> PreparedFiles | Finding:
    steps = [each async for each in backend.portable.prepare(certificate, paths, None)]
    last = steps[-1]
    assert not isinstance(last, Path)
    return last


async def test_a_station_of_the_server_signs_with_one_code(
    furnished: FoundedOffice, tmp_path: Path, make_key: Callable[[str], PrivateKey]
):
    folder = shutil.copytree(furnished.folder, tmp_path / "served")
    office = FoundedOffice(folder, furnished.recovery_key)
    add_server(office)
    (tmp_path / "home").mkdir()
    paths = [tmp_path / name for name in ("uno.pdf", "dos.pdf", "roto.pdf")]
    for path in paths:
        path.write_bytes(pdf() if path.stem != "roto" else b"%PDF-1.7")
    with live_server(office.folder, background=False) as server:
        backend = remote_counter(tmp_path / "home", address_of(server), make_key)
        try:
            session = await backend.log_in("teresa", *credentials("teresa", SystemClock().now()))
            assert isinstance(session, Session), session
            certificate = await own_certificate(backend)
            secret = await set_up_codes(backend, certificate)
            files = await prepared(backend, certificate, *paths)
            assert isinstance(files, PreparedFiles)
            assert [each.source.name for each in files.refused] == ["roto.pdf"]

            (refusal,) = [
                each async for each in backend.portable.sign(files, Secret("000000"), "-f")
            ]
            assert isinstance(refusal, tuple)
            assert [each.code for each in refusal] == [SigningCode.OTP_WRONG]

            done = [each async for each in backend.portable.sign(files, code_now(secret, 1), "-f")]
            assert [each.target for each in done if isinstance(each, FileOutcome)] == [
                tmp_path / "uno-f.pdf",
                tmp_path / "dos-f.pdf",
            ]
            log = await backend.ask(SignatureLogQuery(certificate=certificate))
            assert isinstance(log, SignatureLogAnswer)
            assert [[item.name for item in line.items] for line in log.entries] == [
                ["uno.pdf", "dos.pdf"]
            ]
            too_many = await prepared(backend, certificate, *paths * MOST_FILES)
            assert isinstance(too_many, Finding)
            assert too_many.code == PortableCode.FILES_TOO_MANY
        finally:
            await backend.close()
