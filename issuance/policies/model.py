"""What a policy is: the rules of one authority as data, checked when it is read."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from issuance.certificates.profile import CertificateProfile
from issuance.evidence.rules import DocumentRule as DocumentFileRule
from issuance.evidence.rules import PhotoRule as PhotoFileRule
from issuance.identity.kinds import FieldKind
from issuance.model import Frozen
from issuance.money.amounts import Operation, Price, TariffRow, TaxRow, price_on
from issuance.policies.activation_rules import ActivationRule, CodeRule
from issuance.policies.life import LifeRule, PublicationRule
from issuance.policies.portable import PortableRule
from issuance.policies.pre_answers import PreAnswer
from issuance.policies.reasons import Reasons


class Condition(Frozen):
    """True when a named value (`type`, `container` or a form field) is as asked.

    Either it is one of a list, or it has more characters than a number, in its normal form: what is
    typed and what is kept then agree.
    """

    value: str
    one_of: tuple[str, ...] = ()
    longer_than: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if bool(self.one_of) == (self.longer_than is not None):
            raise ValueError(f"{self.value}: exactly one of one_of and longer_than")
        return self

    def holds(self, values: Mapping[str, str]) -> bool:
        """Tell whether the condition is met by these values."""
        value = values.get(self.value, "")
        if self.longer_than is not None:
            normal = " ".join(unicodedata.normalize("NFC", value).split())
            return len(normal) > self.longer_than
        return value in self.one_of


def all_hold(conditions: tuple[Condition, ...], values: Mapping[str, str]) -> bool:
    """Tell whether every condition is met; no condition is always met."""
    return all(condition.holds(values) for condition in conditions)


def _require_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError("no time zone, such as America/Lima") from error


Zone = Annotated[str, AfterValidator(_require_zone)]
"""The name of a time zone."""


class FieldRule(Frozen):
    """One field of a form: its kind, and when it is shown and required."""

    name: str
    kind: FieldKind
    shown_when: tuple[Condition, ...] = ()
    required: bool = True
    choices: tuple[str, ...] = ()
    maximum_length: int = Field(default=200, gt=0)
    group: str = ""


class StepKind(StrEnum):
    """What a step does; the same kinds serve every policy."""

    APPLICATION = "application"
    EMAIL = "email"
    APPROVAL = "approval"
    EVIDENCE = "evidence"
    PAYMENT = "payment"
    BILLING = "billing"
    ACTIVATION = "activation"


class StepRule(Frozen):
    """One step of a case and the steps that must be done before it."""

    id: str
    kind: StepKind
    needs: tuple[str, ...] = ()


class Exemption(Frozen):
    """A reason for which a document is not asked, in force between two days."""

    id: str
    valid_from: date
    valid_until: date | None = None
    minimum_age: int | None = None
    proof_required: bool = False


class EvidenceRule(Frozen):
    """A photo or document a case needs.

    `person` names whose face or card it shows, one of the policy's `people`. `checklist` names the
    questions a person answers; each must be answered yes. `dated` asks for a date on the document:
    `issued` (not in the future, at most `maximum_age_days` old) or `ends` (the end of an office,
    which caps the validity of the certificate).
    """

    id: str
    person: str = "applicant"
    photo: PhotoFileRule | None = None
    document: DocumentFileRule | None = None
    required_when: tuple[Condition, ...] = ()
    checklist: tuple[str, ...] = ()
    pre_answers: Mapping[str, PreAnswer] = {}
    dated: str | None = Field(default=None, pattern=r"^(issued|ends)$")
    maximum_age_days: int | None = None
    exemptions: tuple[Exemption, ...] = ()

    @model_validator(mode="after")
    def _one_file_rule(self) -> Self:
        if (self.photo is None) == (self.document is None):
            raise ValueError(f"{self.id}: exactly one of photo and document")
        if unknown := set(self.pre_answers) - set(self.checklist):
            raise ValueError(f"{self.id}: not in the checklist: {', '.join(sorted(unknown))}")
        return self


class PersonFields(Frozen):
    """Which form fields say what stands on a person's card; of several numbers one is filled in."""

    number: tuple[str, ...] = ()
    given_names: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    birth_date: tuple[str, ...] = ()
    sex: tuple[str, ...] = ()
    nationality: tuple[str, ...] = ()


class Container(Frozen):
    """Where the private key lives; one that cannot be chosen is listed with its reason.

    `needs` is what a station must have to fill it: a case may be opened anywhere and activated at
    a station that has it.
    """

    id: str
    available: bool = True
    needs: Literal["", "token_module"] = ""
    unavailable_reason: str = ""


class CertificateType(Frozen):
    """Who the certificate is for, and the form that person fills in."""

    id: str
    fields: tuple[str, ...]
    available: bool = True
    unavailable_reason: str = ""


class Product(Frozen):
    """A certificate type in a container for a term; the profile says what is issued."""

    certificate_type: str
    container: str
    validity_years: int = Field(default=0, ge=0, le=100)
    validity_days: int = Field(default=0, ge=0, le=36_525)
    validity: str
    profile: str
    key_algorithms: tuple[str, ...] = Field(("rsa-2048",), min_length=1)

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if bool(self.validity_years) == bool(self.validity_days):
            raise ValueError(f"{self.id}: exactly one of validity_years and validity_days")
        return self

    @property
    def id(self) -> str:
        """Name the product, for example `natural-pkcs12-2y`."""
        return product_id(self.certificate_type, self.container, self.validity)


