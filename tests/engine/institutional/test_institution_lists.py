"""The revocation lists of institutions' authorities: what is on them, and how they are numbered."""

from pathlib import Path

import pytest
from cryptography import x509

from issuance.certificates.to_be_signed import key_of
from issuance.engine.institution_authority import certificate_of, read_authority
from issuance.engine.institution_lists import publish_institution_lists
from issuance.engine.office import Office
from issuance.engine.portable_issuing import certify
from issuance.engine.publishing import begin_list_epoch, status_files
from issuance.signing.ticket_token import UNATTENDED
from tests.engine.ministry import Ministry, key_in

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
