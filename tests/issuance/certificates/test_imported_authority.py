"""An existing authority comes with its key, its chain and all it did, or it does not come."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.certificates.der import assemble, encode_name, frame_of
from issuance.certificates.description import describe
from issuance.certificates.imported_authority import (
    AuthorityFiles,
    ImportedAuthority,
    read_authority,
)
from issuance.certificates.keys import (
    PrivateKey,
    certificate_der,
    make_private_key,
    sign,
)
from issuance.certificates.revocation_list import ListPlan, list_to_be_signed, sign_list
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.to_be_signed import (
    ThrowAwayKeys,
    encode_to_be_signed,
    key_usage_extension,
)
from issuance.certificates.validity import Validity
from issuance.secret import Secret
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import (
    NOW,
    Office,
    icert_profile,
    make_office,
    needs_openssl,
    resolved_for,
    run,
    write_pem,
)

ANY_POLICY = "2.5.29.32.0"
PASSPHRASE = Secret("frase de la autoridad")
WINDOW = Validity(NOW.replace(microsecond=0), (NOW + timedelta(days=7)).replace(microsecond=0))
Make = Callable[..., AuthorityFiles]


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def key_pem(key: PrivateKey, passphrase: Secret = PASSPHRASE) -> bytes:
    encryption = BestAvailableEncryption(passphrase.reveal().encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def revocation_list(office: Office, *serials: int, number: int = 41) -> bytes:
    entries = [
        Revocation(each, WINDOW.not_before, RevocationReason.KEY_COMPROMISE) for each in serials
    ]
    plan = ListPlan(office.issuing, number, WINDOW, entries)
    return sign_list(office.signer, list_to_be_signed(plan, office.throw_away))


@pytest.fixture(scope="module")
def issued(office: Office, curve_key: PrivateKey) -> list[x509.Certificate]:
    return [office.issue(resolved_for(icert_profile()), curve_key) for _ in range(3)]


@pytest.fixture(scope="module")
def files(office: Office, issued: list[x509.Certificate]) -> AuthorityFiles:
    return AuthorityFiles(
        key=key_pem(office.issuing_key),
        passphrase=PASSPHRASE,
        chain=pem(office.root, office.issuing),
        issued=pem(*issued),
        revocation_list=revocation_list(office, issued[1].serial_number),
    )


def read(
    files: AuthorityFiles, *, demonstration: bool = False, policies: Sequence[Sequence[str]] = ()
) -> ImportedAuthority:
    found = read_authority(files, NOW, demonstration=demonstration, policies=policies)
    assert isinstance(found, ImportedAuthority), found
    return found


def codes(files: AuthorityFiles, *, demonstration: bool = False) -> list[str]:
    found = read_authority(files, NOW, demonstration=demonstration)
    assert isinstance(found, list), found
    return [each.code for each in found]


def test_everything_comes_along(
    files: AuthorityFiles, office: Office, issued: list[x509.Certificate]
):
    found = read(files, demonstration=True)
    assert found.chain == (office.issuing, office.root)
    assert found.issuing_key.public_key() == office.issuing.public_key()
    assert {each.serial for each in found.issued} == {each.serial_number for each in issued}
    assert found.issued[0].not_after == issued[0].not_valid_after_utc
    assert found.revoked.number == 41
    assert [each.serial for each in found.revoked.entries] == [issued[1].serial_number]


def test_the_key_file_tells_nobody_the_key(files: AuthorityFiles):
    assert "BEGIN" not in repr(read(files))
    assert "BEGIN" not in repr(files).replace(repr(files.chain), "").replace(repr(files.issued), "")


@pytest.mark.parametrize("compatible", [False, True])
def test_a_pkcs12_brings_its_own_chain(files: AuthorityFiles, office: Office, *, compatible: bool):
    builder = PrivateFormat.PKCS12.encryption_builder()
    if compatible:
        builder = builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
    content = pkcs12.serialize_key_and_certificates(
        b"authority", office.issuing_key, office.issuing, [office.root],
        builder.build(PASSPHRASE.reveal().encode()),
    )  # fmt: skip
    found = read(replace(files, key=content, chain=b""))
    assert found.chain == (office.issuing, office.root)
    assert codes(replace(files, key=content, passphrase=Secret("otra"))) == [
        "IMPORT_KEY_NOT_OPENED"
    ]


def test_authorities_can_stand_below_only_where_the_path_leaves_room(files: AuthorityFiles):
    found = read_authority(files, NOW, demonstration=False, authorities_below=1)
    assert isinstance(found, list)
    assert [each.code for each in found] == ["IMPORT_NO_ROOM"]
    assert "ENTIDAD DE PRUEBA" in str(found[0].parameters["subject"])


def test_lists_may_be_pem_and_nothing_may_have_been_issued(files: AuthorityFiles, office: Office):
    der = revocation_list(office)
    armoured = x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    found = read(replace(files, issued=b" \n", revocation_list=armoured))
    assert found.issued == ()
    assert found.revoked.entries == ()


@needs_openssl
def test_the_database_of_openssl_is_read(
    files: AuthorityFiles, office: Office, issued: list[x509.Certificate], tmp_path: Path
):
    """`openssl ca` itself writes the database that is read."""
    (tmp_path / "key.pem").write_bytes(
        office.issuing_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    authority = write_pem(tmp_path / "authority.pem", office.issuing)
    (tmp_path / "index.txt").touch()
    (tmp_path / "crlnumber").write_text("29\n")
    (tmp_path / "ca.cnf").write_text(
        "[ca]\ndefault_ca = here\n[here]\n"
        f"database = {tmp_path}/index.txt\ncrlnumber = {tmp_path}/crlnumber\n"
        f"certificate = {authority}\nprivate_key = {tmp_path}/key.pem\n"
        "unique_subject = no\ndefault_md = sha256\ndefault_crl_days = 9000\ncrl_extensions = list\n"
        "[list]\nauthorityKeyIdentifier = keyid\n",
    )
    ca = partial(run, "openssl", "ca", "-config", str(tmp_path / "ca.cnf"), "-batch", "-utf8")
    for number, each in enumerate(issued):
        path = write_pem(tmp_path / f"{number}.pem", each)
        done = ca("-valid", str(path))
        assert done.returncode == 0, done.stderr
    assert ca("-revoke", str(tmp_path / "1.pem"), "-crl_reason", "superseded").returncode == 0
    done = ca("-gencrl", "-out", str(tmp_path / "list.pem"))
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "index.txt").read_bytes()
    made = (tmp_path / "list.pem").read_bytes()
    found = read(replace(files, issued=index, revocation_list=made))
    assert {each.serial for each in found.issued} == {each.serial_number for each in issued}
    assert {each.not_after for each in found.issued} == {issued[0].not_valid_after_utc}
    assert found.revoked.number == 0x29
    (entry,) = found.revoked.entries
    assert (entry.serial, entry.reason.value) == (issued[1].serial_number, "superseded")


def test_what_is_not_whole_is_refused(
    files: AuthorityFiles,
    office: Office,
    curve_office: Office,
    issued: list[x509.Certificate],
    holder_key: PrivateKey,
):
    holder = issued[0]
    weak_exponent = make_private_key("p-256")
    cases: dict[str, AuthorityFiles] = {
        "IMPORT_KEY_NOT_OPENED": replace(files, passphrase=Secret("otra frase")),
        "IMPORT_FILE_UNREADABLE": replace(files, chain=b"nothing"),
        "IMPORT_CERTIFICATE_MISSING": replace(files, key=key_pem(weak_exponent)),
        "IMPORT_CHAIN_ENDS": replace(files, chain=pem(office.issuing, curve_office.root)),
        "LIST_OF_ANOTHER_AUTHORITY": replace(files, revocation_list=revocation_list(curve_office)),
        "LIST_UNREADABLE": replace(files, revocation_list=b"-----BEGIN X509 CRL-----\n"),
        "IMPORT_LIST_NUMBER": replace(files, revocation_list=revocation_list(office, number=2**60)),
        "IMPORT_ISSUED_BY_ANOTHER": replace(files, issued=pem(holder, curve_office.issuing)),
        "IMPORT_SERIAL_TWICE": replace(files, issued=pem(holder, holder)),
        "IMPORT_REVOKED_NOT_ISSUED": replace(files, issued=pem(holder)),
    }
    for code, given_files in cases.items():
        assert codes(given_files) == [code]
    assert codes(replace(files, key=b"rubbish")) == ["IMPORT_KEY_NOT_OPENED"]
    assert codes(replace(files, issued=b"V\t991231\t\t01\tunknown")) == ["IMPORT_FILE_UNREADABLE"]
    assert holder_key.public_key() not in (each.public_key() for each in office.chain)


def test_a_holder_is_no_authority(
    files: AuthorityFiles, office: Office, curve_key: PrivateKey, issued: list[x509.Certificate]
):
    given_files = replace(
        files, key=key_pem(curve_key), chain=pem(issued[0], office.issuing, office.root)
    )
    assert codes(given_files) == ["IMPORT_NOT_AUTHORITY"]


def test_an_authority_out_of_its_time_is_refused(files: AuthorityFiles):
    for moment in (NOW - timedelta(days=2), NOW.replace(year=2037)):
        found = read_authority(files, moment, demonstration=False)
        assert isinstance(found, list)
        assert "CHAIN_OUTSIDE_VALIDITY" in {each.code for each in found}
    late = read_authority(files, NOW + timedelta(days=8), demonstration=False)
    assert isinstance(late, list)
    assert [each.code for each in late] == ["IMPORT_LIST_OUTDATED"]


def test_a_key_of_another_kind_is_refused(files: AuthorityFiles):
    for key in (
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 1024),  # noqa: S505
    ):
        assert codes(replace(files, key=key_pem(key))) == ["IMPORT_KEY_KIND"]


def test_a_demonstration_takes_only_a_test():
    real = make_office("p-256", make_private_key, issuing="ENTIDAD VERDADERA")
    given_files = AuthorityFiles(
        key_pem(real.issuing_key), PASSPHRASE, pem(*real.chain), b"", revocation_list(real)
    )
    assert codes(given_files, demonstration=True) == ["IMPORT_NOT_A_TEST"]
    read(given_files)


def long_chain(
    room: int, *further: tuple[x509.ExtensionType, bool]
) -> tuple[tuple[x509.Certificate, ...], PrivateKey]:
    """Root, policy and issuing authority, with names longer than the standard allows."""
    organization = (
        "EMPRESA PÚBLICA METROPOLITANA DE MOVILIDAD, OBRAS Y SERVICIOS PÚBLICOS DE MUESTRA"
    )
    assert len(organization) > 64

    def authority(
        name: str,
        issuer: x509.Certificate | None,
        signing: PrivateKey,
        key: PrivateKey,
        room: int,
        *further: tuple[x509.ExtensionType, bool],
    ) -> x509.Certificate:
        subject = encode_name([
            ("2.5.4.6", "EC", "printable"), ("2.5.4.10", organization, "utf8"),
            ("2.5.4.3", f"{name} {organization}", "utf8"),
        ])  # fmt: skip
        body = encode_to_be_signed(
            subject=subject,
            public_key=key.public_key(),
            issuer=frame_of(certificate_der(issuer)).subject if issuer else subject,
            issuer_key=signing.public_key(),
            serial=x509.random_serial_number(),
            validity=Validity(NOW, NOW.replace(year=2036)),
            extensions=(
                (x509.BasicConstraints(ca=True, path_length=room), True),
                (key_usage_extension("keyCertSign", "cRLSign"), True),
                *further,
            ),
        )
        return x509.load_der_x509_certificate(assemble(body, sign(signing, body)))

    keys = [make_private_key("p-256") for _ in range(3)]
    root = authority("RAIZ", None, keys[0], keys[0], room)
    named = [each for each in further if isinstance(each[0], x509.CertificatePolicies)]
    middle = authority("MEDIO", root, keys[0], keys[1], 1, *named)
    issuing = authority("EMISORA", middle, keys[1], keys[2], 0, *further)
    return (issuing, middle, root), keys[2]


def files_of(chain: tuple[x509.Certificate, ...], key: PrivateKey) -> AuthorityFiles:
    plan = ListPlan(chain[0], 7, WINDOW, [])
    made = sign_list(
        SoftwareSigner(key, chain[0]), list_to_be_signed(plan, ThrowAwayKeys(make_private_key))
    )
    return AuthorityFiles(key_pem(key), PASSPHRASE, pem(chain[2], chain[0], chain[1]), b"", made)


def test_a_chain_with_long_names_is_read_whole():
    chain, key = long_chain(room=2)
    found = read(files_of(chain, key))
    assert found.chain == chain
    names = {each.oid: each.value for each in describe(certificate_der(chain[0])).subject}
    assert len(names["2.5.4.10"]) == 81
    assert names["2.5.4.3"] == f"EMISORA {names['2.5.4.10']}"


def test_a_root_must_leave_room_for_all_below_it():
    assert codes(files_of(*long_chain(room=1))) == ["CHAIN_NOT_AUTHORITY"]


@pytest.mark.parametrize(
    ("extension", "refused"),
    [
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),
        (x509.NameConstraints([x509.RFC822Name("example.com")], None), True),
        (x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.4")]), True),
        (x509.PolicyConstraints(None, 0), False),
    ],
)
def test_an_authority_with_a_restriction_nobody_keeps_to_here_is_refused(
    extension: x509.ExtensionType, *, refused: bool
):
    critical = files_of(*long_chain(2, (extension, True)))
    if refused:
        assert codes(critical) == ["IMPORT_RESTRICTED"]
    else:
        read(critical)
    unmarked = files_of(*long_chain(2, (extension, False)))
    if isinstance(extension, x509.NameConstraints):
        assert codes(unmarked) == ["IMPORT_RESTRICTED"]
    else:
        read(unmarked)


def test_an_authority_that_says_something_twice_is_refused():
    twice = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False)
    chain, key = long_chain(2, twice, twice)
    files = AuthorityFiles(key_pem(key), PASSPHRASE, pem(*chain), b"", b"")
    assert codes(files) == ["IMPORT_NOT_AUTHORITY"]


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [((), True), (("1.2.3.4",), True), (("1.2.3.5", "1.2.3.4"), False), ((ANY_POLICY,), False)],
)
def test_where_a_policy_is_asked_for_each_authority_allows_one_of_every_profile(
    allowed: tuple[str, ...], *, refused: bool
):
    informed = [x509.PolicyInformation(x509.ObjectIdentifier(each), None) for each in allowed]
    further = [(x509.CertificatePolicies(informed), False)] if informed else []
    asked = files_of(*long_chain(2, (x509.PolicyConstraints(0, None), True), *further))
    unasked = files_of(*long_chain(2, *further))
    profiles = [["1.2.3.4"], ["1.2.3.5", "1.2.3.6"]]
    read(unasked, policies=profiles)
    if refused:
        found = read_authority(asked, NOW, demonstration=False, policies=profiles)
        assert isinstance(found, list)
        assert {each.code for each in found} == {"IMPORT_RESTRICTED"}
    else:
        read(asked, policies=profiles)


# `cryptography` warns of a serial number below one, and will refuse it one day.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(max_examples=examples(30), deadline=None)
@given(data=st.data())
def test_no_bytes_make_reading_fail(files: AuthorityFiles, data: st.DataObject):
    part = data.draw(st.sampled_from(["key", "chain", "issued", "revocation_list"]))
    content = bytearray(getattr(files, part))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    found = read_authority(replace(files, **{part: bytes(content)}), NOW, demonstration=False)
    assert isinstance(found, ImportedAuthority) or found
