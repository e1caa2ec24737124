"""A policy that nobody here knew is rehearsed as those that are shipped: from its data alone."""

import re
import shutil
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509

from issuance.cases.forms import check_form
from issuance.policies import loader
from issuance.policies.loader import load_policy, read_policy
from issuance.policies.model import Policy
from issuance.samples.people import sample_payment, sample_person
from ventanilla.cli import main
from ventanilla.rehearsal_answers import payment_answers, sample_application

TODAY = date(2026, 11, 24)
OWN = "ec-tribunal"
RENAMED = {
    "natural": "ciudadano", "miembro-empresa": "funcionario-judicial", "cedula": "documento",
    "first_surname": "apellidos", "city": "ciudad", "position": "cargo",
    "department": "dependencia", "representative_cedula": "documento_jefe",
    "voting_certificate": "tarjeta_militar", "identity_card": "carnet", "pichincha": "centro",
    "deposit_number": "papeleta",
}  # fmt: skip
"""Types, fields, documents and choices by the names another authority gives them."""
KINDS = re.compile(r'(kind = )"([a-z_]+)"')


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a policy in which nearly everything has another name."""
    root = tmp_path_factory.mktemp("policies")
    shutil.copytree(Path(loader.__file__).parent / "ec-icert", root / OWN)
    whole = re.compile(rf"(?<![\w-])({'|'.join(RENAMED)})(?![\w-])")
    back = {new: old for old, new in RENAMED.items()}
    for file in (root / OWN).rglob("*.*"):
        text = whole.sub(lambda found: RENAMED[found[1]], file.read_text("utf-8"))
        text = KINDS.sub(lambda found: f'{found[1]}"{back.get(found[2], found[2])}"', text)
        file.write_text(text.replace('"ec-icert"', f'"{OWN}"'), "utf-8")
    return root


@pytest.fixture(scope="module")
def own(policies: Path) -> Policy:
    return read_policy(policies / OWN).policy


def test_an_unknown_policys_forms_are_answered_completely(own: Policy):
    assert {"ciudadano", "funcionario-judicial"} < {each.id for each in own.types}
    for product in own.products:
        person = sample_application(own, product, 4, TODAY)
        parts = {"type": product.certificate_type, "container": product.container}
        rules = own.form_for({**person.values, **parts})
        checked = check_form(rules, person.values, TODAY, own.country)
        assert (checked.findings, checked.values) == ((), person.values), product.id
        payment = payment_answers(own, person, sample_payment(77, TODAY), TODAY)
        assert not check_form(own.payment_fields, payment, TODAY, own.country).findings


def test_the_shipped_forms_are_answered_as_they_always_were():
    policy = load_policy("ec-icert").policy
    for product in policy.products:
        known = sample_person(product.certificate_type, 7, product.container)
        assert sample_application(policy, product, 7, TODAY).values == known.values


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["ciudadano", "funcionario-judicial"])
def test_an_unknown_policy_is_rehearsed_to_the_delivered_certificate(
    policies: Path, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert rehearsed(policies, kind, tmp_path / "out", monkeypatch) == 0


@pytest.mark.soak
@pytest.mark.parametrize("gone", ["email", "approval", "evidence", "payment", "billing"])
def test_a_policy_with_fewer_steps_is_rehearsed_too(
    policies: Path, gone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fewer = Path(shutil.copytree(policies, tmp_path / "policies"))
    without_step(fewer / OWN / "policy.toml", gone)
    assert rehearsed(fewer, "ciudadano", tmp_path / "out", monkeypatch) == 0


def test_beside_a_certificate_that_names_no_list_stands_its_authoritys(
    policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    silent = Path(shutil.copytree(policies, tmp_path / "policies"))
    profiles = silent / OWN / "profiles.toml"
    profiles.write_text(re.sub(r"(?m)^crl_urls = .*$", "", profiles.read_text("utf-8")), "utf-8")
    one = ("--all", "--container", "token")
    assert rehearsed(silent, "ciudadano", tmp_path / "out", monkeypatch, *one) == 0
    (folder,) = (tmp_path / "out" / OWN).iterdir()
    (certificate,) = x509.load_pem_x509_certificates((folder / "certificate.pem").read_bytes())
    issuing, _ = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    listed = x509.load_der_x509_crl((folder / "crl.der").read_bytes())
    assert listed.issuer == issuing.subject


def rehearsed(
    policies: Path, kind: str, out: Path, monkeypatch: pytest.MonkeyPatch, *options: str
) -> int:
    monkeypatch.setattr(loader, "files", lambda _: policies)
    load_policy.cache_clear()
    arguments = ["--policy", OWN, "--type", kind, "--out", str(out), *options]
    try:
        return main(["rehearse", *arguments])
    finally:
        load_policy.cache_clear()


def without_step(rules: Path, gone: str) -> None:
    """Leave a step out; what needed it needs what it needed."""
    text = rules.read_text("utf-8")
    step = re.compile(rf'\[\[steps\]\]\nid = "{gone}"\nkind = "{gone}"\nneeds = \[(.*)\]\n')
    found = step.search(text)
    assert found is not None
    rest = step.sub("", text)
    rules.write_text(re.sub(r"(?m)^needs = .*$", partial(_needing, gone, found[1]), rest), "utf-8")


def _needing(gone: str, instead: str, needs: re.Match[str]) -> str:
    return needs[0].replace(f'"{gone}"', instead)
