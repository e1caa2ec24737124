"""The contract through the engine: prepared, signed in the activation, and after a power cut."""

import base64
import dataclasses
import hashlib
import io
import shutil
from uuid import UUID

import pytest
from pypdf import PdfReader

from issuance.cases.commands.contract import PrepareContract
from issuance.cases.steps import CONTRACT_WAITS
from issuance.certificates.contract_verification import check_signatures
from issuance.certificates.keys import PrivateKey
from issuance.commands import Body, Receipt
from issuance.engine.authority_file import FILE_NAME
from issuance.engine.signed_contract import prepare_contract
from issuance.evidence.blob import BlobRef
from issuance.findings.cases import CaseFinding
from issuance.findings.contract import ContractCode
from issuance.policies.loader import LoadedPolicy
from issuance.queries import ContractAnswer, ContractQuery, WorklistAnswer, WorklistQuery
from tests.engine.contract.conftest import (
    PASSWORD,
    PRODUCT,
    certificate_of,
    contract_of,
    prepared,
    read,
    seal_of,
    some_key,
)
from tests.engine.desk import PowerCut, codes
from tests.engine.giving import give
from tests.unsigned import certificate_answer, load_certificate
from ventanilla.rehearsal import Rehearsal


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
    office = rehearsal.office
    listed = office.engine.ask(WorklistQuery(name="applicant"), office.session)
    assert isinstance(listed, WorklistAnswer)
    assert [(each.case, each.step) for each in listed.entries] == [(rehearsal.case, CONTRACT_WAITS)]
    prepared(rehearsal)
    known = rehearsal.known
    assert known is not None
    acts = {each.act: [finding.code for finding in each.findings] for each in known.acts}
    assert acts["prepare_contract"] == [ContractCode.PREPARED_BEFORE]
    assert acts["record_signed_contract"] == []


def test_before_the_issue_there_is_no_contract_to_sign(rehearsal: Rehearsal):
    assert codes(give(rehearsal, PrepareContract())) == [CaseFinding.NO_SUCH_CERTIFICATE]


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
