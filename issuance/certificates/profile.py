"""What a kind of certificate says, as data, and filling it in for one holder.

A policy's TOML holds the profiles; a new profile needs no code. `resolve` fills one in from the
holder's data and never cuts, pads or replaces anything: a value fits as it is or is a finding.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import Formatter
from typing import Annotated, Final, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from cryptography.x509 import ObjectIdentifier
from pydantic import AfterValidator, Field, model_validator

from issuance.certificates.der import StringEncoding
from issuance.certificates.keys import KeyAlgorithm
from issuance.certificates.values import check_value
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.model import Frozen


def _require_oid(text: str) -> str:
    try:
        oid = ObjectIdentifier(text).dotted_string
    except ValueError as error:
        raise ValueError("no object identifier: numbers with dots, such as 1.3.6.1.4") from error
    arcs = [int(arc) for arc in oid.split(".")]
    # No authority should issue what readers need not understand (RFC 5280, appendix B).
    if max(arcs) >= 2**28 or len(arcs) > 20 or len(oid) > 100:
        raise ValueError(
            "readers need not know a number of 268435456 or above, nor more than 20 numbers or"
            " 100 characters"
        )
    return oid


Oid = Annotated[str, AfterValidator(_require_oid)]
"""A dotted object identifier."""


def _require_port(address: str) -> str:
    if urlsplit(address).port == 0:  # Reading a port above 65535 raises ValueError itself.
        raise ValueError("no port 0")
    return address


Address = Annotated[
    str,
    Field(pattern=r"^https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[\x21-\x7e]*)?$"),
    AfterValidator(_require_port),
]
"""Where something is found on the web, in ASCII."""

KeyUsage = Literal[
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
]
"""Bits a holder's certificate may carry, by their names in RFC 5280, 4.2.1.3."""

_NEVER_WITH_RSA: Final = {"keyAgreement"}
_NEVER_ON_CURVES: Final = {"keyEncipherment", "dataEncipherment"}
"""What a key of the kind cannot do (RFC 3279, 2.3.1; RFC 8813, 3)."""

_ANSWERS_FOR_THE_AUTHORITY: Final = "1.3.6.1.5.5.7.3.9"
"""OCSPSigning: its holder is believed about any certificate of the issuer (RFC 6960, 4.2.2.2)."""

_PRINTABLE_ATTRIBUTES: Final = {"2.5.4.5", "2.5.4.6", "2.5.4.46", "1.3.6.1.4.1.311.60.2.1.3"}
_IA5_ATTRIBUTES: Final = {"1.2.840.113549.1.9.1", "0.9.2342.19200300.100.1.25"}
_SUBJECT_LIMITS: Final = {
    "2.5.4.3": 64,
    "2.5.4.5": 64,
    "2.5.4.6": 2,
    "2.5.4.7": 128,
    "2.5.4.8": 128,
    "2.5.4.10": 64,
    "2.5.4.11": 64,
    "2.5.4.12": 64,
    "2.5.4.65": 128,
    "1.2.840.113549.1.9.1": 255,
}
"""Upper bounds in characters, RFC 5280 appendix A.1."""

_DEFAULT_LIMIT: Final = 256


