"""The answers to queries about institutions as they travel, each under its query's kind."""

from typing import Literal

from issuance.institution_queries import (
    CampaignAnswer,
    CampaignsAnswer,
    ImportsAnswer,
    InstitutionAnswer,
    InstitutionCountsAnswer,
    InstitutionHistoryAnswer,
    InstitutionsAnswer,
    OfficialAnswer,
    OfficialsAnswer,
    OfficialsListAnswer,
    PortableAnswer,
    PortablesAnswer,
    SeatsAnswer,
    TicketAnswer,
    TicketsAnswer,
)
from issuance.wire_answers import Answered

InstitutionalAnswered = (
    Answered[Literal["seats"], SeatsAnswer]
    | Answered[Literal["institutions"], InstitutionsAnswer]
    | Answered[Literal["institution"], InstitutionAnswer]
    | Answered[Literal["officials"], OfficialsAnswer]
    | Answered[Literal["official"], OfficialAnswer]
    | Answered[Literal["tickets"], TicketsAnswer]
    | Answered[Literal["ticket"], TicketAnswer]
    | Answered[Literal["portables"], PortablesAnswer]
    | Answered[Literal["portable"], PortableAnswer]
    | Answered[Literal["campaigns"], CampaignsAnswer]
    | Answered[Literal["campaign"], CampaignAnswer]
    | Answered[Literal["institution_counts"], InstitutionCountsAnswer]
    | Answered[Literal["institution_history"], InstitutionHistoryAnswer]
    | Answered[Literal["officials_list"], OfficialsListAnswer]
    | Answered[Literal["imports"], ImportsAnswer]
)
