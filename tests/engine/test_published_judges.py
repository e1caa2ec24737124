"""What the engine publishes in the course of a life, before programs we did not write."""

import base64
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from issuance.cases.commands.activation import GiveUpKey, RequestCertificate
from issuance.cases.commands.life import (
    ConfirmRevocation,
    ReinstateCertificate,
    RevokeCertificate,
    SuspendCertificate,
)
from issuance.certificates.keys import make_private_key
from issuance.certificates.request import make_request
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.publishing import status_files
from issuance.policies.loader import load_policy
from tests.engine.desk import SetClock, sources_at
from tests.engine.giving import give
from tests.engine.issued_office import published_answer, rehearsal_at
from tests.relying_party import RelyingParty, changed, needs, needs_pkilint
from ventanilla.rehearsal import Rehearsal

pytestmark = pytest.mark.timeout(400)

STAGES = ("handed over", "suspended", "reinstated", "died", "ended")
GOOD = {"handed over", "reinstated"}
DAYS_SINCE_DEATH = 9


@dataclass(frozen=True)
class Stage:
    """What is published at a moment, and what the office then holds true."""

    at: datetime
    revoked: bytes
    given_up: bytes
    newest: bytes


@dataclass(frozen=True)
class Life:
    """A case in which one certificate was given up, and another lived until it ended."""

    root: x509.Certificate
    issuing: x509.Certificate
    given_up: x509.Certificate
    newest: x509.Certificate
    contract: bytes
    stages: dict[str, Stage]


def certificate_of(rehearsal: Rehearsal) -> x509.Certificate:
    certificate = rehearsal.state.activation.certificate
    assert certificate is not None
    with rehearsal.office.engine.office.register.reading() as reading:
        row = reading.certificate(certificate.serial)
    assert row is not None
    assert row.certificate is not None
    return x509.load_der_x509_certificate(row.certificate)


def published(
    rehearsal: Rehearsal, clock: SetClock, given_up: x509.Certificate, newest: x509.Certificate
) -> Stage:
    """Publish what is due, and return what lies in the folder then."""
    rehearsal.become("olga")
    opened = rehearsal.office
    assert opened.engine.run_due(opened.session).published.waits == ()
    office = opened.engine.office
    revoked = status_files(office).revocation_list()
    assert revoked is not None
    answers = (published_answer(office, each) for each in (given_up, newest))
    return Stage(clock.now(), revoked, *answers)


def at_its_end(
    rehearsal: Rehearsal, clock: SetClock, newest: x509.Certificate, given_up: x509.Certificate
) -> Stage:
    """Let a copy of the office live until the certificate ends."""
    rehearsal.close()
    folder = shutil.copytree(rehearsal.folder, rehearsal.folder.with_name("at its end"))
    there = SetClock(clock.now())
    copy = replace(rehearsal, folder=folder, sources=sources_at(there))
    copy.case = rehearsal.case
    copy.become("olga")
    there.moment = newest.not_valid_after_utc + timedelta(hours=1)
    try:
        return published(copy, there, given_up, newest)
    finally:
        copy.close()


