"""Whose account a RUN is: an official's, or an institution's operator's."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from issuance.access.operators import OperatorState
from issuance.access.roles import Session
from issuance.engine.institutional_streams import read_institution, read_official
from issuance.engine.members import account_of
from issuance.engine.office import Office
from issuance.engine.session import session_findings
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.findings.oidc import ProviderCode
from issuance.institutions.actors import Scope
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.register.institution_items import ItemFilter, ItemKey
from issuance.register.register import Reading

_EVERYWHERE: Final = Scope(everything=True, institutions=frozenset(), officials=frozenset())
_PAGE: Final = 200


def account_with_run(reading: Reading, run: str) -> OperatorState | Finding:
    """Return the one account of the person with this RUN (`12345678-5`), or why there is none."""
    found: dict[str, OperatorState] = {}
    for institution, official in _seats(reading, run):
        account = account_of(reading, institution, official)
        if account is not None and account[0].active:
            found[account[0].user] = account[0]
    if not found:
        return blocks(ProviderCode.PROVIDER_ACCOUNT_MISSING)
    if len(found) > 1:
        return blocks(ProviderCode.PROVIDER_ACCOUNTS_SEVERAL)
    return next(iter(found.values()))


def account_finding(office: Office, reading: Reading, session: Session) -> Finding | None:
    """Return why an account may not be entered without its password: it has none of its own yet.

    Whoever gave the first password knows it; who never changes it shares the account with them.
    """
    codes = [each.code for each in session_findings(office, session, reading, "")]
    if EngineCode.PASSWORD_CHANGE_DUE in codes:
        return blocks(ProviderCode.PROVIDER_ACCOUNT_NEW)
    return blocks(ProviderCode.PROVIDER_ACCOUNT_MISSING) if codes else None


def _seats(reading: Reading, run: str) -> Iterator[tuple[UUID, UUID | None]]:
    """Yield where a person may sit: institution and official, or the operator's place there."""
    for official in _listed(reading, ItemFilter("official", text=run)):
        known, _ = read_official(reading, official)
        if known is not None and not known.ended and known.person and known.person.run == run:
            yield known.institution, official
    served = ItemFilter("institution", statuses=(InstitutionStatus.ACTIVE.value,))
    for institution in _listed(reading, served):
        state, _ = read_institution(reading, institution)
        if state is not None and state.operator is not None and state.operator.run == run:
            yield institution, None


def _listed(reading: Reading, wanted: ItemFilter) -> Iterator[UUID]:
    after: ItemKey | None = None
    while True:
        page = reading.items(_EVERYWHERE, wanted, after, _PAGE)
        yield from (row.id for row in page.rows)
        if page.next is None:
            return
        after = page.next
