"""Key slots change before the register says so: a crash lets nobody in and locks nobody out."""

import base64
import shutil

import pytest

from issuance.access.commands import AddOperator, ChangePassword, ChangeRoles, RemoveOperator
from issuance.access.commands import ResetAccess as Reset
from issuance.access.totp import current_code
from issuance.cases.commands.activation import RequestCertificate
from issuance.certificates.keys import make_private_key
from issuance.certificates.request import make_request
from issuance.commands import Body
from issuance.engine.authority_file import FILE_NAME, read_authority_keys, write_authority_keys
from issuance.engine.demonstration import PEOPLE
from issuance.engine.opening import OpenedOffice
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.secret import Secret
from tests.engine.conftest import MakeRehearsal
from tests.engine.desk import FIRST, OWN, Desk, PowerCut, codes
from tui.sentences import sentence
from tui.translation import Translator
from ventanilla.rehearsal import RehearsalFailed

MARTA = AddOperator(user="marta", name="Marta Vera", roles=("operator",), first_password=FIRST)
CARMEN = next(each for each in PEOPLE if each.user == "carmen")


def cut_short(desk: Desk, body: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a command, and cut the power between key slots and register."""

    def cut(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr("issuance.engine.operators.append", cut)
        with pytest.raises(PowerCut):
            desk.give(body)


def holders(desk: Desk) -> set[str]:
    """Name everybody with a slot of the issuing key."""
    keys = read_authority_keys(desk.folder)
    assert not isinstance(keys, Finding)
    return set(keys.keys["issuing"].slots)


def may_sign(desk: Desk) -> bool:
    return not isinstance(desk.here.engine.office.authority.signer(), Finding)


def test_a_cut_adding_lets_nobody_in_and_is_done_again(desk: Desk, monkeypatch):
    desk.log_in("jefa")
    cut_short(desk, MARTA, monkeypatch)
    assert codes(desk.try_log_in("marta", FIRST)) == [AccessCode.LOG_IN_REFUSED]
    desk.log_in("jefa")
    assert "marta" not in {each.user for each in desk.people()}
    assert desk.give(MARTA).applied
    desk.enrol("marta")
    assert may_sign(desk)


def test_a_cut_renewal_opens_with_no_password_and_is_done_again(desk: Desk, monkeypatch):
    desk.log_in("jefa")
    cut_short(desk, Reset(user="carmen", first_password=FIRST), monkeypatch)
    code = current_code(Secret(CARMEN.totp_secret), desk.clock.now())
    assert codes(desk.try_log_in("carmen", Secret(CARMEN.password), code)) == [
        AccessCode.LOG_IN_REFUSED
    ]
    # The register knows of no first password, so nobody enters without a code of the new secret.
    assert codes(desk.try_log_in("carmen", FIRST)) == [AccessCode.CODE_WRONG]
    desk.log_in("jefa")
    assert desk.give(Reset(user="carmen", first_password=FIRST)).applied
    desk.enrol("carmen")


def test_a_cut_change_of_a_first_password_begins_again_with_the_new_one(desk: Desk, monkeypatch):
    desk.log_in("jefa")
    assert desk.give(MARTA).applied
    opened = desk.try_log_in("marta", FIRST)
    assert isinstance(opened, OpenedOffice)
    enrolment = opened.engine.enrolment()
    assert not isinstance(enrolment, Finding)
    code = current_code(enrolment.secret, desk.clock.now())
    cut_short(desk, ChangePassword(current=FIRST, new=OWN, code=code), monkeypatch)
    assert codes(desk.try_log_in("marta", FIRST)) == [AccessCode.LOG_IN_REFUSED]
    again = desk.try_log_in("marta", OWN)
    assert isinstance(again, OpenedOffice)
    assert again.session.enrolling
    desk.enrol("marta", OWN, Secret("otra-clave-muy-larga-y-propia"))


def test_a_cut_removal_lets_nobody_in_and_is_done_again(desk: Desk, monkeypatch):
    desk.log_in("jefa")
    cut_short(desk, RemoveOperator(user="carmen", reason="left"), monkeypatch)
    code = current_code(Secret(CARMEN.totp_secret), desk.clock.now())
    assert codes(desk.try_log_in("carmen", Secret(CARMEN.password), code)) == [
        AccessCode.LOG_IN_REFUSED
    ]
    desk.log_in("jefa")
    assert desk.person("carmen").active
    assert desk.give(RemoveOperator(user="carmen", reason="left")).applied
    assert not desk.person("carmen").active


def test_a_cut_removal_of_an_operator_takes_the_issuing_key_first_or_not_at_all(
    desk: Desk, monkeypatch
):
    desk.log_in("jefa")
    cut_short(desk, ChangeRoles(user="olga", roles=("cashier",)), monkeypatch)
    assert "olga" not in holders(desk)
    desk.log_in("olga")
    assert [role.value for role in desk.here.session.roles] == ["operator"]
    assert not may_sign(desk)
    desk.log_in("jefa")
    assert desk.give(ChangeRoles(user="olga", roles=("cashier",))).applied


@pytest.mark.parametrize(
    "body",
    [
        MARTA,
        Reset(user="carmen", first_password=FIRST),
        ChangeRoles(user="olga", roles=("cashier",)),
    ],
    ids=lambda body: body.kind,
)
def test_key_files_that_cannot_be_written_leave_the_register_as_it_is(desk: Desk, body: Body):
    desk.log_in("jefa")
    before = {each.user: each for each in desk.people()}
    office = (desk.folder / "office.json").read_bytes()
    # Nothing can be put in the place of a folder that is not empty.
    (desk.folder / f".{FILE_NAME}.unfinished").mkdir()
    receipt = desk.give(body)
    assert not receipt.applied
    assert codes(receipt) == [AccessCode.STORE_FAILED]
    assert {each.user: each for each in desk.people()} == before
    assert (desk.folder / "office.json").read_bytes() == office
    shutil.rmtree(desk.folder / f".{FILE_NAME}.unfinished")
    assert desk.give(body).applied


def test_only_who_issues_or_administers_has_the_issuing_key(desk: Desk):
    assert holders(desk) == {"olga", "jefa", "arturo"}
    desk.log_in("jefa")
    assert desk.give(MARTA).applied
    luis = MARTA.model_copy(update={"user": "luis", "roles": ("cashier", "approver", "auditor")})
    assert desk.give(luis).applied
    assert holders(desk) == {"olga", "jefa", "arturo", "marta"}
    for user, signs in (("marta", True), ("luis", False)):
        desk.enrol(user)
        assert may_sign(desk) is signs


def test_losing_the_right_takes_the_slot_and_a_removal_too(desk: Desk):
    desk.log_in("jefa")
    assert desk.give(ChangeRoles(user="olga", roles=("approver",))).applied
    assert holders(desk) == {"jefa", "arturo"}
    assert desk.give(RemoveOperator(user="arturo", reason="left")).applied
    assert holders(desk) == {"jefa"}
    desk.log_in("olga")
    assert not may_sign(desk)


def test_keeping_the_right_keeps_the_slot(desk: Desk):
    desk.log_in("jefa")
    assert desk.give(ChangeRoles(user="olga", roles=("operator", "approver"))).applied
    desk.log_in("olga")
    assert may_sign(desk)


def test_gaining_the_right_gives_the_slot_with_a_renewed_access(desk: Desk):
    desk.log_in("jefa")
    assert desk.give(ChangeRoles(user="carmen", roles=("operator", "cashier"))).applied
    assert "carmen" not in holders(desk)
    desk.log_in("carmen")
    assert not may_sign(desk)
    desk.log_in("jefa")
    assert desk.give(Reset(user="carmen", first_password=FIRST)).applied
    desk.enrol("carmen")
    assert may_sign(desk)


def test_losing_the_right_with_a_renewed_access_leaves_no_slot(desk: Desk):
    desk.log_in("jefa")
    assert desk.give(MARTA).applied
    assert desk.give(ChangeRoles(user="marta", roles=("cashier",))).applied
    assert desk.give(Reset(user="marta", first_password=FIRST)).applied
    assert "marta" not in holders(desk)


def change_slot(desk: Desk, user: str, other: str) -> None:
    """Put another person's slot of the issuing key where a person's is."""
    keys = read_authority_keys(desk.folder)
    assert not isinstance(keys, Finding)
    issuing = keys.keys["issuing"]
    anothers = {**issuing.slots, user: issuing.slots[other]}
    changed = issuing.model_copy(update={"slots": anothers})
    write_authority_keys(
        desk.folder, keys.model_copy(update={"keys": {**keys.keys, "issuing": changed}})
    )


def test_a_slot_that_was_changed_keeps_nobody_out_and_a_renewed_access_mends_it(desk: Desk):
    change_slot(desk, "olga", "jefa")
    signer = desk.log_in("olga").engine.office.authority.signer()
    assert isinstance(signer, Finding)
    assert signer.code == EngineCode.NO_ISSUING_RIGHT
    desk.log_in("jefa")
    assert desk.give(Reset(user="olga", first_password=FIRST)).applied
    desk.enrol("olga")
    assert may_sign(desk)


def test_an_administrator_without_a_slot_that_opens_is_told_who_mends_it(desk: Desk):
    change_slot(desk, "jefa", "olga")
    desk.log_in("jefa")
    (finding,) = desk.give(Reset(user="olga", first_password=FIRST)).findings
    assert "another administrator to renew" in sentence(finding, Translator("en"))


def test_a_role_without_the_slot_is_told_its_cure(desk: Desk, rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.apply()
    rehearsal.approve()
    rehearsal.bring_evidence()
    rehearsal.accept_evidence()
    rehearsal.pay()
    rehearsal.confirm_person()
    rehearsal.enter_activation_code()
    rehearsal.close()
    desk.log_in("jefa")
    for roles in (("approver",), ("operator",)):
        assert desk.give(ChangeRoles(user="olga", roles=roles)).applied
    desk.leave()
    rehearsal.become("olga")
    request = base64.b64encode(make_request(make_private_key("rsa-2048"))).decode()
    with pytest.raises(RehearsalFailed) as refused:
        rehearsal.execute(RequestCertificate(request=request))
    rehearsal.close()
    (finding,) = refused.value.findings
    assert finding.code == EngineCode.NO_ISSUING_RIGHT
    assert "renew your access" in sentence(finding, Translator("en"))
