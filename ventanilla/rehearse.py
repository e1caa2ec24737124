"""`ventanilla rehearse`: an installation's self-test, one invented case from end to end."""

import argparse
import base64
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from issuance.findings import Finding
    from issuance.policies.model import Product
    from ventanilla.rehearsal import Rehearsal

EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, required=True, help="an empty or new folder")
    parser.add_argument("--policy", default="ec-icert")
    parser.add_argument("--type", default="natural", help="the certificate type")
    parser.add_argument("--container", default="pkcs12")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Rehearse; 0 when everything was right, 1 with findings, 64 for a wrong call."""
    # Loading the engine takes half a second; `--help` does without.
    from issuance.policies.loader import load_policy, policy_names
    from ventanilla.findings_text import line

    out: Path = arguments.out
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return _usage(f"{out}: the folder must be empty or not exist")
    if arguments.policy not in policy_names():
        return _usage(f"{arguments.policy}: known policies are {', '.join(policy_names())}")
    wanted = (arguments.type, arguments.container)
    products = load_policy(arguments.policy).policy.products
    product = next((p for p in products if (p.certificate_type, p.container) == wanted), None)
    if product is None:
        known = sorted({f"{p.certificate_type}/{p.container}" for p in products})
        return _usage(f"{'/'.join(wanted)}: the policy has {', '.join(known)}")
    findings = _unavailable(arguments.policy, product)
    if not findings:
        try:
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return _usage(str(error))
        findings = _in_a_new_office(out, arguments.policy, product.id)
    for finding in findings:
        print(line(finding), file=sys.stderr)
    if arguments.json:
        codes = [finding.code for finding in findings]
        print(json.dumps({"ok": not findings, "product": product.id, "findings": codes}))
    elif not findings:
        print(f"{product.id}: everything is right; see {out}")
    return EXIT_FINDINGS if findings else 0


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return EXIT_USAGE


def _unavailable(policy: str, product: "Product") -> "tuple[Finding, ...]":
    """Say in the policy's words that a container or a type comes later."""
    from issuance.cases.decisions.application import unavailable_reason
    from issuance.findings import blocks
    from issuance.findings.cases import CaseFinding
    from issuance.policies.loader import load_policy
    from ventanilla.findings_text import chosen_language

    loaded = load_policy(policy)
    reason = unavailable_reason(loaded.policy, product)
    if not reason:
        return ()
    words = loaded.words(chosen_language()).word("unavailable", reason)
    return (blocks(CaseFinding.PRODUCT_NOT_AVAILABLE, reason=words),)


def _in_a_new_office(out: Path, policy: str, product: str) -> "tuple[Finding, ...]":
    from issuance.access.durable_file import write_finding
    from ventanilla.rehearsal import RehearsalFailed

    with tempfile.TemporaryDirectory(prefix="ventanilla-rehearsal-") as folder:
        office = Path(folder) / "office"
        try:
            return _rehearse(office, out, policy, product)
        except RehearsalFailed as failure:
            print(f"stopped at: {failure.act}", file=sys.stderr)
            return failure.findings
        except OSError as error:
            return (write_finding(error, out),)


def _rehearse(folder: Path, out: Path, policy: str, product_id: str) -> "tuple[Finding, ...]":
    from issuance.certificates.keys import make_private_key
    from issuance.engine.demonstration import demonstration_plan
    from issuance.engine.founding import Founded, found_office
    from issuance.engine.inspection import verify_register
    from issuance.policies.loader import load_policy
    from ventanilla.compose import system_sources
    from ventanilla.rehearsal import Rehearsal, RehearsalFailed

    product = load_policy(policy).policy.product(product_id)
    if product is None:
        raise ValueError("the product was chosen from the policy")
    sources = system_sources()
    founded = found_office(folder, demonstration_plan(policy), sources, make_private_key)
    if not isinstance(founded, Founded):
        raise RehearsalFailed("found_office", founded)
    rehearsal = Rehearsal(folder, sources, make_private_key, product, out / "certificate.p12")
    try:
        rehearsal.play()
        _write_results(rehearsal, out)
        office = rehearsal.office.engine.office
        report = verify_register(folder, rehearsal.office.keys, office.register)
    finally:
        rehearsal.close()
    shutil.copytree(folder, out / "office", ignore=shutil.ignore_patterns("*.lock", "sealed-keys"))
    _write_secret(out / "recovery-key.txt", founded.recovery_key.reveal())
    return tuple(fault.finding for fault in report.faults)


def _write_results(rehearsal: "Rehearsal", out: Path) -> None:
    """Leave what a real case leaves; secrets in clear only because the person is invented."""
    from issuance.queries import CertificateAnswer, CertificateQuery

    opened = rehearsal.office
    answer = opened.engine.ask(CertificateQuery(case=rehearsal.case), opened.session)
    if not isinstance(answer, CertificateAnswer):
        raise TypeError("a delivered case has its certificate")
    (out / "certificate.pem").write_text(_pem(answer.certificate))
    (out / "chain.pem").write_text("".join(map(_pem, answer.chain)))
    _write_secret(out / "password.txt", rehearsal.password.reveal())
    contract = rehearsal.state.activation.contract
    if contract is not None:
        (out / "contract.pdf").write_bytes(opened.engine.office.blobs.read(contract))
    case = {
        "case": rehearsal.state.number,
        "state": rehearsal.state.status.value,
        "events": _events(rehearsal),
    }
    text = json.dumps(case, ensure_ascii=False, indent=1)
    (out / "case.json").write_text(text + "\n", encoding="utf-8")


def _events(rehearsal: "Rehearsal") -> list[dict[str, Any]]:
    from issuance.engine.streams import every_entry
    from issuance.model import format_instant
    from issuance.streams import StreamRef

    with rehearsal.office.engine.office.register.reading() as reading:
        entries = every_entry(reading, StreamRef(kind="case", id=rehearsal.case))
    return [
        {
            "seq": entry.seq,
            "revision": entry.revision,
            "kind": entry.kind,
            "at": format_instant(entry.at),
            "operator": entry.operator,
            **entry.public,
            **(entry.personal or {}),
        }
        for entry in entries
    ]


def _pem(encoded: str) -> str:
    body = base64.encodebytes(base64.b64decode(encoded)).decode("ascii").replace("\n", "")
    lines = (body[start : start + 64] for start in range(0, len(body), 64))
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")
