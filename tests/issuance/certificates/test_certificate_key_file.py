import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.certificates.passwords import check_password, generate_password, strength
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.certificates.read_back import read_back
from issuance.findings import Finding
from issuance.secret import Secret
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import (
    NOW,
    PERSON,
    Office,
    SeededRandomness,
    icert_profile,
    resolved_for,
)

PASSWORD = Secret("una clave larga y buena")


def codes(findings: tuple[Finding, ...] | list[Finding]) -> set[str]:
    return {each.code for each in findings}


@pytest.fixture(scope="module")
def certificate(office: Office, holder_key: PrivateKey) -> x509.Certificate:
    return office.issue(resolved_for(icert_profile()), holder_key)


@pytest.mark.parametrize("compatible", [False, True])
def test_a_good_key_file_is_read_back_without_a_finding(
    office: Office, holder_key: PrivateKey, certificate: x509.Certificate, *, compatible: bool
):
    content = write_pkcs12(
        holder_key, certificate, office.chain, PASSWORD, "Ñ", compatible=compatible
    )
    found = read_back(
        content, PASSWORD, resolved_for(icert_profile()), holder_key.public_key(), office.chain, NOW
    )
    assert found.findings == ()
    assert found.opens
    assert found.one_signing_certificate
    assert found.key_matches
    assert found.signs
    assert found.profile_as_meant
    assert found.chain_trusted


def test_profile_and_chain_are_judged_apart(
    office: Office, curve_office: Office, holder_key: PrivateKey, certificate: x509.Certificate
):
    resolved, public = resolved_for(icert_profile()), holder_key.public_key()
    content = write_pkcs12(holder_key, certificate, office.chain, PASSWORD, "x")
    strange_root = read_back(content, PASSWORD, resolved, public, curve_office.chain, NOW)
    assert strange_root.profile_as_meant
    assert codes(strange_root.chain_findings) == {"CHAIN_BROKEN", "CHAIN_INCOMPLETE"}
    other = resolved_for(icert_profile(), PERSON | {"city": "CUENCA"})
    other_data = read_back(content, PASSWORD, other, public, office.chain, NOW)
    assert codes(other_data.profile_findings) == {"OTHER_NAME_DIFFERS"}
    assert other_data.chain_trusted


def test_a_key_file_with_what_it_should_not_hold_is_found_out(
    office: Office, holder_key: PrivateKey, certificate: x509.Certificate, curve_key: PrivateKey
):
    resolved, public = resolved_for(icert_profile()), holder_key.public_key()

    def found_in(content: bytes, key: PrivateKey = holder_key) -> set[str]:
        return codes(
            read_back(content, PASSWORD, resolved, key.public_key(), office.chain, NOW).findings
        )

    two = write_pkcs12(holder_key, certificate, [certificate, *office.chain], PASSWORD, "x")
    bare = write_pkcs12(holder_key, certificate, [], PASSWORD, "x")
    whole = write_pkcs12(holder_key, certificate, office.chain, PASSWORD, "x")
    assert found_in(two) == {"KEY_FILE_CERTIFICATES"}
    assert found_in(bare) == {"CHAIN_INCOMPLETE"}
    assert found_in(whole, curve_key) == {"KEY_FILE_WRONG_KEY"}
    assert found_in(b"no key file") == {"KEY_FILE_DOES_NOT_OPEN"}
    wrong = read_back(whole, Secret("another"), resolved, public, office.chain, NOW)
    assert not wrong.opens
    assert not wrong.profile_as_meant
    assert not wrong.chain_trusted


def test_a_chain_is_trusted_only_while_it_is_valid(
    office: Office, holder_key: PrivateKey, certificate: x509.Certificate
):
    content = write_pkcs12(holder_key, certificate, office.chain, PASSWORD, "x")
    late = NOW.replace(year=2029)
    found = read_back(
        content,
        PASSWORD,
        resolved_for(icert_profile()),
        holder_key.public_key(),
        office.chain,
        late,
    )
    assert codes(found.chain_findings) == {"CHAIN_OUTSIDE_VALIDITY"}
    assert found.chain_findings[0].parameters["subject"] == "JOSÉ MARÍA NUÑEZ PÉREZ"


def test_a_holder_cannot_act_as_an_authority(
    office: Office, holder_key: PrivateKey, certificate: x509.Certificate
):
    from issuance.certificates.chain import check_chain

    found = check_chain(office.issuing, [certificate, *office.chain], office.root, NOW)
    assert codes(found) == {"CHAIN_BROKEN", "CHAIN_NOT_AUTHORITY"}


@settings(deadline=None, max_examples=examples(10))
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=12, max_size=40))
def test_every_password_that_passes_opens_the_file(
    curve_office: Office, curve_key: PrivateKey, text: str
):
    password = Secret(text)
    if check_password(password):
        assert text != text.strip(" ")
        return
    certificate = curve_office.issue(resolved_for(icert_profile()), curve_key)
    content = write_pkcs12(curve_key, certificate, curve_office.chain, password, "x")
    found = read_back(
        content, password, resolved_for(icert_profile()), curve_key.public_key(),
        curve_office.chain, NOW,
    )  # fmt: skip
    assert found.findings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("corta", {"KEY_FILE_PASSWORD_SHORT"}),
        ("contraseña larga", {"PASSWORD_CHARACTER_REFUSED"}),
        ("con tabulador\t", {"PASSWORD_CHARACTER_REFUSED"}),
        (" espacio delante", {"PASSWORD_EDGE_SPACE"}),
        ("aaaaaaaaaaaaaa", {"KEY_FILE_PASSWORD_WEAK"}),
        ("mjnunezperez1710034065", {"KEY_FILE_PASSWORD_WEAK"}),
        ("Ñ", {"KEY_FILE_PASSWORD_SHORT", "PASSWORD_CHARACTER_REFUSED"}),
        ("muy larga y poco comun 47", set()),
        ("muy larga 47" * 11, {"PASSWORD_TOO_LONG"}),
    ],
)
def test_a_password_is_refused_with_its_reason(text: str, expected: set[str]):
    hints = ["mjnunezperez", "1710034065"]
    assert codes(check_password(Secret(text), 12, 3, hints)) == expected


def test_a_refused_character_is_named_by_its_place_only():
    finding = check_password(Secret("contraseña larga"))[0]
    assert finding.parameters == {"position": 9}


@given(st.text(max_size=400))
@settings(deadline=2000, max_examples=examples(20))
def test_no_password_makes_the_estimate_fail_or_hang(text: str):
    assert 0 <= strength(Secret(text)) <= 4


def test_generated_passwords_pass_and_are_never_ambiguous():
    randomness = SeededRandomness()
    made = {generate_password(randomness).reveal() for _ in range(300)}
    assert len(made) == 300
    for text in made:
        assert check_password(Secret(text), 12) == []
        assert not set(text) & set("0O1lIio")
        assert [len(group) for group in text.split("-")] == [3] * 7
    assert strength(Secret(made.pop())) == 4


def test_every_character_of_a_generated_password_varies():
    randomness = SeededRandomness()
    made = [generate_password(randomness).reveal() for _ in range(400)]
    columns = [{text[n] for text in made} for n in range(27) if n % 4 != 3]
    assert min(len(column) for column in columns) == 31


def test_keys_of_every_allowed_algorithm_can_be_made():
    assert make_private_key("p-384").public_key().key_size == 384
    with pytest.raises(ValueError, match="unknown key algorithm"):
        make_private_key("rsa-1024")
