"""The sentences of `issuance.findings.institutions`."""

from issuance.findings import FindingCode
from issuance.findings.institutions import InstitutionCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    InstitutionCode.OUT_OF_REACH: N_(
        "This is not among what you may see, or it does not exist. Please check the number, or "
        "ask your institution's operator."
    ),
    InstitutionCode.SEAT_MISSING: N_(
        "Your role may not do this. Please ask the operator of your institution or the central "
        "administration."
    ),
    InstitutionCode.INSTITUTION_NOT_POSSIBLE: N_(
        "This cannot be done while the institution is “{status}”. Please check its state first."
    ),
    InstitutionCode.INSTITUTION_KNOWN: N_(
        "An institution with this RUT or name is already registered. Please look it up before "
        "you go on."
    ),
    InstitutionCode.INSTITUTION_NAME: N_(
        "Please write the institution's name as its law has it, in at most {limit} characters."
    ),
    InstitutionCode.SHORT_NAME_NEEDED: N_(
        "The name has {length} characters and a certificate takes {limit}. Please add a short form."
    ),
    InstitutionCode.SHORT_NAME_TOO_LONG: N_(
        "The short form has {length} characters. Please shorten it to {limit}."
    ),
    InstitutionCode.AGREEMENT_MISSING: N_(
        "The ministry's agreement is missing. Please give its number and date and attach it."
    ),
    InstitutionCode.ACT_MISSING: N_(
        "The institution's administrative act is missing. Please attach the act that accepts "
        "the terms of use."
    ),
    InstitutionCode.INSTITUTION_AUTHORITY_MISSING: N_(
        "The institution has no issuing authority yet. Please ask the central administration to"
        " make it."
    ),
    InstitutionCode.TICKET_WRONG: N_(
        "This ticket is not about this request. Please choose the ticket in which it was asked."
    ),
    InstitutionCode.TICKET_CLOSED: N_(
        "This ticket is closed. Please reopen it, or open another one."
    ),
    InstitutionCode.TICKET_OPEN: N_("This ticket is open. Please answer in it."),
    InstitutionCode.TICKET_TEXT_MISSING: N_("Please write what is asked or answered."),
    InstitutionCode.ATTACHMENT_NOT_PDF_OR_JPEG: N_(
        "What is attached must be a PDF or a JPG, and this file is neither, whatever its name"
        " says. Please choose another one, or scan the paper."
    ),
    InstitutionCode.ATTACHMENT_UNREADABLE: N_(
        "This file could not be opened: it is damaged, or needs a password. Please scan or save it"
        " again, and choose it anew."
    ),
    InstitutionCode.TICKET_CONTACT_MISSING: N_(
        "Whoever asks for an institution has no account yet: please enter the e-mail address to "
        "answer to."
    ),
    InstitutionCode.TICKET_REOPEN_LATE: N_(
        "This ticket was closed more than {days} days ago. Please open a new one."
    ),
    InstitutionCode.TICKET_OFFICIAL_MISSING: N_(
        "Please name the official this change of role is for."
    ),
    InstitutionCode.OFFICIAL_KNOWN: N_(
        "This RUN is already registered in the institution. Please change that person's data "
        "instead."
    ),
    InstitutionCode.OFFICIAL_ENDED: N_(
        "This person's registration has ended. Please register them again first."
    ),
    InstitutionCode.OFFICIAL_UNCHANGED: N_(
        "Nothing was changed: these are the data already registered."
    ),
    InstitutionCode.OFFICIAL_FIELD_MISSING: N_("“{name}” is missing. Please fill it in."),
    InstitutionCode.CERTIFICATE_NAME_NEEDED: N_(
        "The full name has {length} characters and a certificate takes {limit}. Please add the "
        "name for the certificate."
    ),
    InstitutionCode.RESOLUTION_MISSING: N_(
        "Please attach the resolution that designates the certifier, or name the law that sets "
        "who it is."
    ),
    InstitutionCode.MANDATE_DATES: N_(
        "Please check the days: a substitute has a first and a last day, in this order, and not"
        " in the past."
    ),
    InstitutionCode.MANDATE_OVERLAPS: N_(
        "This person is already a certifier on some of these days. Please choose other days, or"
        " end the earlier mandate."
    ),
    InstitutionCode.MANDATE_UNKNOWN: N_(
        "This person has no such mandate as certifier. Please check whom you meant."
    ),
    InstitutionCode.SUBSTITUTED_UNKNOWN: N_(
        "Only a certifier of the institution can be substituted. Please choose one."
    ),
    InstitutionCode.PURPOSE_UNKNOWN: N_("Please choose one of the purposes in the list."),
    InstitutionCode.PORTABLE_OPEN: N_(
        "There is already a request or a certificate for this purpose. Please use that one, or "
        "revoke it first."
    ),
    InstitutionCode.PORTABLE_NOT_POSSIBLE: N_(
        "This cannot be done while the certificate is “{status}”. Please look at it again."
    ),
    InstitutionCode.PORTABLE_PRODUCT_GONE: N_(
        "The rules in force no longer have what was asked for ({product}), so it cannot be issued. "
        "Please reject the request, or let the official take it back, and have it asked for again."
    ),
    InstitutionCode.CERTIFIER_NOT_IN_FORCE: N_(
        "You are not a certifier of this institution today. Please ask one whose mandate is in "
        "force."
    ),
    InstitutionCode.AUDITOR_UNCHANGED: N_(
        "It is so already: somebody else did it. Refresh the page."
    ),
    InstitutionCode.AUDITOR_NOT_INDEPENDENT: N_(
        "Whoever certifies or operates for an institution does not audit it. Choose another "
        "official, or end that role first."
    ),
    InstitutionCode.IDENTITY_PROOF: N_(
        "Please say which identity document you saw, and its number."
    ),
    InstitutionCode.IDENTITY_PROOF_DAY: N_(
        "Please give the day on which you saw the person: today, or at most {days} days ago."
    ),
    InstitutionCode.OWN_CERTIFICATE_REFUSED: N_(
        "You cannot certify your own request. Please ask another certifier."
    ),
    InstitutionCode.NUDGED_ALREADY: N_(
        "The certifiers were reminded less than {hours} hours ago. Please wait a little."
    ),
    InstitutionCode.CAMPAIGN_WITHOUT_FILTER: N_(
        "Please name the campaign and say which certificates it is about."
    ),
    InstitutionCode.CAMPAIGN_NOT_POSSIBLE: N_(
        "This cannot be done while the campaign is “{status}”."
    ),
    InstitutionCode.CAMPAIGN_BATCH_STALE: N_(
        "Another program has gone on with this campaign. Please look at it again."
    ),
    InstitutionCode.LIST_NOT_TEXT: N_(
        "This file is not a CSV list. Please save the spreadsheet as CSV and choose that file."
    ),
    InstitutionCode.LIST_TOO_LARGE: N_(
        "The list is too large. Please split it into lists of at most {limit} rows."
    ),
    InstitutionCode.LIST_COLUMN_MISSING: N_(
        "The column “{name}” is missing. Please add it to the first row."
    ),
    InstitutionCode.LIST_COLUMN_TWICE: N_("The column “{name}” stands twice. Please leave one."),
    InstitutionCode.LIST_COLUMN_IGNORED: N_("The column “{name}” is not used."),
    InstitutionCode.LIST_ROW_WIDTH: N_(
        "This row has {found} cells instead of {expected}. Please check separators and quotes."
    ),
    InstitutionCode.LIST_RUN_TWICE: N_(
        "This RUN is already in row {row}. Please leave one of the two."
    ),
    InstitutionCode.LIST_EMAIL_SHARED: N_(
        "This e-mail address is also in row {row}. Please check that each person has their own."
    ),
    InstitutionCode.LIST_ROWS_REFUSED: N_(
        "{count} rows have something to correct. Please correct them, or import without them."
    ),
    InstitutionCode.OFFICIAL_ELSEWHERE: N_(
        "This person is not registered in the institution. Please choose one of its officials."
    ),
    InstitutionCode.MEMBER_SEATED: N_(
        "This person already has an account. Whoever invited them renews a forgotten password."
    ),
    InstitutionCode.MEMBER_OF_INSTITUTION: N_(
        "People of institutions get their account by invitation, and no other role. Please invite "
        "them from the institution."
    ),
    InstitutionCode.IMPORT_NOT_POSSIBLE: N_(
        "This list has been imported, or is being imported. Please look at its progress."
    ),
    InstitutionCode.LIST_FILE_GONE: N_(
        "The file of this list is not kept any more. Please bring the list again."
    ),
}