def play(rehearsal: Rehearsal, clock: SetClock) -> Life:
    for act in (rehearsal.apply, rehearsal.approve, rehearsal.bring_evidence,
                rehearsal.accept_evidence, rehearsal.pay, rehearsal.confirm_person,
                rehearsal.enter_activation_code):  # fmt: skip
        act()
    request = base64.b64encode(make_request(make_private_key("p-256"))).decode()
    rehearsal.execute(RequestCertificate(request=request))
    given_up = certificate_of(rehearsal)
    reasons = rehearsal.office.engine.office.policy.policy.reasons.revoke
    rehearsal.execute(GiveUpKey(reason=next(iter(reasons)), note="Se cortó la luz."))
    rehearsal.confirm_person()
    rehearsal.enter_activation_code()
    rehearsal.hand_over()
    newest = certificate_of(rehearsal)
    serial = str(newest.serial_number)
    stages: dict[str, Stage] = {}

    def look(stage: str) -> None:
        stages[stage] = published(rehearsal, clock, given_up, newest)

    look("handed over")
    clock.pass_time(hours=1)
    rehearsal.execute(SuspendCertificate(serial=serial, cause="compromise_suspected"))
    look("suspended")
    clock.pass_time(hours=1)
    rehearsal.become("adrian")
    rehearsal.execute(ReinstateCertificate(serial=serial, cause="suspension_ended"))
    look("reinstated")
    clock.pass_time(hours=1)
    stages["ended"] = at_its_end(rehearsal, clock, newest, given_up)
    rehearsal.become("olga")
    day = (clock.now() - timedelta(days=DAYS_SINCE_DEATH)).date()
    died = RevokeCertificate(
        serial=serial, cause="holder_died", effective=day, asked_by="authority",
        identified_by="register_consulted", asker="Acta 12",
    )  # fmt: skip
    assert give(rehearsal, died).applied
    rehearsal.become("adrian")
    rehearsal.execute(ConfirmRevocation(serial=serial))
    look("died")
    office = rehearsal.office.engine.office
    contract = rehearsal.state.activation.newest_contract
    assert contract is not None
    authority = office.authority
    signed = office.blobs.read(contract)
    return Life(authority.root, authority.issuing, given_up, newest, signed, stages)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Play it an hour or two behind the computer's clock, by which most judges judge."""
    folder, clock = tmp_path_factory.mktemp("lived"), SetClock()
    clock.pass_time(hours=-12)
    sources = sources_at(clock)
    founded = found_office(folder / "office", demonstration_plan(), sources, make_private_key)
    assert isinstance(founded, Founded)
    rehearsal = rehearsal_at(folder / "office", clock, folder / "0.p12")
    try:
        return play(rehearsal, clock)
    finally:
        rehearsal.close()


@pytest.fixture
def party(life: Life, tmp_path: Path) -> RelyingParty:
    return RelyingParty(tmp_path, life.root, life.issuing)


def now_stages(life: Life) -> list[tuple[str, Stage]]:
    """Return the stages that a judge by the computer's clock can look at."""
    return [(name, each) for name, each in life.stages.items() if name != "ended"]


@needs("openssl")
@pytest.mark.parametrize("name", STAGES)
def test_openssl_judges_every_stage(life: Life, party: RelyingParty, name: str):
    stage = life.stages[name]
    verdict = party.openssl(life.newest, stage.revoked, stage.at)
    if name in GOOD:
        assert verdict == "OK"
    else:
        said = "certificate has expired" if name == "ended" else "certificate revoked"
        assert said in verdict
    assert "certificate revoked" in party.openssl(life.given_up, stage.revoked, stage.at)
    assert "CRL signature failure" in party.openssl(life.newest, changed(stage.revoked), stage.at)


@needs("openssl")
def test_openssl_trusts_every_answer(life: Life, party: RelyingParty):
    for name, stage in now_stages(life):
        trusted, said = party.openssl_answer(life.newest, stage.newest)
        assert trusted == "Response verify OK"
        assert said.startswith("good" if name in GOOD else "revoked"), name
        trusted, said = party.openssl_answer(life.given_up, stage.given_up)
        assert trusted == "Response verify OK"
        assert said.startswith("revoked")
        trusted, _ = party.openssl_answer(life.newest, changed(stage.newest, in_signature(stage)))
        assert "Response Verify Failure" in trusted


def forged(certificate: x509.Certificate) -> x509.Certificate:
    """Return a certificate with another signature than its authority's."""
    return x509.load_der_x509_certificate(changed(certificate.public_bytes(Encoding.DER)))


def in_signature(stage: Stage) -> int:
    """Return a place in the signature of an answer, which stands before the responder's own."""
    answer = ocsp.load_der_ocsp_response(stage.newest)
    return stage.newest.index(answer.signature) + 8


@needs("certutil")
@needs("crlutil")
def test_nss_judges_by_every_list(life: Life, party: RelyingParty):
    for name, stage in now_stages(life):
        verdict = party.nss(life.newest, stage.revoked)
        assert ("is valid" if name in GOOD else "has been revoked") in verdict, name
        assert "has been revoked" in party.nss(life.given_up, stage.revoked)
    good = life.stages["handed over"]
    assert "BAD_SIGNATURE" in party.nss(life.newest, changed(life.stages["died"].revoked))
    # A database keeps the true one's serial, and takes in no other of the same.
    (party.folder / "new").mkdir()
    another = replace(party, folder=party.folder / "new")
    assert "invalid signature" in another.nss(forged(life.newest), good.revoked)


