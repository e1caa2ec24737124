"""The lists of institutions, officials, requests, tickets and campaigns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from issuance.identity.cleaning import printable
from issuance.institution_queries import (
    CampaignLine,
    CampaignsQuery,
    InstitutionalQuery,
    InstitutionLine,
    InstitutionsQuery,
    ListKey,
    OfficialLine,
    OfficialsQuery,
    PortableLine,
    PortablesQuery,
    TicketLine,
    TicketsQuery,
)
from issuance.institutions.portable_stream import PortableStatus
from screens.listing import Column, Listing, ListWords
from tui.case_words import said
from tui.institution_words import CAMPAIGN_STATES, INSTITUTION_STATES, OFFICIAL_STATES
from tui.moments import full, since
from tui.portable_words import NEXT, STATES
from tui.translation import N_

_SINCE: Final = Column(N_("Since"), 6, 8)
PENDING: Final = (PortableStatus.PENDING.value,)
ISSUED: Final = tuple(
    each.value
    for each in (
        PortableStatus.APPROVED,
        PortableStatus.ISSUED,
        PortableStatus.ACTIVE,
        PortableStatus.REVOKED,
        PortableStatus.EXPIRED,
    )
)
OPEN_TICKETS: Final = ("centre", "institution")


class InstitutionList(Listing):
    """Institutions by name; with statuses only those."""

    columns: Mapping[str, Column] = {
        "name": Column(N_("Institution"), 44, 70),
        "rut": Column(N_("RUT"), 12, 12),
        "state": Column(N_("State"), 19, 24),
    }

    def __init__(self, name: str, label: str, statuses: tuple[str, ...] = ()) -> None:
        self.name, self.label, self._statuses = name, label, statuses

    def query(self, text: str, after: ListKey | None, limit: int) -> InstitutionalQuery:
        """Return what asks for a page."""
        return InstitutionsQuery(text=text, statuses=self._statuses, after=after, limit=limit)

    def key(self, line: InstitutionLine) -> str:
        """Return the institution."""
        return str(line.institution)

    def texts(self, line: InstitutionLine, given: ListWords) -> Mapping[str, str]:
        """Return name, RUT and where it stands."""
        state = said(INSTITUTION_STATES, line.status, given.translate)
        return {"name": line.name, "rut": line.rut, "state": state}

    def about(self, line: InstitutionLine, given: ListWords) -> str:
        """Return ministry and operator."""
        words = N_("{ministry} · operator: {operator}")
        operator = line.operator_name or "–"
        return given.translate(
            words, ministry=printable(line.ministry), operator=printable(operator)
        )

    def opens(self, line: InstitutionLine) -> tuple[Any, ...]:
        """Return the institution's page."""
        return "institution", line.institution


class OfficialList(Listing):
    """Officials by name, of one institution or of all one may see."""

    name, label = "officials", N_("Officials")
    columns: Mapping[str, Column] = {
        "name": Column(N_("Name"), 30, 40),
        "run": Column(N_("RUN"), 10, 10),
        "position": Column(N_("Post"), 20, 36),
        "state": Column(N_("State"), 14, 22),
    }

    def __init__(self, institution: UUID | None = None) -> None:
        self._institution = institution

    def query(self, text: str, after: ListKey | None, limit: int) -> InstitutionalQuery:
        """Return what asks for a page."""
        return OfficialsQuery(institution=self._institution, text=text, after=after, limit=limit)

    def key(self, line: OfficialLine) -> str:
        """Return the registration."""
        return str(line.official)

    def texts(self, line: OfficialLine, given: ListWords) -> Mapping[str, str]:
        """Return name, RUN, post, and whether they certify."""
        state = said(OFFICIAL_STATES, line.status, given.translate)
        if line.mandate is not None:
            state = given.translate(N_("certifier"))
            if line.mandate.substitutes is not None:
                state = given.translate(N_("substitute"))
        return {"name": line.name, "run": line.run, "position": line.position, "state": state}

    def about(self, line: OfficialLine, given: ListWords) -> str:
        """Return e-mail, account, and until when they certify."""
        parts = [line.email, line.institution_name]
        if line.user:
            parts.append(given.translate(N_("user {user}"), user=line.user))
        if line.mandate is not None and line.mandate.until_day is not None:
            until = f"{line.mandate.until_day:%d/%m/%Y}"
            parts.append(given.translate(N_("certifies until {day}"), day=until))
        elif line.mandate is None and line.next_mandate is not None:
            first = f"{line.next_mandate.from_day:%d/%m/%Y}"
            parts.append(given.translate(N_("certifies from {day}"), day=first))
        return " · ".join(printable(each) for each in parts if each)

    def opens(self, line: OfficialLine) -> tuple[Any, ...]:
        """Return the official's page."""
        return "official", line.official


