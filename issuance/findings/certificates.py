"""Codes of what is found about certificates, keys, passwords of key files, and saving them."""

from issuance.findings import FindingCode


class CertificateFinding(FindingCode):
    """Findings of `issuance.certificates` and `backend_client.at_the_station`."""

    # What goes into the certificate.
    VALUE_MISSING = "VALUE_MISSING"
    """The certificate needs a value nobody gave: name, oid."""
    VALUE_TOO_LONG = "VALUE_TOO_LONG"
    """The certificate has no room for the value: name, oid, length, limit (characters)."""
    VALUE_CHARACTER_REFUSED = "VALUE_CHARACTER_REFUSED"
    """A character the certificate's field cannot hold: name, oid, character (as U+XXXX)."""
    COUNTRY_CODE_WRONG = "COUNTRY_CODE_WRONG"
    """A country is two capital letters (ISO 3166-1): name."""

    # How long it is valid.
    OFFICE_ENDED = "OFFICE_ENDED"
    """The holder's office has ended, so nothing can be issued for it: ended."""
    AUTHORITY_EXPIRED = "AUTHORITY_EXPIRED"
    """The certification authority's certificate has expired: ended."""
    AUTHORITY_NOT_YET_VALID = "AUTHORITY_NOT_YET_VALID"
    """The clock stands before the authority's beginning: starts."""

    # The request and its key.
    REQUEST_UNREADABLE = "REQUEST_UNREADABLE"
    """The bytes are no PKCS#10 request."""
    REQUEST_SIGNATURE_WRONG = "REQUEST_SIGNATURE_WRONG"
    """The request was not signed by the key it names."""
    KEY_NOT_ALLOWED = "KEY_NOT_ALLOWED"
    """The profile does not allow this kind or size of key: algorithm, allowed."""
    KEY_EXPONENT_WRONG = "KEY_EXPONENT_WRONG"
    """The RSA public exponent is not 65537."""
    KEY_WEAK = "KEY_WEAK"
    """The RSA modulus carries the mark of a generator known to be broken."""

    # The certificate as built, beside what was meant.
    CERTIFICATE_UNREADABLE = "CERTIFICATE_UNREADABLE"
    """The bytes are no well-formed certificate."""
    EXTENSION_DUPLICATE = "EXTENSION_DUPLICATE"
    """An extension stands twice: oid."""
    EXTENSION_NOT_DER = "EXTENSION_NOT_DER"
    """An extension's value is not encoded in the one way DER allows: oid."""
    EXTENSION_UNEXPECTED = "EXTENSION_UNEXPECTED"
    """An extension the profile does not have: oid."""
    ATTRIBUTE_DUPLICATE = "ATTRIBUTE_DUPLICATE"
    """A subject attribute or other name stands twice: oid."""
    SUBJECT_DIFFERS = "SUBJECT_DIFFERS"
    """A subject attribute is missing, extra, misplaced, another text or string type: oid."""
    OTHER_NAME_DIFFERS = "OTHER_NAME_DIFFERS"
    """An otherName field is missing, extra, another text or string type: oid."""
    POLICY_DIFFERS = "POLICY_DIFFERS"
    """The certificate policies are not the profile's: expected, found."""
    KEY_USAGE_DIFFERS = "KEY_USAGE_DIFFERS"
    """The key usage is not the profile's or not critical: expected, found."""
    EXTENDED_KEY_USAGE_DIFFERS = "EXTENDED_KEY_USAGE_DIFFERS"
    """The extended key usage is not the profile's: expected, found."""
    ADDRESSES_DIFFER = "ADDRESSES_DIFFER"
    """An address (CRL, OCSP, issuer, practice statement) is not the profile's: expected, found."""
    IS_AUTHORITY = "IS_AUTHORITY"
    """The holder's certificate does not say critically that it is no authority."""
    NOT_HOLDERS_AUTHORITY = "NOT_HOLDERS_AUTHORITY"
    """An institution's certificate does not say critically that it certifies holders only."""
    EXTENSION_DIFFERS = "EXTENSION_DIFFERS"
    """An extension of an authority is missing, critical, or says something else: oid."""
    PUBLIC_KEY_DIFFERS = "PUBLIC_KEY_DIFFERS"
    """The certificate holds another public key than the request."""
    KEY_IDENTIFIER_DIFFERS = "KEY_IDENTIFIER_DIFFERS"
    """A key identifier does not match its key: which (subject, authority)."""
    ISSUER_DIFFERS = "ISSUER_DIFFERS"
    """The issuer named is not the authority that will sign."""
    SERIAL_UNFIT = "SERIAL_UNFIT"
    """The serial number is not the one given, or not 64 to 159 bits long: bits."""
    VALIDITY_DIFFERS = "VALIDITY_DIFFERS"
    """The validity is not the one meant, or reaches beyond the authority's own."""
    SIGNATURE_ALGORITHM_DIFFERS = "SIGNATURE_ALGORITHM_DIFFERS"
    """The signature algorithm is not the authority's: oid."""

    LINTER_OBJECTS = "LINTER_OBJECTS"
    """The independent linter finds a rule of RFC 5280 broken: rule (its name there), place."""

    # The chain above the certificate.
    CHAIN_INCOMPLETE = "CHAIN_INCOMPLETE"
    """The key file lacks the authority's certificate of that subject: subject."""
    CHAIN_BROKEN = "CHAIN_BROKEN"
    """The certificate of that subject is not signed by the next one: subject."""
    CHAIN_OUTSIDE_VALIDITY = "CHAIN_OUTSIDE_VALIDITY"
    """The certificate of that subject is not valid at this moment: subject, starts, ends."""
    CHAIN_NOT_AUTHORITY = "CHAIN_NOT_AUTHORITY"
    """The certificate of that subject may not issue this one: subject."""
    CHAIN_ROOT_UNKNOWN = "CHAIN_ROOT_UNKNOWN"
    """The chain does not end in the trusted root."""

    # The key file and its password.
    KEY_FILE_PASSWORD_SHORT = "KEY_FILE_PASSWORD_SHORT"  # noqa: S105
    """Fewer characters than the policy asks: length, minimum."""
    PASSWORD_CHARACTER_REFUSED = "PASSWORD_CHARACTER_REFUSED"  # noqa: S105
    """A character that is not printable ASCII: position (from 1)."""
    PASSWORD_EDGE_SPACE = "PASSWORD_EDGE_SPACE"  # noqa: S105
    """The password begins or ends with a space."""
    KEY_FILE_PASSWORD_WEAK = "KEY_FILE_PASSWORD_WEAK"  # noqa: S105
    """Too easily guessed: strength, minimum (both 0 to 4)."""
    KEY_FILE_DOES_NOT_OPEN = "KEY_FILE_DOES_NOT_OPEN"
    """The PKCS#12 does not open with the password."""
    KEY_FILE_CERTIFICATES = "KEY_FILE_CERTIFICATES"
    """The PKCS#12 does not hold exactly one signing certificate: count."""
    KEY_FILE_WRONG_KEY = "KEY_FILE_WRONG_KEY"
    """The private key in the PKCS#12 is not the certificate's."""
    KEY_FILE_DOES_NOT_SIGN = "KEY_FILE_DOES_NOT_SIGN"
    """A signature made with the PKCS#12 does not verify with its certificate."""

    # The authority's own keys.
    PASSPHRASE_WRONG = "PASSPHRASE_WRONG"  # noqa: S105
    """The passphrase does not open the authority's key."""
    KEY_SLOT_REFUSED = "KEY_SLOT_REFUSED"
    """This person has no slot that opens the authority's key: label."""
    AUTHORITY_KEYS_DAMAGED = "AUTHORITY_KEYS_DAMAGED"
    """The file of the authority's keys cannot be read."""
    AUTHORITY_KEYS_NEWER = "AUTHORITY_KEYS_NEWER"
    """The file of the authority's keys was written by a newer program: version."""

    # An applicant's sealed key at the station.
    SEALED_KEY_MISSING = "SEALED_KEY_MISSING"
    """No sealed key waits for this case here."""
    SEALED_KEY_EXISTS = "SEALED_KEY_EXISTS"
    """A sealed key of this case waits already; it must be opened or destroyed first."""
    SEALED_KEY_WRONG_PASSWORD = "SEALED_KEY_WRONG_PASSWORD"  # noqa: S105
    """The password does not open the sealed key."""
    SEALED_KEY_DAMAGED = "SEALED_KEY_DAMAGED"
    """The sealed key cannot be read."""

    # Saving a file.
    FILE_EXISTS = "FILE_EXISTS"
    """Another file has that name: path."""
    FOLDER_MISSING = "FOLDER_MISSING"
    """The folder does not exist: path."""
    FILE_NAME_REFUSED = "FILE_NAME_REFUSED"
    """The device cannot hold a file of that name: path."""
    NO_SPACE = "NO_SPACE"
    """The device is full: path."""
    NO_PERMISSION = "NO_PERMISSION"
    """Writing there is not allowed: path."""
    READ_ONLY = "READ_ONLY"
    """The device is write-protected: path."""
    DEVICE_REMOVED = "DEVICE_REMOVED"
    """The device went away or reports faults: path."""
    FILE_DIFFERS = "FILE_DIFFERS"
    """What was read back is not what was written: path."""
    SAVING_FAILED = "SAVING_FAILED"
    """Saving failed for another reason: path, error (the system's name of it)."""
