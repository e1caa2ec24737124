"""Applications, their permissions and secrets, and the sandbox, through the engine's own door."""

from issuance.access.roles import Session
from issuance.commands import Outcome, Receipt
from issuance.engine.signing_streams import sandbox_ref
from issuance.findings.institutions import InstitutionCode
from issuance.findings.signing import SigningCode
from issuance.secret import Secret
from issuance.signing.application_stream import Grant
from issuance.signing.commands import (
    ChangeApplication,
    EndApplication,
    RotateApplicationSecret,
    SigningBody,
    SwitchSandbox,
)
from issuance.signing.queries import (
    ApplicationsAnswer,
    ApplicationsQuery,
    PermissionsAnswer,
    PermissionsQuery,
    SandboxAnswer,
    SandboxQuery,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.signing.two_ministries import GRANTS, OTP_SECRET, SECRET, Platform, codes


def test_applications_are_registered_with_a_key_of_their_own(platform: Platform):
    application, receipt = platform.register()
    assert receipt.applied
    _, again = platform.register()
    assert codes(again) == [SigningCode.APPLICATION_KEY]
    _, elsewhere = platform.register(platform.zoe)
    assert codes(elsewhere) == [InstitutionCode.OUT_OF_REACH]
    _, taken = platform.register(platform.zoe, institution=platform.other.id)
    assert codes(taken) == [SigningCode.APPLICATION_KEY], "whose it is stays unsaid"
    _, weak = platform.register(key="otro", secret=Secret("weak"))
    assert codes(weak) == [SigningCode.APPLICATION_SECRET]
    _, nobody = platform.register(key="otro", grants=())
    assert codes(nobody) == [SigningCode.GRANTS_MISSING]
    answer = platform.ask(platform.eva, ApplicationsQuery(institution=platform.ministry.id))
    assert isinstance(answer, ApplicationsAnswer)
    (line,) = answer.entries
    assert (line.application, line.key, line.ended) == (application, "gestor", False)
    assert SECRET.reveal() not in answer.model_dump_json()


def test_an_application_changes_rotates_and_ends(platform: Platform):
    application, _ = platform.register()

    def change(body: SigningBody, revision: int) -> Receipt:
        return platform.give(platform.eva, body, "application", application, revision)

    both = (*GRANTS, Grant(purpose=ATTENDED, run="12345678"))
    assert change(ChangeApplication(grants=both), 1).applied
    rotated = RotateApplicationSecret(secret=Secret("f" * 32), overlap_days=7)
    assert change(rotated, 1).outcome is Outcome.CONFLICT
    assert change(rotated, 2).applied
    long = RotateApplicationSecret(secret=Secret("e" * 32), overlap_days=91)
    assert codes(change(long, 3)) == [SigningCode.OVERLAP]
    answer = platform.ask(platform.eva, ApplicationsQuery(institution=platform.ministry.id))
    assert isinstance(answer, ApplicationsAnswer)
    assert [each is None for each in answer.entries[0].secrets] == [False, True]
    assert change(EndApplication(reason="sin uso"), 3).applied
    assert codes(change(EndApplication(reason="otra vez"), 4)) == [SigningCode.APPLICATION_ENDED]
    ended = platform.permit(platform.ana, application)
    assert codes(ended) == [SigningCode.APPLICATION_ENDED]


def test_the_holder_alone_lets_an_application_sign_unattended(platform: Platform):
    application, _ = platform.register()
    assert codes(platform.permit(platform.eva, application)) == [InstitutionCode.SEAT_MISSING]
    assert codes(platform.permit(platform.zoe, application)) == [InstitutionCode.OUT_OF_REACH]
    assert platform.permit(platform.ana, application).applied
    again = platform.permit(platform.ana, application, revision=1)
    assert codes(again) == [SigningCode.PERMISSION_UNCHANGED]
    query = PermissionsQuery(certificate=platform.certificates[UNATTENDED])
    answer = platform.ask(platform.ana, query)
    assert isinstance(answer, PermissionsAnswer)
    assert [(each.key, each.enabled, each.revision) for each in answer.entries] == [
        ("gestor", True, 1)
    ]
    assert platform.permit(platform.ana, application, enabled=False, revision=1).applied


def test_an_application_of_another_institution_cannot_be_enabled(platform: Platform):
    theirs, receipt = platform.register(platform.zoe, institution=platform.other.id, key="ajeno")
    assert receipt.applied
    assert codes(platform.permit(platform.ana, theirs)) == [InstitutionCode.OUT_OF_REACH]


def test_the_sandbox_is_off_until_the_centre_switches_it_on(platform: Platform):
    answer = platform.ask(platform.administrator, SandboxQuery())
    assert isinstance(answer, SandboxAnswer)
    assert (answer.on, answer.revision) == (False, 0)
    assert platform.ask(platform.eva, SandboxQuery()) != answer
    ref = sandbox_ref(platform.engine.office.id)

    def switch(session: Session, on: bool, revision: int) -> Receipt:
        return platform.give(session, SwitchSandbox(on=on), ref.kind, ref.id, revision)

    assert codes(switch(platform.eva, True, 0)) == [InstitutionCode.SEAT_MISSING]
    assert switch(platform.administrator, True, 0).applied
    unchanged = switch(platform.administrator, True, 2)
    assert codes(unchanged) == [SigningCode.SANDBOX_UNCHANGED]
    assert switch(platform.administrator, False, 2).applied
    assert switch(platform.administrator, True, 3).applied


def test_neither_secret_stands_in_any_entry(platform: Platform):
    platform.set_up()
    platform.register()
    with platform.engine.office.register.reading() as reading:
        after, written = 0, ""
        while page := reading.stored_entries(after):
            after = page[-1].seq
            for each in page:
                written += each.body.decode() + (
                    each.personal.body.decode() if each.personal else ""
                )
    assert "signing_otp_confirmed" in written
    for secret in (OTP_SECRET, SECRET):
        assert secret.reveal() not in written
