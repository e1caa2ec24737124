"""The lists of a policy with their words, one line each, as screens show them."""

from dataclasses import dataclass

from issuance.money.amounts import Price


@dataclass(frozen=True, slots=True)
class FormField:
    """A field with its words; `why_not` says why a field that is not shown is not."""

    name: str
    kind: str
    label: str
    help: str
    example: str
    required: bool
    choices: tuple[tuple[str, str], ...]
    maximum_length: int
    group: str


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product of the tariff; `unavailable` is the reason it cannot be chosen, or empty."""

    id: str
    type_label: str
    container_label: str
    validity_label: str
    price: Price | None
    price_text: str
    unavailable: str


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A photo or document a case needs; `dated` is empty, `issued` or `ends`.

    `checks` are the rungs of the ladder its file climbs: file, quality, faces, number, others
    (other applicants), pages, card.
    """

    slot: str
    label: str
    help: str
    is_photo: bool
    questions: tuple[tuple[str, str], ...]
    dated: str
    exemptions: tuple[tuple[str, str], ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServicePointLine:
    """A province's account for deposits."""

    province: str
    label: str
    name: str
    bank: str
    account: str
    account_kind: str
    holder: str
    sample: bool
