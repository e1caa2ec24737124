"""A certificate the register does not know is revoked by two people, and the world hears of it."""

import base64
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.access.operators import ActDenied
from issuance.cases.commands.unregistered import (
    AskUnregisteredRevocation,
    ConfirmUnregisteredRevocation,
    DeclineUnregisteredRevocation,
)
from issuance.certificates.revocation_list import ListContents, read_list
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.certificates.stream import (
    AuthorityState,
    InheritedRevocation,
    evolve_authority,
)
from issuance.certificates.unregistered import UnregisteredRevocation, UnregisteredRevocationAsked
from issuance.engine.carrying_over import carry_over
from issuance.engine.office import named_stream
from issuance.engine.publishing import begin_list_epoch, status_files
from issuance.engine.streams import append, every_entry, read_state
from issuance.findings.cases import CaseFinding
from issuance.findings.revocation import RevocationFinding
from issuance.queries import (
    BroughtCertificateAnswer,
    BroughtCertificateQuery,
    UnregisteredAnswer,
    UnregisteredQuery,
)
from issuance.register.model import Origin
from tests.engine.desk import Desk, codes
from tests.engine.issued_office import IssuedCase, IssuedOffice, published_answer
from tests.issuance.certificates.certificate_samples import run
from tests.relying_party import needs


@dataclass
class Restored:
    """An office as it was before a certificate was issued, and that certificate."""

    desk: Desk
    certificate: x509.Certificate
    own: x509.Certificate

    @property
    def file(self) -> str:
        return encoded(self.certificate.public_bytes(Encoding.PEM))

    def asking(self, **changes: object) -> AskUnregisteredRevocation:
        values: dict[str, object] = {
            "file": self.file,
            "cause": "key_compromise",
            "asked_by": "holder",
            "identified_by": "card_at_counter",
        }
        return AskUnregisteredRevocation.model_validate(values | changes)

    def ask(self, **changes: object) -> UnregisteredRevocation:
        """Ask for the revocation as Olga, who is logged in, and return how it stands."""
        assert self.desk.here.session.operator == "olga"
        receipt = self.desk.give(self.asking(**changes))
        assert codes(receipt) == [RevocationFinding.SECOND_PERSON_CONFIRMS]
        return self.known[0]

    def confirming(self, wish: UnregisteredRevocation) -> ConfirmUnregisteredRevocation:
        return ConfirmUnregisteredRevocation(serial=wish.serial, asked_at=wish.at)

    def revoke(self, **changes: object) -> UnregisteredRevocation:
        wish = self.ask(**changes)
        self.desk.log_in("adrian")
        assert self.desk.give(self.confirming(wish)).applied
        self.desk.log_in("olga").engine.run_due(self.desk.here.session)
        return self.known[0]

    def run_due(self) -> None:
        self.desk.here.engine.run_due(self.desk.here.session)

    @property
    def known(self) -> tuple[UnregisteredRevocation, ...]:
        answer = self.desk.here.engine.ask(UnregisteredQuery(), self.desk.here.session)
        assert isinstance(answer, UnregisteredAnswer), answer
        return answer.entries

    @property
    def status(self) -> str:
        """Return what OpenSSL reads in the status answer that is published."""
        office, folder = self.desk.here.engine.office, self.desk.folder.parent
        answer, issuing, mine, root = (folder / name for name in ("r.der", "i", "c", "root"))
        answer.write_bytes(published_answer(office, self.certificate))
        for path, each in ((issuing, office.authority.issuing), (mine, self.certificate)):
            path.write_bytes(each.public_bytes(Encoding.PEM))
        root.write_bytes(office.authority.root.public_bytes(Encoding.PEM))
        done = run(
            "openssl", "ocsp", "-respin", str(answer), "-issuer", str(issuing), "-cert", str(mine),
            "-CAfile", str(root), "-verify_other", str(issuing), "-no_nonce",
            "-attime", str(int(self.desk.clock.now().timestamp())),
        )  # fmt: skip
        return done.stdout + done.stderr

    @property
    def list_text(self) -> str:
        """Return what OpenSSL reads in the revocation list that is published."""
        path = self.desk.folder / "published" / "emisora.crl"
        return run("openssl", "crl", "-inform", "DER", "-in", str(path), "-noout", "-text").stdout


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture(scope="module")
def lost(played: IssuedCase, tmp_path_factory: pytest.TempPathFactory) -> x509.Certificate:
    """Return a certificate that the office issued after the backup."""
    office = IssuedOffice(played, tmp_path_factory.mktemp("lost"))
    try:
        return x509.load_pem_x509_certificate(Path(office.certificate).read_bytes())
    finally:
        office.rehearsal.close()