class PortableList(Listing):
    """Requests and certificates, in the order they were asked for."""

    columns: Mapping[str, Column] = {
        "name": Column(N_("Official"), 23, 36),
        "run": Column(N_("RUN"), 10, 10),
        "purpose": Column(N_("Purpose"), 17, 20),
        "state": Column(N_("State"), 18, 26),
        "since": _SINCE,
    }

    def __init__(
        self,
        name: str,
        label: str,
        statuses: tuple[str, ...] = (),
        *,
        own: bool = False,
        official: UUID | None = None,
        campaign: UUID | None = None,
    ) -> None:
        self.name, self.label, self._statuses = name, label, statuses
        self._own, self._official, self._campaign = own, official, campaign

    def query(self, text: str, after: ListKey | None, limit: int) -> InstitutionalQuery:
        """Return what asks for a page."""
        return PortablesQuery(
            text=text,
            statuses=self._statuses,
            own=self._own,
            official=self._official,
            campaign=self._campaign,
            after=after,
            limit=limit,
        )

    def key(self, line: PortableLine) -> str:
        """Return the certificate."""
        return str(line.certificate)

    def texts(self, line: PortableLine, given: ListWords) -> Mapping[str, str]:
        """Return whose it is, what for, and where it stands."""
        return {
            "name": line.official_name,
            "run": line.run,
            "purpose": given.words.word("purposes", line.purpose),
            "state": given.translate(STATES[PortableStatus(line.status)]),
            "since": _since(line.requested_at, given),
        }

    def about(self, line: PortableLine, given: ListWords) -> str:
        """Return post and telephone, and what comes next."""
        facts = (line.position, line.phone, line.institution_name)
        told = " · ".join(printable(each) for each in facts if each)
        if line.nudged_at is not None and line.status in PENDING:
            at = full(line.nudged_at, given.words.zone, given.translate.language)
            reminded = given.translate(N_("The certifiers were reminded on {moment}."), moment=at)
            return f"{told}\n{reminded}"
        return f"{told}\n{given.translate(NEXT[PortableStatus(line.status)])}"

    def opens(self, line: PortableLine) -> tuple[Any, ...]:
        """Return the certificate's page."""
        return "portable_certificate", line.certificate


class TicketList(Listing):
    """Tickets, the longest untouched first."""

    columns: Mapping[str, Column] = {
        "number": Column(N_("Ticket"), 8, 8),
        "type": Column(N_("Kind"), 20, 26),
        "subject": Column(N_("About"), 24, 44),
        "state": Column(N_("Waits for"), 16, 26),
        "since": _SINCE,
    }

    def __init__(self, name: str, label: str, statuses: tuple[str, ...] = ()) -> None:
        self.name, self.label, self._statuses = name, label, statuses

    def query(self, text: str, after: ListKey | None, limit: int) -> InstitutionalQuery:
        """Return what asks for a page."""
        return TicketsQuery(text=text, statuses=self._statuses, after=after, limit=limit)

    def key(self, line: TicketLine) -> str:
        """Return the ticket."""
        return str(line.ticket)

    def texts(self, line: TicketLine, given: ListWords) -> Mapping[str, str]:
        """Return number, kind, subject and whom it waits for."""
        return {
            "number": line.number,
            "type": given.words.word("ticket_types", line.type),
            "subject": line.subject,
            "state": given.words.word("ticket_states", line.waits_for or line.outcome, "short"),
            "since": _since(line.at, given),
        }

    def about(self, line: TicketLine, given: ListWords) -> str:
        """Return who asks, about whom."""
        facts = (line.subject, line.institution_name, line.official_name)
        return " · ".join(printable(each) for each in facts if each)

    def opens(self, line: TicketLine) -> tuple[Any, ...]:
        """Return the ticket's page."""
        return "ticket", line.ticket


class CampaignList(Listing):
    """Campaigns, the newest first."""

    name, label = "campaigns_running", N_("Campaigns")
    columns: Mapping[str, Column] = {
        "name": Column(N_("Campaign"), 36, 56),
        "asked": Column(N_("Asked for"), 10, 12),
        "state": Column(N_("State"), 20, 26),
        "since": _SINCE,
    }

    def query(self, text: str, after: ListKey | None, limit: int) -> InstitutionalQuery:
        """Return what asks for a page."""
        return CampaignsQuery(text=text, after=after, limit=limit)

    def key(self, line: CampaignLine) -> str:
        """Return the campaign."""
        return str(line.campaign)

    def texts(self, line: CampaignLine, given: ListWords) -> Mapping[str, str]:
        """Return name, how many were asked for, and where it stands."""
        return {
            "name": line.name,
            "asked": str(line.asked),
            "state": said(CAMPAIGN_STATES, line.status, given.translate),
            "since": _since(line.at, given),
        }

    def about(self, line: CampaignLine, given: ListWords) -> str:
        """Return whose campaign it is."""
        return printable(line.institution_name) or given.translate(N_("A campaign of the centre."))

    def opens(self, line: CampaignLine) -> tuple[Any, ...]:
        """Return the campaign's page."""
        return "campaign", line.campaign


def _since(moment: datetime, given: ListWords) -> str:
    return since(moment, given.words.zone, given.translate.language, given.today)
