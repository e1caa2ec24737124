"""`rehearse --all` leads officials' certificates, their keys in custody, to their files too."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from issuance.policies.loader import load_policy
from tests.issuance.certificates.certificate_samples import run, write_pem
from tests.relying_party import RelyingParty, changed, needs, needs_pkilint, pem_of
from ventanilla.cli import main

POLICY = "cl-firmagob"
PRODUCTS = tuple(each.id for each in load_policy(POLICY).policy.products)
FILES = {"certificate.pem", "chain.pem", "crl.der", "ocsp.der", "case.json"}


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("rehearsed") / "new"
    with redirect_stdout(StringIO()) as shown:
        code = main(["rehearse", "--all", "--policy", POLICY, "--out", str(out), "--json"])
    told = json.loads(shown.getvalue())
    assert (code, told["ok"], told["findings"]) == (0, True, [])
    assert {each["product"] for each in told["products"]} == set(PRODUCTS)
    return out / POLICY, told


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_product_in_custody_leaves_its_files_but_no_key(
    rehearsed: tuple[Path, dict[str, Any]], product: str
):
    folder = rehearsed[0] / product
    assert {each.name for each in folder.iterdir()} == FILES
    case = json.loads((folder / "case.json").read_text("utf-8"))
    assert (case["state"], "no .p12" in case["key"]) == ("active", True)
    assert [event["kind"] for event in case["events"]] == [
        "portable_requested", "portable_approved", "portable_issued", "portable_activated",
    ]  # fmt: skip
    assert {event["operator"] for event in case["events"]} == {"teresa", "mireya"}


@needs_pkilint
@needs("openssl")
@pytest.mark.parametrize("product", PRODUCTS)
def test_its_files_are_accepted_by_other_programs(
    rehearsed: tuple[Path, dict[str, Any]], tmp_path: Path, product: str
):
    folder = rehearsed[0] / product
    certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
    chain = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())
    revoked, answer = (folder / "crl.der").read_bytes(), (folder / "ocsp.der").read_bytes()
    authority, root = chain[0], chain[-1]
    party = RelyingParty(tmp_path, root, authority)
    assert party.lint_chain(*reversed(chain), certificate) == ""
    assert party.lint_list(revoked) == ""
    assert party.lint_answer(answer) == ""
    told = ocsp.load_der_ocsp_response(answer)
    assert told.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert told.serial_number == certificate.serial_number

    anchor = write_pem(tmp_path / "anchor.pem", root)

    def verified(listed: bytes) -> bool:
        done = run(
            "openssl", "verify", "-x509_strict", "-crl_check", "-CAfile", str(anchor),
            "-untrusted", str(folder / "chain.pem"), "-CRLfile",
            party.file("list.pem", pem_of(listed)), str(folder / "certificate.pem"),
        )  # fmt: skip
        return done.returncode == 0

    assert verified(revoked)
    assert not verified(changed(revoked))
