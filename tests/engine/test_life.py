"""A certificate's life through the engine: what register, list and answers say of it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate, ocsp

from backend_client.life_view import LifeView
from backend_client.policy_view import PolicyView
from issuance.cases.commands.life import (
    ConfirmRevocation,
    DeclineRevocation,
    ReinstateCertificate,
    SuspendCertificate,
)
from issuance.cases.state import CaseStatus
from issuance.certificates.ocsp import HASHES, TRY_LATER, UNAUTHORIZED, certificate_id
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.engine.office import named_stream
from issuance.engine.publishing import begin_list_epoch, status_files
from issuance.engine.streams import every_entry
from issuance.findings.cases import CaseFinding
from issuance.findings.revocation import RevocationFinding
from issuance.queries import NoticesAnswer, NoticesQuery
from issuance.register.model import Origin
from screens.certificate_sections import CertificateParts
from screens.paged_text import LabelledRow
from tests.engine.desk import codes
from tests.engine.issued_office import IssuedOffice, published_answer
from tests.issuance.certificates.certificate_samples import run
from tui.translation import Translator

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is missing")


@pytest.fixture
def office(issued: IssuedOffice) -> IssuedOffice:
    return issued


def answer_of(office: IssuedOffice, naming: str = "sha1") -> str:
    """Return what OpenSSL reads in the published status answer, asked for by a hash."""
    request = office.work / "request.der"
    run(
        "openssl", "ocsp", "-issuer", office.issuing, f"-{naming}", "-cert", office.certificate,
        "-no_nonce", "-reqout", str(request),
    )  # fmt: skip
    files = status_files(office.rehearsal.office.engine.office)
    response = office.work / "response.der"
    response.write_bytes(files.answer(request.read_bytes(), office.clock.now()).content)
    done = run(
        "openssl", "ocsp", "-respin", str(response), "-issuer", office.issuing,
        f"-{naming}", "-cert", office.certificate, "-CAfile", office.root,
        "-verify_other", office.issuing, "-no_nonce",
    )  # fmt: skip
    assert "Response verify OK" in done.stderr, done.stderr
    return done.stdout.partition(": ")[2]


@needs_openssl
def test_a_new_certificate_is_good_for_everybody(office: IssuedOffice):
    assert office.openssl_verify() == "OK"
    # Checked up to the root, which has a list of its own.
    assert office.openssl_verify("emisora.crl", "root.crl") == "OK"
    assert "unable to get certificate CRL" in office.openssl_verify("emisora.crl")
    assert all(answer_of(office, naming).startswith("good") for naming in HASHES)
    assert office.listed(state="valid") == [office.serial]
    assert office.listed(state="revoked") == []


@needs_openssl
def test_a_revocation_is_published_at_once(office: IssuedOffice):
    before = office.published.number or 0
    office.later(minutes=1)
    receipt = office.give(office.revoking())
    assert receipt.applied
    assert receipt.findings == ()
    (entry,) = office.published.entries
    assert (entry.serial, entry.reason) == (int(office.serial), RevocationReason.KEY_COMPROMISE)
    assert office.published.number == before + 1
    assert "certificate revoked" in office.openssl_verify()
    assert all(answer_of(office, naming).startswith("revoked") for naming in HASHES)
    assert office.life.line.state == "revoked"
    assert not any(act.findings == () for act in office.life.acts if "certificate" in act.act)
    assert codes(office.give(office.revoking())) == [CaseFinding.CASE_CLOSED]


@needs_openssl
def test_what_a_second_person_confirms_waits_for_whoever_may_issue(office: IssuedOffice):
    asked = office.revoking(
        "representation_ended", asked_by="authority", identified_by="official_letter",
        asker="Consejo de la Judicatura, oficio 12",
    )  # fmt: skip
    assert codes(office.give(asked)) == [RevocationFinding.SECOND_PERSON_CONFIRMS]
    confirm = ConfirmRevocation(serial=office.serial)
    assert codes(office.give(confirm)) == [CaseFinding.NOT_YOUR_ROLE]
    assert office.openssl_verify() == "OK"
    office.become("adrian")
    office.later(minutes=1)
    # The approver has no right to issue: the list must wait, the status answer need not.
    receipt = office.give(confirm)
    assert receipt.applied
    assert codes(receipt) == [RevocationFinding.PUBLICATION_WAITS]
    assert office.published.entries == ()
    assert answer_of(office).startswith("revoked")
    assert [each.code for each in office.run_due().published.waits] == [
        RevocationFinding.PUBLICATION_WAITS
    ]
    office.become("olga")
    assert office.run_due().published.list_number is not None
    (entry,) = office.published.entries
    assert entry.reason is RevocationReason.AFFILIATION_CHANGED
    assert "certificate revoked" in office.openssl_verify()
    policy = office.rehearsal.office.engine.office.policy
    page = CertificateParts(
        office.life, PolicyView(policy, "es"), LifeView(policy, "es"), Translator("es")
    )
    who = "una autoridad · Consejo de la Judicatura, oficio 12"
    assert LabelledRow("Lo pidió", who) in page.standing()


def test_a_declined_revocation_publishes_nothing(office: IssuedOffice):
    office.give(
        office.revoking(asked_by="authority", identified_by="official_letter", asker="Oficio 3")
    )
    office.become("adrian")
    number = office.published.number
    assert office.give(DeclineRevocation(serial=office.serial, note="Otra persona")).applied
    assert office.life.line.state == "valid"
    assert office.published.number == number


@needs_openssl
def test_a_suspension_comes_and_goes_and_the_numbers_only_grow(office: IssuedOffice):
    numbers = [office.published.number or 0]
    suspend = SuspendCertificate(serial=office.serial, cause="compromise_suspected")
    assert office.give(suspend).applied
    numbers.append(office.published.number or 0)
    (entry,) = office.published.entries
    assert entry.is_suspension
    assert "certificate revoked" in office.openssl_verify()
    assert office.listed(state="suspended") == [office.serial]
    office.become("adrian")
    assert office.give(ReinstateCertificate(serial=office.serial, cause="suspension_ended")).applied
    assert answer_of(office).startswith("good")
    office.become("olga")
    office.run_due()
    numbers.append(office.published.number or 0)
    assert office.published.entries == ()
    assert office.openssl_verify() == "OK"
    assert numbers == sorted(set(numbers))
    kinds = [each.kind for each in office.life.history]
    assert kinds[-2:] == ["certificate_suspended", "certificate_reinstated"]


def test_a_death_is_told_as_invalidity_and_dates_nothing_back(office: IssuedOffice):
    day = (office.clock.now() - timedelta(days=9)).date()
    told = {"asked_by": "authority", "identified_by": "register_consulted", "asker": "Acta 12"}
    assert office.give(office.revoking("holder_died", effective=day, **told)).applied
    office.become("adrian")
    assert office.give(ConfirmRevocation(serial=office.serial)).applied
    office.become("olga")
    office.run_due()
    (entry,) = office.published.entries
    assert entry.revoked_at == office.clock.now().replace(microsecond=0)
    assert entry.invalid_since is not None
    assert entry.invalid_since.date() == day


def test_a_round_is_done_once(office: IssuedOffice):
    first, again = office.run_due(), office.run_due()
    assert again.events == {}
    assert (again.published.list_number, again.published.answers) == (None, 0)
    office.later(hours=25)
    report = office.run_due()
    assert report.published.list_number == (office.published.number or 0)
    assert report.published.answers == 1
    assert first.published.waits == report.published.waits == ()


def test_the_holder_is_told_before_the_end_and_the_end_is_marked(office: IssuedOffice):
    ends = office.life.line.not_after
    office.clock.moment = ends - timedelta(days=80)
    # Whoever is logged in stays so; only time passes.
    assert office.run_due().events == {"expiry_noticed": 1}
    assert office.run_due().events == {}
    assert office.listed(expiring_within_days=90) == [office.serial]
    assert office.listed(expiring_within_days=60) == []
    office.clock.moment = ends
    assert office.run_due().events == {"certificate_expired": 1}
    assert office.life.line.state == "expired"
    assert office.listed(state="expired") == [office.serial]
    assert office.listed(state="valid") == []
    assert codes(office.give(office.revoking())) == [CaseFinding.CASE_CLOSED]


def test_each_reminder_is_mailed_once(office: IssuedOffice):
    ends = office.life.line.not_after
    for days in office.rehearsal.office.engine.office.policy.policy.life.expiry_notice_days:
        office.clock.moment = ends - timedelta(days=days)
        for _ in range(2):
            office.run_due()
            office.rehearsal.office.engine.deliver_mail()
    opened = office.rehearsal.office
    answer = opened.engine.ask(NoticesQuery(case=office.rehearsal.case), opened.session)
    assert isinstance(answer, NoticesAnswer)
    sent = [each.state for each in answer.entries if each.template == "certificate_expiring"]
    assert sent == ["sent"] * 3


def test_a_folder_that_cannot_be_written_delays_only_the_publication(office: IssuedOffice):
    published = office.folder / "published"
    shutil.rmtree(published)
    published.write_bytes(b"in the way")
    assert office.give(office.revoking()).applied
    assert office.rehearsal.state.status is CaseStatus.REVOKED
    assert office.run_due().published.waits != ()
    published.unlink()
    assert office.run_due().published.waits == ()
    (entry,) = office.published.entries
    assert entry.serial == int(office.serial)


def test_a_lost_or_changed_list_is_made_anew(office: IssuedOffice):
    office.run_due()
    number = office.published.number or 0
    (office.folder / "published" / "emisora.crl").write_bytes(b"half a list")
    assert office.run_due().published.list_number == number + 1


@needs_openssl
def test_answers_that_somebody_took_away_are_signed_again(office: IssuedOffice):
    shutil.rmtree(office.folder / "published")
    office.run_due()
    assert answer_of(office).startswith("good")


def test_after_a_restore_numbers_begin_above_all_that_may_have_been_published(
    office: IssuedOffice,
):
    number = office.published.number or 0
    inner = office.rehearsal.office.engine.office
    origin = Origin(inner.now(), "olga", None, None)
    with inner.register.writing() as writing:
        begin_list_epoch(writing, inner.id, origin)
    office.run_due()
    assert office.published.number == int(origin.at.timestamp()) * 2**20 + 1 > number + 2**32


def test_after_the_clock_was_set_back_no_list_is_dated_before_the_last(office: IssuedOffice):
    office.later(days=2)
    office.run_due()
    before = office.published
    office.later(days=-2)
    receipt = office.give(office.revoking())
    assert receipt.applied
    assert codes(receipt) == [RevocationFinding.LIST_DATED_AHEAD]
    after = office.published
    assert [each.serial for each in after.entries] == [int(office.serial)]
    assert after.this_update >= before.this_update
    assert before.next_update is not None
    assert after.next_update is not None
    assert after.next_update >= before.next_update
    assert (after.number or 0) > (before.number or 0)
    told = office.run_due().published.waits
    assert [each.code for each in told] == [RevocationFinding.LIST_DATED_AHEAD]
    office.later(days=2)
    assert office.run_due().published.waits == ()


def test_what_was_revoked_is_called_good_no_longer_though_nothing_can_be_signed(
    office: IssuedOffice,
):
    certificate = load_pem_x509_certificate(Path(office.certificate).read_bytes())
    # Before the authority's beginning no responder is valid.
    office.later(hours=-30)
    assert office.give(office.revoking()).applied
    assert published_answer(office.rehearsal.office.engine.office, certificate) == UNAUTHORIZED
    office.later(hours=30)
    office.run_due()
    assert answer_of(office).startswith("revoked")


def test_nobody_is_told_of_a_certificate_that_is_not_on_record(office: IssuedOffice):
    issuing = load_pem_x509_certificate(Path(office.issuing).read_bytes())
    known = certificate_id(issuing, 77)
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate_by_hash(
            known.issuer_name_hash,
            known.issuer_key_hash,
            77,
            hashes.SHA1(),  # noqa: S303
        )
        .build()
        .public_bytes(Encoding.DER)
    )
    files = status_files(office.rehearsal.office.engine.office)
    assert files.answer(request, office.clock.now()).content == UNAUTHORIZED


def test_of_what_has_ended_nothing_answers_any_more(office: IssuedOffice):
    inner = office.rehearsal.office.engine.office
    certificate = load_pem_x509_certificate(Path(office.certificate).read_bytes())
    office.clock.moment = certificate.not_valid_after_utc - timedelta(hours=1)
    office.run_due()
    good = ocsp.load_der_ocsp_response(published_answer(inner, certificate))
    assert good.certificate_status is ocsp.OCSPCertStatus.GOOD
    office.later(hours=2)
    office.run_due()
    assert published_answer(inner, certificate) == good.public_bytes(Encoding.DER)
    office.later(days=8)
    assert published_answer(inner, certificate) == TRY_LATER
    office.run_due()
    assert published_answer(inner, certificate) == UNAUTHORIZED
    # A clock that was wrong costs nothing.
    office.later(days=-9)
    office.run_due()
    again = ocsp.load_der_ocsp_response(published_answer(inner, certificate))
    assert again.certificate_status is ocsp.OCSPCertStatus.GOOD


def test_every_list_is_numbered_in_the_register_before_it_is_published(office: IssuedOffice):
    office.give(office.revoking())
    inner = office.rehearsal.office.engine.office
    with inner.register.reading() as reading:
        entries = every_entry(reading, named_stream(inner.id, "authority"))
    signed = [each.public["number"] for each in entries if each.kind == "list_signed"]
    assert signed == list(range(1, len(signed) + 1))
    assert office.published.number == signed[-1]
