"""The sentences of `issuance.findings.certificates`."""

from issuance.findings import FindingCode
from issuance.findings.certificates import CertificateFinding
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    CertificateFinding.VALUE_MISSING: N_(
        "The certificate needs “{name}”, and it is empty. Please fill it in."
    ),
    CertificateFinding.VALUE_TOO_LONG: N_(
        "“{name}” has {length} characters and the certificate takes at most {limit}. Please "
        "enter a shorter form and confirm it with the applicant; nothing is cut off by itself."
    ),
    CertificateFinding.VALUE_CHARACTER_REFUSED: N_(
        "“{name}” holds a character the certificate cannot carry ({character}). Please type the"
        " value again by hand; copied text often brings invisible characters."
    ),
    CertificateFinding.COUNTRY_CODE_WRONG: N_(
        "“{name}” must be the two capital letters of a country, for example EC."
    ),
    CertificateFinding.OFFICE_ENDED: N_(
        "The holder's office ended on {ended}, so no certificate can be issued for it. Please "
        "bring the new appointment in the step of photo and documents."
    ),
    CertificateFinding.AUTHORITY_EXPIRED: N_(
        "The certification authority's own certificate ended on {ended}. Please tell the "
        "administrator; nothing can be issued until it is renewed."
    ),
    CertificateFinding.AUTHORITY_ENDS_SOON: N_(
        "The certification authority's own certificate ends on {ends}; whatever is issued ends "
        "with it. Please tell the administrator: it must be renewed before."
    ),
    CertificateFinding.AUTHORITY_CUTS_TERM: N_(
        "The certification authority itself ends on {ends}, before this certificate's term, and "
        "the certificate with it. Please tell the applicant now, before anything is paid."
    ),
    CertificateFinding.AUTHORITY_NOT_YET_VALID: N_(
        "The certification authority begins on {starts}, later than this computer's clock says."
        " Please check the date and time of the computer."
    ),
    CertificateFinding.REQUEST_UNREADABLE: N_(
        "The certificate request cannot be read. Please make the key pair again."
    ),
    CertificateFinding.REQUEST_SIGNATURE_WRONG: N_(
        "The certificate request was not signed by its own key. Please make the key pair again."
    ),
    CertificateFinding.KEY_NOT_ALLOWED: N_(
        "A key of kind {algorithm} is not allowed here. Please make one of: {allowed}."
    ),
    CertificateFinding.KEY_EXPONENT_WRONG: N_(
        "The key has an unusual public exponent and is not accepted. Please make the key pair "
        "again."
    ),
    CertificateFinding.KEY_WEAK: N_(
        "The key comes from a faulty generator and could be broken. Please make a new key pair,"
        " with another device or program."
    ),
    CertificateFinding.CERTIFICATE_UNREADABLE: N_(
        "The certificate cannot be read. Please do not hand it over and tell the administrator."
    ),
    CertificateFinding.EXTENSION_DUPLICATE: N_(
        "The certificate holds the extension {oid} twice. Please do not hand it over and tell "
        "the administrator."
    ),
    CertificateFinding.EXTENSION_NOT_DER: N_(
        "The certificate's extension {oid} is not encoded by the rules. Please do not hand it "
        "over and tell the administrator."
    ),
    CertificateFinding.EXTENSION_UNEXPECTED: N_(
        "The certificate holds the extension {oid}, which its profile does not have. Please "
        "tell the administrator."
    ),
    CertificateFinding.EXTENSION_CRITICALITY: N_(
        "Whether the certificate's extension {oid} is critical is not as its profile has it. "
        "Please do not hand it over and tell the administrator."
    ),
    CertificateFinding.ATTRIBUTE_DUPLICATE: N_(
        "The certificate holds the field {oid} twice. Please do not hand it over and tell the "
        "administrator."
    ),
    CertificateFinding.ISSUED_BY_EARLIER_RULES: N_(
        "It was issued by earlier rules of the office (version {version}), which meant something "
        "else than those in force. That is no fault of the certificate."
    ),
    CertificateFinding.SUBJECT_DIFFERS: N_(
        "The holder's name in the certificate (field {oid}) is not what was confirmed. Please "
        "do not hand it over and tell the administrator."
    ),
    CertificateFinding.OTHER_NAME_DIFFERS: N_(
        "The holder's data in the certificate (field {oid}) are not what was confirmed. Please "
        "do not hand it over and tell the administrator."
    ),
    CertificateFinding.POLICY_DIFFERS: N_(
        "The certificate names the policy {found} instead of {expected}. Please tell the "
        "administrator."
    ),
    CertificateFinding.KEY_USAGE_DIFFERS: N_(
        "The certificate's key usage is {found} instead of {expected}. Please tell the "
        "administrator."
    ),
    CertificateFinding.EXTENDED_KEY_USAGE_DIFFERS: N_(
        "The certificate's extended key usage is {found} instead of {expected}. Please tell the"
        " administrator."
    ),
    CertificateFinding.ADDRESSES_DIFFER: N_(
        "The certificate names the address {found} instead of {expected}. Please tell the "
        "administrator."
    ),
    CertificateFinding.NOT_HOLDERS_AUTHORITY: N_(
        "The institution's certificate does not say that it certifies holders only. Nothing was "
        "signed. Please tell the administrator."
    ),
    CertificateFinding.EXTENSION_DIFFERS: N_(
        "The institution's certificate lacks the extension {oid} as it should be. Nothing was "
        "signed. Please tell the administrator."
    ),
    CertificateFinding.IS_AUTHORITY: N_(
        "The certificate does not say that its holder is no certification authority. Please do "
        "not hand it over and tell the administrator."
    ),
    CertificateFinding.PUBLIC_KEY_DIFFERS: N_(
        "The certificate holds another key than the applicant's. Please do not hand it over and"
        " tell the administrator."
    ),
    CertificateFinding.KEY_IDENTIFIER_DIFFERS: N_(
        "A key identifier in the certificate does not match its key ({which}). Please tell the "
        "administrator."
    ),
    CertificateFinding.ISSUER_DIFFERS: N_(
        "The certificate names another issuer than the authority of this office. Please tell "
        "the administrator."
    ),
    CertificateFinding.SERIAL_UNFIT: N_(
        "The certificate's serial number is not fit for use ({bits} bits). Please start the "
        "issue again; if it happens twice, tell the administrator."
    ),
    CertificateFinding.VALIDITY_DIFFERS: N_(
        "The certificate's dates are not the ones meant or reach beyond the authority's own. "
        "Please check the computer's clock and tell the administrator."
    ),
    CertificateFinding.SIGNATURE_ALGORITHM_DIFFERS: N_(
        "The certificate names a signature algorithm ({oid}) that is not the authority's. "
        "Please tell the administrator."
    ),
    CertificateFinding.LINTER_OBJECTS: N_(
        "The certificate as prepared breaks a rule of the standard ({rule}, at {place}). Nothing "
        "was signed. Please tell the administrator these words."
    ),
    CertificateFinding.CHAIN_INCOMPLETE: N_(
        "The key file lacks the authority's certificate “{subject}”. Please save the file "
        "again; if it happens twice, tell the administrator."
    ),
    CertificateFinding.CHAIN_BROKEN: N_(
        "“{subject}” is not signed by the authority above it. Please do not hand the "
        "certificate over and tell the administrator."
    ),
    CertificateFinding.CHAIN_OUTSIDE_VALIDITY: N_(
        "“{subject}” is valid from {starts} to {ends}, not now. Please check the computer's "
        "clock and tell the administrator."
    ),
    CertificateFinding.CHAIN_NOT_AUTHORITY: N_(
        "“{subject}” may not issue this certificate. Please tell the administrator."
    ),
    CertificateFinding.CHAIN_ROOT_UNKNOWN: N_(
        "The certificate does not lead to the root this office trusts. Please tell the "
        "administrator."
    ),
    CertificateFinding.KEY_FILE_PASSWORD_SHORT: N_(
        "The password has {length} characters; it needs at least {minimum}."
    ),
    CertificateFinding.PASSWORD_CHARACTER_REFUSED: N_(
        "Character {position} of the password may not open in every program. Please use "
        "unaccented letters, digits and common signs only."
    ),
    CertificateFinding.PASSWORD_EDGE_SPACE: N_(
        "The password begins or ends with a space, which is easily lost. Please take it away."
    ),
    CertificateFinding.KEY_FILE_PASSWORD_WEAK: N_(
        "The password is too easy to guess (strength {strength} of 4, at least {minimum} is "
        "needed). Please make it longer, or take a generated one."
    ),
    CertificateFinding.KEY_FILE_DOES_NOT_OPEN: N_(
        "The key file does not open with the password. Please save it again."
    ),
    CertificateFinding.KEY_FILE_CERTIFICATES: N_(
        "The key file should hold one signing certificate and holds {count}. Please save it "
        "again, and do not hand this one over."
    ),
    CertificateFinding.KEY_FILE_WRONG_KEY: N_(
        "The key in the file is not the certificate's. Please do not hand it over and tell the "
        "administrator."
    ),
    CertificateFinding.KEY_FILE_DOES_NOT_SIGN: N_(
        "A test signature made with the file did not verify. Please do not hand it over and "
        "tell the administrator."
    ),
    CertificateFinding.PASSPHRASE_WRONG: N_(
        "The passphrase does not open the certification authority's key. Please check capitals "
        "and keyboard language and type it again."
    ),
    CertificateFinding.KEY_SLOT_REFUSED: N_(
        "“{label}” cannot open the certification authority's key. Please ask another "
        "administrator to renew this access; where there is none, restore the office from its "
        "last backup."
    ),
    CertificateFinding.AUTHORITY_KEYS_DAMAGED: N_(
        "The file with the certification authority's keys is damaged. Please restore it from "
        "the backup; the administrator can do this."
    ),
    CertificateFinding.AUTHORITY_KEYS_NEWER: N_(
        "The certification authority's keys were written by a newer program (format {version})."
        " Please update this program."
    ),
    CertificateFinding.SEALED_KEY_MISSING: N_(
        "No key of this case waits at this station. If a certificate was issued already, it is "
        "revoked and issued again free of charge."
    ),
    CertificateFinding.SEALED_KEY_EXISTS: N_(
        "A key of this case waits here already. Please go on with it and the password chosen "
        "then, or give it up first."
    ),
    CertificateFinding.SEALED_KEY_WRONG_PASSWORD: N_(
        "That is not the password the applicant chose for this key. Please try again; without "
        "it the certificate is revoked and issued again free of charge."
    ),
    CertificateFinding.SEALED_KEY_DAMAGED: N_(
        "The key of this case cannot be read any more. Please give it up; the certificate is "
        "revoked and issued again free of charge."
    ),
    CertificateFinding.FILE_EXISTS: N_(
        "There is another file named {path}. Please choose another folder or name; nothing is "
        "overwritten."
    ),
    CertificateFinding.FOLDER_MISSING: N_(
        "The folder of {path} does not exist. Please choose another one, or put the device in "
        "again."
    ),
    CertificateFinding.FILE_NAME_REFUSED: N_(
        "A file cannot be named {path} there. Please choose a shorter name of letters and digits."
    ),
    CertificateFinding.NO_SPACE: N_(
        "There is no space left for {path}. Please free some or choose another device; nothing "
        "is lost."
    ),
    CertificateFinding.NO_PERMISSION: N_("You may not write {path}. Please choose another folder."),
    CertificateFinding.READ_ONLY: N_(
        "The device of {path} is write-protected. Please move its switch or choose another device."
    ),
    CertificateFinding.DEVICE_REMOVED: N_(
        "The device was taken out or is failing while {path} was being saved. Please put it in "
        "again or choose another one; nothing is lost."
    ),
    CertificateFinding.FILE_DIFFERS: N_(
        "What was read back from {path} is not what was saved: the device is failing. Please "
        "choose another device."
    ),
    CertificateFinding.SAVING_FAILED: N_(
        "{path} could not be saved ({error}). Please choose another folder or device; nothing "
        "is lost."
    ),
}
