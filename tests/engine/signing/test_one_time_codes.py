"""One-time codes of a signing certificate, through the engine's own door."""

from issuance.access.totp import current_code
from issuance.commands import Outcome
from issuance.findings.institutions import InstitutionCode
from issuance.findings.register import RegisterCode
from issuance.findings.signing import SigningCode
from issuance.institutions.portable_stream import PortableStatus
from issuance.secret import Secret
from issuance.signing.commands import AllowNewOtp, ConfirmOtp, OfferOtp
from issuance.signing.queries import SigningKeyAnswer, SigningKeyQuery
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.signing.two_ministries import OTP_SECRET, Platform, codes


def test_two_codes_in_a_row_put_a_certificate_into_use(platform: Platform):
    assert platform.ministry.status(platform.certificates[ATTENDED]) is PortableStatus.ISSUED
    assert platform.set_up().applied
    assert platform.ministry.status(platform.certificates[ATTENDED]) is PortableStatus.ACTIVE
    again = platform.key(OfferOtp(secret=OTP_SECRET), platform.revision())
    assert codes(again) == [SigningCode.OTP_ALREADY_SET_UP]


def test_codes_that_are_wrong_put_nothing_into_use(platform: Platform):
    unfit = platform.key(OfferOtp(secret=Secret("short")), 3)
    assert codes(unfit) == [SigningCode.OTP_SECRET_UNFIT]
    platform.key(OfferOtp(secret=OTP_SECRET), 3)
    code = current_code(OTP_SECRET, platform.clock.now())
    assert codes(platform.key(ConfirmOtp(first=code, second=code))) == [
        SigningCode.OTP_NOT_IN_A_ROW
    ]
    wrong = ConfirmOtp(first=Secret("000000"), second=Secret("000000"))
    said = [codes(platform.key(wrong)) for _ in range(5)]
    assert said == [
        *[[SigningCode.OTP_WRONG]] * 3,
        [SigningCode.OTP_LOCKS],
        [SigningCode.OTP_LOCKED],
    ]
    assert platform.ministry.status(platform.certificates[ATTENDED]) is PortableStatus.ISSUED


def test_who_lost_the_codes_is_identified_by_another_and_sets_up_new_ones(platform: Platform):
    platform.set_up()
    lost = AllowNewOtp(identified="cédula 12.345.678-5, en persona")
    own = platform.key(lost, platform.revision())
    assert codes(own) == [InstitutionCode.SEAT_MISSING]
    strange = platform.key(lost, platform.revision(), platform.zoe)
    assert codes(strange) == [InstitutionCode.OUT_OF_REACH]
    assert platform.key(lost, platform.revision(), platform.eva).applied
    assert platform.set_up().applied


def test_only_the_holder_sets_up_codes(platform: Platform):
    for session in (platform.eva, platform.administrator):
        offered = platform.key(OfferOtp(secret=OTP_SECRET), 3, session)
        assert codes(offered) == [InstitutionCode.SEAT_MISSING]


def test_an_offer_on_an_older_view_is_a_conflict(platform: Platform):
    assert platform.key(OfferOtp(secret=OTP_SECRET), 2).outcome is Outcome.CONFLICT


def test_a_key_tells_how_its_codes_stand(platform: Platform):
    query = SigningKeyQuery(certificate=platform.certificates[ATTENDED])
    before = platform.ask(platform.ana, query)
    assert isinstance(before, SigningKeyAnswer)
    assert (before.codes, before.revision, len(before.chain)) == ("none", 3, 3)
    platform.key(OfferOtp(secret=OTP_SECRET), 3)
    offered = platform.ask(platform.eva, query)
    assert isinstance(offered, SigningKeyAnswer)
    assert offered.codes == "offered"
    unseen = platform.ask(platform.zoe, query)
    assert codes(unseen) == [InstitutionCode.OUT_OF_REACH]
    unattended = SigningKeyQuery(certificate=platform.certificates[UNATTENDED])
    answer = platform.ask(platform.ana, unattended)
    assert isinstance(answer, SigningKeyAnswer)
    assert answer.codes == "not_wanted"


def test_a_command_sent_twice_has_one_effect(platform: Platform):
    from issuance.commands import Command
    from issuance.streams import StreamRef

    office = platform.engine.office
    command = Command(
        id=office.sources.identifiers.new(),
        office=office.id,
        stream=StreamRef(kind="signing_key", id=platform.certificates[ATTENDED]),
        base_revision=3,
        operator="ana",
        session=platform.ana.id,
        at=office.now(),
        body=OfferOtp(secret=OTP_SECRET),
    )
    first = platform.engine.execute(command, platform.ana)
    assert first.applied
    assert platform.engine.execute(command, platform.ana) == first
    other = command.model_copy(update={"id": office.sources.identifiers.new()})
    conflict = platform.engine.execute(other, platform.ana)
    assert [each.code for each in conflict.findings] == [RegisterCode.REVISION_CONFLICT]
