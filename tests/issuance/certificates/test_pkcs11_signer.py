import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from issuance.certificates.authority import build_issuing, build_root
from issuance.certificates.chain import check_chain
from issuance.certificates.der import encode_name
from issuance.certificates.keys import (
    KEY_ALGORITHMS,
    algorithm_of,
    is_private_key,
    is_public_key,
    private_key_bytes,
    verifies,
)
from issuance.certificates.pkcs11_signer import (
    AuthorityToken,
    Pkcs11Signer,
    open_pkcs11_signer,
    with_new_authority_key,
)
from issuance.certificates.signer import AuthoritySigner, issue
from issuance.certificates.to_be_signed import CertificateTemplate, build_to_be_signed
from issuance.certificates.token_calls import TokenAddress, TokenFailure
from issuance.certificates.validity import Validity
from issuance.findings import Finding
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret
from tests.issuance.certificates.certificate_samples import (
    NOW,
    Office,
    icert_profile,
    resolved_for,
    run,
    write_pem,
)
from tests.soft_token import LABEL, MODULE, PIN, SoftTokens, needs_soft_token, soft_tokens

KEY_ID = "00112233445566778899aabbccddeeff"
MESSAGE = b"to be signed"
VALIDITY = Validity(NOW.replace(microsecond=0), NOW.replace(microsecond=0) + timedelta(days=3650))

pytestmark = needs_soft_token
pkcs11: Any = pytest.importorskip("pkcs11", reason="python-pkcs11 (extra hsm) is not installed")


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[SoftTokens]:
    with soft_tokens(tmp_path / "softhsm") as made:
        yield made


@pytest.fixture
def place(tokens: SoftTokens) -> AuthorityToken:
    return AuthorityToken(address=tokens.make(), key_id=KEY_ID)


def authority_in(
    place: AuthorityToken, office: Office, root_key: object, algorithm: str = "p-256"
) -> x509.Certificate:
    """Make an issuing authority whose key is in the token, under the root of the sample office."""
    assert is_private_key(root_key)
    made = with_new_authority_key(
        place,
        PIN,
        algorithm,
        lambda key: build_issuing(
            encode_name([("2.5.4.3", "EMISORA DE PRUEBA", "utf8")]),
            key.public_key(),
            office.root,
            root_key,
            1 << 100,
            VALIDITY,
        ),
    )
    assert isinstance(made, x509.Certificate), made
    return made


@pytest.fixture
def certificate(place: AuthorityToken, office: Office, rsa_keys: list[object]) -> x509.Certificate:
    return authority_in(place, office, rsa_keys[0])


@pytest.fixture
def signer(place: AuthorityToken, certificate: x509.Certificate) -> Pkcs11Signer:
    return opened(open_pkcs11_signer(place, PIN, certificate))


def opened(signer: Pkcs11Signer | Finding) -> Pkcs11Signer:
    assert isinstance(signer, Pkcs11Signer), signer
    return signer


def is_signature(signature: bytes, certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    assert is_public_key(key)
    return verifies(key, signature, MESSAGE)


def code_of(answer: object) -> str:
    assert isinstance(answer, Finding), answer
    return answer.code


def failing(signer: AuthoritySigner) -> Finding:
    with pytest.raises(TokenFailure) as raised:
        signer.sign(MESSAGE)
    return raised.value.finding


@pytest.mark.parametrize("algorithm", KEY_ALGORITHMS)
def test_a_key_of_every_kind_is_made_in_the_token_and_signs(
    algorithm: str, place: AuthorityToken, office: Office, rsa_keys: list[object]
):
    certificate = authority_in(place, office, rsa_keys[0], algorithm)
    public_key = certificate.public_key()
    assert is_public_key(public_key)
    assert algorithm_of(public_key) == algorithm
    signature = opened(open_pkcs11_signer(place, PIN, certificate)).sign(MESSAGE)
    assert is_signature(signature, certificate)
    assert not verifies(public_key, signature, MESSAGE + b".")


def test_the_certificate_issued_reads_as_meant_and_openssl_trusts_it(
    signer: Pkcs11Signer, office: Office, holder_key: object, tmp_path: Path
):
    assert is_private_key(holder_key)
    resolved = resolved_for(icert_profile())
    template = CertificateTemplate(
        resolved, holder_key.public_key(), signer.certificate, 1 << 120, VALIDITY
    )
    der = issue(signer, build_to_be_signed(template))
    certificate = x509.load_der_x509_certificate(der)
    assert check_chain(certificate, [signer.certificate, office.root], office.root, NOW) == []
    root = write_pem(tmp_path / "root.pem", office.root)
    issuing = write_pem(tmp_path / "issuing.pem", signer.certificate)
    leaf = write_pem(tmp_path / "leaf.pem", certificate)
    at = str(int(NOW.timestamp()) + 60)
    command = ("openssl", "verify", "-attime", at, "-CAfile", str(root), "-untrusted", str(issuing))
    assert run(*command, str(leaf)).returncode == 0
    broken = bytearray(der)
    broken[-1] ^= 1
    write_pem(leaf, x509.load_der_x509_certificate(bytes(broken)))
    assert run(*command, str(leaf)).returncode != 0


def test_a_root_in_the_token_signs_itself(place: AuthorityToken):
    name = encode_name([("2.5.4.3", "RAIZ DE PRUEBA", "utf8")])
    root = with_new_authority_key(
        place, PIN, "rsa-2048", lambda key: build_root(name, key, 1 << 100, VALIDITY)
    )
    assert isinstance(root, x509.Certificate), root
    root.verify_directly_issued_by(root)
    assert is_signature(opened(open_pkcs11_signer(place, PIN, root)).sign(MESSAGE), root)


def test_the_key_cannot_be_had(place: AuthorityToken):
    def try_to_take(key: object) -> bool:
        assert is_private_key(key)
        with pytest.raises(UnsupportedAlgorithm):
            private_key_bytes(key)
        with pytest.raises(UnsupportedAlgorithm):
            key.private_numbers()
        return True

    assert with_new_authority_key(place, PIN, "rsa-2048", try_to_take) is True
    with pkcs11.lib(MODULE).get_token(token_label=LABEL).open(user_pin=PIN.reveal()) as session:
        (private,) = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})
        assert private[pkcs11.Attribute.NEVER_EXTRACTABLE]
        assert private[pkcs11.Attribute.ALWAYS_SENSITIVE]
        with pytest.raises(pkcs11.AttributeSensitive):
            _ = private[pkcs11.Attribute.PRIVATE_EXPONENT]


