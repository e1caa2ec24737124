"""Codes of what is found about PKCS#11 tokens: the authority's and the applicants'."""

# ruff: noqa: S105  (a code that names a token or a PIN is no password)

from issuance.findings import FindingCode


class TokenFinding(FindingCode):
    """Findings of the `pkcs11_*` modules and of `backend_client.at_the_station.token`."""

    # Reaching the token.
    TOKEN_SOFTWARE_MISSING = "TOKEN_SOFTWARE_MISSING"
    """The optional package for tokens is not installed."""
    TOKEN_NOT_SET_UP = "TOKEN_NOT_SET_UP"
    """The station's settings name no PKCS#11 module."""
    TOKEN_MODULE_MISSING = "TOKEN_MODULE_MISSING"
    """There is no PKCS#11 module in that place: path."""
    TOKEN_MODULE_UNUSABLE = "TOKEN_MODULE_UNUSABLE"
    """The file is no PKCS#11 module of this computer, or does not start: path."""
    TOKEN_MISSING = "TOKEN_MISSING"
    """No such token is there: label."""
    TOKEN_AMBIGUOUS = "TOKEN_AMBIGUOUS"
    """Several tokens have this name and no serial number was given: label, count."""
    TOKEN_IN_USE = "TOKEN_IN_USE"
    """Somebody is logged in to the token, or it takes no more sessions."""
    TOKEN_LOST = "TOKEN_LOST"
    """The token was taken out, or its session ended, in the middle of an act: error."""
    TOKEN_WRITE_PROTECTED = "TOKEN_WRITE_PROTECTED"
    """Nothing can be written to the token."""
    TOKEN_FULL = "TOKEN_FULL"
    """The token has no room left."""
    TOKEN_REFUSED = "TOKEN_REFUSED"
    """The token refused for a reason that has no code of its own: error."""

    # Its PINs.
    TOKEN_PIN_EMPTY = "TOKEN_PIN_EMPTY"
    """No PIN was given; the token is not asked, which would count it as a wrong one."""
    TOKEN_PIN_WRONG = "TOKEN_PIN_WRONG"
    """The PIN is wrong; the token counts it."""
    TOKEN_PIN_LAST_TRY = "TOKEN_PIN_LAST_TRY"
    """The PIN is wrong, and one more wrong one locks the token."""
    TOKEN_PIN_LOCKED = "TOKEN_PIN_LOCKED"
    """Too many wrong PINs: the token accepts none any more."""
    TOKEN_PIN_EXPIRED = "TOKEN_PIN_EXPIRED"
    """The PIN must be changed before anything else."""
    TOKEN_PIN_NOT_SET = "TOKEN_PIN_NOT_SET"
    """The token is blank or has no PIN of its user yet."""
    TOKEN_PIN_SHORT = "TOKEN_PIN_SHORT"
    """The new PIN is too short: minimum."""
    TOKEN_PIN_CHARACTER = "TOKEN_PIN_CHARACTER"
    """A PIN is of unaccented letters, digits and common signs."""
    TOKEN_PIN_UNFIT = "TOKEN_PIN_UNFIT"
    """The token does not take this new PIN: too long, too short or too simple for it."""
    TOKEN_UNLOCKING_PIN_WRONG = "TOKEN_UNLOCKING_PIN_WRONG"
    """The security officer's PIN is wrong; the token counts it."""

    # Keys and certificates in it.
    TOKEN_ALGORITHM_UNSUPPORTED = "TOKEN_ALGORITHM_UNSUPPORTED"
    """The token cannot make or use this kind of key: algorithm."""
    TOKEN_KEY_MISSING = "TOKEN_KEY_MISSING"
    """The key looked for is not in this token: label."""
    TOKEN_KEY_AMBIGUOUS = "TOKEN_KEY_AMBIGUOUS"
    """Several private keys in the token have the same identifier: count."""
    TOKEN_KEY_EXISTS = "TOKEN_KEY_EXISTS"
    """A key with this identifier is there and is never replaced silently."""
    TOKEN_KEY_EXPORTABLE = "TOKEN_KEY_EXPORTABLE"
    """The key can be read out of the token, so that another copy may exist."""
    TOKEN_KEY_DIFFERS = "TOKEN_KEY_DIFFERS"
    """The key in the token is not the certificate's."""
    TOKEN_DOES_NOT_SIGN = "TOKEN_DOES_NOT_SIGN"
    """A test signature made by the token did not verify."""
    TOKEN_CERTIFICATES = "TOKEN_CERTIFICATES"
    """Beside the key stands not exactly the one certificate issued for it: count."""

    # The authority's own.
    AUTHORITY_NOT_IN_TOKEN = "AUTHORITY_NOT_IN_TOKEN"
    """The authority's key is sealed on this computer: there is no PIN to change."""
    AUTHORITY_TOKEN_FAILS = "AUTHORITY_TOKEN_FAILS"
    """The authority's token does not sign now; what waits is signed later: cause, a code above."""
