"""An office whose issuing key lies in a token: founded, taken over, and with the token gone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend_client.at_the_station.token import change_pin, open_token, set_first_pin
from backend_client.backend import Delivered
from issuance.certificates.authority import AuthorityPlan, build_issuing, build_root
from issuance.certificates.authority_token import IssuingToken, TokenPlan
from issuance.certificates.der import encode_name
from issuance.certificates.imported_authority import AuthorityFiles
from issuance.certificates.keys import make_private_key
from issuance.certificates.revocation_list import ListPlan, list_to_be_signed, sign_list
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.to_be_signed import ThrowAwayKeys
from issuance.certificates.token_calls import TokenAddress
from issuance.certificates.validity import Term, Validity
from issuance.engine.authority_file import read_authority_keys
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, FoundingPlan, found_office
from issuance.findings import Finding
from issuance.policies.loader import load_policy
from issuance.register.model import CertificateState
from issuance.secret import Secret
from tests.engine.desk import PowerCut
from tests.locking_token import locking, needs_compiler
from tests.soft_token import (
    LABEL,
    OFFICER_PIN,
    PIN,
    SoftTokens,
    needs_soft_token,
    soft_tokens,
)
from ventanilla.cli import main
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal, RehearsalFailed

pytestmark = needs_soft_token

KEY_LABEL = "EMISORA"
OTHER_PIN = Secret("975310")


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[SoftTokens]:
    with soft_tokens(tmp_path / "softhsm") as made:
        yield made


@pytest.fixture
def address(tokens: SoftTokens) -> TokenAddress:
    return tokens.make()


@pytest.fixture
def plan(address: TokenAddress) -> FoundingPlan:
    known = demonstration_plan()
    assert isinstance(known.authority, AuthorityPlan)
    authority = known.authority.model_copy(update={"algorithm": "p-256"})
    return replace(known, authority=authority, token=TokenPlan(address, PIN, KEY_LABEL))


@pytest.fixture
def played(plan: FoundingPlan, tmp_path: Path) -> Iterator[Rehearsal]:
    rehearsal = lead_to_the_key(plan, tmp_path)
    yield rehearsal
    rehearsal.close()


def lead_to_the_key(plan: FoundingPlan, tmp_path: Path) -> Rehearsal:
    """Lead a case of an office with its key in a token up to the applicant's key."""
    rehearsal = case_of(plan, tmp_path)
    for act in (
        rehearsal.apply, rehearsal.approve, rehearsal.bring_evidence, rehearsal.accept_evidence,
        rehearsal.pay, rehearsal.confirm_person, rehearsal.enter_activation_code,
    ):  # fmt: skip
        act()
    return rehearsal


def case_of(plan: FoundingPlan, tmp_path: Path) -> Rehearsal:
    folder = tmp_path / "office"
    founded = found_office(folder, plan, system_sources(), make_private_key)
    assert isinstance(founded, Founded), founded
    product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    assert product is not None
    return Rehearsal(folder, system_sources(), make_private_key, product, tmp_path / "key.p12")


def keys_in(address: TokenAddress, pin: Secret = PIN) -> int:
    token = open_token(address, pin)
    assert not isinstance(token, Finding), token
    try:
        return len(token._session.signing_key_ids(""))
    finally:
        token.close()


def refusals(rehearsal: Rehearsal) -> list[tuple[str, str]]:
    with pytest.raises(RehearsalFailed) as refused:
        rehearsal.hand_over()
    findings = refused.value.findings
    return [(each.code, str(each.parameters.get("cause", ""))) for each in findings]


