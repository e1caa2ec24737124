"""What happened in a case, in words: an entry of its history with the facts a reader wants."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from issuance.identity.cleaning import printable
from issuance.identity.dates import date_as_typed
from tui.case_words import ABANDONMENTS, ACTS, ASKERS, CODE_PURPOSES, EVENTS, NOTICES, said
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_view import PolicyView
    from issuance.queries import HistoryEntry

_LABELS: Final[Mapping[str, str]] = {
    "exemption": N_("exemption"),
    "overrides": N_("warnings set aside"),
    "changed": N_("changed"),
    "items": N_("to be corrected"),
    "reason": N_("reason"),
    "reasons": N_("reasons"),
    "note": N_("note"),
    "province": N_("account of"),
    "amount": N_("amount"),
    "serial": N_("serial number"),
    "document_date": N_("date of the document"),
    "contract_version": N_("contract"),
    "cause": N_("cause"),
    "revocation_reason": N_("reason"),
    "list_number": N_("number of the list:"),
    "asked_by": N_("asked for by"),
    "identified_by": N_("identified"),
    "effective": N_("effective since"),
    "days": N_("days before the end:"),
}
"""What stands before a detail; one without a label stands for itself."""

_TOPICS: Final[Mapping[str, str]] = {
    "slot": "evidence",
    "slots": "evidence",
    "exemption": "exemptions",
    "items": "fields",
    "changed": "fields",
    "codes": "findings",
    "reason": "reasons",
    "cause": "reasons",
    "identified_by": "identifications",
    "province": "choices",
}
"""The policy's words for a detail that is a code, or several."""

_NOT_SAID: Final = frozenset({"invalid_since"})
"""What `effective` says in the office's words."""
_NOT_SAID_TWICE: Final = _NOT_SAID | {"revocation_reason"}
"""And what a cause of the policy says."""
_CLOCK: Final = "clock"
_BY_THE_CLOCK: Final = frozenset({"certificate_expired", "contract_reminded", "expiry_noticed"})
"""What nobody does: a day came."""


class HistoryWords:
    """Says what happened, in the policy's words and the operator's language."""

    def __init__(self, words: "PolicyView", translate: Translator) -> None:
        self._words = words
        self._translate = translate

    def what(self, entry: "HistoryEntry", without: str = "") -> str:
        """Return what happened with its details, but the one that the reader knows."""
        has_cause = not entry.details.keys().isdisjoint(("cause", "reason"))
        unsaid = _NOT_SAID_TWICE if has_cause else _NOT_SAID
        details = [
            self._detail(name, text)
            for name, text in entry.details.items()
            if name not in (*unsaid, without) and (name, text) != ("asked_by", _CLOCK)
        ]
        event = said(EVENTS, entry.kind, self._translate)
        return f"{event}: {'; '.join(details)}" if details else event

    def who(self, entry: "HistoryEntry") -> str:
        """Return who did it; what the clock does is of nobody who was logged in then."""
        if entry.kind in _BY_THE_CLOCK or entry.details.get("asked_by") == _CLOCK:
            return self._translate(N_("automatic"))
        return printable(entry.operator_name)

    def _detail(self, name: str, text: str) -> str:
        if name == "cause" and text in ABANDONMENTS:
            value = said(ABANDONMENTS, text, self._translate)
        elif name in _TOPICS:
            codes = text.split(", ")
            value = ", ".join(self._words.word(_TOPICS[name], code) for code in codes)
        elif name == "reasons":
            value = ", ".join(self._reason_of("evidence", pair) for pair in text.split(", "))
        elif name == "overrides":
            value = ", ".join(self._reason_of("findings", pair) for pair in text.split(", "))
        elif name == "act":
            value = said(ACTS, text, self._translate)
        elif name == "purpose":
            value = said(CODE_PURPOSES, text, self._translate)
        elif name == "template":
            value = said(NOTICES, text, self._translate)
        elif name == "amount":
            value = self._amount(text)
        elif name == "asked_by":
            value = said(ASKERS, text, self._translate)
        elif name in ("document_date", "effective"):
            value = date_as_typed(text)
        else:
            value = text
        value = printable(value)
        return f"{self._translate(_LABELS[name])} {value}" if name in _LABELS else value

    def _amount(self, text: str) -> str:
        """Return an amount, which the register tells as `USD 22.77`, in the reader's form."""
        minor_units = "".join(each for each in text if each.isdigit())
        return self._words.amount_of(int(minor_units)) if minor_units else text

    def _reason_of(self, topic: str, pair: str) -> str:
        what, _, reason = pair.partition(": ")
        return f"{self._words.word(topic, what)}: {self._words.word('reasons', reason)}"
