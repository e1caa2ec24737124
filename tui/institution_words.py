"""The program's words for what institutions, officials, tickets and campaigns are named by codes.

What the policy names itself (reasons, roles, purposes, kinds of tickets) has its own words.
"""

from typing import Final

from tui.translation import N_

INSTITUTION_STATES: Final = {
    "asked": N_("waits for approval"),
    "active": N_("enabled"),
    "refused": N_("not enabled"),
    "ended": N_("no longer served"),
}

OFFICIAL_STATES: Final = {
    "registered": N_("registered"),
    "ended": N_("no longer registered"),
}

CAMPAIGN_STATES: Final = {
    "running": N_("running"),
    "paused": N_("paused"),
    "asked": N_("all asked for"),
    "closed": N_("campaign closed"),
}

IMPORT_STATES: Final = {
    "running": N_("not finished"),
    "done": N_("done"),
}

STATUSES: Final = {
    "INSTITUTION_NOT_POSSIBLE": INSTITUTION_STATES,
    "CAMPAIGN_NOT_POSSIBLE": CAMPAIGN_STATES,
    "IMPORT_NOT_POSSIBLE": IMPORT_STATES,
}
"""The words for the status that a finding of this code tells."""

ROW_ACTS: Final = {
    "register": N_("register"),
    "change": N_("change"),
    "unchanged": N_("no change"),
    "refused": N_("refused"),
}
"""What would happen with a row of a list, short enough for a column."""

GROUNDS: Final = {
    "law": N_("By law"),
    "designation": N_("By designating resolution"),
}
"""Why an official is a certifier."""

SIDES: Final = {
    "centre": N_("Help desk"),
    "institution": N_("Institution"),
}

OUTCOMES: Final = {
    "granted": N_("Granted"),
    "refused": N_("Refused"),
    "answered": N_("Answered"),
}
"""How a ticket ends."""

EVENTS: Final = {
    "institution_asked": N_("Enabling was asked for"),
    "institution_approved": N_("The institution was enabled"),
    "institution_refused": N_("Enabling was refused"),
    "institution_renamed": N_("The institution was renamed"),
    "institution_operator_replaced": N_("Another person is the operator"),
    "institution_authority_recorded": N_("The issuing authority was made"),
    "institution_ended": N_("The institution was ended"),
    "official_registered": N_("An official was registered"),
    "official_changed": N_("An official's data were changed"),
    "official_ended": N_("An official's registration ended"),
    "official_certifier_granted": N_("An official was made a certifier"),
    "official_certifier_withdrawn": N_("A certifier's mandate was withdrawn"),
    "official_auditor_named": N_("An official was named auditor"),
    "official_auditor_dismissed": N_("An official audits no more"),
    "ticket_opened": N_("A ticket was opened"),
    "ticket_answered": N_("A ticket was answered"),
    "ticket_closed": N_("A ticket was closed"),
    "ticket_reopened": N_("A ticket was reopened"),
    "portable_requested": N_("A certificate was asked for"),
    "portable_certifiers_nudged": N_("The certifiers were reminded"),
    "portable_withdrawn": N_("A request was taken back"),
    "portable_approved": N_("A request was approved"),
    "portable_rejected": N_("A request was rejected"),
    "portable_issued": N_("A certificate was issued"),
    "portable_activated": N_("A certificate came into use"),
    "portable_revoked": N_("A certificate was revoked"),
    "portable_expired": N_("A certificate ended"),
    "campaign_opened": N_("A campaign began"),
    "campaign_batch_done": N_("A campaign went on"),
    "campaign_paused": N_("A campaign was paused"),
    "campaign_resumed": N_("A campaign was resumed"),
    "campaign_closed": N_("A campaign was closed"),
    "import_begun": N_("The import of a list began"),
    "import_rows_done": N_("Rows of a list were imported"),
    "institution_authority_kept": N_("The issuing authority's key was taken into custody"),
    "application_registered": N_("An application was registered"),
    "application_grants_changed": N_("For whom an application signs was changed"),
    "application_secret_rotated": N_("An application got another secret"),
    "application_ended": N_("An application was ended"),
    "application_enabled": N_("A holder enabled an application"),
    "application_disabled": N_("A holder stopped an application"),
    "signing_key_kept": N_("A key was made in custody"),
    "signing_key_intended": N_("A certificate was prepared for a key"),
    "signing_key_certified": N_("A key got its certificate"),
    "signing_key_ended": N_("A key ended"),
    "signing_otp_offered": N_("A holder began to set up the codes to sign with"),
    "signing_otp_confirmed": N_("The codes to sign with were set up"),
    "signing_otp_cleared": N_("The codes to sign with were ended"),
    "signing_code_tried": N_("A code was tried"),
    "signing_code_refused": N_("A code was refused"),
}
"""What happened to an institution, its people and things, by the kind of the event."""
