"""`ventanilla rehearse`: an installation's self-test, invented cases from end to end."""

import argparse
import fcntl
import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.translation import N_
from ventanilla.findings_text import line, terminal_words

if TYPE_CHECKING:
    from issuance.findings import Finding
    from issuance.policies.model import Product
    from ventanilla.rehearsal_office import Outcome

EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 64
POLICY: Final = "ec-icert"
TYPE: Final = "natural"
CONTAINER: Final = "pkcs12"


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
    from issuance.policies.loader import PolicyError, load_policy, policy_names

    out: Path = arguments.out
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return _usage(N_("{folder}: the folder must be empty or not exist"), folder=str(out))
    if arguments.policy not in (None, *policy_names()):
        known = ", ".join(policy_names())
        return _usage(
            N_("{policy}: known policies are {known}"), policy=arguments.policy, known=known
        )
    chosen = [arguments.policy] if arguments.policy or not arguments.all else policy_names()
    try:
        policies = [load_policy(name or POLICY).policy for name in chosen]
    except PolicyError as error:
        return _usage(N_("A policy cannot be used:\n{mistakes}"), mistakes=str(error))
    products = [(policy.id, product) for policy in policies for product in policy.products]
    wanted = (arguments.type, arguments.container)
    if not arguments.all:
        wanted = (arguments.type or TYPE, arguments.container or CONTAINER)
    found = [(policy, product) for policy, product in products if _matches(product, *wanted)]
    if not found:
        known = ", ".join(sorted({f"{p.certificate_type}/{p.container}" for _, p in products}))
        what = "/".join(filter(None, wanted))
        return _usage(N_("{what}: the policy has {known}"), what=what, known=known)
    if not arguments.all and (unavailable := _unavailable(*found[0])):
        return _one(out, *found[0], unavailable, as_json=arguments.json)
    with ExitStack() as held:
        try:
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
            held.callback(os.close, _hold(out))
        except OSError as error:
            return _unwritable(error, out)
        if any(out.iterdir()):
            return _usage(N_("{folder}: the folder must be empty or not exist"), folder=str(out))
        if arguments.all:
            return _all(out, found, as_json=arguments.json)
        return _one(out, *found[0], (), as_json=arguments.json)


def _hold(out: Path) -> int:
    """Keep a folder to this process until what is returned is closed; raises OSError."""
    held = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Two at once would each take the other's files for their own.
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(held)
        raise TimeoutError from error
    except OSError:
        pass  # Not every disk of a network can lock a folder.
    return held


def _matches(product: "Product", certificate_type: str | None, container: str | None) -> bool:
    theirs = (product.certificate_type, product.container)
    wanted = (certificate_type or theirs[0], container or theirs[1])
    return theirs == wanted


def _one(
    out: Path, policy: str, product: "Product", unavailable: "tuple[Finding, ...]", *, as_json: bool
) -> int:
    """Rehearse one product, unless it is not sold here, in an office left beside the results."""
    from ventanilla.rehearsal_office import Outcome, rehearse_in_a_new_office

    outcome = Outcome(product, out)
    findings = unavailable
    if not findings:
        findings = rehearse_in_a_new_office(policy, [outcome], keep=out)
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
    from ventanilla.rehearsal_office import Outcome, rehearse_in_a_new_office

    outcomes = {policy: list[Outcome]() for policy, _ in products}
    for policy, product in products:
        outcome = Outcome(product, out / policy / product.id)
        outcome.folder.mkdir(mode=0o700, parents=True)
        _note_unavailable(policy, outcome)
        outcomes[policy].append(outcome)
    found: list[Finding] = []
    for policy, theirs in outcomes.items():
        found += rehearse_in_a_new_office(policy, [each for each in theirs if not each.unavailable])
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


def _line(outcome: "Outcome") -> str:
    if outcome.unavailable:
        return f"{outcome.product.id}: {outcome.unavailable}"
    if outcome.delivered:
        words = N_("{product}: delivered")
    elif outcome.stopped_at:
        words = N_("{product}: stopped at {act}")
    else:
        words = N_("{product}: not finished")
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
    from ventanilla.rehearsal_custody import purpose_of
    from ventanilla.soft_token import soft_token_module

    loaded = load_policy(policy)
    lacks = () if soft_token_module() else ("token_module",)
    reason = loaded.policy.unavailable_reason(product, lacks)
    # What no counter issues is rehearsed as officials have it.
    if not reason or purpose_of(loaded.policy, product):
        return ()
    words = loaded.words(chosen_language()).word("unavailable", reason)
    return (blocks(CaseFinding.PRODUCT_NOT_AVAILABLE, reason=words),)


def _note_unavailable(policy: str, outcome: "Outcome") -> None:
    from ventanilla.rehearsal_files import write_json

    for finding in _unavailable(policy, outcome.product):
        outcome.unavailable = str(finding.parameters["reason"])
        document = {
            "case": None, "state": "unavailable", "reason": outcome.unavailable, "events": [],
        }  # fmt: skip
        write_json(outcome.folder / "case.json", document)