def test_a_key_that_could_be_copied_is_refused(place: AuthorityToken, office: Office):
    der = office.issuing_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    attributes = pkcs11.util.rsa.decode_rsa_private_key(der) | {
        pkcs11.Attribute.TOKEN: True,
        pkcs11.Attribute.ID: bytes.fromhex(KEY_ID),
        pkcs11.Attribute.EXTRACTABLE: True,
    }
    token = pkcs11.lib(MODULE).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN.reveal()) as session:
        session.create_object(attributes)
    answer = open_pkcs11_signer(place, PIN, office.issuing)
    assert code_of(answer) == TokenFinding.TOKEN_KEY_EXPORTABLE


def test_a_key_made_by_other_software_without_its_public_half_is_used(
    place: AuthorityToken, certificate: x509.Certificate
):
    token = pkcs11.lib(MODULE).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN.reveal()) as session:
        kind = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY}
        for each in list(session.get_objects(kind)):
            each.destroy()
    signer = opened(open_pkcs11_signer(place, PIN, certificate))
    assert is_signature(signer.sign(MESSAGE), certificate)


def test_a_key_that_wants_the_pin_at_every_signature_gets_it(
    place: AuthorityToken, office: Office, rsa_keys: list[object]
):
    token = pkcs11.lib(MODULE).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN.reveal()) as session:
        session.generate_keypair(
            pkcs11.KeyType.RSA,
            2048,
            id=bytes.fromhex(KEY_ID),
            store=True,
            private_template={
                pkcs11.Attribute.ALWAYS_AUTHENTICATE: True,
                pkcs11.Attribute.EXTRACTABLE: False,
            },
        )
        (found,) = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY})
        numbers = rsa.RSAPublicNumbers(65537, int.from_bytes(found[pkcs11.Attribute.MODULUS]))
    root_key = rsa_keys[0]
    assert is_private_key(root_key)
    certificate = build_issuing(
        encode_name([("2.5.4.3", "EMISORA DE PRUEBA", "utf8")]),
        numbers.public_key(),
        office.root,
        root_key,
        1 << 100,
        VALIDITY,
    )
    signer = opened(open_pkcs11_signer(place, PIN, certificate))
    assert is_signature(signer.sign(MESSAGE), certificate)
    assert is_signature(signer.sign(MESSAGE), certificate)


def test_another_authoritys_key_is_refused(
    place: AuthorityToken, certificate: x509.Certificate, office: Office, curve_office: Office
):
    for other in (office.issuing, curve_office.issuing):
        answer = open_pkcs11_signer(place, PIN, other)
        assert code_of(answer) == TokenFinding.TOKEN_KEY_DIFFERS


def test_a_key_is_never_replaced(place: AuthorityToken, certificate: x509.Certificate):
    answer = with_new_authority_key(place, PIN, "p-256", lambda key: key)
    assert code_of(answer) == TokenFinding.TOKEN_KEY_EXISTS
    opened(open_pkcs11_signer(place, PIN, certificate))


