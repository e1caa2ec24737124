"""`ventanilla rehearse`: an installation's self-test, invented cases from end to end."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.translation import N_
from ventanilla.findings_text import line, terminal_words

if TYPE_CHECKING:
    from issuance.engine.founding import Founded
    from issuance.findings import Finding
    from issuance.policies.model import Product
    from ventanilla.rehearsal import Rehearsal
    from ventanilla.soft_token import SoftTokens

EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 64
POLICY: Final = "ec-icert"
TYPE: Final = "natural"
CONTAINER: Final = "pkcs12"
_LONGEST_LABEL: Final = 32
"""Characters in a token's label (PKCS#11 2.40, CK_TOKEN_INFO)."""


@dataclass(slots=True)
class Outcome:
    """What became of one product's case; `unavailable` says why it is not sold here, in words."""

    product: "Product"
    folder: Path
    unavailable: str = ""
    stopped_at: str = ""
    findings: "tuple[Finding, ...]" = ()
    delivered: bool = field(default=False)

    def document(self) -> dict[str, Any]:
        """Return the outcome as a program is told it."""
        return {
            "product": self.product.id,
            "folder": str(self.folder),
            "delivered": self.delivered,
            "unavailable": self.unavailable,
            "stopped_at": self.stopped_at,
            "findings": [finding.code for finding in self.findings],
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, required=True, help="an empty or new folder")
    parser.add_argument(
        "--all",
        action="store_true",
        help="one case for every product, each in a folder of its own; the options that follow "
        "then choose among them",
    )
    parser.add_argument("--policy", help=f"else {POLICY}")
    parser.add_argument("--type", help=f"the certificate type; else {TYPE}")
    parser.add_argument("--container", help=f"else {CONTAINER}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Rehearse; 0 when everything was right, 1 with findings, 64 for a wrong call."""
    # Loading the engine takes half a second; `--help` does without.
    from issuance.policies.loader import load_policy, policy_names

    out: Path = arguments.out
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return _usage(N_("{folder}: the folder must be empty or not exist"), folder=str(out))
    if arguments.policy not in (None, *policy_names()):
        known = ", ".join(policy_names())
        return _usage(
            N_("{policy}: known policies are {known}"), policy=arguments.policy, known=known
        )
    chosen = [arguments.policy] if arguments.policy or not arguments.all else policy_names()
    policies = [load_policy(name or POLICY).policy for name in chosen]
    products = [(policy.id, product) for policy in policies for product in policy.products]
    wanted = (arguments.type, arguments.container)
    if not arguments.all:
        wanted = (arguments.type or TYPE, arguments.container or CONTAINER)
    found = [(policy, product) for policy, product in products if _matches(product, *wanted)]
    if not found:
        known = ", ".join(sorted({f"{p.certificate_type}/{p.container}" for _, p in products}))
        what = "/".join(filter(None, wanted))
        return _usage(N_("{what}: the policy has {known}"), what=what, known=known)
    unavailable = () if arguments.all else _unavailable(*found[0])
    if not unavailable:
        try:
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return _unwritable(error, out)
    if arguments.all:
        return _all(out, found, as_json=arguments.json)
    return _one(out, *found[0], unavailable, as_json=arguments.json)


def _matches(product: "Product", certificate_type: str | None, container: str | None) -> bool:
    theirs = (product.certificate_type, product.container)
    wanted = (certificate_type or theirs[0], container or theirs[1])
    return theirs == wanted


def _one(
    out: Path, policy: str, product: "Product", unavailable: "tuple[Finding, ...]", *, as_json: bool
) -> int:
    """Rehearse one product, unless it is not sold here, in an office left beside the results."""
    outcome = Outcome(product, out)
    findings = unavailable
    if not findings:
        findings = _in_a_new_office(policy, [outcome], keep=out)
    findings = (*outcome.findings, *findings)
    _tell(findings, outcome.stopped_at)
    if as_json:
        codes = [finding.code for finding in findings]
        print(json.dumps({"ok": not findings, "product": product.id, "findings": codes}))
    elif not findings:
        words = N_("{product}: everything is right; see {folder}")
        print(terminal_words()(words, product=product.id, folder=str(out)))
    return EXIT_FINDINGS if findings else 0


def _all(out: Path, products: "Sequence[tuple[str, Product]]", *, as_json: bool) -> int:
    """Rehearse many products; one that is not sold here says why and is no failure."""
    outcomes = {policy: list[Outcome]() for policy, _ in products}
    for policy, product in products:
        outcome = Outcome(product, out / policy / product.id)
        outcome.folder.mkdir(mode=0o700, parents=True)
        _note_unavailable(policy, outcome)
        outcomes[policy].append(outcome)
    found: list[Finding] = []
    for policy, theirs in outcomes.items():
        found += _in_a_new_office(policy, [each for each in theirs if not each.unavailable])
    everything = [outcome for theirs in outcomes.values() for outcome in theirs]
    for outcome in everything:
        _tell(outcome.findings, f"{outcome.product.id} {outcome.stopped_at}")
        if not as_json:
            print(_line(outcome))
    _tell(found)
    ok = not found and not any(outcome.findings for outcome in everything)
    if as_json:
        codes = [finding.code for finding in found]
        documents = [outcome.document() for outcome in everything]
        print(json.dumps({"ok": ok, "products": documents, "findings": codes}))
    return 0 if ok else EXIT_FINDINGS


def _line(outcome: Outcome) -> str:
    if outcome.unavailable:
        return f"{outcome.product.id}: {outcome.unavailable}"
    words = N_("{product}: stopped at {act}") if outcome.findings else N_("{product}: delivered")
    return terminal_words()(words, product=outcome.product.id, act=outcome.stopped_at)


def _tell(findings: "Sequence[Finding]", stopped_at: str = "") -> None:
    if findings and stopped_at:
        print(terminal_words()(N_("stopped at: {act}"), act=stopped_at), file=sys.stderr)
    for finding in findings:
        print(line(finding), file=sys.stderr)


def _usage(message: str, **parameters: str) -> int:
    print(terminal_words()(message, **parameters), file=sys.stderr)
    return EXIT_USAGE


def _unwritable(error: OSError, out: Path) -> int:
    from issuance.access.durable_file import write_finding

    print(line(write_finding(error, out)), file=sys.stderr)
    return EXIT_USAGE


def _unavailable(policy: str, product: "Product") -> "tuple[Finding, ...]":
    """Say in the policy's words that a container or a type comes later."""
    from issuance.findings import blocks
    from issuance.findings.cases import CaseFinding
    from issuance.policies.loader import load_policy
    from ventanilla.findings_text import chosen_language
    from ventanilla.soft_token import soft_token_module

    loaded = load_policy(policy)
    lacks = () if soft_token_module() else ("token_module",)
    reason = loaded.policy.unavailable_reason(product, lacks)
    if not reason:
        return ()
    words = loaded.words(chosen_language()).word("unavailable", reason)
    return (blocks(CaseFinding.PRODUCT_NOT_AVAILABLE, reason=words),)


def _note_unavailable(policy: str, outcome: Outcome) -> None:
    from ventanilla.rehearsal_files import write_json

    for finding in _unavailable(policy, outcome.product):
        outcome.unavailable = str(finding.parameters["reason"])
        document = {
            "case": None, "state": "unavailable", "reason": outcome.unavailable, "events": [],
        }  # fmt: skip
        write_json(outcome.folder / "case.json", document)


def _in_a_new_office(
    policy: str, outcomes: Sequence[Outcome], keep: Path | None = None
) -> "tuple[Finding, ...]":
    """Rehearse in an office that is founded for it; return what is wrong with the whole of it."""
    from issuance.access.durable_file import write_finding

    with tempfile.TemporaryDirectory(prefix="ventanilla-rehearsal-") as folder:
        office = Path(folder) / "office"
        try:
            return _rehearse(office, policy, outcomes, keep)
        except OSError as error:
            return (write_finding(error, keep or outcomes[0].folder),)


def _rehearse(
    folder: Path, policy: str, outcomes: Sequence[Outcome], keep: Path | None
) -> "tuple[Finding, ...]":
    from issuance.certificates.keys import make_private_key
    from issuance.engine.demonstration import demonstration_plan
    from issuance.engine.founding import Founded, found_office
    from ventanilla.compose import system_sources
    from ventanilla.rehearsal import Rehearsal
    from ventanilla.rehearsal_files import KEY_FILE
    from ventanilla.soft_token import soft_tokens

    sources = system_sources()
    founded = found_office(folder, demonstration_plan(policy), sources, make_private_key)
    if not isinstance(founded, Founded):
        return founded
    last: Rehearsal | None = None
    try:
        with soft_tokens(folder.with_name("soft-tokens"), sources.randomness) as tokens:
            for number, outcome in enumerate(outcomes):
                if last is not None:
                    last.close()
                last = Rehearsal(
                    folder,
                    sources,
                    make_private_key,
                    outcome.product,
                    outcome.folder / KEY_FILE,
                    number,
                )
                _play(last, outcome, tokens if _in_token(policy, outcome.product) else None)
        findings = () if last is None else _conclude(last, outcomes)
    finally:
        if last is not None:
            last.close()
    if keep is not None:
        _keep_office(folder, founded, keep)
    return findings


def _in_token(policy: str, product: "Product") -> bool:
    from issuance.policies.loader import load_policy

    return load_policy(policy).policy.container_of(product.container).needs == "token_module"


def _play(rehearsal: "Rehearsal", outcome: Outcome, tokens: "SoftTokens | None") -> None:
    """Lead one case to its end; a refusal ends this case alone."""
    from ventanilla.rehearsal import RehearsalFailed
    from ventanilla.rehearsal_files import write_case, write_history

    try:
        if tokens is not None:
            rehearsal.token = tokens.make(outcome.product.id[:_LONGEST_LABEL], rehearsal.password)
        delivered = rehearsal.play()
    except RehearsalFailed as failure:
        outcome.stopped_at, outcome.findings = failure.act, failure.findings
        write_history(rehearsal, outcome.folder)
        return
    outcome.delivered = True
    outcome.findings = delivered.findings
    write_case(rehearsal, outcome.folder)


def _conclude(rehearsal: "Rehearsal", outcomes: Sequence[Outcome]) -> "tuple[Finding, ...]":
    """Publish the status of every certificate and prove the register whole."""
    from issuance.engine.inspection import verify_register
    from ventanilla.rehearsal_files import write_status

    opened = rehearsal.office
    delivered = [outcome.folder for outcome in outcomes if outcome.delivered]
    waits = write_status(opened, delivered) if delivered else ()
    register = opened.engine.office.register
    report = verify_register(rehearsal.folder, opened.keys, register, rehearsal.sources)
    return (*waits, *(fault.finding for fault in report.faults))


def _keep_office(folder: Path, founded: "Founded", out: Path) -> None:
    from ventanilla.rehearsal_files import write_secret

    shutil.copytree(folder, out / "office", ignore=shutil.ignore_patterns("*.lock", "sealed-keys"))
    write_secret(out / "recovery-key.txt", founded.recovery_key.reveal())
