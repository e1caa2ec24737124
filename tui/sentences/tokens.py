"""The sentences of `issuance.findings.tokens`."""

from issuance.findings import FindingCode
from issuance.findings.tokens import TokenFinding
from tui.translation import N_

CAUSES: dict[str, str] = {
    TokenFinding.TOKEN_SOFTWARE_MISSING: N_("the software for tokens is missing"),
    TokenFinding.TOKEN_MODULE_MISSING: N_("its PKCS#11 module is missing"),
    TokenFinding.TOKEN_MODULE_UNUSABLE: N_("its PKCS#11 module does not work"),
    TokenFinding.TOKEN_MISSING: N_("it is not connected"),
    TokenFinding.TOKEN_AMBIGUOUS: N_("two of the same name are connected"),
    TokenFinding.TOKEN_IN_USE: N_("another program uses it"),
    TokenFinding.TOKEN_LOST: N_("it no longer answers"),
    TokenFinding.TOKEN_REFUSED: N_("it refused"),
    TokenFinding.TOKEN_PIN_WRONG: N_("its PIN is wrong"),
    TokenFinding.TOKEN_PIN_LAST_TRY: N_("its PIN is wrong; one try is left"),
    TokenFinding.TOKEN_PIN_LOCKED: N_("it is locked after wrong PINs"),
    TokenFinding.TOKEN_PIN_EXPIRED: N_("it wants another PIN"),
    TokenFinding.TOKEN_PIN_NOT_SET: N_("it has no PIN yet"),
    TokenFinding.TOKEN_KEY_MISSING: N_("the authority's key is not in it"),
    TokenFinding.TOKEN_KEY_AMBIGUOUS: N_("it holds several such keys"),
    TokenFinding.TOKEN_KEY_EXPORTABLE: N_("its key can be copied out"),
    TokenFinding.TOKEN_KEY_DIFFERS: N_("its key is another one"),
}
"""What a token with the authority's key last refused, in a few words; others stand as codes."""

