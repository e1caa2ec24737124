"""A policy's rules for certificates whose key stays in custody."""

from collections.abc import Mapping
from string import Formatter
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from issuance.certificates.keys import KeyAlgorithm
from issuance.certificates.profile import Address, Oid
from issuance.model import Frozen

INSTITUTION_DATA: Final = frozenset({"institution", "institution_short", "institution_rut"})
"""What a profile may read of an institution, beside the fields of its officials."""


def _require_authority(address: str) -> str:
    if _in_braces(address) != {"authority"}:
        raise ValueError("{authority}, and nothing else, stands in braces in it")
    return address


def _require_nothing_but_rut(address: str) -> str:
    if not _in_braces(address) <= {"rut"}:
        raise ValueError("nothing but {rut} may stand in braces in it")
    return address


def _in_braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


class InstitutionAuthorityRule(Frozen):
    """What the issuing authority of every institution says beside the institution's names.

    `generation` is that of the root above; `email` may have the institution's RUT in it, `{rut}`.
    `crl_urls` is where the list above is; `list_url` where its own will be, for the certificates of
    its officials, with the authority's key in it (`{authority}`).
    """

    generation: str
    email: Annotated[str, AfterValidator(_require_nothing_but_rut)]
    years: int = Field(default=10, gt=0)
    algorithm: KeyAlgorithm = "rsa-2048"
    policy_oid: Oid
    cps_url: Address
    crl_urls: tuple[Address, ...] = ()
    list_url: Annotated[Address, AfterValidator(_require_authority)]


CARRIED_OVER: Final = "published_list"
"""The cause of a revocation that only the list of before a restore tells of."""


class PortableRule(Frozen):
    """What officials of an institution may ask for, and how who they are is proved.

    `purposes` maps the purpose as the signing interface names it, character by character, to the
    product that is issued. `identity_documents` are shown to the certifier in person, at most
    `proof_days` before the approval. A certifier is reminded of a request every `nudge_hours` at
    most, and a closed ticket opens again within `ticket_reopen_days`.
    """

    purposes: Mapping[str, str] = Field(min_length=1)
    identity_documents: tuple[str, ...] = Field(min_length=1)
    proof_days: int = Field(default=30, ge=0)
    certifier_may_certify_own: bool = True
    nudge_hours: int = Field(default=24, gt=0)
    ticket_reopen_days: int = Field(default=30, ge=0)
    authority: InstitutionAuthorityRule