class ValueSource(Frozen):
    """Where a value comes from: exactly one of a data field, a constant and a template.

    A template names data fields in braces, `{given_names} {first_surname} {second_surname}`; a word
    of it whose fields are all empty is left out. `otherwise` is tried when this gives nothing.
    """

    source: str | None = None
    constant: str | None = None
    template: str | None = None
    otherwise: "ValueSource | None" = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(each is not None for each in (self.source, self.constant, self.template)) != 1:
            raise ValueError("exactly one of source, constant and template")
        if self.constant is not None and not self.constant.strip():
            raise ValueError("an empty constant says nothing; leave the field out")
        if self.template is not None and not _names_in(self.template):
            raise ValueError("a template names at least one field; use a constant")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Name the data fields this value may read, in order."""
        own = (self.source,) if self.source is not None else _names_in(self.template or "")
        return own + (self.otherwise.names if self.otherwise else ())

    @property
    def constants(self) -> tuple[str, ...]:
        """Name the values that stand whatever the data gives, in order."""
        own = (self.constant,) if self.constant is not None else ()
        return own + (self.otherwise.constants if self.otherwise else ())

    @property
    def literals(self) -> tuple[str, ...]:
        """Name what the words of a template say apart from the data, in order."""
        words = (self.template or "").split(" ")
        own = ("".join(literal for literal, _ in _parts_of(word)) for word in words)
        return tuple(filter(None, own)) + (self.otherwise.literals if self.otherwise else ())

    def value(self, data: Mapping[str, str]) -> str:
        """Return the value for this holder; empty when the data gives none."""
        if self.constant is not None:
            return self.constant
        if self.source is not None:
            own = data.get(self.source, "")
        else:
            words = (_fill(word, data) for word in (self.template or "").split(" "))
            own = " ".join(word for word in words if word)
        if not own.strip() and self.otherwise is not None:
            return self.otherwise.value(data)
        return own


class CertificateField(ValueSource):
    """One field of a certificate and its value's source; a field without a value is left out."""

    oid: Oid
    required: bool = True
    maximum_length: int | None = Field(default=None, gt=0)

    @cached_property
    def name(self) -> str:
        """Return what findings call the field: the first data field it reads, else its oid."""
        return self.names[0] if self.names else self.oid


class SubjectAttribute(CertificateField):
    """An attribute of the subject's name.

    serialNumber, country and dnQualifier are PrintableString, e-mail and domain component
    IA5String, all others UTF8String (RFC 5280, 4.1.2.4 and appendix A.1).
    """

    @property
    def limit(self) -> int:
        """Return the most characters the attribute takes: the profile's or the standard's."""
        standard = _SUBJECT_LIMITS.get(self.oid, _DEFAULT_LIMIT)
        return min(self.maximum_length or standard, standard)

    @property
    def string_encoding(self) -> StringEncoding:
        """Return the string type of the attribute."""
        if self.oid in _PRINTABLE_ATTRIBUTES:
            return "printable"
        return "ia5" if self.oid in _IA5_ATTRIBUTES else "utf8"


class OtherNameField(CertificateField):
    """A field that stands as otherName in subjectAltName or issuerAltName.

    Its value is a string under [0] EXPLICIT (RFC 5280, 4.2.1.6).
    """

    encoding: StringEncoding = "utf8"

    @property
    def limit(self) -> int:
        """Return the most characters the field takes."""
        return self.maximum_length or _DEFAULT_LIMIT

    @property
    def string_encoding(self) -> StringEncoding:
        """Return the string type of the field."""
        return self.encoding