def test_its_key_is_in_the_token_and_only_the_pin_is_sealed(
    played: Rehearsal, address: TokenAddress
):
    delivered = played.hand_over()
    assert isinstance(delivered, Delivered)
    assert delivered.findings == ()
    issued = played.office.engine.office.authority.issuing
    assert delivered.certificate.issuer
    keys = read_authority_keys(played.folder)
    assert not isinstance(keys, Finding)
    sealed = keys.keys["issuing"]
    assert sealed.private_key is None
    assert sealed.token is not None
    assert sealed.token.address.label == LABEL
    assert PIN.reveal().encode() not in (played.folder / "authority.json").read_bytes()
    report = played.office.engine.run_due(played.office.session)
    assert report.published.waits == ()
    played.close()
    assert keys_in(address) == 1
    assert isinstance(issued, x509.Certificate)


def test_a_token_that_is_not_there_leaves_the_case_as_it_was(played: Rehearsal, tokens: SoftTokens):
    played.become("olga")
    played.office.engine.run_due(played.office.session)
    played.close()
    tokens.take_out()
    assert refusals(played) == [("AUTHORITY_TOKEN_FAILS", "TOKEN_LOST")]
    assert played.state.activation.certificate is None
    assert told_at_home(played) == ["AUTHORITY_TOKEN_FAILS"]
    tokens.put_back()
    assert told_at_home(played) == []
    assert isinstance(played.hand_over(), Delivered)


def told_at_home(played: Rehearsal) -> list[str]:
    """Return what is wrong after another round, at which nothing is to be signed."""
    engine, session = played.office.engine, played.office.session
    engine.run_due(session)
    return [each.code for each in engine.office.troubles]


def test_one_taken_out_in_mid_issue_signs_the_same_bytes_later(
    played: Rehearsal, tokens: SoftTokens
):
    played.become("olga")
    engine, session = played.office.engine, played.office.session
    engine.run_due(session)
    tokens.take_out()
    assert refusals(played) == [("AUTHORITY_TOKEN_FAILS", "TOKEN_LOST")]
    intended = played.state.activation.certificate
    assert intended is not None
    assert not intended.issued
    assert [each.code for each in engine.run_due(session).published.waits] == [
        "AUTHORITY_TOKEN_FAILS"
    ]
    with engine.office.register.reading() as reading:
        (before,) = reading.open_intents()
    tokens.put_back()
    engine.run_due(session)
    delivered = played.hand_over()
    assert isinstance(delivered, Delivered)
    assert delivered.serial == intended.serial
    with engine.office.register.reading() as reading:
        row = reading.certificate(intended.serial)
        assert reading.open_intents() == []
    assert row is not None
    assert row.state == CertificateState.ISSUED
    assert row.certificate is not None
    signed = x509.load_der_x509_certificate(row.certificate)
    assert signed.tbs_certificate_bytes == before.to_be_signed


@pytest.mark.soak
def test_another_pin_is_told_once_and_holds(
    played: Rehearsal, plan: FoundingPlan, address: TokenAddress, monkeypatch: pytest.MonkeyPatch
):
    played.close()
    assert change_pin(address, PIN, OTHER_PIN) is None

    def told(*typed: Secret) -> int:
        answers = iter(each.reveal() for each in typed)
        monkeypatch.setattr("ventanilla.authority_pin.getpass", lambda _: next(answers))
        return main(["authority-pin", str(played.folder)])

    assert told(OTHER_PIN, OTHER_PIN) == 1
    assert told(plan.passphrase, PIN) == 1
    assert told(plan.passphrase, OTHER_PIN) == 0
    assert isinstance(played.hand_over(), Delivered)


@needs_compiler
def test_a_pin_that_is_refused_is_tried_once_in_a_process_and_a_locked_token_is_told(
    plan: FoundingPlan, address: TokenAddress, tmp_path: Path
):
    there = locking(address, tmp_path)
    played = lead_to_the_key(replace(plan, token=TokenPlan(there, PIN, KEY_LABEL)), tmp_path)
    try:
        played.close()
        assert change_pin(there, PIN, OTHER_PIN) is None
        assert refusals(played) == [("AUTHORITY_TOKEN_FAILS", "TOKEN_PIN_WRONG")]
        assert change_pin(there, OTHER_PIN, PIN) is None
        assert refusals(played) == [("AUTHORITY_TOKEN_FAILS", "TOKEN_PIN_WRONG")]
        played.close()
        for _ in range(3):
            assert isinstance(open_token(there, OTHER_PIN), Finding)
        assert refusals(played) == [("AUTHORITY_TOKEN_FAILS", "TOKEN_PIN_LOCKED")]
        assert played.state.activation.certificate is None
        played.close()
        assert set_first_pin(there, OFFICER_PIN, PIN) is None
        assert isinstance(played.hand_over(), Delivered)
    finally:
        played.close()


