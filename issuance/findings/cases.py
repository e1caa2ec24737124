from issuance.findings import FindingCode


class CaseFinding(FindingCode):
    """Why an act on a case is refused, or what to heed about it."""

    #: The role does not include this act. roles: who may.
    NOT_YOUR_ROLE = "NOT_YOUR_ROLE"
    #: The same person did the act this one must be checked against. act: that act.
    SECOND_PERSON_NEEDED = "SECOND_PERSON_NEEDED"
    #: The case has ended. status.
    CASE_CLOSED = "CASE_CLOSED"
    #: The case is on hold. reason.
    CASE_ON_HOLD = "CASE_ON_HOLD"
    #: The case is not on hold.
    CASE_NOT_ON_HOLD = "CASE_NOT_ON_HOLD"
    #: An earlier step is missing. step: the first one that is.
    STEP_BLOCKED = "STEP_BLOCKED"
    #: The step does not ask for this act now. step.
    STEP_NOT_OPEN = "STEP_NOT_OPEN"
    #: The person has an open case for the product. number.
    OPEN_CASE_EXISTS = "OPEN_CASE_EXISTS"
    #: The renewal of this certificate is open as another case. number.
    RENEWAL_OPEN = "RENEWAL_OPEN"
    #: The policy does not sell this product.
    UNKNOWN_PRODUCT = "UNKNOWN_PRODUCT"
    #: The product cannot be chosen yet. reason.
    PRODUCT_NOT_AVAILABLE = "PRODUCT_NOT_AVAILABLE"
    #: The authority never puts this type of certificate into this container. reason.
    PRODUCT_IMPOSSIBLE = "PRODUCT_IMPOSSIBLE"
    #: The policy has no words in this language.
    LANGUAGE_NOT_OFFERED = "LANGUAGE_NOT_OFFERED"
    #: The key has, or had, a certificate already; a new key is needed.
    KEY_ALREADY_CERTIFIED = "KEY_ALREADY_CERTIFIED"
    #: No price is known for the product today.
    NO_PRICE = "NO_PRICE"
    #: A required field is empty.
    FIELD_REQUIRED = "FIELD_REQUIRED"
    #: A field the form does not show was filled in.
    FIELD_NOT_ASKED = "FIELD_NOT_ASKED"
    #: The consent text has another version. version: the current one.
    CONSENT_OUTDATED = "CONSENT_OUTDATED"
    #: The RUC does not begin with the applicant's cédula.
    RUC_OF_ANOTHER_PERSON = "RUC_OF_ANOTHER_PERSON"
    #: The application's person cannot become another one; a new case is needed.
    PERSON_CANNOT_CHANGE = "PERSON_CANNOT_CHANGE"
    #: Nothing was changed.
    NOTHING_CHANGED = "NOTHING_CHANGED"
    #: A code was not accepted: wrong, expired, replaced or unknown alike.
    CODE_NOT_ACCEPTED = "CODE_NOT_ACCEPTED"
    #: The code was tried too often; a new one is needed.
    CODE_TRIES_SPENT = "CODE_TRIES_SPENT"
    #: No more codes may be sent today. limit.
    CODES_SPENT_TODAY = "CODES_SPENT_TODAY"
    #: A return must name at least one item.
    ITEMS_REQUIRED = "ITEMS_REQUIRED"
    #: An item is not one of the form or the case. item.
    UNKNOWN_ITEM = "UNKNOWN_ITEM"
    #: A reason is not one of the policy's.
    UNKNOWN_REASON = "UNKNOWN_REASON"
    #: This reason needs a note.
    NOTE_REQUIRED = "NOTE_REQUIRED"
    #: The case does not need this photo or document. slot.
    EVIDENCE_NOT_ASKED = "EVIDENCE_NOT_ASKED"
    #: A question of the checklist was not answered with yes. question.
    CHECKLIST_INCOMPLETE = "CHECKLIST_INCOMPLETE"
    #: A warning of the check needs a reason why it does not stand in the way. codes.
    OVERRIDE_NEEDED = "OVERRIDE_NEEDED"
    #: The document needs its date. slot.
    DOCUMENT_DATE_REQUIRED = "DOCUMENT_DATE_REQUIRED"
    #: The date of the document lies in the future.
    DOCUMENT_DATE_IN_FUTURE = "DOCUMENT_DATE_IN_FUTURE"
    #: The document is too old. days: the most allowed.
    DOCUMENT_TOO_OLD = "DOCUMENT_TOO_OLD"
    #: The holder's office has ended. date.
    HOLDER_OFFICE_ENDED = "HOLDER_OFFICE_ENDED"
    #: The exemption is not in force or not of this document.
    EXEMPTION_NOT_IN_FORCE = "EXEMPTION_NOT_IN_FORCE"
    #: The applicant is younger than the exemption asks. age.
    EXEMPTION_AGE = "EXEMPTION_AGE"
    #: The exemption needs its proof as a file.
    EXEMPTION_PROOF_REQUIRED = "EXEMPTION_PROOF_REQUIRED"
    #: Nothing captured is waiting in this slot. slot.
    NOTHING_TO_REVIEW = "NOTHING_TO_REVIEW"
    #: The file is not in this office's store.
    FILE_NOT_KEPT = "FILE_NOT_KEPT"
    #: The store of the files does not answer, so nothing is known of the file.
    FILE_STORE_UNREACHABLE = "FILE_STORE_UNREACHABLE"
    #: The amount is not what is due. due, given: minor units.
    AMOUNT_NOT_DUE = "AMOUNT_NOT_DUE"
    #: The deposit was used in another case. number.
    DEPOSIT_ALREADY_USED = "DEPOSIT_ALREADY_USED"
    #: The deposit's date lies in the future.
    DEPOSIT_DATE_IN_FUTURE = "DEPOSIT_DATE_IN_FUTURE"
    #: The province has no account in the policy.
    UNKNOWN_PROVINCE = "UNKNOWN_PROVINCE"
    #: The contract's text has another version. version.
    CONTRACT_OUTDATED = "CONTRACT_OUTDATED"
    #: The person at the counter must be confirmed first.
    PERSON_NOT_CONFIRMED = "PERSON_NOT_CONFIRMED"
    #: The applicant must confirm the data first.
    DATA_NOT_CONFIRMED = "DATA_NOT_CONFIRMED"
    #: The activation code must be entered first, or its time ran out.
    ACTIVATION_NOT_AUTHORISED = "ACTIVATION_NOT_AUTHORISED"
    #: A certificate of this case is issued or being issued already.
    CERTIFICATE_EXISTS = "CERTIFICATE_EXISTS"
    #: The case has no such certificate.
    NO_SUCH_CERTIFICATE = "NO_SUCH_CERTIFICATE"
    #: A certificate was issued: the case can no longer be cancelled or rejected.
    TOO_LATE_CERTIFICATE_ISSUED = "TOO_LATE_CERTIFICATE_ISSUED"
    #: The mail is not one of this case.
    NO_SUCH_NOTICE = "NO_SUCH_NOTICE"