class CertificateProfile(Frozen):
    """All that a kind of certificate says apart from key, serial number, issuer and dates.

    `emails` stand as rfc822Name in subjectAltName, where RFC 5280, 4.1.2.6, wants an address that
    the subject has.
    """

    id: str
    subject: tuple[SubjectAttribute, ...] = Field(min_length=1)
    other_names: tuple[OtherNameField, ...] = ()
    issuer_other_names: tuple[OtherNameField, ...] = ()
    emails: tuple[SubjectAttribute, ...] = ()
    policy_oids: tuple[Oid, ...] = Field(min_length=1)
    key_usage: tuple[KeyUsage, ...] = Field(("digitalSignature", "nonRepudiation"), min_length=1)
    extended_key_usage: tuple[Oid, ...] = ()
    backdate_minutes: int = Field(default=5, ge=0, le=60)
    key_algorithms: tuple[KeyAlgorithm, ...] = Field(("rsa-2048",), min_length=1)
    crl_urls: tuple[Address, ...] = ()
    ocsp_urls: tuple[Address, ...] = ()
    aia_urls: tuple[Address, ...] = ()
    cps_url: Address | None = None

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        for group in (
            [field.oid for field in self.subject],
            [field.oid for field in self.other_names],
            [field.oid for field in self.issuer_other_names],
            [field.oid for field in self.emails],
            self.policy_oids,
            self.key_usage,
            self.extended_key_usage,
            self.key_algorithms,
            self.crl_urls,
            self.ocsp_urls,
            self.aia_urls,
        ):
            twice = [entry for entry, count in Counter(group).items() if count > 1]
            if twice:
                raise ValueError(f"{self.id}: stands twice: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _constants_fit(self) -> Self:
        for field in self.fields:
            for text in (*field.constants, *field.literals):
                wrong = check_value(field.name, field.oid, text, field.limit, field.string_encoding)
                if wrong:
                    raise ValueError(f"{field.oid}: {text!r} does not fit: {wrong.code}")
        return self

    @model_validator(mode="after")
    def _keys_can_do_it(self) -> Self:
        for algorithm in self.key_algorithms:
            never = _NEVER_WITH_RSA if algorithm.startswith("rsa-") else _NEVER_ON_CURVES
            for usage in self.key_usage:
                if usage in never:
                    raise ValueError(f"no {usage} with {algorithm}")
        return self

    @model_validator(mode="after")
    def _answers_for_nobody(self) -> Self:
        if _ANSWERS_FOR_THE_AUTHORITY in self.extended_key_usage:
            raise ValueError(f"whoever has {_ANSWERS_FOR_THE_AUTHORITY} answers for the authority")
        return self

    @property
    def fields(self) -> tuple[SubjectAttribute | OtherNameField, ...]:
        """Return every field of the profile."""
        return (*self.subject, *self.other_names, *self.issuer_other_names, *self.emails)

    @property
    def names(self) -> frozenset[str]:
        """Name every data field the profile may read."""
        return frozenset(name for field in self.fields for name in field.names)


class ResolvedValue(NamedTuple):
    """A field of one certificate with its value."""

    oid: str
    value: str
    encoding: StringEncoding


@dataclass(frozen=True, slots=True)
class ResolvedProfile:
    """A profile filled in for one holder."""

    profile: CertificateProfile
    subject: tuple[ResolvedValue, ...]
    other_names: tuple[ResolvedValue, ...]
    issuer_other_names: tuple[ResolvedValue, ...] = ()
    emails: tuple[ResolvedValue, ...] = ()


def resolve(
    profile: CertificateProfile, data: Mapping[str, str]
) -> ResolvedProfile | list[Finding]:
    """Fill a profile in from the holder's data, or say everything that does not fit."""
    groups = [
        resolve_fields(fields, data)
        for fields in (
            profile.subject,
            profile.other_names,
            profile.issuer_other_names,
            profile.emails,
        )
    ]
    if findings := [each for group in groups for each in group if isinstance(each, Finding)]:
        return findings
    subject, other_names, issuer_other_names, emails = (
        tuple(each for each in group if isinstance(each, ResolvedValue)) for group in groups
    )
    return ResolvedProfile(
        profile=profile,
        subject=subject,
        other_names=other_names,
        issuer_other_names=issuer_other_names,
        emails=emails,
    )


def resolve_fields(
    fields: tuple[SubjectAttribute, ...] | tuple[OtherNameField, ...], data: Mapping[str, str]
) -> list[ResolvedValue | Finding]:
    """Return each field's value or finding; optional fields without a value are left out."""
    resolved: list[ResolvedValue | Finding] = []
    for field in fields:
        value, encoding = field.value(data), field.string_encoding
        if value.strip():
            finding = check_value(field.name, field.oid, value, field.limit, encoding)
            resolved.append(finding or ResolvedValue(oid=field.oid, value=value, encoding=encoding))
        elif field.required:
            resolved.append(
                blocks(CertificateFinding.VALUE_MISSING, field.name, name=field.name, oid=field.oid)
            )
    return resolved


def _names_in(template: str) -> tuple[str, ...]:
    """Name the fields of a template, which is filled word by word."""
    return tuple(name for word in template.split(" ") for name in _fields_of(word))


def _fields_of(word: str) -> tuple[str, ...]:
    return tuple(name for _, name in _parts_of(word) if name)


@lru_cache(maxsize=256)
def _parts_of(word: str) -> tuple[tuple[str, str], ...]:
    """Split a word of a template into literals, each with the field that follows it."""
    parts = list(Formatter().parse(word))
    if any(name == "" or conversion or form for _, name, form, conversion in parts):
        raise ValueError("a template's braces hold the bare name of a field")
    return tuple((literal, name or "") for literal, name, _, _ in parts)


def _fill(word: str, data: Mapping[str, str]) -> str:
    parts = [(literal, name, data.get(name, "")) for literal, name in _parts_of(word)]
    if any(name for _, name, _ in parts) and not any(value.strip() for _, _, value in parts):
        return ""
    return "".join(literal + value for literal, _, value in parts)
