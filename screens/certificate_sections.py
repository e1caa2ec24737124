"""What is known of a certificate, in parts that are read page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from backend_client.certificate_files import chain_described, common_name
from backend_client.life_view import LifeView
from issuance.findings import Finding
from issuance.queries import CertificateLife
from screens.history_words import HistoryWords
from screens.object_names import ALGORITHMS, USES, named
from screens.paged_text import Heading, LabelledRow, Part
from tui.case_words import ASKERS, finding_in_words, said
from tui.moments import full
from tui.sentences import sentence
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_view import PolicyView

_OF_ITS_LIFE: Final = frozenset({
    "certificate_issued", "certificate_delivered", "key_given_up", "contract_signed",
    "contract_countersigned", "contract_reminded", "expiry_noticed", "revocation_requested",
    "revocation_declined", "certificate_revoked", "certificate_suspended",
    "certificate_reinstated", "certificate_renewed", "certificate_expired",
    "standing_carried_over",
})  # fmt: skip
_SERIAL: Final = "serial"
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class CertificateParts:
    """Draws one certificate; `words`, `terms` and `translate` are in the operator's language."""

    life: CertificateLife
    words: "PolicyView"
    terms: LifeView
    translate: Translator

    def standing(self) -> list[Part]:
        """Return whose it is, how it stands and why, its contract, and the two verdicts."""
        line = self.life.line
        rows = [
            LabelledRow(self.translate(N_("Holder")), f"{line.name} · {line.identification}"),
            LabelledRow(self.translate(N_("Product")), self.words.product_label(line.product)),
            LabelledRow(self.translate(N_("Valid from")), self._moment(line.not_before)),
            LabelledRow(self.translate(N_("Valid until")), self._moment(line.not_after)),
            *self._not_good(),
            *self._wish(),
            *self._followers(),
            LabelledRow(self.translate(N_("Contract")), self._contract()),
        ]
        return [*rows, "", *self._verdicts()]

    def fields(self) -> list[Part]:
        """Return what the certificate says, field by field."""
        said_by_it = self.life.description
        rows: list[Part] = [Heading(self.translate(N_("Subject")))]
        rows += [LabelledRow(self._label(each.oid), each.value) for each in said_by_it.subject]
        if said_by_it.other_names:
            rows += ["", Heading(self.translate(N_("Other names")))]
            rows += [LabelledRow(self._label(each.oid), each.value)
                     for each in said_by_it.other_names]  # fmt: skip
        rows += ["", Heading(self.translate(N_("Technical data")))]
        technical = (
            (N_("Serial number"), self.life.line.serial),
            (N_("Serial, hexadecimal"), said_by_it.serial),
            (N_("Key"), said_by_it.key.upper()),
            (N_("Key usage"), ", ".join(said_by_it.key_usage)),
            (
                N_("Extended key usage"),
                ", ".join(
                    named(each, USES, self.translate) for each in said_by_it.extended_key_usage
                ),
            ),
            (N_("Policies"), ", ".join(map(self._policy, said_by_it.policies))),
            (N_("Signature"), named(said_by_it.signature_algorithm, ALGORITHMS, self.translate)),
            (N_("Fingerprint (SHA-256)"), _grouped(said_by_it.fingerprint)),
            (N_("Revocation list"), ", ".join(said_by_it.crl_urls)),
            (N_("Status answers (OCSP)"), ", ".join(said_by_it.ocsp_urls)),
            (N_("Issuer's certificate"), ", ".join(said_by_it.aia_urls)),
        )
        rows += [LabelledRow(self.translate(label), value) for label, value in technical if value]
        return rows

    def chain(self) -> list[Part]:
        """Return the certificates above it, the root last, and whether they are trusted."""
        parts: list[Part] = []
        for each in chain_described(self.life):
            parts += [
                Heading(common_name(each)),
                LabelledRow(self.translate(N_("Valid until")), self._moment(each.not_after)),
                LabelledRow(self.translate(N_("Key")), each.key.upper()),
                LabelledRow(self.translate(N_("Serial, hexadecimal")), each.serial),
                LabelledRow(
                    self.translate(N_("Fingerprint (SHA-256)")), _grouped(each.fingerprint)
                ),
                "",
            ]
        return [*parts, *self._verdicts()]

    def history(self) -> list[Part]:
        """Return what happened since the issue, who did it, and why."""
        told, zone = HistoryWords(self.words, self.translate), self.words.zone
        return [
            LabelledRow(
                full(entry.at, zone, self.translate.language),
                " · ".join(filter(None, (told.what(entry, without=_SERIAL), told.who(entry)))),
            )
            for entry in self.life.history
            if entry.kind in _OF_ITS_LIFE
            and entry.details.get(_SERIAL, self.life.line.serial) == self.life.line.serial
        ]

    # -- pieces ----------------------------------------------------------------------------------

    def _not_good(self) -> Iterator[LabelledRow]:
        standing = self.life.life.standing
        if standing is None:
            return
        since = N_("Suspended since") if self.life.line.state == "suspended" else N_("Revoked on")
        yield LabelledRow(self.translate(since), self._moment(standing.at))
        cause = f"{self.terms.cause(standing.cause)} ({standing.reason})".lstrip()
        yield LabelledRow(self.translate(N_("Cause")), cause)
        if standing.invalid_since is not None:
            yield LabelledRow(
                self.translate(N_("Not to be relied on since")),
                self._moment(standing.invalid_since),
            )
        if standing.asked_by:
            yield self._asker(standing.asked_by, standing.asker)
        if standing.note:
            yield LabelledRow(self.translate(N_("Note")), standing.note)

    def _wish(self) -> Iterator[LabelledRow]:
        wish = self.life.life.wish
        if wish is not None:
            yield LabelledRow(
                self.translate(N_("Revocation asked for")),
                f"{self.terms.cause(wish.cause)} · {self._moment(wish.at)}",
            )
            yield self._asker(wish.asked_by, wish.asker)

    def _asker(self, asked_by: str, asker: str) -> LabelledRow:
        names = (said(ASKERS, asked_by, self.translate), asker)
        return LabelledRow(self.translate(N_("Asked for by")), " · ".join(filter(None, names)))

    def _followers(self) -> Iterator[LabelledRow]:
        if self.life.life.renewed_by:
            yield LabelledRow(self.translate(N_("Renewed by")), self.life.life.renewed_by)
        if self.life.renews:
            yield LabelledRow(self.translate(N_("Renews")), self.life.renews)

    def _contract(self) -> str:
        names = {each.name for each in self.life.files}
        if "countersigned" in names:
            return self.translate(N_("√ signed by both sides"))
        if "signed" in names:
            return self.translate(N_("√ signed by the holder"))
        if self.life.contract_ends is None:
            return self.translate(N_("not signed"))
        return self.translate(
            N_("! not signed; until {moment}, then revoked"),
            moment=self._moment(self.life.contract_ends),
        )

    def _verdicts(self) -> list[Part]:
        verdicts = self.life.verdicts
        return [
            *self._verdict(N_("Says what was meant"), verdicts.profile_findings),
            *self._verdict(N_("Chain is trusted"), verdicts.chain_findings),
        ]

    def _verdict(self, label: str, findings: Sequence[Finding]) -> list[Part]:
        if not findings:
            return [LabelledRow(self.translate(label), f"√ {self.translate(N_('yes'))}")]
        return [
            LabelledRow(self.translate(label) if place == 0 else "", f"! {self._finding(each)}")
            for place, each in enumerate(findings)
        ]

    def _finding(self, finding: Finding) -> str:
        in_words = finding_in_words(self.words.in_words(finding), self.translate)
        return sentence(in_words, self.translate)

    def _policy(self, oid: str) -> str:
        issued_under = self.terms.certificate_policy(oid)
        return f"{issued_under} ({oid})" if issued_under else oid

    def _label(self, oid: str) -> str:
        return self.terms.field_label(oid)

    def _moment(self, moment: datetime) -> str:
        return full(moment, self.words.zone, self.translate.language)


def _grouped(digits: str) -> str:
    """Return digits in groups, as people compare them."""
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
