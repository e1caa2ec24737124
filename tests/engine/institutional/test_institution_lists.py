"""The revocation lists of institutions' authorities: what is on them, and how they are numbered."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509

from issuance.access.roles import Session
from issuance.certificates.to_be_signed import key_of
from issuance.commands import Body
from issuance.engine.institution_authority import certificate_of, read_authority
from issuance.engine.institution_lists import publish_institution_lists
from issuance.engine.office import Office
from issuance.engine.opening import OpenedOffice
from issuance.engine.portable_issuing import certify
from issuance.engine.publishing import begin_list_epoch, status_files
from issuance.institutions.official_decisions import EndOfficial
from issuance.institutions.portable_commands import RevokePortable
from issuance.signing.ticket_token import UNATTENDED
from issuance.streams import StreamRef
from tests.engine.ministry import Ministry, give, key_in

RUN = "12345678-5"


def test_what_was_revoked_stands_on_its_authoritys_own_list(office: Office, folder: Path):
    ministry = Ministry.enabled(office)
    Ministry.enabled(office, "Ministerio de Salud", "61979440-0")
    certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
    certify(office, "mario", certificate)
    key = key_in(office, certificate)
    leaf = certificate_of(key.certificate)
    address = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0]
    name = (address.full_name or pytest.fail("no address"))[0].value.rpartition("/")[2]
    assert publish_institution_lists(office, "") == (2, ())
    assert publish_institution_lists(office, "") == (0, ())
    ministry.revoke(certificate)
    assert publish_institution_lists(office, "") == (1, ())
    revoked = x509.load_der_x509_crl((folder / "published" / name).read_bytes())
    with office.register.reading() as reading:
        authority = read_authority(reading, key.authority_key)
    assert authority is not None
    issuer = certificate_of(authority.certificate)
    assert revoked.is_signature_valid(key_of(issuer))
    assert [each.serial_number for each in revoked] == [leaf.serial_number]
    number = revoked.extensions.get_extension_for_class(x509.CRLNumber).value
    assert number.crl_number == 2
    assert (
        status_files(office).list_at(f"/crl/{name}") == (folder / "published" / name).read_bytes()
    )


@dataclass
class Issued:
    """Somebody's certificate of a ministry that publishes a list, and the ministry's operator."""

    office: Office
    official: UUID
    certificate: UUID
    operator: Session

    @classmethod
    def to_somebody(cls, office: Office) -> "Issued":
        ministry = Ministry.enabled(office)
        official = ministry.register(RUN)
        certificate = ministry.approved(official, UNATTENDED)
        certify(office, "mario", certificate)
        return cls(office, official, certificate, ministry.seat("eva", None))

    def revision(self, kind: str, stream: UUID) -> int:
        with self.office.register.reading() as reading:
            stored = reading.stream(StreamRef(kind=kind, id=stream))
        assert stored is not None
        return stored.revision

    def entry(self) -> x509.RevokedCertificate:
        """Return what the published list says of the certificate."""
        publish_institution_lists(self.office, "")
        leaf = certificate_of(key_in(self.office, self.certificate).certificate)
        published = (self.office.folder / "published").glob("*.crl")
        lists = [x509.load_der_x509_crl(path.read_bytes()) for path in published]
        found = (
            each.get_revoked_certificate_by_serial_number(leaf.serial_number) for each in lists
        )
        return next(each for each in found if each is not None)


@pytest.mark.parametrize("ended", ["certificate", "official"])
def test_a_death_is_told_with_its_day_and_the_revocation_is_not_dated_back(
    opened_platform: OpenedOffice, ended: str
):
    engine = opened_platform.engine
    office = engine.office
    issued, day = Issued.to_somebody(office), office.today() - timedelta(days=9)
    bodies: dict[str, tuple[Body, str, UUID]] = {
        "certificate": (
            RevokePortable(cause="holder_died", effective=day),
            "portable_certificate",
            issued.certificate,
        ),
        "official": (
            EndOfficial(reason="holder_died", effective=day), "official", issued.official,
        ),
    }  # fmt: skip
    body, kind, stream = bodies[ended]
    before = office.now().replace(microsecond=0)
    receipt = give(engine, issued.operator, body, kind, stream, issued.revision(kind, stream))
    assert receipt.applied, receipt.findings
    entry = issued.entry()
    since = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    midnight = datetime.combine(day, time(), ZoneInfo(office.policy.policy.zone))
    assert since.invalidity_date_utc == midnight
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value
    assert reason.reason is x509.ReasonFlags.cessation_of_operation
    assert entry.revocation_date_utc >= before


def test_another_cause_has_no_day_of_its_own(opened_platform: OpenedOffice):
    engine = opened_platform.engine
    issued = Issued.to_somebody(engine.office)
    revision = issued.revision("portable_certificate", issued.certificate)
    body = RevokePortable(cause="phone_lost")
    given = give(
        engine, issued.operator, body, "portable_certificate", issued.certificate, revision
    )
    assert given.applied
    with pytest.raises(x509.ExtensionNotFound):
        issued.entry().extensions.get_extension_for_class(x509.InvalidityDate)


def test_after_a_restore_no_number_of_an_institutions_list_comes_again(
    office: Office, folder: Path
):
    ministry = Ministry.enabled(office)
    assert publish_institution_lists(office, "") == (1, ())
    office.register.write(lambda writing: begin_list_epoch(writing, office.id, ministry.origin))
    assert publish_institution_lists(office, "") == (1, ())
    Ministry.enabled(office, "Ministerio de Salud", "61979440-0")
    assert publish_institution_lists(office, "") == (1, ())
    lists = [
        x509.load_der_x509_crl(path.read_bytes()) for path in (folder / "published").glob("*.crl")
    ]
    numbers = [each.extensions.get_extension_for_class(x509.CRLNumber).value for each in lists]
    assert [each.crl_number > 2**32 for each in numbers] == [True, True]
