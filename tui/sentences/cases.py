"""The sentences of `issuance.findings.cases`."""

from issuance.findings import FindingCode
from issuance.findings.cases import CaseFinding
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    CaseFinding.NOT_YOUR_ROLE: N_(
        "Your role does not include this. Please ask a colleague who has one of these roles: "
        "{roles}."
    ),
    CaseFinding.SECOND_PERSON_NEEDED: N_(
        "You did “{act}” in this case, and another person must check it. Please ask a colleague "
        "to do this part."
    ),
    CaseFinding.CASE_CLOSED: N_(
        "This case has ended ({status}), so nothing more can be done in it. If the person needs "
        "something else, please open a new case."
    ),
    CaseFinding.CASE_ON_HOLD: N_("This case is on hold: {reason}. Please resume it first."),
    CaseFinding.CASE_NOT_ON_HOLD: N_(
        "This case is not on hold, so there is nothing to resume. Please go on with the step "
        "shown as open."
    ),
    CaseFinding.STEP_BLOCKED: N_(
        "“{step}” must be finished first. Please complete that step and come back to this one."
    ),
    CaseFinding.STEP_NOT_OPEN: N_(
        "“{step}” does not ask for this now. Please look at the case again: a colleague may have "
        "done it already."
    ),
    CaseFinding.OPEN_CASE_EXISTS: N_(
        "This person has an open case for the same product: {number}. Please go on with that one,"
        " or cancel it before opening another."
    ),
    CaseFinding.RENEWAL_OPEN: N_(
        "The renewal of this certificate is open already: {number}. Please go on with that one,"
        " or cancel it before opening another."
    ),
    CaseFinding.UNKNOWN_PRODUCT: N_(
        "This product is not on offer here. Please choose one from the tariff."
    ),
    CaseFinding.PRODUCT_NOT_AVAILABLE: N_("This product cannot be chosen yet. {reason}"),
    CaseFinding.PRODUCT_IMPOSSIBLE: N_("This product does not exist. {reason}"),
    CaseFinding.NO_PRICE: N_(
        "This product has no price for today. Please choose another, or ask the administrator to "
        "complete the tariff."
    ),
    CaseFinding.FIELD_REQUIRED: N_("This is needed and still empty. Please fill it in."),
    CaseFinding.FIELD_NOT_ASKED: N_(
        "This is not asked for with the answers given above. Please leave it empty, or correct "
        "those answers."
    ),
    CaseFinding.CONSENT_OUTDATED: N_(
        "The consent text has changed; version {version} is now in force. Please show it to the "
        "applicant and ask again."
    ),
    CaseFinding.RUC_OF_ANOTHER_PERSON: N_(
        "This RUC does not begin with the applicant's cédula, so it belongs to somebody else. "
        "Please compare both numbers with the documents."
    ),
    CaseFinding.PERSON_CANNOT_CHANGE: N_(
        "The identification number says who the case is about and cannot become another person's."
        " Please cancel this case and open a new one."
    ),
    CaseFinding.NOTHING_CHANGED: N_(
        "Nothing was changed, so there is nothing to save. Please change what needs correcting, "
        "or go back."
    ),
    CaseFinding.CODE_NOT_ACCEPTED: N_(
        "The code was not accepted. Please use the one in the newest message, looking in the spam"
        " folder too, or send a new code."
    ),
    CaseFinding.CODE_TRIES_SPENT: N_(
        "This code was tried too often and no longer works. Please send a new one."
    ),
    CaseFinding.CODES_SPENT_TODAY: N_(
        "{limit} codes were sent in this case today, and no more may be. Please check the e-mail "
        "address with the applicant and go on tomorrow."
    ),
    CaseFinding.ITEMS_REQUIRED: N_(
        "Nothing is marked. Please mark at least one item that must be corrected."
    ),
    CaseFinding.UNKNOWN_ITEM: N_(
        "“{item}” is not part of this form. Please mark only items of the list."
    ),
    CaseFinding.UNKNOWN_REASON: N_("This reason is not on the list. Please choose one that is."),
    CaseFinding.NOTE_REQUIRED: N_("This reason needs an explanation. Please add a short note."),
    CaseFinding.EVIDENCE_NOT_ASKED: N_(
        "This case does not need “{slot}”. Please leave it out, or add the file where it belongs."
    ),
    CaseFinding.CHECKLIST_INCOMPLETE: N_(
        "This was not answered with yes: {question} If the answer is no, please ask for another "
        "photo or document."
    ),
    CaseFinding.OVERRIDE_NEEDED: N_(
        "The automatic check warns of something: {codes}. Please say why it does not stand in the "
        "way, or ask the applicant for another file."
    ),
    CaseFinding.DOCUMENT_DATE_REQUIRED: N_(
        "“{slot}” needs the date written on it. Please type it."
    ),
    CaseFinding.DOCUMENT_DATE_IN_FUTURE: N_(
        "The date of the document lies in the future. Please compare it with the document."
    ),
    CaseFinding.DOCUMENT_TOO_OLD: N_(
        "The document is too old: it may be at most {days} days old. Please ask the applicant for"
        " a newer one."
    ),
    CaseFinding.HOLDER_OFFICE_ENDED: N_(
        "According to the document the office ended on {date}, so nothing can be issued for it. "
        "Please compare the date, or ask for the new appointment."
    ),
    CaseFinding.EXEMPTION_NOT_IN_FORCE: N_(
        "This exemption is not in force today or does not belong to this document. Please choose "
        "another, or add the document."
    ),
    CaseFinding.EXEMPTION_AGE: N_(
        "This exemption begins at {age} years, and the applicant is younger. Please compare the "
        "date of birth, or ask for the document."
    ),
    CaseFinding.EXEMPTION_PROOF_REQUIRED: N_(
        "This exemption must be proven. Please add the document that proves it."
    ),
    CaseFinding.NOTHING_TO_REVIEW: N_(
        "“{slot}” has nothing waiting for review. Please look at the list again: a colleague may "
        "have decided it already."
    ),
    CaseFinding.FILE_NOT_KEPT: N_(
        "The file is not in this office's store. Please choose it again."
    ),
    CaseFinding.FILE_STORE_UNREACHABLE: N_(
        "The store of photos and documents does not answer, so the file cannot be kept or read "
        "now. Please try again in a moment; if it goes on, tell the administrator."
    ),
    CaseFinding.AMOUNT_NOT_DUE: N_(
        "The amount must be exactly {due}, and {given} was given. Please compare it with the "
        "slip; if the slip differs, the applicant must deposit the right amount."
    ),
    CaseFinding.DEPOSIT_ALREADY_USED: N_(
        "This deposit paid for another case: {number}. Please compare the number on the slip; "
        "each deposit pays for one case only."
    ),
    CaseFinding.DEPOSIT_DATE_IN_FUTURE: N_(
        "The date of the deposit lies in the future. Please compare it with the slip."
    ),
    CaseFinding.UNKNOWN_PROVINCE: N_(
        "There is no deposit account for this province. Please choose the province of the account"
        " on the slip."
    ),
    CaseFinding.CONTRACT_OUTDATED: N_(
        "The contract has changed; version {version} is now in force. Please show it to the "
        "applicant again."
    ),
    CaseFinding.PERSON_NOT_CONFIRMED: N_(
        "Nobody has confirmed yet that the person present is the applicant. Please compare face, "
        "card and photo first."
    ),
    CaseFinding.DATA_NOT_CONFIRMED: N_(
        "The applicant has not confirmed the data yet. Please go through the certificate's data "
        "and the contract with the person first."
    ),
    CaseFinding.ACTIVATION_NOT_AUTHORISED: N_(
        "The activation code has not been entered, or its time ran out. Please send a new code "
        "and ask the applicant for it."
    ),
    CaseFinding.CERTIFICATE_EXISTS: N_(
        "A certificate of this case has been issued or is being issued. Please go on with "
        "delivering that one."
    ),
    CaseFinding.NO_SUCH_CERTIFICATE: N_(
        "This case has no such certificate. Please look at the case again and use the one it shows."
    ),
    CaseFinding.TOO_LATE_CERTIFICATE_ISSUED: N_(
        "A certificate has been issued, so the case can no longer be cancelled or rejected. If it"
        " should not be used, please have it revoked."
    ),
    CaseFinding.NO_SUCH_NOTICE: N_(
        "This message does not belong to this case. Please choose one from the case's list of "
        "messages."
    ),
    CaseFinding.LANGUAGE_NOT_OFFERED: N_(
        "The authority has no texts in this language. Choose another language for the applicant."
    ),
    CaseFinding.KEY_ALREADY_CERTIFIED: N_(
        "This key has, or had, a certificate and is never certified again. Begin the activation "
        "again: a new key is made."
    ),
}
