"""Everything that may be asked about institutions, their officials, tickets and campaigns."""

from issuance.institutions.campaigns import CampaignBody
from issuance.institutions.import_stream import ImportBody
from issuance.institutions.institution_decisions import InstitutionBody
from issuance.institutions.official_decisions import OfficialBody
from issuance.institutions.portable_commands import PortableBody
from issuance.institutions.ticket_stream import TicketBody

InstitutionalBody = (
    InstitutionBody | OfficialBody | TicketBody | PortableBody | CampaignBody | ImportBody
)