def test_a_founding_that_fails_leaves_no_key(place: AuthorityToken):
    def fail(_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        with_new_authority_key(place, PIN, "p-256", fail)
    assert with_new_authority_key(place, PIN, "p-256", lambda _: "made") == "made"


def test_a_wrong_pin_is_told_and_the_right_one_opens_after_it(
    place: AuthorityToken, certificate: x509.Certificate
):
    answer = open_pkcs11_signer(place, Secret("000000"), certificate)
    assert code_of(answer) == TokenFinding.TOKEN_PIN_WRONG
    opened(open_pkcs11_signer(place, PIN, certificate))


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("", TokenFinding.TOKEN_PIN_EMPTY),
        ("\udcff23456", TokenFinding.TOKEN_PIN_CHARACTER),
        ("246813\n", TokenFinding.TOKEN_PIN_CHARACTER),
        ("pín-246813", TokenFinding.TOKEN_PIN_CHARACTER),
    ],
)
def test_a_pin_no_token_understands_is_not_even_tried(
    pin: str, code: TokenFinding, place: AuthorityToken, certificate: x509.Certificate
):
    assert code_of(open_pkcs11_signer(place, Secret(pin), certificate)) == code
    flags = pkcs11.lib(MODULE).get_token(token_label=LABEL).flags
    assert pkcs11.TokenFlag.USER_PIN_COUNT_LOW not in flags


def test_a_lost_session_is_opened_again(signer: Pkcs11Signer, tokens: SoftTokens):
    assert is_signature(signer.sign(MESSAGE), signer.certificate)
    tokens.restart()
    assert is_signature(signer.sign(MESSAGE), signer.certificate)


def test_a_token_taken_out_is_told_and_signs_the_same_bytes_later(
    signer: Pkcs11Signer, tokens: SoftTokens
):
    tokens.take_out()
    for _ in range(2):
        assert failing(signer).code == TokenFinding.TOKEN_LOST
    tokens.put_back()
    assert is_signature(signer.sign(MESSAGE), signer.certificate)


def test_a_pin_changed_elsewhere_is_tried_only_once(
    signer: Pkcs11Signer, place: AuthorityToken, tokens: SoftTokens
):
    from issuance.certificates.pkcs11_log_in import change_pin

    new = Secret("997755")
    tokens.restart()
    change_pin(place.address, PIN, new)
    assert failing(signer).code == TokenFinding.TOKEN_PIN_WRONG
    with_new_pin = opened(open_pkcs11_signer(place, new, signer.certificate))
    with_new_pin.close()
    change_pin(place.address, new, PIN)
    # Its PIN is right again, and yet it asks no token: that try could have been the last.
    assert failing(signer).code == TokenFinding.TOKEN_PIN_WRONG


def test_one_program_logs_in_once(signer: Pkcs11Signer, place: AuthorityToken):
    answer = open_pkcs11_signer(place, PIN, signer.certificate)
    assert code_of(answer) == TokenFinding.TOKEN_IN_USE
    assert is_signature(signer.sign(MESSAGE), signer.certificate)
    signer.close()
    opened(open_pkcs11_signer(place, PIN, signer.certificate))


def test_tokens_of_one_name_are_told_apart_by_serial_number(
    place: AuthorityToken, certificate: x509.Certificate, tokens: SoftTokens
):
    from issuance.certificates.pkcs11_log_in import tokens_present

    tokens.make()
    assert code_of(open_pkcs11_signer(place, PIN, certificate)) == TokenFinding.TOKEN_AMBIGUOUS
    answers: list[object] = []
    for token in tokens_present(MODULE):
        if token.ready:
            address = place.address.model_copy(update={"serial": token.serial})
            exact = AuthorityToken(address=address, key_id=KEY_ID)
            answers.append(open_pkcs11_signer(exact, PIN, certificate))
    signers = [each for each in answers if isinstance(each, Pkcs11Signer)]
    (other,) = [each for each in answers if isinstance(each, Finding)]
    assert other.code == TokenFinding.TOKEN_KEY_MISSING
    assert is_signature(signers[0].sign(MESSAGE), certificate)


def test_what_cannot_be_reached_is_told(
    place: AuthorityToken, certificate: x509.Certificate, tmp_path: Path
):
    text = tmp_path / "module.so"
    text.write_text("no module")
    for address, expected in (
        (TokenAddress(module=str(tmp_path / "none.so"), label=LABEL), "TOKEN_MODULE_MISSING"),
        (TokenAddress(module=str(tmp_path), label=LABEL), "TOKEN_MODULE_MISSING"),
        (TokenAddress(module=str(text), label=LABEL), "TOKEN_MODULE_UNUSABLE"),
        (TokenAddress(module=MODULE, label="OTRO"), "TOKEN_MISSING"),
        (TokenAddress(module=MODULE, label=""), "TOKEN_PIN_NOT_SET"),
    ):
        there = AuthorityToken(address=address, key_id=KEY_ID)
        assert code_of(open_pkcs11_signer(there, PIN, certificate)) == expected


def test_the_pin_is_nowhere(
    place: AuthorityToken, certificate: x509.Certificate, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    wrong = open_pkcs11_signer(place, Secret("864209"), certificate)
    signer = opened(open_pkcs11_signer(place, PIN, certificate))
    told = f"{wrong!r} {signer!r} {vars(signer)!r} {caplog.text}"
    assert "864209" not in told
    assert PIN.reveal() not in told
