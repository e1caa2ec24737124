"""A policy as screens need it: lists with their words in one language, and no rule among them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import cast

from babel import Locale

from backend_client.policy_lines import EvidenceLine, FormField, ProductLine, ServicePointLine
from issuance.cases.reasons import reasons_for
from issuance.cases.state import CaseState
from issuance.findings import Finding
from issuance.identity.dates import date_as_typed
from issuance.identity.kinds import FieldKind
from issuance.money.amounts import Money, amount_text
from issuance.policies.loader import LoadedPolicy
from issuance.policies.model import EvidenceRule, FieldRule, Product, all_hold
from issuance.policies.person_fields import person_fields


class PolicyView:
    """The words and lists of a policy in one language, at a station that may lack something."""

    def __init__(
        self, loaded: LoadedPolicy, language: str, lacks: Collection[str] = frozenset()
    ) -> None:
        self._policy = loaded.policy
        self._lacks = lacks
        self._words = loaded.words(language)
        self._language = language

    @property
    def policy_id(self) -> str:
        """Return the policy's id."""
        return self._policy.id

    @property
    def consent_version(self) -> str:
        """Return the version of the consent text."""
        return self._policy.consent_version

    @property
    def zone(self) -> str:
        """Return the office's time zone (tz database name)."""
        return self._policy.zone

    @property
    def country(self) -> str:
        """Return the country, for reading telephone numbers (ISO 3166-1)."""
        return self._policy.country

    @property
    def code_rule(self) -> tuple[int, int, int]:
        """Return digits, minutes and tries of a one-time code."""
        code = self._policy.code
        return code.digits, code.minutes, code.tries

    @property
    def password_rule(self) -> tuple[int, int]:
        """Return the least length and strength (0 to 4) of a key file's password."""
        rule = self._policy.activation.password
        return rule.minimum_length, rule.minimum_strength

    def roles_for(self, act: str) -> tuple[str, ...]:
        """Return the roles that may do an act."""
        return self._policy.roles.get(act, ())

    def text(self, name: str) -> str:
        """Return a long text: `consent`, or `help/<step>`."""
        return self._words.text(name)

    def word(self, topic: str, name: str, part: str = "label") -> str:
        """Return a short text; an unknown name is returned itself, so that nothing goes missing."""
        try:
            return self._words.word(topic, name, part) or name
        except KeyError:
            return name

    def needs(self, product_id: str) -> str:
        """Return what a station must have to hand a product over; empty for nothing special."""
        product = self._policy.product(product_id)
        return self._policy.container_of(product.container).needs if product else ""

    def products(self, day: date) -> tuple[ProductLine, ...]:
        """Return the tariff of a day; products that cannot be chosen come with their reason."""
        return tuple(self._product(product, day) for product in self._policy.products)

    def product_label(self, product_id: str) -> str:
        """Return a product in words: type, container, validity."""
        product = self._policy.product(product_id)
        if product is None:
            return product_id
        return " · ".join(
            (
                self.word("types", product.certificate_type),
                self.word("containers", product.container),
                self.word("validities", product.validity),
            )
        )

    def product_help(self, product_id: str) -> tuple[str, ...]:
        """Return whom a product is for, and what its container means."""
        product = self._policy.product(product_id)
        if product is None:
            return ()
        return (
            self.word("types", product.certificate_type, "help"),
            self.word("containers", product.container, "help"),
        )

    def short_product_label(self, product_id: str) -> str:
        """Return a product's type in a word that fits a column."""
        product = self._policy.product(product_id)
        return self.word("types", product.certificate_type, "short") if product else product_id

    def key_algorithms(self, product_id: str) -> tuple[str, ...]:
        """Return the kinds of key a product allows, the usual one first."""
        product = self._policy.product(product_id)
        return product.key_algorithms if product else ()

    def application_form(self, product_id: str, values: Mapping[str, str]) -> tuple[FormField, ...]:
        """Return the fields the application shows for these values, in order."""
        product = self._policy.product(product_id)
        if product is None:
            return ()
        parts = {"type": product.certificate_type, "container": product.container}
        return self._fields(self._policy.form_for({**values, **parts}))

    def mendable_form(self, product_id: str, values: Mapping[str, str]) -> tuple[FormField, ...]:
        """Return the fields an application may be returned for: not those that say whose it is."""
        form = self.application_form(product_id, values)
        whose = person_fields(self._policy)
        return tuple(field for field in form if field.name not in whose)

    def absent_fields(self, product_id: str) -> tuple[tuple[str, str], ...]:
        """Return the labels of fields this product never asks, each with why."""
        product = self._policy.product(product_id)
        if product is None:
            return ()
        kind = self._policy.type_of(product.certificate_type)
        fixed = {"type": product.certificate_type, "container": product.container}
        rules = {rule.name: rule for rule in self._policy.fields}
        absent: list[tuple[str, str]] = []
        for name in kind.fields:
            conditions = [each for each in rules[name].shown_when if each.value in fixed]
            why = self._words.word("fields", name, "why_not")
            if why and not all(condition.holds(fixed) for condition in conditions):
                absent.append((self.word("fields", name), why))
        return tuple(absent)

    def card_fields(self, person: str = "applicant") -> Mapping[str, tuple[str, ...]]:
        """Return which form fields say what stands on a person's card, by the card's items."""
        fields = self._policy.people.get(person)
        return dict(fields) if fields else {}

    @property
    def card_slot(self) -> str:
        """Return the document that is the applicant's card; empty where the policy has none."""
        cards = (
            rule.id
            for rule in self._policy.evidence
            if rule.document and rule.document.card and rule.person == "applicant"
        )
        return next(cards, "")

    def deciding_fields(self) -> frozenset[str]:
        """Return the fields whose value decides which other fields are shown."""
        rules = (*self._policy.fields, *self._policy.billing_fields)
        return frozenset(condition.value for rule in rules for condition in rule.shown_when)

    def payment_form(self) -> tuple[FormField, ...]:
        """Return the fields of a deposit."""
        return self._fields(self._policy.payment_fields)

    def billing_form(self, values: Mapping[str, str]) -> tuple[FormField, ...]:
        """Return the fields of billing that these values show."""
        rules = self._policy.billing_fields
        return self._fields(tuple(rule for rule in rules if all_hold(rule.shown_when, values)))

    def billing_from_applicant(self, state: CaseState) -> dict[str, str]:
        """Return the billing values the application gives."""
        filled = (
            (target, " ".join(state.values[name] for name in names if state.values.get(name)))
            for target, names in self._policy.billing_from_applicant.items()
        )
        return {target: value for target, value in filled if value}

    def application_rows(self, state: CaseState) -> tuple[tuple[str, str, str], ...]:
        """Return name, label and readable value of every field of an application."""
        rules = self._policy.form_for(state.condition_values())
        return tuple(
            (rule.name, self.word("fields", rule.name), self.value(rule, state.values[rule.name]))
            for rule in rules
            if state.values.get(rule.name)
        )

    def billing_rows(self, values: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
        """Return name, label and readable value of billing data."""
        return tuple(
            (rule.name, self.word("fields", rule.name), self.value(rule, values[rule.name]))
            for rule in self._policy.billing_fields
            if values.get(rule.name)
        )

    def payment_rows(self, values: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
        """Return name, label and readable value of a deposit's data."""
        return tuple(
            (rule.name, self.word("fields", rule.name), self.value(rule, values[rule.name]))
            for rule in self._policy.payment_fields
            if values.get(rule.name)
        )

    def value(self, rule: FieldRule, value: str) -> str:
        """Return a field's value as a reader wants it."""
        if rule.choices or rule.kind is FieldKind.YES_NO:
            return self.word("choices", value)
        if rule.kind is FieldKind.COUNTRY:
            return self._country_names().get(value, value)
        return date_as_typed(value) if rule.kind is FieldKind.DATE else value

    def _country_names(self) -> Mapping[str, str]:
        return cast("Mapping[str, str]", Locale(self._language).territories)

    def person_name(self, state: CaseState) -> str:
        """Return the applicant's full name."""
        return self.name_in(state.values)

    def name_in(self, values: Mapping[str, str]) -> str:
        """Return the full name a form's values give, as far as it is filled in."""
        names = self._policy.name_fields
        return " ".join(values[name] for name in names if values.get(name))

    def identification(self, state: CaseState) -> str:
        """Return the number of the applicant's identity document."""
        fields = self._policy.identification_fields
        return next((state.values[name] for name in fields if state.values.get(name)), "")

    def email(self, state: CaseState) -> str:
        """Return the applicant's e-mail."""
        return state.values.get(self._policy.email_field, "")

    def evidence(self, state: CaseState) -> tuple[EvidenceLine, ...]:
        """Return the photos and documents a case needs, the photo first."""
        rules = self._policy.evidence_for(state.condition_values())
        return tuple(self._evidence(rule) for rule in rules)

    def rows_to_compare(self, state: CaseState, slot: str) -> tuple[tuple[str, str], ...]:
        """Return label and value of what the form says of the person a photo or card shows."""
        rule = self._policy.evidence_rule(slot)
        person = self._policy.people.get(rule.person) if rule else None
        named = {name for _, names in person or () for name in names}
        rows = self.application_rows(state)
        return tuple((label, value) for name, label, value in rows if name in named)

    def pre_answered(
        self, slot: str, findings: Iterable[Finding], seen: Collection[str]
    ) -> tuple[str, ...]:
        """Return the questions about a file that its checks answer with yes.

        `seen` are those of person, portrait and card that were found in a photo.
        """
        rule = self._policy.evidence_rule(slot)
        codes = {finding.code for finding in findings}
        if rule is None:
            return ()
        answers = rule.pre_answers.items()
        return tuple(question for question, each in answers if each.holds(codes, seen))

    def person_questions(self) -> tuple[tuple[str, str], ...]:
        """Return the questions the operator answers about the person at the counter."""
        return self._questions(self._policy.activation.person_checklist)

    def data_questions(self) -> tuple[tuple[str, str], ...]:
        """Return the questions the applicant answers about the certificate's data."""
        return self._questions(self._policy.activation.data_checklist)

    def reasons(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Return code and label of the reasons to reject, hold, cancel, and so on."""
        codes: tuple[str, ...] = tuple(getattr(self._policy.reasons, kind))
        return tuple((code, self.word("reasons", code)) for code in codes)

    def reasons_for(self, act: str, state: CaseState) -> tuple[tuple[str, str], ...]:
        """Return code and label of the reasons of which an act needs one; empty for none."""
        codes = reasons_for(act, state, self._policy)
        return tuple((code, self.word("reasons", code)) for code in codes)

    def note_required(self, reason: str) -> bool:
        """Tell whether a reason needs a note."""
        return reason in self._policy.reasons.note_required

    def service_points(self) -> tuple[ServicePointLine, ...]:
        """Return every province's account."""
        return tuple(
            ServicePointLine(
                province=point.province,
                label=self.word("choices", point.province),
                name=point.name,
                bank=point.bank,
                account=point.account,
                account_kind=self.word("account_kinds", point.account_kind),
                holder=point.holder,
                sample=point.sample,
            )
            for point in self._policy.service_points
        )

    def amount(self, money: Money) -> str:
        """Write an amount the way the reader's language does."""
        return amount_text(money, self._language, self._policy.country)

    def amount_of(self, minor_units: int) -> str:
        """Write so many minor units of the policy's currency."""
        return self.amount(Money(amount=minor_units, currency=self._policy.currency))

    def in_words(self, finding: Finding) -> Finding:
        """Return a finding whose parameters name the policy's things in words."""
        topics = {
            "step": "steps",
            "slot": "evidence",
            "reason": "reasons",
            "item": "fields",
            "province": "choices",
        }
        if finding.code in {"OFFICIAL_FIELD_MISSING", "LIST_COLUMN_MISSING", "LIST_COLUMN_TWICE"}:
            topics["name"] = "fields"
        parameters = {
            name: self.word(topics[name], value)
            if name in topics and isinstance(value, str)
            else value
            for name, value in finding.parameters.items()
        }
        if oid := finding.parameters.get("oid"):
            parameters["name"] = self.word("certificate_fields", str(oid))
        if codes := finding.parameters.get("codes"):
            said = (self.word("findings", code) for code in str(codes).split(", "))
            parameters["codes"] = "; ".join(said)
        if (question := finding.parameters.get("question")) is not None:
            parameters["question"] = self.word("checklists", str(question), "question")
        for name in ("due", "given"):
            if isinstance(minor_units := finding.parameters.get(name), int):
                parameters[name] = self.amount_of(minor_units)
        if finding.code in {"PRODUCT_NOT_AVAILABLE", "PRODUCT_IMPOSSIBLE"}:
            parameters["reason"] = self.word("unavailable", str(finding.parameters["reason"]))
        return Finding(finding.code, finding.severity, finding.field, parameters)

    def _fields(self, rules: tuple[FieldRule, ...]) -> tuple[FormField, ...]:
        return tuple(
            FormField(
                name=rule.name,
                kind=rule.kind.value,
                label=self.word("fields", rule.name),
                help=self._words.word("fields", rule.name, "help"),
                example=self._words.word("fields", rule.name, "example"),
                required=rule.required,
                choices=tuple((choice, self.word("choices", choice)) for choice in rule.choices),
                maximum_length=rule.maximum_length,
                group=self.word("groups", rule.group) if rule.group else "",
            )
            for rule in rules
        )

    def _product(self, product: Product, day: date) -> ProductLine:
        price = self._policy.price(product, day)
        reason = self._policy.unavailable_reason(product, self._lacks)
        return ProductLine(
            id=product.id,
            type_label=self.word("types", product.certificate_type),
            container_label=self.word("containers", product.container),
            validity_label=self.word("validities", product.validity),
            price=price,
            price_text=self.amount(price.total) if price else "",
            unavailable=self.word("unavailable", reason) if reason else "",
        )

    def _evidence(self, rule: EvidenceRule) -> EvidenceLine:
        return EvidenceLine(
            slot=rule.id,
            label=self.word("evidence", rule.id),
            help=self._words.word("evidence", rule.id, "help"),
            is_photo=rule.photo is not None,
            questions=self._questions(rule.checklist),
            dated=rule.dated or "",
            exemptions=tuple(
                (each.id, self.word("exemptions", each.id)) for each in rule.exemptions
            ),
            checks=_checks(rule),
        )

    def _questions(self, codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((code, self.word("checklists", code, "question")) for code in codes)


def _checks(rule: EvidenceRule) -> tuple[str, ...]:
    """Return the rungs of the ladder a file of this rule climbs."""
    if (photo := rule.photo) is not None:
        quality = ("quality",) if photo.quality else ()
        faces = ("faces", "number") if photo.faces else ()
        return ("file", *quality, *faces, "others")
    card = ("card",) if rule.document and rule.document.card else ()
    return ("file", "pages", *card)
