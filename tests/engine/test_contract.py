"""The signed contract through the engine: in the activation, later, from elsewhere, after a cut."""

import base64
import dataclasses
import hashlib
import io
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import asn1crypto.keys
import asn1crypto.x509
import pytest
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pypdf import PdfReader

from issuance.cases.commands.contract import PrepareContract, RecordSignedContract
from issuance.cases.state import CertificateState, ContractState
from issuance.certificates.contract_verification import check_signatures
from issuance.certificates.keys import (
    PrivateKey,
    certificate_der,
    make_private_key,
    private_key_bytes,
)
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.certificates.stream import AuthorityState
from issuance.commands import Body, Receipt
from issuance.engine.authority_file import FILE_NAME
from issuance.engine.inspection import inspect_office
from issuance.engine.office import named_stream
from issuance.engine.signed_contract import prepare_contract
from issuance.engine.streams import read_state
from issuance.evidence.blob import BlobRef
from issuance.findings.cases import CaseFinding
from issuance.findings.contract import ContractCode
from issuance.findings.evidence import EvidenceCode
from issuance.policies.loader import LoadedPolicy, load_policy
from issuance.queries import ContractAnswer, ContractQuery
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import PowerCut, codes
from tests.engine.giving import give
from tests.unsigned import certificate_answer, hand_over_unsigned, load_certificate
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

PASSWORD = Secret("Zanja-Trueno-Marmol-58")
PRODUCT = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
_KEYS: dict[str, Iterator[PrivateKey]] = {}


def some_key(algorithm: str) -> PrivateKey:
    """Return one of a few keys: making each anew would take most of the time."""
    if algorithm not in _KEYS:
        _KEYS[algorithm] = itertools.cycle([make_private_key(algorithm) for _ in range(4)])
    return next(_KEYS[algorithm])


def rehearsal_in(folder: Path, target: Path, case: UUID | None = None) -> Rehearsal:
    assert PRODUCT is not None
    played = Rehearsal(folder, system_sources(), some_key, PRODUCT, target)
    played.password = PASSWORD
    if case is not None:
        played.case = case
    return played


@dataclasses.dataclass(frozen=True)
class Waiting:
    """An office with a case whose activation code was entered."""

    office: FoundedOffice
    case: UUID