@pytest.fixture
def restored(desk: Desk, played: IssuedCase, lost: x509.Certificate) -> Restored:
    desk.clock.moment = played.clock.now() + timedelta(hours=1)
    own = desk.log_in("olga").engine.office.authority.issuing
    return Restored(desk, lost, own)


@needs("openssl")
def test_two_people_revoke_it_and_everybody_is_told(restored: Restored):
    death = restored.desk.clock.now().date() - timedelta(days=3)
    wish = restored.ask(
        cause="holder_died", asked_by="authority", asker="Registro Civil 12/2026",
        identified_by="official_letter", effective=death,
    )  # fmt: skip
    assert (wish.status, wish.by) == ("waiting", "olga")
    assert wish.holder in restored.certificate.subject.rfc4514_string()
    assert "No Revoked Certificates" in restored.list_text
    assert "unauthorized" in restored.status
    restored.desk.clock.pass_time(hours=2)
    restored.desk.log_in("adrian")
    assert restored.desk.give(restored.confirming(wish)).applied
    restored.desk.log_in("olga").engine.run_due(restored.desk.here.session)
    done = restored.known[0]
    assert (done.status, done.decided_by) == ("revoked", "adrian")
    # Never dated back: the day of the death goes where it belongs.
    assert done.revoked_at == restored.desk.clock.now()
    text = restored.list_text
    assert wish.serial.upper() in text
    assert "Cessation Of Operation" in text
    assert "Invalidity Date" in text
    assert "Response verify OK" in restored.status
    assert "Revocation Time:" in restored.status


@needs("openssl")
def test_the_answer_is_signed_again_before_it_ends_and_no_more_after_the_certificate(
    restored: Restored,
):
    restored.revoke()
    office = restored.desk.here.engine.office
    serial, hours = int(restored.known[0].serial, 16), office.policy.policy.publication
    reason = RevocationReason.KEY_COMPROMISE
    first = status_files(office).answers.revoked_until(serial, reason)
    restored.desk.clock.pass_time(hours=hours.answer_every_hours)
    restored.run_due()
    again = status_files(restored.desk.here.engine.office).answers.revoked_until(serial, reason)
    assert first is not None
    assert again is not None
    assert again - first == timedelta(hours=hours.answer_every_hours)
    assert "Revocation Time:" in restored.status
    restored.desk.clock.moment = restored.certificate.not_valid_after_utc + timedelta(days=1)
    restored.run_due()
    last = status_files(restored.desk.here.engine.office).answers.revoked_until(serial, reason)
    assert last == again


@needs("openssl")
def test_a_suspension_another_register_made_is_answered_so_until_it_is_a_revocation(
    restored: Restored,
):
    office = restored.desk.here.engine.office
    held = InheritedRevocation(
        serial=f"{restored.certificate.serial_number:x}",
        revoked_at=(office.now() - timedelta(days=1)).replace(microsecond=0),
        reason=RevocationReason.CERTIFICATE_HOLD.value,
    )
    with office.register.writing() as writing:
        origin = Origin(office.now(), "", None, office.policy.reference)
        begin_list_epoch(writing, office.id, origin, carried=(held,))
    restored.desk.clock.pass_time(minutes=1)
    restored.run_due()
    assert "Certificate Hold" in restored.list_text
    assert "Response verify OK" in restored.status
    assert "Reason: certificateHold" in restored.status
    wish = restored.ask()
    restored.desk.log_in("adrian")
    assert restored.desk.give(restored.confirming(wish)).applied
    assert "Reason: keyCompromise" in restored.status
    restored.desk.log_in("olga")
    restored.run_due()
    assert "Certificate Hold" not in restored.list_text
    assert "Key Compromise" in restored.list_text
    assert codes(restored.desk.give(restored.asking())) == [RevocationFinding.ALREADY_REVOKED]


