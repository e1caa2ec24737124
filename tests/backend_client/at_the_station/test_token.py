import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend_client.at_the_station.token import (
    ApplicantToken,
    change_pin,
    check_new_pin,
    open_token,
    set_first_pin,
    tokens_present,
)
from issuance.certificates.keys import (
    PublicKey,
    algorithm_of,
    make_private_key,
    public_key_der,
)
from issuance.certificates.profile import ResolvedProfile
from issuance.certificates.read_back import ReadBack
from issuance.certificates.request import read_request
from issuance.certificates.signer import issue
from issuance.certificates.to_be_signed import CertificateTemplate, build_to_be_signed
from issuance.certificates.token_calls import TokenAddress
from issuance.certificates.validity import Validity
from issuance.findings import Finding
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret
from tests.issuance.certificates.certificate_samples import (
    NOW,
    Office,
    icert_profile,
    make_office,
    resolved_for,
)
from tests.soft_token import (
    LABEL,
    MODULE,
    OFFICER_PIN,
    PIN,
    SoftTokens,
    needs_soft_token,
    soft_tokens,
)

CASE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
OTHER_CASE = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
ALGORITHMS = ("rsa-2048", "p-256", "p-384")
AT = NOW + timedelta(days=1)

pytestmark = needs_soft_token


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[SoftTokens]:
    with soft_tokens(tmp_path / "softhsm") as made:
        yield made


@pytest.fixture
def address(tokens: SoftTokens) -> TokenAddress:
    return tokens.make()


@pytest.fixture
def token(address: TokenAddress) -> ApplicantToken:
    return opened(open_token(address, PIN))


@pytest.fixture(scope="module")
def office() -> Office:
    return make_office("p-256", make_private_key)


@pytest.fixture(scope="module")
def resolved() -> ResolvedProfile:
    return resolved_for(icert_profile())


def opened(token: ApplicantToken | Finding) -> ApplicantToken:
    assert isinstance(token, ApplicantToken), token
    return token


def code_of(answer: object) -> str:
    assert isinstance(answer, Finding), answer
    return answer.code


def requested(token: ApplicantToken, case: UUID = CASE, algorithm: str = "p-256") -> PublicKey:
    request = token.request(case, algorithm)
    assert isinstance(request, bytes), request
    key = read_request(request, ALGORITHMS)
    assert not isinstance(key, Finding), key
    return key


def issued_for(key: PublicKey, office: Office, resolved: ResolvedProfile) -> x509.Certificate:
    start = NOW.replace(microsecond=0)
    validity = Validity(start, start + timedelta(days=730))
    template = CertificateTemplate(resolved, key, office.issuing, 1 << 120, validity)
    der = issue(office.signer, build_to_be_signed(template))
    return x509.load_der_x509_certificate(der)


def read(
    token: ApplicantToken, issued: x509.Certificate, office: Office, resolved: ResolvedProfile
) -> ReadBack:
    result = token.read_back(CASE, resolved, issued, office.chain, AT)
    assert isinstance(result, ReadBack), result
    return result


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_from_the_key_to_the_certificate_read_back(
    algorithm: str,
    token: ApplicantToken,
    address: TokenAddress,
    office: Office,
    resolved: ResolvedProfile,
):
    key = requested(token, algorithm=algorithm)
    assert algorithm_of(key) == algorithm
    issued = issued_for(key, office, resolved)
    assert token.write_certificate(CASE, issued, "JOSÉ NUÑEZ") is None
    token.close()
    again = opened(open_token(address, PIN))
    result = read(again, issued, office, resolved)
    assert result.findings == ()
    assert result.key_matches
    assert result.signs
    assert result.profile_as_meant
    assert result.chain_trusted


def test_other_software_finds_the_certificate_by_its_label(
    token: ApplicantToken, tokens: SoftTokens, office: Office, resolved: ResolvedProfile
):
    import pkcs11

    issued = issued_for(requested(token), office, resolved)
    assert token.write_certificate(CASE, issued, "JOSÉ NUÑEZ") is None
    tokens.restart()
    with pkcs11.lib(MODULE).get_token(token_label=LABEL).open() as session:
        wanted = {
            pkcs11.Attribute.LABEL: "JOSÉ NUÑEZ",
            pkcs11.Attribute.SERIAL_NUMBER: bytes.fromhex("0210") + (1 << 120).to_bytes(16),
            pkcs11.Attribute.ISSUER: office.issuing.subject.public_bytes(),
            pkcs11.Attribute.SUBJECT: issued.subject.public_bytes(),
        }
        (found,) = session.get_objects(wanted)
        assert found[pkcs11.Attribute.ID] == CASE.bytes
        assert found[pkcs11.Attribute.VALUE] == issued.public_bytes(Encoding.DER)


