"""A case from log-in to the signed contract and its revocation, wherever the engine runs."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs12

from backend_client.counter_backend import CounterBackend
from issuance.cases.commands.life import RevokeCertificate
from issuance.cases.state import CaseStatus
from issuance.queries import CertificateLife, CertificateLifeQuery
from tests.backend_client.whole_case import PASSWORD, WholeCase


async def test_a_case_from_log_in_to_revocation(backend: CounterBackend, tmp_path: Path):
    case = WholeCase(backend, tmp_path)
    await case.apply()
    await case.approve()
    await case.bring_evidence()
    await case.accept_evidence()
    await case.pay()
    delivered = await case.activate()
    assert delivered.findings == ()
    assert (await case.state()).status is CaseStatus.ACTIVE
    assert delivered.path is not None
    store = pkcs12.load_pkcs12(delivered.path.read_bytes(), PASSWORD.reveal().encode())
    assert store.cert is not None
    assert str(store.cert.certificate.serial_number) == delivered.serial
    life = await backend.ask(CertificateLifeQuery(serial=delivered.serial))
    assert isinstance(life, CertificateLife), life
    signed = next(each for each in life.files if each.name == "signed")
    contract = await backend.read_file(signed.blob)
    assert isinstance(contract, bytes)
    assert contract.startswith(b"%PDF")
    revocation = RevokeCertificate(
        serial=delivered.serial, cause="key_compromise", asked_by="holder",
        identified_by="card_at_counter",
    )  # fmt: skip
    receipt = await backend.execute(revocation, case.stream, life.revision)
    assert receipt.applied, receipt.findings