class ImpossiblePair(Frozen):
    """A certificate type the authority never puts into a container, and why."""

    certificate_type: str
    container: str
    reason: str


class AllowedRemark(Frozen):
    """A finding of the independent linter the policy lives with, by its name there, and why."""

    finding: str
    reason: str = Field(min_length=1)


def product_id(certificate_type: str, container: str, validity: str) -> str:
    """Name the product of a type, a container and a term."""
    return f"{certificate_type}-{container}-{validity}"


class ServicePoint(Frozen):
    """A province's account for deposits; `sample` marks data nobody has confirmed."""

    province: str
    name: str
    bank: str
    account: str
    account_kind: str
    holder: str
    sample: bool = False


class FourEyes(Frozen):
    """Two commands that one person may not both give in the same case."""

    first: str
    second: str


_Entry = TypeVar("_Entry", CertificateType, Container, CertificateProfile)


class Policy(Frozen):
    """The whole policy of one authority.

    What is sold at a counter has steps, fields and prices; keys in custody have `portable` instead.
    """

    id: str
    version: str = Field(min_length=1)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    zone: Zone
    languages: tuple[str, ...] = Field(min_length=1)
    consent_version: str
    authority_organization: str = Field(min_length=1, max_length=64)
    identification_fields: tuple[str, ...]
    name_fields: tuple[str, ...]
    people: Mapping[str, PersonFields] = {}
    identification_issuers: Mapping[str, str] = {}
    email_field: str
    types: tuple[CertificateType, ...]
    containers: tuple[Container, ...]
    products: tuple[Product, ...]
    impossible: tuple[ImpossiblePair, ...] = ()
    fields: tuple[FieldRule, ...]
    billing_fields: tuple[FieldRule, ...] = ()
    billing_from_applicant: Mapping[str, tuple[str, ...]] = {}
    payment_fields: tuple[FieldRule, ...] = ()
    steps: tuple[StepRule, ...] = ()
    evidence: tuple[EvidenceRule, ...] = ()
    payment_proof: DocumentFileRule = DocumentFileRule()
    tariffs: tuple[TariffRow, ...] = ()
    taxes: tuple[TaxRow, ...] = ()
    service_points: tuple[ServicePoint, ...] = ()
    roles: Mapping[str, tuple[str, ...]]
    four_eyes: tuple[FourEyes, ...] = ()
    reasons: Reasons
    code: CodeRule = CodeRule()
    activation: ActivationRule = ActivationRule()
    life: LifeRule
    publication: PublicationRule
    portable: PortableRule | None = None
    profiles: tuple[CertificateProfile, ...]
    lint_allowed: tuple[AllowedRemark, ...] = ()

    def type_of(self, type_id: str) -> CertificateType:
        """Return the certificate type of that name; raises KeyError."""
        return _named(self.types, type_id)

    def container_of(self, container_id: str) -> Container:
        """Return the container of that name; raises KeyError."""
        return _named(self.containers, container_id)

    def unavailable_reason(self, product: Product, lacks: Collection[str] = ()) -> str:
        """Return the key of the reason a product cannot be chosen, or an empty text.

        `lacks` are the things a station has not, of those a container may need.
        """
        container = self.container_of(product.container)
        if not container.available or container.needs in lacks:
            return container.unavailable_reason
        kind = self.type_of(product.certificate_type)
        return "" if kind.available else kind.unavailable_reason

    def product(self, product_id: str) -> Product | None:
        """Return the product of that name, if the policy has it."""
        return next((each for each in self.products if each.id == product_id), None)

    def impossible_pair(self, name: str) -> ImpossiblePair | None:
        """Return why no product of that name can be, if its type never comes in its container."""
        if self.product(name) is not None:
            return None
        terms = {product.validity for product in self.products}
        return next(
            (
                each
                for each in self.impossible
                if any(
                    name == product_id(each.certificate_type, each.container, term)
                    for term in terms
                )
            ),
            None,
        )

    def profile_of(self, product: Product) -> CertificateProfile:
        """Return what is issued for a product."""
        return _named(self.profiles, product.profile)

    def evidence_rule(self, slot: str) -> EvidenceRule | None:
        """Return the rule of a photo or document."""
        return next((rule for rule in self.evidence if rule.id == slot), None)

    def evidence_for(self, values: Mapping[str, str]) -> tuple[EvidenceRule, ...]:
        """Return the photos and documents a case with these values needs."""
        return tuple(rule for rule in self.evidence if all_hold(rule.required_when, values))

    def form_for(self, values: Mapping[str, str]) -> tuple[FieldRule, ...]:
        """Return the fields a case with these values shows, in the type's order."""
        rules = {rule.name: rule for rule in self.fields}
        names = self.type_of(values["type"]).fields
        return tuple(rules[name] for name in names if all_hold(rules[name].shown_when, values))

    def price(self, product: Product, day: date, operation: Operation = "new") -> Price | None:
        """Return the price of a product on a day, or None where no tariff row exists."""
        return price_on(
            day, self.tariffs, self.taxes, self.currency,
            certificate_type=product.certificate_type, container=product.container,
            validity=product.validity, operation=operation,
        )  # fmt: skip

    def service_point(self, province: str) -> ServicePoint | None:
        """Return the deposit account of a province."""
        return next((each for each in self.service_points if each.province == province), None)


def _named(entries: tuple[_Entry, ...], name: str) -> _Entry:
    for entry in entries:
        if entry.id == name:
            return entry
    raise KeyError(name)
