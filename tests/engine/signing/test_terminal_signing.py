"""Digests signed at a holder's terminal, and what the log says of them."""

from issuance.access.totp import current_code
from issuance.findings.institutions import InstitutionCode
from issuance.findings.signing import SigningCode
from issuance.signing.commands import SetTimeStamping
from issuance.signing.queries import (
    DigestsSigned,
    RefusedRequestsAnswer,
    RefusedRequestsQuery,
    SignatureLogAnswer,
    SignatureLogQuery,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from issuance.signing.time_stamp_settings import TimeStampSettings
from tests.engine.signing.two_ministries import DIGEST, OTP_SECRET, Platform, codes


def test_a_holders_terminal_signs_digests_with_one_code(platform: Platform):
    platform.set_up()
    certificate = platform.certificates[ATTENDED]
    platform.clock.pass_time(seconds=30)
    code = current_code(OTP_SECRET, platform.clock.now())
    sign = platform.engine.sign_digests
    missing = sign(certificate, (DIGEST,), None, platform.ana)
    assert codes(missing) == [SigningCode.OTP_MISSING]
    strange = sign(certificate, (DIGEST,), code, platform.zoe)
    assert codes(strange) == [InstitutionCode.OUT_OF_REACH]
    operator = sign(certificate, (DIGEST,), code, platform.eva)
    assert codes(operator) == [InstitutionCode.SEAT_MISSING]
    short = DIGEST.model_copy(update={"digest": "MTIz"})
    assert codes(sign(certificate, (short,), code, platform.ana)) == [SigningCode.DIGEST_UNFIT]
    signed = sign(certificate, (DIGEST, DIGEST), code, platform.ana)
    assert isinstance(signed, DigestsSigned)
    assert len(signed.signatures) == 2
    used = sign(certificate, (DIGEST,), code, platform.ana)
    assert codes(used) == [SigningCode.OTP_USED]
    log = platform.ask(platform.ana, SignatureLogQuery())
    assert isinstance(log, SignatureLogAnswer)
    (line,) = log.entries
    assert (line.number, line.interface, line.signed) == (signed.number, "terminal", 2)
    assert line.items[0].name == "oficio.pdf"
    refused = RefusedRequestsQuery(institution=platform.ministry.id)
    told = platform.ask(platform.eva, refused)
    assert isinstance(told, RefusedRequestsAnswer)
    assert [(each.interface, each.run, each.finding.code) for each in told.entries] == [
        ("terminal", line.run, "OTP_USED"), ("terminal", line.run, "OTP_MISSING"),
    ]  # fmt: skip
    assert platform.ask(platform.zoe, refused) == RefusedRequestsAnswer(entries=())


def test_the_log_says_which_documents_of_a_terminal_went_without_a_stamp(platform: Platform):
    certificate, office = platform.certificates[UNATTENDED], platform.engine.office
    sign = platform.engine.sign_digests
    assert isinstance(sign(certificate, (DIGEST,), None, platform.ana), DigestsSigned)
    nowhere = TimeStampSettings(address="http://127.0.0.1:9/", without="sign_without")
    kept = SetTimeStamping(settings=nowhere, password=None)
    assert platform.give(platform.administrator, kept, "office", office.id).applied
    assert isinstance(sign(certificate, (DIGEST, DIGEST), None, platform.ana), DigestsSigned)
    log = platform.ask(platform.ana, SignatureLogQuery())
    assert isinstance(log, SignatureLogAnswer)
    unstamped = [[each.unstamped for each in line.items] for line in log.entries]
    assert unstamped == [[True, True], [False]]