@pytest.fixture(scope="module")
def authorised(pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> Waiting:
    folder = tmp_path_factory.mktemp("authorised") / "office"
    shutil.copytree(pristine.folder, folder)
    played = rehearsal_in(folder, folder / "unused.p12")
    for act in (played.apply, played.approve, played.bring_evidence, played.accept_evidence,
                played.pay, played.confirm_person, played.enter_activation_code):  # fmt: skip
        act()
    played.close()
    return Waiting(FoundedOffice(folder, pristine.recovery_key), played.case)


@pytest.fixture
def rehearsal(authorised: Waiting, tmp_path: Path) -> Iterator[Rehearsal]:
    """The office on the eve of the hand-over; its register is verified in the end."""
    folder = tmp_path / "office"
    shutil.copytree(authorised.office.folder, folder)
    played = rehearsal_in(folder, tmp_path / "0.p12", authorised.case)
    played.become("olga")
    yield played
    played.close()
    report = inspect_office(folder, authorised.office.recovery_key, system_sources())
    assert isinstance(report, VerificationReport)
    assert report.ok, report.faults


@pytest.fixture
def unsigned(rehearsal: Rehearsal) -> PrivateKey:
    """Hand the key file over, the contract unsigned."""
    key = some_key("rsa-2048")
    hand_over_unsigned(rehearsal, key, PASSWORD)
    return key


def certificate_of(rehearsal: Rehearsal) -> CertificateState:
    certificate = rehearsal.state.activation.certificate
    assert certificate is not None
    return certificate


def contract_of(rehearsal: Rehearsal) -> ContractState:
    return certificate_of(rehearsal).contract


def read(rehearsal: Rehearsal, blob: BlobRef | None) -> bytes:
    assert blob is not None
    return rehearsal.office.engine.office.blobs.read(blob)


def prepared(rehearsal: Rehearsal) -> bytes:
    blob = rehearsal.contract_desk.prepare(rehearsal.case)
    assert isinstance(blob, BlobRef), blob
    return read(rehearsal, blob)


def seal_of(rehearsal: Rehearsal) -> x509.Certificate:
    office = rehearsal.office.engine.office
    with office.register.reading() as reading:
        state, _ = read_state(reading, named_stream(office.id, "authority"), AuthorityState)
    assert state is not None
    assert state.seal is not None
    return load_certificate(state.seal.certificate)


def signed_elsewhere(document: bytes, key: PrivateKey, certificate: x509.Certificate) -> bytes:
    """Sign as another program does: in a visible field of its own, with a stamp."""
    signer = signers.SimpleSigner(
        asn1crypto.x509.Certificate.load(certificate_der(certificate)),
        asn1crypto.keys.PrivateKeyInfo.load(private_key_bytes(key)),
        None,  # pyright: ignore[reportArgumentType] -- it carries no chain
    )
    place = SigFieldSpec("Signature1", on_page=0, box=(60, 60, 260, 120))
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    meta = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256")
    return signers.sign_pdf(writer, meta, signer, new_field_spec=place).getvalue()


def test_the_activation_leaves_a_contract_signed_by_both(rehearsal: Rehearsal):
    delivered = rehearsal.hand_over()

    assert delivered.findings == ()
    contract = contract_of(rehearsal)
    assert contract.how == "session"
    assert contract.signed_at is not None
    assert contract.countersigned_at is not None
    original, both = read(rehearsal, contract.prepared), read(rehearsal, contract.countersigned)
    assert read(rehearsal, contract.signed).startswith(original)
    assert both.startswith(read(rehearsal, contract.signed))
    office = rehearsal.office.engine.office
    holder = load_certificate(certificate_answer(rehearsal).certificate)
    who = [holder, seal_of(rehearsal)]
    assert check_signatures(both, len(original), who, office.authority.chain, office.now()) == ()
    assert who[1].issuer == office.authority.issuing.subject
    asked = office_answer(rehearsal)
    assert asked.document == contract.countersigned


def office_answer(rehearsal: Rehearsal) -> ContractAnswer:
    answer = rehearsal.office.engine.ask(
        ContractQuery(case=rehearsal.case), rehearsal.office.session
    )
    assert isinstance(answer, ContractAnswer)
    return answer


def test_the_contract_to_sign_says_which_certificate_came_of_it(
    rehearsal: Rehearsal, unsigned: PrivateKey
):
    document = prepared(rehearsal)
    pages = PdfReader(io.BytesIO(document)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    answer = certificate_answer(rehearsal)
    der = base64.b64decode(answer.certificate)
    assert answer.serial in words
    assert hashlib.sha256(der).hexdigest() in words.replace(" ", "")
    assert rehearsal.person.name in words
    assert f"versión {rehearsal.state.consent_version}" in words
    assert f"1 / {len(pages)}" in words
    assert prepared(rehearsal) == document  # asked again, it is the same file


def test_a_case_tells_when_its_contract_is_not_signed(rehearsal: Rehearsal, unsigned: PrivateKey):
    assert contract_of(rehearsal).signed_at is None
    known = rehearsal.known
    assert known is not None
    acts = {each.act: [finding.code for finding in each.findings] for each in known.acts}
    assert acts["prepare_contract"] == []
    assert acts["record_signed_contract"] == []
    prepared(rehearsal)
    known = rehearsal.known
    assert known is not None
    acts = {each.act: [finding.code for finding in each.findings] for each in known.acts}
    assert acts["prepare_contract"] == [ContractCode.PREPARED_BEFORE]
    assert acts["record_signed_contract"] == []


@pytest.mark.soak
def test_a_key_file_signs_later(rehearsal: Rehearsal, unsigned: PrivateKey):
    desk = rehearsal.contract_desk
    assert desk.sign_with_file(rehearsal.case, rehearsal.target, PASSWORD) == ()
    assert contract_of(rehearsal).how == "file"
    # Done twice, the second time there is nothing to do.
    assert desk.sign_with_file(rehearsal.case, rehearsal.target, PASSWORD) == ()


def test_a_key_file_that_is_not_the_one_is_told(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path
):
    desk, case = rehearsal.contract_desk, rehearsal.case
    wrong = desk.sign_with_file(case, rehearsal.target, Secret("otra"))
    assert codes(wrong) == [ContractCode.KEY_FILE_CLOSED]
    accents = desk.sign_with_file(case, rehearsal.target, Secret("contraseñá"))
    assert codes(accents) == [ContractCode.KEY_FILE_CLOSED]
    gone = desk.sign_with_file(case, tmp_path / "none.p12", PASSWORD)
    assert codes(gone) == [EvidenceCode.FILE_UNREADABLE]
    (tmp_path / "junk.p12").write_bytes(b"junk" * 100)
    junk = desk.sign_with_file(case, tmp_path / "junk.p12", PASSWORD)
    assert codes(junk) == [ContractCode.KEY_FILE_CLOSED]
    answer = certificate_answer(rehearsal)
    certificate, *chain = map(load_certificate, (answer.certificate, *answer.chain))
    other = some_key("rsa-2048")
    del certificate
    stranger = write_pkcs12(other, self_signed(other), chain, PASSWORD, "x")
    (tmp_path / "other.p12").write_bytes(stranger)
    found = desk.sign_with_file(case, tmp_path / "other.p12", PASSWORD)
    assert codes(found) == [ContractCode.OTHER_KEY_FILE]
    assert contract_of(rehearsal).signed_at is None


def self_signed(key: PrivateKey) -> x509.Certificate:
    from issuance.certificates.authority import build_root
    from issuance.certificates.der import encode_name
    from issuance.certificates.validity import Validity

    now = system_sources().clock.now().replace(microsecond=0)
    name = encode_name([("2.5.4.3", "OTRA", "utf8")])
    return build_root(name, key, 77, Validity(now, now.replace(year=now.year + 1)))


def test_a_contract_signed_elsewhere_is_taken_in(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path
):
    original = prepared(rehearsal)
    holder = load_certificate(certificate_answer(rehearsal).certificate)
    (tmp_path / "signed.pdf").write_bytes(signed_elsewhere(original, unsigned, holder))
    assert rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf") == ()
    contract = contract_of(rehearsal)
    assert contract.how == "upload"
    both = read(rehearsal, contract.countersigned)
    assert len(PdfFileReader(io.BytesIO(both)).embedded_signatures) == 2
    again = rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf")
    assert codes(again) == [ContractCode.SIGNED_BEFORE]


Change = Callable[[bytes, bytes], bytes]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda original, signed: original, ContractCode.SIGNATURE_COUNT),
        pytest.param(
            lambda original, signed: b"%PDF-1.7\n" + signed, ContractCode.OTHER_DOCUMENT,
            marks=pytest.mark.soak,
        ),
        (lambda original, signed: original[:-9] + b"X" + signed[len(original) - 8 :],
         ContractCode.OTHER_DOCUMENT),
        pytest.param(
            lambda original, signed: signed[: len(original) + 400], EvidenceCode.DAMAGED,
            marks=pytest.mark.soak,
        ),
        (lambda original, signed: signed.replace(b"Signature1", b"Signature2"),
         ContractCode.SIGNATURE_BROKEN),
        pytest.param(
            lambda original, signed: b"GIF89a", ContractCode.OTHER_DOCUMENT,
            marks=pytest.mark.soak,
        ),
    ],
    ids=["unsigned", "prefixed", "other terms", "cut", "altered", "no PDF"],
)  # fmt: skip
def test_what_is_not_the_contract_signed_is_refused_and_nothing_is_recorded(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path, change: Change, code: str
):
    original = prepared(rehearsal)
    holder = load_certificate(certificate_answer(rehearsal).certificate)
    document = change(original, signed_elsewhere(original, unsigned, holder))
    (tmp_path / "signed.pdf").write_bytes(document)
    found = rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf")
    assert code in codes(found)
    assert contract_of(rehearsal).signed_at is None
    assert contract_of(rehearsal).countersigned is None