def test_nobody_decides_alone_and_nothing_twice(restored: Restored):
    restored.desk.log_in("adrian")
    asked = restored.desk.give(restored.asking())
    assert asked.applied
    confirm = restored.confirming(restored.known[0])
    alone = restored.desk.give(confirm)
    assert codes(alone) == [RevocationFinding.REVOCATION_NEEDS_SECOND_PERSON]
    decline = DeclineUnregisteredRevocation(
        serial=confirm.serial, asked_at=confirm.asked_at, note="No es así."
    )
    assert codes(restored.desk.give(decline)) == [RevocationFinding.REVOCATION_NEEDS_SECOND_PERSON]
    denied = [e.public["act"] for e in restored.desk.entries("operator", "adrian")
        if e.kind == ActDenied.KIND]  # fmt: skip
    assert denied == ["confirm_unregistered_revocation", "decline_unregistered_revocation"]
    restored.desk.log_in("olga")
    assert codes(restored.desk.give(restored.asking())) == [RevocationFinding.REVOCATION_WAITS]
    # An operator asks, but does not confirm.
    assert codes(restored.desk.give(confirm)) == [CaseFinding.NOT_YOUR_ROLE]


def test_the_same_command_has_one_effect_and_a_revocation_is_for_good(restored: Restored):
    wish = restored.ask()
    restored.desk.log_in("adrian")
    command = restored.desk.command(restored.confirming(wish))
    engine, session = restored.desk.here.engine, restored.desk.here.session
    assert engine.execute(command, session) == engine.execute(command, session)
    assert codes(restored.desk.give(restored.confirming(wish))) == [
        RevocationFinding.NO_REVOCATION_WAITS
    ]
    assert codes(restored.desk.give(restored.asking())) == [RevocationFinding.ALREADY_REVOKED]
    restored.desk.log_in("olga")
    assert [each.status for each in restored.known] == ["revoked"]


def test_a_declined_one_stands_and_may_be_asked_for_again(restored: Restored):
    wish = restored.ask()
    restored.desk.log_in("adrian")
    decline = DeclineUnregisteredRevocation(serial=wish.serial, asked_at=wish.at, note=" ")
    assert codes(restored.desk.give(decline)) == [CaseFinding.NOTE_REQUIRED]
    why = decline.model_copy(update={"note": "La carta es de otra persona."})
    assert restored.desk.give(why).applied
    assert (restored.known[0].status, restored.known[0].decline_note) == ("declined", why.note)
    restored.desk.clock.pass_time(minutes=1)
    restored.desk.log_in("olga")
    later = restored.ask()
    restored.desk.log_in("adrian")
    # What was decided is not what waits now.
    stale = restored.desk.give(restored.confirming(wish))
    assert codes(stale) == [RevocationFinding.NO_REVOCATION_WAITS]
    assert restored.desk.give(restored.confirming(later)).applied


def test_wrong_files_and_answers_are_told(restored: Restored, played: IssuedCase):
    desk, pem = restored.desk, restored.certificate.public_bytes(Encoding.PEM)

    def told(content: bytes) -> list[str]:
        answer = desk.here.engine.ask(
            BroughtCertificateQuery(file=encoded(content)), desk.here.session
        )
        if isinstance(answer, BroughtCertificateAnswer):
            return [answer.holder]
        assert isinstance(answer, tuple)
        assert codes(desk.give(restored.asking(file=encoded(content)))) == codes(answer)
        return codes(answer)

    der = restored.certificate.public_bytes(Encoding.DER)
    assert told(pem) == told(der)
    unreadable = [RevocationFinding.BROUGHT_UNREADABLE]
    assert told(b"") == told(b"hola") == told(der[:-1]) == told(pem + pem) == unreadable
    assert told(b"\x30" * 70_000) == unreadable
    assert codes(desk.give(restored.asking(file="***"))) == unreadable
    assert told(restored.own.public_bytes(Encoding.PEM)) == [
        RevocationFinding.BROUGHT_OF_ANOTHER_AUTHORITY
    ]
    # One octet of the signature: nobody else's certificate gets onto the list.
    assert told(der[:-1] + bytes([der[-1] ^ 1])) == [RevocationFinding.BROUGHT_OF_ANOTHER_AUTHORITY]
    for changes, code in (
        ({"cause": "me da la gana"}, CaseFinding.UNKNOWN_REASON),
        ({"cause": "holder_died"}, RevocationFinding.HOLDER_CANNOT_ASK),
        ({"identified_by": ""}, RevocationFinding.IDENTIFICATION_NEEDED),
        ({"asked_by": "authority"}, RevocationFinding.ASKER_NEEDED),
        (
            {"effective": date.fromisoformat("2030-01-01")},
            RevocationFinding.EFFECTIVE_DATE_LATER,
        ),
    ):
        assert code in codes(desk.give(restored.asking(**changes)))
    desk.clock.moment = restored.certificate.not_valid_after_utc + timedelta(seconds=1)
    assert told(pem) == [RevocationFinding.CERTIFICATE_EXPIRED]


