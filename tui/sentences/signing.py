"""The sentences of `issuance.findings.signing`."""

from issuance.findings import FindingCode
from issuance.findings.signing import SigningCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    SigningCode.CUSTODY_KEY_DAMAGED: N_(
        "The key of this certificate cannot be opened. Please tell the administrator: the key "
        "that protects it may be missing on this server."
    ),
    SigningCode.CUSTODY_KEY_DIFFERS: N_(
        "The key kept for this certificate is not its own. Please tell the administrator; "
        "nothing was signed."
    ),
    SigningCode.CUSTODY_TOKEN_CLOSED: N_(
        "The key is in a token that is not open here. Please have the administrator open it."
    ),
    SigningCode.CUSTODY_IN_ANOTHER_TOKEN: N_(
        "Keys that sign are in the token {label}: with another token they would not be found. "
        "Give the PIN of that one, or end their certificates first."
    ),
    SigningCode.CUSTODY_FILE_UNREADABLE: N_(
        "The file {file}, with what opens the keys in custody, is missing or damaged. Bring it "
        "back from a backup of this office."
    ),
    SigningCode.AUTHORITY_HOLDERS_ONLY: N_(
        "This office's authority may not certify authorities of institutions. Found the office "
        "anew with this program, or bring an authority that may."
    ),
    SigningCode.PDF_UNREADABLE: N_(
        "This file is not a PDF, or it is damaged. Please make the PDF again and sign that one."
    ),
    SigningCode.PDF_ENCRYPTED: N_(
        "This PDF is encrypted. Please save it without a password and sign that one."
    ),
    SigningCode.PDF_NOT_SIGNABLE: N_(
        "This PDF takes no more signatures: an earlier one forbids it. Please sign a copy "
        "without that signature."
    ),
    SigningCode.LAYOUT_UNREADABLE: N_(
        "The layout of the signature is not valid at “{part}”. Please correct the layout XML."
    ),
    SigningCode.LAYOUT_PAGE: N_(
        "The layout asks for page {page}, and the PDF has {pages}. Please name a page that "
        "exists, or LAST."
    ),
    SigningCode.LAYOUT_BOX: N_(
        "The corners in the layout are no box on a page. Please give the lower left corner "
        "first, in points."
    ),
    SigningCode.LAYOUT_IMAGE: N_(
        "The image in the layout is no PNG or JPEG, or it is too large. Please use a smaller PNG."
    ),
    SigningCode.XML_UNREADABLE: N_("This file is not well-formed XML. Please correct it."),
    SigningCode.XML_DOCTYPE: N_(
        "The XML has a document type declaration (DOCTYPE), which is never accepted. Please "
        "remove it."
    ),
    SigningCode.XML_BESIDE_ROOT: N_(
        "Before or behind the root element of the XML stand comments or instructions. Please "
        "remove them or move them inside."
    ),
    SigningCode.XML_REFERENCE: N_(
        "A node to be signed is not in the XML exactly once. Please check the references: each "
        "is # and the Id of one node."
    ),
    SigningCode.JSON_UNREADABLE: N_("This file is not valid JSON in UTF-8. Please correct it."),
    SigningCode.HASH_LENGTH: N_(
        "A hash to be signed has 32 bytes (SHA-256); this one has {length}. Please send the "
        "base64 of the SHA-256."
    ),
    SigningCode.SIGNATURE_TOO_LONG: N_(
        "The signature does not fit in the document. Please tell the administrator: the "
        "certificate chain is too long."
    ),
    SigningCode.DIGEST_UNFIT: N_(
        "What this station sent to be signed is not complete. Please try again; if it stays so, "
        "update the program."
    ),
    SigningCode.CONTENT_NOT_BASE64: N_(
        "The content of a file is empty or not base64. Please send it encoded in base64."
    ),
    SigningCode.REQUEST_TOO_LARGE: N_(
        "The request has {octets} bytes and may have {maximum}. Please send fewer files, or "
        "their hashes."
    ),
    SigningCode.SIGNING_REQUEST_UNREADABLE: N_(
        "The body of the request is not valid JSON in UTF-8. Please correct the client."
    ),
    SigningCode.REQUEST_FIELD: N_(
        "The field “{part}” of the request is missing or of another kind than documented. "
        "Please correct the client."
    ),
    SigningCode.CONTENT_TYPE: N_(
        "The field “{part}” must be application/pdf, application/xml or application/json. "
        "Please correct the client."
    ),
    SigningCode.TOO_MANY_ITEMS: N_(
        "A request may have {maximum} files at most. Please send several requests."
    ),
    SigningCode.TOKEN_INVALID: N_(
        "The token was not signed with the secret of a registered application. Please check "
        "api_token_key and the secret."
    ),
    SigningCode.TOKEN_CLAIM: N_("The token lacks “{part}”. Please correct the client."),
    SigningCode.EXPIRATION_UNREADABLE: N_(
        "The token's expiration is not written as year-month-dayThour:minute:second. Please "
        "correct the client."
    ),
    SigningCode.TOKEN_EXPIRED: N_(
        "The token has expired. Its expiration is read as local time in Chile: please check the"
        " clock and the time zone of the client."
    ),
    SigningCode.TOKEN_TOO_LONG: N_(
        "The token would be valid for more than 30 minutes. Its expiration is read as local "
        "time in Chile: please check the time zone of the client."
    ),
    SigningCode.CLAIM_SPELLING: N_(
        "“{part}” in the token differs from the registered text in accents or capitals. Please "
        "write it exactly as registered."
    ),
    SigningCode.CLAIM_SPACES: N_(
        "“{part}” in the token differs from the registered text in its spaces, or in how "
        "accents are encoded. Please write it exactly as registered, in composed Unicode (NFC)."
    ),
    SigningCode.CLAIM_NOT_REGISTERED: N_(
        "“{part}” in the token is not what this application is registered for. Please check its"
        " registration."
    ),
    SigningCode.CERTIFICATE_UNKNOWN: N_(
        "There is no certificate of this institution, purpose and RUN. Please check that it was"
        " issued."
    ),
    SigningCode.CERTIFICATE_INACTIVE: N_(
        "This certificate has ended, or is not in force yet. Please have a new one requested."
    ),
    SigningCode.OTP_NOT_SET_UP: N_(
        "The holder has not set up the codes of this certificate. They do so in their own "
        "session, with an authenticator app."
    ),
    SigningCode.OTP_MISSING: N_(
        "Signing with this purpose takes a code, and none came. Please send it in the header OTP."
    ),
    SigningCode.OTP_NOT_WANTED: N_(
        "A certificate for unattended signing has no codes. Please leave the header OTP out."
    ),
    SigningCode.OTP_WRONG: N_(
        "The code is not right. Please wait for the next one in the authenticator app; {left} "
        "tries are left."
    ),
    SigningCode.OTP_USED: N_(
        "This code was used already. Please wait for the next one; {left} tries are left."
    ),
    SigningCode.OTP_LOCKS: N_(
        "The code was refused, and it was the last try: none is accepted before {until}. Please "
        "wait until then."
    ),
    SigningCode.OTP_LOCKED: N_(
        "After too many wrong codes, none is accepted before {until}. Please wait until then."
    ),
    SigningCode.APPLICATION_NOT_ENABLED: N_(
        "The holder has not enabled this application. They do so in their own session, under "
        "the permissions of the certificate."
    ),
    SigningCode.SIGNING_UNAVAILABLE: N_(
        "Nothing can be signed at this moment. Please try the same again in a while."
    ),
    SigningCode.KEY_NOT_POSSIBLE: N_(
        "This key has its certificate already, or has ended. Please have a new certificate "
        "requested."
    ),
    SigningCode.OTP_ALREADY_SET_UP: N_(
        "This certificate has its codes already. Who lost them is identified first and then "
        "gets new ones."
    ),
    SigningCode.OTP_NOT_IN_A_ROW: N_(
        "The two codes do not follow one another. Please type one, wait until it changes, and "
        "type the next; {left} tries are left."
    ),
    SigningCode.IDENTIFICATION_MISSING: N_(
        "Please say how the holder was identified: which document, and when."
    ),
    SigningCode.AUTHORISATION_SPENT: N_(
        "This authorisation was used already. Please ask for a new one with a new code."
    ),
    SigningCode.APPLICATION_KEY: N_(
        "An application's key has 3 to 64 letters, digits, dots or dashes, and no other "
        "application has it. Please choose another."
    ),
    SigningCode.APPLICATION_NAME: N_("Please give the application a name."),
    SigningCode.APPLICATION_SECRET: N_(
        "An application's secret has 32 digits and letters from 0 to f. Let the program make one."
    ),
    SigningCode.OTP_SECRET_UNFIT: N_(
        "The secret of the codes has 32 letters and digits. Let the program make one."
    ),
    SigningCode.APPLICATION_ENDED: N_("This application was ended. Please register a new one."),
    SigningCode.GRANTS_MISSING: N_(
        "Please say for whom the application signs, and for what purpose."
    ),
    SigningCode.GRANT_INVALID: N_(
        "Please give each RUN in digits alone, without its check digit, with one of the two "
        "purposes."
    ),
    SigningCode.OVERLAP: N_(
        "The old secret may go on working for {days} days at most. Please choose a shorter time."
    ),
    SigningCode.SANDBOX_UNCHANGED: N_(
        "The test identities are in that state already: nothing to change."
    ),
    SigningCode.HOLDER_ONLY: N_(
        "Only the holder of the certificate may do this, in their own session."
    ),
    SigningCode.PERMISSION_NOT_NEEDED: N_(
        "Signing with this certificate takes a code each time, and no permission."
    ),
    SigningCode.PERMISSION_UNCHANGED: N_(
        "The application is in that state already: nothing to change."
    ),
}
