"""What a policy says of a certificate's life, as screens need it: lists in words, no rule."""

from datetime import date, datetime

from backend_client.policy_view import PolicyView
from issuance.findings import Finding
from issuance.identity.dates import date_as_typed
from issuance.policies.effective_day import effective_date_findings
from issuance.policies.life import AskedBy
from issuance.policies.loader import LoadedPolicy

Choices = tuple[tuple[str, str], ...]

_ASKERS: tuple[AskedBy, ...] = ("holder", "representative", "authority")


class LifeView:
    """The causes, the people who may ask, and the terms of a certificate's life."""

    def __init__(self, loaded: LoadedPolicy, language: str) -> None:
        self._words = PolicyView(loaded, language)
        self._life = loaded.policy.life
        self._loaded = loaded

    @property
    def askers(self) -> tuple[AskedBy, ...]:
        """Return who may ask for a revocation, the holder first."""
        return tuple(each for each in _ASKERS if self._life.asks.get(each))

    def ways(self, asked_by: str) -> Choices:
        """Return how whoever asks is identified, or their order proven."""
        codes = next((codes for who, codes in self._life.asks.items() if who == asked_by), ())
        return tuple((code, self.way(code)) for code in codes)

    def way(self, code: str) -> str:
        """Return one of those ways in words."""
        return self._words.word("identifications", code)

    def cause(self, code: str) -> str:
        """Return a cause in words."""
        return self._words.word("reasons", code)

    def needs_effective_date(self, cause: str) -> bool:
        """Tell whether a cause needs the day since when nothing signed should be relied on."""
        return cause in self._life.effective_date_for

    def effective_date_findings(
        self, effective: date | None, not_before: datetime
    ) -> tuple[Finding, ...]:
        """Return what is odd about the day since when nothing signed should be relied on."""
        return effective_date_findings(effective, not_before, self._loaded.policy)

    def may_ask(self, asked_by: str, cause: str) -> bool:
        """Tell whether these may ask for a revocation for that cause."""
        return asked_by != "holder" or cause not in self._life.never_by_holder

    def needs_second_person(self, asked_by: str) -> bool:
        """Tell whether another person confirms what these ask for."""
        return asked_by in self._life.second_person_for

    @property
    def renewal_revokes(self) -> bool:
        """Tell whether the old certificate is revoked once its holder has the new one."""
        return self._life.renewal_revokes

    @property
    def renewal_days(self) -> int:
        """Return in how many last days a certificate can be renewed."""
        return self._life.renewal_days

    def field_label(self, oid: str) -> str:
        """Return the name of a certificate's field."""
        return self._words.word("certificate_fields", oid)

    def certificate_policy(self, oid: str) -> str:
        """Return the type and container a policy identifier stands for; empty for another's."""
        policy = self._loaded.policy
        for product in policy.products:
            if oid in policy.profile_of(product).policy_oids:
                kind = self._words.word("types", product.certificate_type)
                return f"{kind} · {self._words.word('containers', product.container)}"
        return ""

    def renewal_price(self, product_id: str, day: date) -> str:
        """Return what a renewal costs; empty where the tariff says nothing."""
        policy = self._loaded.policy
        product = policy.product(product_id)
        if product is None:
            return ""
        price = policy.price(product, day, "renewal") or policy.price(product, day)
        return self._words.amount(price.total) if price else ""

    @staticmethod
    def day(value: date) -> str:
        """Return a day as it is typed."""
        return date_as_typed(value.isoformat())
