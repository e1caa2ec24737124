"""An office founded only to rehearse in: products' cases are led, and what they leave written."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from issuance.access.durable_file import write_finding
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.inspection import verify_register
from issuance.engine.institutional_demonstration import furnish, institutional_plan
from issuance.findings import Finding
from issuance.policies.loader import load_policy
from issuance.policies.model import Product
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal
from ventanilla.rehearsal_custody import CENTRE, CustodyRehearsal, purpose_of
from ventanilla.rehearsal_files import (
    KEY_FILE,
    write_case,
    write_history,
    write_in_custody,
    write_secret,
    write_status,
)
from ventanilla.rehearsal_roles import RehearsalFailed, Roles
from ventanilla.soft_token import SoftTokens, soft_tokens

Findings = tuple[Finding, ...]

_LONGEST_LABEL: Final = 32
"""Characters in a token's label (PKCS#11 2.40, CK_TOKEN_INFO)."""


@dataclass(slots=True)
class Outcome:
    """What became of one product's case; `unavailable` says why it is not sold here, in words.

    It is `delivered` when everything it leaves was written, too.
    """

    product: Product
    folder: Path
    unavailable: str = ""
    stopped_at: str = ""
    findings: Findings = ()
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


def rehearse_in_a_new_office(
    policy: str, outcomes: Sequence[Outcome], keep: Path | None = None
) -> Findings:
    """Rehearse in an office that is founded for it; return what is wrong with the whole of it."""
    try:
        with tempfile.TemporaryDirectory(prefix="ventanilla-rehearsal-") as folder:
            return _rehearse(Path(folder) / "office", policy, outcomes, keep)
    except OSError as error:
        return (write_finding(error, keep or outcomes[0].folder),)


def _rehearse(
    folder: Path, policy: str, outcomes: Sequence[Outcome], keep: Path | None
) -> Findings:
    of_institutions = load_policy(policy).policy.portable is not None
    plan = institutional_plan(policy) if of_institutions else demonstration_plan(policy)
    founded = found_office(folder, plan, system_sources(), make_private_key)
    if not isinstance(founded, Founded):
        return founded
    play = _play_in_custody if of_institutions else _play_at_a_counter
    findings = play(folder, policy, outcomes)
    if keep is not None:
        _keep_office(folder, founded, keep)
    return findings


def _play_at_a_counter(folder: Path, policy: str, outcomes: Sequence[Outcome]) -> Findings:
    sources, last = system_sources(), None
    try:
        with soft_tokens(folder.with_name("soft-tokens"), sources.randomness) as tokens:
            for number, outcome in enumerate(outcomes):
                if last is not None:
                    last.close()
                product, target = outcome.product, outcome.folder / KEY_FILE
                last = Rehearsal(
                    folder, sources, make_private_key, product, target, number, policy_name=policy
                )
                _play(last, outcome, tokens if _in_token(policy, product) else None)
        return () if last is None else _conclude(last, outcomes)
    finally:
        if last is not None:
            last.close()


def _in_token(policy: str, product: Product) -> bool:
    return load_policy(policy).policy.container_of(product.container).needs == "token_module"


def _play(rehearsal: Rehearsal, outcome: Outcome, tokens: SoftTokens | None) -> None:
    """Lead one case to its end; a refusal ends this case alone."""
    try:
        if tokens is not None:
            rehearsal.token = tokens.make(outcome.product.id[:_LONGEST_LABEL], rehearsal.password)
        delivered = rehearsal.play()
    except RehearsalFailed as failure:
        outcome.stopped_at, outcome.findings = failure.act, failure.findings
        write_history(rehearsal, outcome.folder)
        return
    outcome.findings = delivered.findings
    write_case(rehearsal, outcome.folder)
    outcome.delivered = True


def _play_in_custody(folder: Path, policy: str, outcomes: Sequence[Outcome]) -> Findings:
    """Lead the requests of a ministry's official; a refusal ends this one alone."""
    sources = system_sources()
    if findings := furnish(folder, sources, make_private_key):
        return findings
    rules = load_policy(policy).policy
    for outcome in outcomes:
        purpose = purpose_of(rules, outcome.product)
        rehearsal = CustodyRehearsal(folder, sources, make_private_key, purpose)
        try:
            _play_one_in_custody(rehearsal, outcome)
        finally:
            rehearsal.close()
    centre = CustodyRehearsal(folder, sources, make_private_key, purpose="")
    try:
        centre.become(CENTRE)
        return _conclude(centre, outcomes)
    finally:
        centre.close()


def _play_one_in_custody(rehearsal: CustodyRehearsal, outcome: Outcome) -> None:
    try:
        rehearsal.play()
    except RehearsalFailed as failure:
        outcome.stopped_at, outcome.findings = failure.act, failure.findings
    write_in_custody(rehearsal, outcome.folder)
    outcome.delivered = not outcome.stopped_at


def _conclude(roles: Roles, outcomes: Sequence[Outcome]) -> Findings:
    """Publish the status of every certificate and prove the register whole."""
    opened = roles.office
    delivered = [outcome.folder for outcome in outcomes if outcome.delivered]
    waits = write_status(opened, delivered) if delivered else ()
    register = opened.engine.office.register
    report = verify_register(roles.folder, opened.keys, register, roles.sources)
    return (*waits, *(fault.finding for fault in report.faults))


def _keep_office(folder: Path, founded: Founded, out: Path) -> None:
    shutil.copytree(folder, out / "office", ignore=shutil.ignore_patterns("*.lock", "sealed-keys"))
    write_secret(out / "recovery-key.txt", founded.recovery_key.reveal())
