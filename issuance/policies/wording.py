"""Whether everything a policy names has words: what has none would break a case half-way."""

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from issuance.findings.evidence import REMARKS, EvidenceCode
from issuance.policies.model import Policy
from issuance.policies.portable import CARRIED_OVER
from issuance.policies.rendering import placeholders

_CASE: Final = frozenset({"name", "case_number", "office", "product"})
MAILS: Final[Mapping[str, frozenset[str]]] = {
    "email_code": _CASE | {"code", "minutes"},
    "application_approved": _CASE | {"amount"},
    "application_returned": _CASE | {"items", "note"},
    "case_rejected": _CASE | {"reason", "note"},
    "evidence_returned": _CASE | {"items", "note"},
    "evidence_requested": _CASE | {"items", "note"},
    "evidence_accepted": _CASE,
    "payment_confirmed": _CASE | {"amount"},
    "payment_refused": _CASE | {"amount", "account", "bank", "province", "reason", "note"},
    "activation_code": _CASE | {"code", "minutes"},
    "activation_code_link": _CASE | {"link", "hours"},
    "certificate_issued": _CASE,
    "case_cancelled": _CASE | {"reason", "note"},
    "key_given_up": _CASE | {"reason", "note"},
    "certificate_revoked": _CASE | {"reason", "note"},
    "certificate_suspended": _CASE | {"reason", "note"},
    "certificate_reinstated": _CASE | {"reason", "note"},
    "certificate_expiring": _CASE | {"valid_until"},
    "contract_reminder": _CASE | {"contract_until"},
}
"""The mails of a case, and what each may have filled in."""

CONTRACT: Final = frozenset({
    "full_name", "identification", "organization", "email", "product", "price", "case_number",
    "date", "authority", "office", "contract_version", "consent_version", "signing_hours",
})  # fmt: skip
"""What the contract may have filled in."""

CONTRACT_DATA: Final = (
    "serial", "valid_from", "valid_until", "fingerprint", "applicant", "office",
)  # fmt: skip


class Words(Protocol):
    """A policy's words in one language."""

    def word(self, topic: str, name: str, part: str = "label") -> str:
        """Return a short text; raises KeyError for an unknown topic or name."""
        ...

    def text(self, name: str) -> str:
        """Return a long text; raises KeyError for an unknown one."""
        ...


def missing_words(policy: Policy, language: str, words: Words) -> list[str]:
    """Return what has no words in a language, each with the file and the entry."""
    return [
        *(
            f'{language}/{topic}.toml: "{name}" has no words'
            for topic, names in _wanted(policy).items()
            for name in sorted(names)
            if not _has(words, topic, name)
        ),
        *(said for said in _of_texts(policy, language, words)),
    ]


def _has(words: Words, topic: str, name: str) -> bool:
    part = "question" if topic == "checklists" else "label"
    try:
        return bool(words.word(topic, name, part).strip())
    except KeyError:
        return False


def _wanted(policy: Policy) -> dict[str, set[str]]:
    """Return the names of each topic that has to have words."""
    reasons = policy.reasons
    fields = (*policy.fields, *policy.billing_fields, *policy.payment_fields)
    unavailable = {each.unavailable_reason for each in (*policy.types, *policy.containers)}
    checked = {question for rule in policy.evidence for question in rule.checklist}
    return {
        "types": {each.id for each in policy.types},
        "containers": {each.id for each in policy.containers},
        "validities": {each.validity for each in policy.products},
        "unavailable": (unavailable | {each.reason for each in policy.impossible}) - {""},
        "fields": {rule.name for rule in fields},
        "groups": {rule.group for rule in fields} - {""},
        "choices": {choice for rule in fields for choice in rule.choices},
        "certificate_fields": {
            field.oid
            for profile in policy.profiles
            for field in (*profile.subject, *profile.other_names, *profile.issuer_other_names)
        },
        "steps": {step.id for step in policy.steps},
        "evidence": {rule.id for rule in policy.evidence},
        "checklists": {
            *checked, *policy.activation.person_checklist, *policy.activation.data_checklist,
        },
        "exemptions": {each.id for rule in policy.evidence for each in rule.exemptions},
        "findings": {each.value for each in set(EvidenceCode) - REMARKS if policy.evidence},
        "contract_data": set(CONTRACT_DATA) if policy.activation.contract_version else set(),
        "identifications": {way for ways in policy.life.asks.values() for way in ways},
        "reasons": {
            *reasons.reject, *reasons.hold, *reasons.resume, *reasons.cancel, *reasons.new_code,
            *reasons.resend, *reasons.payment, *reasons.evidence, *reasons.override,
            *reasons.revoke, *reasons.suspend, *reasons.reinstate, *policy.life.own_causes,
            *({CARRIED_OVER} if policy.portable else ()),
        },
        "purposes": set(policy.portable.purposes) if policy.portable else set(),
        "identity_documents": set(policy.portable.identity_documents) if policy.portable else set(),
    }  # fmt: skip


def _of_texts(policy: Policy, language: str, words: Words) -> Iterator[str]:
    """Look at what a counter needs; institutions have mails of their own."""
    if not policy.steps:
        return
    known: dict[str, frozenset[str]] = {f"mail/{name}": may for name, may in MAILS.items()}
    helped = {name for step in policy.steps for name in (step.id, step.kind.value)}
    known |= {f"help/{name}": frozenset() for name in sorted(helped)}
    known |= {"help/certificates": frozenset(), "consent": frozenset()}
    if policy.activation.contract_version:
        known["contract"] = CONTRACT
    for name, may in known.items():
        try:
            unknown = placeholders(words.text(name)) - may
        except KeyError:
            yield f"{language}/{name}.txt is missing"
            continue
        for placeholder in sorted(unknown):
            yield f"{language}/{name}.txt: nothing fills in ${placeholder}"