@needs("certtool")
@needs("ocsptool")
def test_gnutls_judges_lists_certificates_and_answers(life: Life, party: RelyingParty):
    for name, stage in now_stages(life):
        assert "Verified. The certificate is trusted" in party.gnutls_list(stage.revoked)
        assert "Verified. The certificate is trusted" not in party.gnutls_list(
            changed(stage.revoked)
        )
        verdict = party.gnutls(life.newest, stage.revoked)
        good = "Chain verification output: Verified"
        assert (good if name in GOOD else "The certificate chain is revoked") in verdict, name
        said = party.gnutls_answer(stage.newest)
        assert "Verifying OCSP Response: Success" in said
        state = "good" if name in GOOD else "revoked"
        assert f"Certificate Status: {state}" in said
        tampered = changed(stage.newest, in_signature(stage))
        assert "Verifying OCSP Response: Success" not in party.gnutls_answer(tampered)
    good = life.stages["handed over"]
    verdict = party.gnutls(forged(life.newest), good.revoked)
    assert "Chain verification output: Not verified" in verdict
    assert "signature" in verdict


@needs("keytool")
def test_java_reads_a_list_and_knows_its_authority(life: Life, party: RelyingParty):
    stage = life.stages["died"]
    said = party.java_list(stage.revoked)
    assert "Verified by issuing" in said
    for each in (life.given_up, life.newest):
        serial = each.serial_number
        assert serial.to_bytes((serial.bit_length() + 7) // 8).hex(":") in said
    assert "Verified by" not in party.java_list(changed(stage.revoked))


@needs_pkilint
def test_pkilint_finds_nothing_in_what_is_published(life: Life, party: RelyingParty):
    assert party.lint_chain(life.root, life.issuing, life.newest) == ""
    for stage in life.stages.values():
        assert party.lint_list(stage.revoked) == ""
        for answer in (stage.given_up, stage.newest):
            assert party.lint_answer(answer) == ""
    assert "signature_verification_failed" in party.lint_chain(life.root, life.newest)


@needs("pdfsig")
@needs("certutil")
def test_poppler_finds_the_contract_right(life: Life, party: RelyingParty):
    said = party.poppler(life.contract)
    assert said.count("Signature is Valid.") == 2, said
    place = life.contract.index(b"stream") + 20
    assert "Signature is Valid." not in party.poppler(changed(life.contract, place))


def test_pyhanko_finds_the_contract_right(life: Life, party: RelyingParty):
    pytest.importorskip("pyhanko", reason="pyHanko is missing")
    at = life.stages["handed over"].at
    assert party.pyhanko(life.contract, at) == [True, True]
    place = life.contract.index(b"stream") + 20
    assert party.pyhanko(changed(life.contract, place), at) == [False, False]


def test_a_death_stands_in_the_invalidity_date_alone(life: Life):
    before, died = life.stages["reinstated"], life.stages["died"]
    entry = x509.load_der_x509_crl(died.revoked).get_revoked_certificate_by_serial_number(
        life.newest.serial_number
    )
    assert entry is not None
    since = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    assert since.invalidity_date_utc < before.at - timedelta(days=DAYS_SINCE_DEATH - 1)
    assert before.at < entry.revocation_date_utc <= died.at
    answer = ocsp.load_der_ocsp_response(died.newest)
    assert answer.revocation_time_utc == entry.revocation_date_utc


def test_every_list_has_a_greater_number_and_the_profiles_addresses(life: Life):
    numbers = [
        x509.load_der_x509_crl(each.revoked)
        .extensions.get_extension_for_class(x509.CRLNumber)
        .value.crl_number
        for _, each in now_stages(life)
    ]
    assert numbers == sorted(set(numbers))
    points = life.newest.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    profile = load_policy("ec-icert").policy.profiles[0]
    assert [name.value for each in points for name in each.full_name or ()] == list(
        profile.crl_urls
    )