def test_a_second_try_goes_on_with_the_key_that_is_there(
    token: ApplicantToken, address: TokenAddress
):
    key = requested(token)
    token.close()
    again = opened(open_token(address, PIN))
    assert again.has_key(CASE) is True
    assert requested(again) == key
    assert requested(again, OTHER_CASE) != key


def test_another_token_has_not_the_key(token: ApplicantToken, tokens: SoftTokens):
    requested(token)
    other = opened(open_token(tokens.make("OTRO"), PIN))
    assert other.has_key(CASE) is False


@pytest.mark.parametrize("step", ["request", "write"])
def test_a_program_killed_between_the_steps_is_gone_on_with(
    step: str,
    address: TokenAddress,
    tokens: SoftTokens,
    tmp_path: Path,
    office: Office,
    resolved: ResolvedProfile,
):
    # The certificate exists before the program that writes it, as it does after the engine's issue.
    der = tmp_path / "certificate.der"
    if step == "write":
        token = opened(open_token(address, PIN))
        issued = issued_for(requested(token), office, resolved)
        der.write_bytes(issued.public_bytes(Encoding.DER))
        token.close()
    program = f"""
import os, sys
from pathlib import Path
from uuid import UUID
from cryptography import x509
from backend_client.at_the_station.token import open_token
from issuance.certificates.token_calls import TokenAddress
from issuance.secret import Secret
token = open_token(TokenAddress(module={MODULE!r}, label={LABEL!r}), Secret(sys.stdin.read()))
case = UUID({str(CASE)!r})
done = token.request(case, "p-256")
if {step!r} == "write":
    certificate = x509.load_der_x509_certificate(Path({str(der)!r}).read_bytes())
    done = token.write_certificate(case, certificate, "JOSE")
print(done.hex() if isinstance(done, bytes) else done, flush=True)
os.kill(os.getpid(), 9)
"""
    killed = subprocess.run(
        [sys.executable, "-c", program],
        input=PIN.reveal(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert killed.returncode == -9, killed.stderr
    tokens.restart()
    token = opened(open_token(address, PIN))
    if step == "request":
        key = read_request(bytes.fromhex(killed.stdout.strip()), ALGORITHMS)
        assert requested(token) == key
        return
    issued = x509.load_der_x509_certificate(der.read_bytes())
    assert token.write_certificate(CASE, issued, "JOSE") is None
    assert read(token, issued, office, resolved).findings == ()


def test_the_same_certificate_is_written_once_and_another_never_over_it(
    token: ApplicantToken, office: Office, resolved: ResolvedProfile
):
    key = requested(token)
    issued = issued_for(key, office, resolved)
    for _ in range(2):
        assert token.write_certificate(CASE, issued, "JOSÉ") is None
    assert read(token, issued, office, resolved).findings == ()
    second = issued_for(key, office, resolved)
    assert second != issued
    assert code_of(token.write_certificate(CASE, second, "JOSÉ")) == TokenFinding.TOKEN_CERTIFICATES
    other = read(token, second, office, resolved)
    assert [each.code for each in other.findings] == [TokenFinding.TOKEN_CERTIFICATES]
    assert read(token, issued, office, resolved).findings == ()


def test_a_certificate_of_another_key_is_not_written(
    token: ApplicantToken, office: Office, resolved: ResolvedProfile
):
    requested(token)
    issued = issued_for(requested(token, OTHER_CASE), office, resolved)
    assert code_of(token.write_certificate(CASE, issued, "JOSÉ")) == TokenFinding.TOKEN_KEY_DIFFERS


def test_without_the_key_no_certificate_is_written(
    token: ApplicantToken, office: Office, resolved: ResolvedProfile
):
    issued = issued_for(make_private_key("p-256").public_key(), office, resolved)
    assert code_of(token.write_certificate(CASE, issued, "JOSÉ")) == TokenFinding.TOKEN_KEY_MISSING


def test_a_certificate_not_written_is_found_missing(
    token: ApplicantToken, office: Office, resolved: ResolvedProfile
):
    result = read(token, issued_for(requested(token), office, resolved), office, resolved)
    assert [each.code for each in result.findings] == [TokenFinding.TOKEN_CERTIFICATES]
    assert not result.signs


def test_the_verdicts_stand_apart(token: ApplicantToken, office: Office, resolved: ResolvedProfile):
    issued = issued_for(requested(token), office, resolved)
    assert token.write_certificate(CASE, issued, "JOSÉ") is None
    too_late = datetime(2040, 1, 1, tzinfo=UTC)
    late = token.read_back(CASE, resolved, issued, office.chain, too_late)
    assert isinstance(late, ReadBack)
    assert late.profile_as_meant
    assert not late.chain_trusted
    other = resolved_for(icert_profile(policy_oids=["1.2.3"]))
    differs = read(token, issued, office, other)
    assert not differs.profile_as_meant
    assert differs.chain_trusted


def test_a_key_given_up_is_gone_and_a_new_one_takes_its_place(
    token: ApplicantToken, office: Office, resolved: ResolvedProfile
):
    key, other = requested(token), requested(token, OTHER_CASE)
    issued = issued_for(key, office, resolved)
    assert token.write_certificate(CASE, issued, "JOSÉ") is None
    assert token.give_up(CASE) is None
    assert token.has_key(CASE) is False
    assert requested(token) != key
    assert requested(token, OTHER_CASE) == other


def test_a_token_taken_out_in_the_middle_is_told_and_gone_on_with(
    token: ApplicantToken,
    address: TokenAddress,
    tokens: SoftTokens,
    office: Office,
    resolved: ResolvedProfile,
):
    key = requested(token)
    issued = issued_for(key, office, resolved)
    tokens.take_out()
    for answer in (
        token.write_certificate(CASE, issued, "JOSÉ"),
        token.request(OTHER_CASE, "p-256"),
        token.read_back(CASE, resolved, issued, office.chain, AT),
    ):
        assert code_of(answer) == TokenFinding.TOKEN_LOST
    token.close()
    tokens.put_back()
    again = opened(open_token(address, PIN))
    assert again.has_key(OTHER_CASE) is False
    assert requested(again) == key
    assert again.write_certificate(CASE, issued, "JOSÉ") is None
    assert read(again, issued, office, resolved).findings == ()


def test_a_lost_session_is_told(token: ApplicantToken, tokens: SoftTokens):
    tokens.restart()
    for _ in range(2):
        assert code_of(token.request(CASE, "p-256")) == TokenFinding.TOKEN_LOST
        assert code_of(token.has_key(CASE)) == TokenFinding.TOKEN_LOST


def test_a_kind_of_key_the_token_cannot_make_is_told(token: ApplicantToken):
    answer = token.request(CASE, "rsa-99999")
    assert code_of(answer) == TokenFinding.TOKEN_ALGORITHM_UNSUPPORTED
    assert token.has_key(CASE) is False


def test_the_tokens_present_are_described(address: TokenAddress):
    found = tokens_present(address.module)
    assert not isinstance(found, Finding)
    ready = [each for each in found if each.ready]
    assert [(each.label, each.locked) for each in ready] == [(LABEL, False)]
    assert code_of(tokens_present("/no/module.so")) == TokenFinding.TOKEN_MODULE_MISSING


def test_the_applicant_changes_the_pin(address: TokenAddress):
    new = Secret("97531864")
    assert change_pin(address, PIN, new) is None
    assert code_of(open_token(address, PIN)) == TokenFinding.TOKEN_PIN_WRONG
    opened(open_token(address, new)).close()
    assert code_of(change_pin(address, PIN, new)) == TokenFinding.TOKEN_PIN_WRONG


def test_the_officers_pin_sets_the_applicants(address: TokenAddress, token: ApplicantToken):
    key = requested(token)
    token.close()
    new = Secret("97531864")
    wrong = set_first_pin(address, Secret("00000000"), new)
    assert code_of(wrong) == TokenFinding.TOKEN_UNLOCKING_PIN_WRONG
    assert set_first_pin(address, OFFICER_PIN, new) is None
    assert requested(opened(open_token(address, new))) == key


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", TokenFinding.TOKEN_PIN_SHORT),
        ("", TokenFinding.TOKEN_PIN_SHORT),
        ("12345ñ", TokenFinding.TOKEN_PIN_CHARACTER),
        ("12345\x00", TokenFinding.TOKEN_PIN_CHARACTER),
        ("123456\udc80", TokenFinding.TOKEN_PIN_CHARACTER),
    ],
)
def test_a_new_pin_is_checked_before_the_token_is_asked(
    pin: str, code: TokenFinding, address: TokenAddress
):
    assert code_of(check_new_pin(Secret(pin))) == code
    assert code_of(change_pin(address, PIN, Secret(pin))) == code
    assert code_of(set_first_pin(address, OFFICER_PIN, Secret(pin))) == code
    opened(open_token(address, PIN))


def test_a_pin_the_token_finds_unfit_is_told(address: TokenAddress):
    answer = change_pin(address, PIN, Secret("1" * 300))
    assert code_of(answer) == TokenFinding.TOKEN_PIN_UNFIT
    opened(open_token(address, PIN))


def test_the_request_names_nobody(token: ApplicantToken):
    request = token.request(CASE, "p-256")
    assert isinstance(request, bytes)
    csr = x509.load_der_x509_csr(request)
    assert csr.is_signature_valid
    assert list(csr.subject) == []
    assert public_key_der(requested(token)) in request