def test_another_certificate_signs_nothing(
    rehearsal: Rehearsal, unsigned: PrivateKey, tmp_path: Path
):
    other = some_key("rsa-2048")
    document = signed_elsewhere(prepared(rehearsal), other, self_signed(other))
    (tmp_path / "signed.pdf").write_bytes(document)
    found = rehearsal.contract_desk.take_in(rehearsal.case, tmp_path / "signed.pdf")
    assert codes(found) == [ContractCode.OTHER_SIGNER]


def test_only_who_may_hands_a_contract_in(rehearsal: Rehearsal, unsigned: PrivateKey):
    blob = rehearsal.contract_desk.prepare(rehearsal.case)
    assert isinstance(blob, BlobRef)
    body = RecordSignedContract(
        serial=certificate_of(rehearsal).serial, document=blob, how="upload"
    )
    rehearsal.become("carmen")
    assert codes(give(rehearsal, body)) == [CaseFinding.NOT_YOUR_ROLE]
    rehearsal.become("olga")
    wrong = body.model_copy(update={"serial": "1"})
    assert not give(rehearsal, wrong).applied


def test_before_the_issue_there_is_no_contract_to_sign(rehearsal: Rehearsal):
    assert codes(give(rehearsal, PrepareContract())) == [CaseFinding.NO_SUCH_CERTIFICATE]