def test_what_the_register_knows_is_revoked_on_its_own_page(played: IssuedCase, tmp_path: Path):
    office = IssuedOffice(played, tmp_path)
    opened = office.rehearsal.office
    with opened.engine.office.register.reading() as reading:
        authority = named_stream(opened.engine.office.id, "authority")
        state, _ = read_state(reading, authority, AuthorityState)
    assert state is not None
    assert state.seal is not None
    for file, code in (
        (encoded(Path(office.certificate).read_bytes()), RevocationFinding.BROUGHT_IN_REGISTER),
        (state.seal.certificate, RevocationFinding.BROUGHT_NO_HOLDERS),
        (state.responder, RevocationFinding.BROUGHT_NO_HOLDERS),
    ):
        answer = opened.engine.ask(BroughtCertificateQuery(file=file), opened.session)
        assert isinstance(answer, tuple)
        assert codes(answer) == [code]
    office.rehearsal.close()


def test_a_long_list_is_read_a_page_at_a_time(restored: Restored):
    wish = restored.ask()
    office, engine = restored.desk.here.engine.office, restored.desk.here.engine
    stream = named_stream(office.id, "authority")
    moments = [wish.at + timedelta(minutes=each) for each in range(1, 5)]
    with office.register.writing() as writing:
        (asked,) = [each for each in every_entry(writing, stream)
            if each.kind == UnregisteredRevocationAsked.KIND]  # fmt: skip
        known = {**asked.public, **(asked.personal or {})}
        events = [
            UnregisteredRevocationAsked.model_validate(known | {"at": each}) for each in moments
        ]
        state, revision = read_state(writing, stream, AuthorityState)
        for event in events:
            state = evolve_authority(state, event)
        assert state is not None
        append(writing, stream, revision, events, Origin(office.now(), "olga", None, None), state)
    pages: list[UnregisteredAnswer] = []
    while not pages or pages[-1].next:
        query = UnregisteredQuery(after=pages[-1].next if pages else None, limit=2)
        answer = engine.ask(query, restored.desk.here.session)
        assert isinstance(answer, UnregisteredAnswer)
        pages.append(answer)
    assert [len(each.entries) for each in pages] == [2, 2, 1]
    assert [each.at for page in pages for each in page.entries] == [*reversed(moments), wish.at]


def test_what_is_said_of_the_person_can_be_erased(restored: Restored):
    restored.ask()
    office = restored.desk.here.engine.office
    with office.register.reading() as reading:
        entries = every_entry(reading, named_stream(office.id, "authority"))
    asked = [each for each in entries if each.kind == UnregisteredRevocationAsked.KIND]
    (personal,) = (each.personal for each in asked)
    assert personal is not None
    # The chain keeps serial, cause and who decided.
    assert set(personal) == {"certificate", "holder", "identification", "asker", "note"}


@needs("openssl")
def test_a_restore_keeps_it_on_the_list_once(restored: Restored):
    wish = restored.revoke()
    office = restored.desk.here.engine.office
    content = status_files(office).revocation_list()
    assert content is not None
    listed = read_list(content, office.authority.issuing)
    assert isinstance(listed, ListContents)
    with office.register.writing() as writing:
        origin = Origin(office.now(), "", None, office.policy.reference)
        carried = carry_over(writing, office.id, listed, office.policy.policy, origin)
        assert carried.unknown == ()
        begin_list_epoch(writing, office.id, origin, listed, carried.unknown)
    restored.desk.clock.pass_time(minutes=1)
    restored.run_due()
    assert restored.list_text.count("Serial Number:") == 1
    assert [each.serial for each in restored.known] == [wish.serial]
