"""An office founded upon an existing authority issues under its chain and keeps its history."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from issuance.certificates.authority import (
    AuthorityNames,
    AuthorityPlan,
    NewAuthority,
    create_authority,
)
from issuance.certificates.imported_authority import AuthorityFiles
from issuance.certificates.keys import make_private_key
from issuance.certificates.revocation_list import (
    ListContents,
    ListPlan,
    list_to_be_signed,
    read_list,
    sign_list,
)
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.to_be_signed import ThrowAwayKeys
from issuance.certificates.validity import Validity
from issuance.engine.authority_file import read_authority_keys
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, FoundingPlan, found_office
from issuance.engine.inspection import inspect_office
from issuance.engine.publishing import publish, status_files
from issuance.policies.loader import load_policy
from issuance.queries import CertificateAnswer, CertificateQuery
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from tests.engine.desk import codes
from tests.issuance.certificates.certificate_samples import run
from tests.relying_party import needs
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

PASSPHRASE = Secret("la frase del sistema anterior")
NOW = system_sources().clock.now().replace(microsecond=0)
OLD_SERIAL = 0x1234ABCD
INDEX = f"R\t331231235959Z\t260101000000Z,superseded\t{OLD_SERIAL:X}\tunknown\t/CN=ANA\n"


@pytest.fixture(scope="module")
def old() -> NewAuthority:
    names = AuthorityNames(common_name="RAIZ DE PRUEBA", organization="OTRA CASA", country="EC")
    issuing = names.model_copy(update={"common_name": "EMISORA DE PRUEBA"})
    plan = AuthorityPlan(root=names, issuing=issuing, algorithm="p-384")
    made = create_authority(plan, make_private_key, system_sources().randomness, NOW)
    assert isinstance(made, NewAuthority)
    return made


@pytest.fixture(scope="module")
def plan(old: NewAuthority) -> FoundingPlan:
    signer = SoftwareSigner(old.issuing_key, old.issuing_certificate)
    revoked = Revocation(OLD_SERIAL, NOW - timedelta(days=9), RevocationReason.SUPERSEDED)
    window = Validity(NOW - timedelta(days=1), NOW + timedelta(days=6))
    body = list_to_be_signed(
        ListPlan(old.issuing_certificate, 77, window, [revoked]), ThrowAwayKeys(make_private_key)
    )
    files = AuthorityFiles(
        key=old.issuing_key.private_bytes(
            Encoding.PEM,
            PrivateFormat.PKCS8,
            BestAvailableEncryption(PASSPHRASE.reveal().encode()),
        ),
        passphrase=PASSPHRASE,
        chain=old.issuing_certificate.public_bytes(Encoding.PEM)
        + old.root_certificate.public_bytes(Encoding.PEM),
        issued=INDEX.encode(),
        revocation_list=sign_list(signer, body),
    )
    return replace(demonstration_plan(), authority=files)


@pytest.fixture
def founded(plan: FoundingPlan, tmp_path: Path) -> Founded:
    done = found_office(tmp_path / "office", plan, system_sources(), make_private_key)
    assert isinstance(done, Founded), done
    return done


@pytest.fixture
def case(founded: Founded, tmp_path: Path) -> Rehearsal:
    folder = tmp_path / "office"
    product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    assert product is not None
    return Rehearsal(folder, system_sources(), make_private_key, product, tmp_path / "key.p12")


def test_it_issues_under_the_chain_that_came(case: Rehearsal, old: NewAuthority, founded: Founded):
    try:
        path = case.play().path
        assert path is not None
        assert path.is_file()
        opened = case.office
        answer = opened.engine.ask(CertificateQuery(case=case.case), opened.session)
        assert isinstance(answer, CertificateAnswer)
        assert answer.verdicts.chain_trusted
        assert opened.engine.office.authority.chain == (
            old.issuing_certificate,
            old.root_certificate,
        )
    finally:
        case.close()
    report = inspect_office(case.folder, founded.recovery_key, system_sources())
    assert isinstance(report, VerificationReport), report
    assert report.ok, report.faults


def test_the_next_revocation_list_counts_on_and_forgets_nobody(case: Rehearsal, old: NewAuthority):
    case.log_in("olga")
    try:
        office = case.office.engine.office
        published = publish(office, "olga")
        assert published.waits == ()
        content = status_files(office).revocation_list()
        assert content is not None
        found = read_list(content, old.issuing_certificate)
        assert isinstance(found, ListContents)
        assert found.number is not None
        assert found.number > 77
        (entry,) = [each for each in found.entries if each.serial == OLD_SERIAL]
        assert entry.reason is RevocationReason.SUPERSEDED
        assert entry.revoked_at == NOW - timedelta(days=9)
    finally:
        case.close()


@needs("openssl")
def test_what_was_revoked_elsewhere_is_answered_so_and_what_was_not_is_left_to_the_list(
    case: Rehearsal, old: NewAuthority, tmp_path: Path
):
    issuing, root = tmp_path / "issuing.pem", tmp_path / "root.pem"
    issuing.write_bytes(old.issuing_certificate.public_bytes(Encoding.PEM))
    root.write_bytes(old.root_certificate.public_bytes(Encoding.PEM))
    named = ["-issuer", str(issuing), "-no_nonce"]

    def told(serial: int) -> str:
        asked, answer = tmp_path / "asked.der", tmp_path / "answer.der"
        openssl_ocsp(*named, "-serial", hex(serial), "-reqout", str(asked))
        answer.write_bytes(status_files(office).answer(asked.read_bytes(), office.now()).content)
        return openssl_ocsp(
            *named, "-serial", hex(serial), "-respin", str(answer), "-CAfile", str(root),
            "-verify_other", str(issuing),
        )  # fmt: skip

    case.log_in("olga")
    try:
        office = case.office.engine.office
        assert publish(office, "olga").answers > 0
        answered = told(OLD_SERIAL)
        assert "Response verify OK" in answered
        assert "revoked" in answered
        assert "Reason: superseded" in answered
        assert "unauthorized" in told(OLD_SERIAL + 1)
        assert publish(office, "olga").answers == 0
    finally:
        case.close()


def openssl_ocsp(*arguments: str) -> str:
    done = run("openssl", "ocsp", *arguments)
    return done.stdout + done.stderr


def test_only_the_issuing_key_is_kept(case: Rehearsal):
    keys = read_authority_keys(case.folder)
    assert set(getattr(keys, "keys", {})) == {"issuing"}
    assert PASSPHRASE.reveal().encode() not in (case.folder / "authority.json").read_bytes()


def test_an_authority_for_holders_only_founds_no_office_of_institutions(
    plan: FoundingPlan, tmp_path: Path
):
    of_institutions = replace(plan, policy="cl-firmagob", province="")
    refused = found_office(tmp_path / "office", of_institutions, system_sources(), make_private_key)
    assert codes(refused) == ["IMPORT_NO_ROOM"]
    assert not (tmp_path / "office" / "office.json").exists()


def test_an_authority_that_is_not_whole_leaves_nothing(plan: FoundingPlan, tmp_path: Path):
    assert isinstance(plan.authority, AuthorityFiles)
    broken = replace(plan, authority=replace(plan.authority, issued=b""))
    refused = found_office(tmp_path / "office", broken, system_sources(), make_private_key)
    assert codes(refused) == ["IMPORT_REVOKED_NOT_ISSUED"]
    assert list((tmp_path / "office").iterdir()) == []