def test_a_wrong_pin_founds_nothing(plan: FoundingPlan, tmp_path: Path):
    assert plan.token is not None
    wrong = replace(plan, token=replace(plan.token, pin=OTHER_PIN))
    found = found_office(tmp_path / "office", wrong, system_sources(), make_private_key)
    assert isinstance(found, tuple)
    assert [each.code for each in found] == ["TOKEN_PIN_WRONG"]
    assert list((tmp_path / "office").iterdir()) == []


def test_a_founding_that_is_cut_short_leaves_no_key_in_the_token(
    plan: FoundingPlan, tmp_path: Path, address: TokenAddress
):
    def cut(step: str) -> None:
        if step == "register":
            assert keys_in(address) == 1
            raise PowerCut

    with pytest.raises(PowerCut):
        found_office(tmp_path / "office", plan, system_sources(), make_private_key, cut)
    assert keys_in(address) == 0


@pytest.mark.parametrize("label", [KEY_LABEL, pytest.param("", marks=pytest.mark.soak)])
def test_an_authority_whose_key_is_in_a_token_is_taken_over(
    plan: FoundingPlan, tmp_path: Path, address: TokenAddress, label: str
):
    old = IssuingToken(TokenPlan(address, PIN, KEY_LABEL), "0badcafe")
    key, root_key = old.make("p-384"), make_private_key("p-384")
    now = system_sources().clock.now().replace(microsecond=0)
    validity = Validity(now, Term(years=5).end(now))
    root_name, name = (
        encode_name([("2.5.4.3", each, "utf8")]) for each in ("RAIZ DE PRUEBA", "EMISORA DE PRUEBA")
    )
    root = build_root(root_name, root_key, 1, validity)
    issuing = build_issuing(name, key.public_key(), root, root_key, 2, validity)
    empty = list_to_be_signed(
        ListPlan(issuing, 3, Validity(now, Term(days=7).end(now)), []),
        ThrowAwayKeys(make_private_key),
    )
    token = open_token(address, PIN)
    assert not isinstance(token, Finding)
    found = token._session.find_key(bytes.fromhex("0badcafe"))
    assert found is not None
    revocation_list = sign_list(SoftwareSigner(found, issuing), empty)
    token.close()
    pem = issuing.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)
    files = AuthorityFiles(b"", Secret(""), pem, b"", revocation_list)
    assert plan.token is not None
    wish = replace(plan.token, key_label=label)
    rehearsal = case_of(replace(plan, authority=files, token=wish), tmp_path)
    try:
        assert isinstance(rehearsal.play(), Delivered)
        assert rehearsal.office.engine.office.authority.chain == (issuing, root)
    finally:
        rehearsal.close()


def test_a_token_without_the_authoritys_key_is_told(
    plan: FoundingPlan, tmp_path: Path, address: TokenAddress
):
    root_key = make_private_key("p-384")
    now = system_sources().clock.now().replace(microsecond=0)
    name = encode_name([("2.5.4.3", "RAIZ DE PRUEBA", "utf8")])
    root = build_root(name, root_key, 1, Validity(now, Term(years=5).end(now)))
    files = AuthorityFiles(b"", Secret(""), root.public_bytes(Encoding.PEM), b"", b"")
    found = found_office(
        tmp_path / "office", replace(plan, authority=files), system_sources(), make_private_key
    )
    assert isinstance(found, tuple)
    assert [each.code for each in found] == ["IMPORT_KEY_LABEL_UNKNOWN"]