def test_what_was_not_prepared_cannot_be_handed_in(rehearsal: Rehearsal, unsigned: PrivateKey):
    agreed = rehearsal.state.activation.contract
    assert agreed is not None
    serial = certificate_of(rehearsal).serial
    body = RecordSignedContract(serial=serial, document=agreed, how="upload")
    assert codes(give(rehearsal, body)) == [ContractCode.NOT_PREPARED]


def test_a_lost_file_is_told(rehearsal: Rehearsal, unsigned: PrivateKey):
    prepared(rehearsal)
    blobs, away = rehearsal.folder / "blobs", rehearsal.folder / "away"
    blobs.rename(away)
    found = rehearsal.contract_desk.sign(rehearsal.case, unsigned)
    assert codes(found) == [CaseFinding.FILE_NOT_KEPT]
    shutil.rmtree(blobs, ignore_errors=True)
    away.rename(blobs)


def test_other_words_of_the_policy_do_not_change_what_was_agreed_to(
    rehearsal: Rehearsal, unsigned: PrivateKey
):
    office, state = rehearsal.office.engine.office, rehearsal.state
    rule = office.policy.policy.activation.model_copy(update={"contract_version": "2099.1"})
    policy = office.policy.policy.model_copy(update={"activation": rule})
    words = {each: office.policy.words(each) for each in policy.languages}
    later = dataclasses.replace(office, policy=LoadedPolicy(policy, office.policy.files, words))
    blob = prepare_contract(later, state)
    assert isinstance(blob, BlobRef)
    agreed = read(rehearsal, state.activation.contract)
    assert read(rehearsal, blob).startswith(agreed)


def test_one_seal_serves_every_contract_and_its_key_lies_sealed(rehearsal: Rehearsal):
    rehearsal.hand_over()
    seal = seal_of(rehearsal)
    rehearsal.log_in("olga")
    office = rehearsal.office.engine.office
    from issuance.engine.seal import office_seal

    again = office_seal(office)
    assert getattr(again, "certificate", None) == seal
    content = (rehearsal.folder / FILE_NAME).read_bytes()
    assert b"PRIVATE" not in content
    rehearsal.become("carmen")
    refused = office_seal(rehearsal.office.engine.office)
    assert getattr(refused, "code", "") == "NO_ISSUING_RIGHT"


class CutOff(Rehearsal):
    """Loses power as one command of a kind is about to be given, or just after."""

    before = ""
    after = ""

    def _execute(self, body: Body, case: UUID, revision: int) -> Receipt:
        if body.kind == self.before:
            raise PowerCut
        receipt = super()._execute(body, case, revision)
        if body.kind == self.after:
            raise PowerCut
        return receipt


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "request_certificate", marks=pytest.mark.soak),
        ("", "prepare_contract"),
        pytest.param("record_signed_contract", "", marks=pytest.mark.soak),
        pytest.param("", "record_signed_contract", marks=pytest.mark.soak),
        pytest.param("record_delivery", "", marks=pytest.mark.soak),
    ],
)
def test_a_power_cut_between_issue_and_delivery_loses_nothing(
    rehearsal: Rehearsal, before: str, after: str
):
    assert PRODUCT is not None
    rehearsal.close()
    cut = CutOff(rehearsal.folder, rehearsal.sources, some_key, PRODUCT, rehearsal.target)
    cut.case, cut.password, cut.before, cut.after = rehearsal.case, PASSWORD, before, after
    cut.become("olga")
    with pytest.raises(PowerCut):
        cut.hand_over()
    serial = certificate_of(cut).serial
    cut.close()

    delivered = rehearsal.hand_over()

    assert delivered.serial == serial
    assert delivered.findings == ()
    assert contract_of(rehearsal).countersigned is not None
    assert not list((rehearsal.folder / "sealed-keys").glob("*.key"))