SENTENCES: dict[FindingCode, str] = {
    TokenFinding.TOKEN_SOFTWARE_MISSING: N_(
        "The software for tokens is not installed on this computer. Please ask the "
        "administrator to install the extra “hsm”."
    ),
    TokenFinding.TOKEN_NOT_SET_UP: N_(
        "This station is not set up for tokens. Please have the administrator name the PKCS#11 "
        "module in the settings."
    ),
    TokenFinding.AUTHORITY_NOT_IN_TOKEN: N_(
        "This office's signing key is sealed on this computer and in no token: it has no PIN."
    ),
    TokenFinding.AUTHORITY_TOKEN_FAILS: N_(
        "The authority's token does not sign now ({cause}). Nothing is lost: what waits is signed "
        "by itself once it answers. Please tell the administrator."
    ),
    TokenFinding.TOKEN_MODULE_MISSING: N_(
        "There is no PKCS#11 module at {path}. Please install the token maker's software, or "
        "have the path corrected in the settings."
    ),
    TokenFinding.TOKEN_MODULE_UNUSABLE: N_(
        "{path} does not work as a PKCS#11 module on this computer. Please choose the module "
        "the token's maker gives for this system."
    ),
    TokenFinding.TOKEN_MISSING: N_(
        "The token “{label}” is not there. Please put it in and try again."
    ),
    TokenFinding.TOKEN_AMBIGUOUS: N_(
        "{count} tokens are named “{label}”. Please leave only the right one connected."
    ),
    TokenFinding.TOKEN_IN_USE: N_(
        "The token is in use by another act or program. Please finish that, or close the "
        "other program, and try again."
    ),
    TokenFinding.TOKEN_LOST: N_(
        "The token no longer answers ({error}); it may have been taken out. Please put it in "
        "again and go on: nothing is lost. If it still does not answer, start this program "
        "again."
    ),
    TokenFinding.TOKEN_WRITE_PROTECTED: N_(
        "The token is write-protected. Please use another one, or have its protection lifted."
    ),
    TokenFinding.TOKEN_FULL: N_(
        "There is no room left on the token. Please delete what is no longer needed with its "
        "maker's software, or use another one."
    ),
    TokenFinding.TOKEN_REFUSED: N_(
        "The token refused ({error}). Please try again, or use another token; if it happens "
        "twice, tell the administrator."
    ),
    TokenFinding.TOKEN_PIN_EMPTY: N_("No PIN was typed. Please type the token's PIN."),
    TokenFinding.TOKEN_PIN_UNREADABLE: N_(
        "No PIN was typed, or its file {file} cannot be read ({reason}). Please type it, or check "
        "the file."
    ),
    TokenFinding.TOKEN_PIN_WRONG: N_(
        "The PIN is wrong. Please type it again with care: the token locks after a few wrong ones."
    ),
    TokenFinding.TOKEN_PIN_LAST_TRY: N_(
        "The PIN is wrong, and one more wrong one locks the token. Please be sure of it "
        "before you type it again."
    ),
    TokenFinding.TOKEN_PIN_LOCKED: N_(
        "The token is locked after too many wrong PINs. Please have it unlocked with its "
        "unlocking PIN (PUK, security officer), or use another one."
    ),
    TokenFinding.TOKEN_PIN_EXPIRED: N_(
        "The token wants its PIN changed first. Please choose a new one."
    ),
    TokenFinding.TOKEN_PIN_NOT_SET: N_(
        "The token has no PIN yet. Please have it prepared and let its owner choose one."
    ),
    TokenFinding.TOKEN_PIN_SHORT: N_(
        "The new PIN needs at least {minimum} characters. Please choose a longer one."
    ),
    TokenFinding.TOKEN_PIN_CHARACTER: N_(
        "A PIN consists of unaccented letters, digits and common signs. Please type it again "
        "without others."
    ),
    TokenFinding.TOKEN_PIN_UNFIT: N_(
        "The token does not take this PIN: it is too long, too short or too simple for it. "
        "Please choose another one, for example of 8 digits."
    ),
    TokenFinding.TOKEN_UNLOCKING_PIN_WRONG: N_(
        "The token's unlocking PIN (PUK, security officer) is wrong. Please check it with "
        "care: too many wrong ones destroy the token's use."
    ),
    TokenFinding.TOKEN_ALGORITHM_UNSUPPORTED: N_(
        "The token cannot make a key of kind {algorithm}. Please choose another kind of key, "
        "or use another token."
    ),
    TokenFinding.TOKEN_KEY_MISSING: N_(
        "The key looked for is not in the token “{label}”. Please connect the token in which "
        "it was made; if it is lost, a certificate issued for it must be revoked."
    ),
    TokenFinding.TOKEN_KEY_AMBIGUOUS: N_(
        "{count} keys in the token have the same identifier. Please use another token, or "
        "have the administrator remove the ones not in use."
    ),
    TokenFinding.TOKEN_KEY_EXISTS: N_(
        "The token holds a key with this identifier already. Please go on with that one, or "
        "give it up first."
    ),
    TokenFinding.TOKEN_KEY_EXPORTABLE: N_(
        "The key in the token can be copied out of it, so it is not accepted. Please have a "
        "new key made in the token."
    ),
    TokenFinding.TOKEN_KEY_DIFFERS: N_(
        "The key in the token is not the certificate's. Please connect the right token; if it"
        " is the right one, tell the administrator."
    ),
    TokenFinding.TOKEN_DOES_NOT_SIGN: N_(
        "The token did not make a valid test signature. Please try again, or use another token."
    ),
    TokenFinding.TOKEN_CERTIFICATES: N_(
        "Beside its key, the token should hold just the one certificate issued for it; it "
        "holds {count} that are not as expected. Please do not hand it over and try again."
    ),
}
