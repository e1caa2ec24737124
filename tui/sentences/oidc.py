"""The sentences of `issuance.findings.oidc`."""

from issuance.findings import FindingCode
from issuance.findings.oidc import ProviderCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    ProviderCode.PROVIDER_ADDRESS_INVALID: N_(
        "This is no encrypted address. Please copy the whole address, from https:// on, from the "
        "provider's papers."
    ),
    ProviderCode.PROVIDER_RETURN_INVALID: N_(
        "The return address must be this office's server followed by {path}, and the same must "
        "be registered with the provider."
    ),
    ProviderCode.PROVIDER_FIELD_INVALID: N_(
        "This field is empty or has characters that cannot be sent. Please copy it from the "
        "provider's papers."
    ),
    ProviderCode.PROVIDER_SECRET_MISSING: N_(
        "Please type the secret the provider gave: for another client or token address the "
        "former one is not used."
    ),
    ProviderCode.PROVIDER_NOT_FOR_OFFICE: N_(
        "Only people of institutions log in by a provider, and this office has none. Nothing "
        "was changed."
    ),
    ProviderCode.PROVIDER_FILE_UNREADABLE: N_(
        "“{file}” cannot be read as the provider's settings. Please compare it with the example "
        "in the administrator's guide."
    ),
    ProviderCode.PROVIDER_NOT_SET_UP: N_(
        "No identity provider is set up. Please log in with user name, password and code."
    ),
    ProviderCode.PROVIDER_ANSWERS: N_(
        "The provider answers, publishes its keys ({keys}) and knows this office. "
        "People can log in by it."
    ),
    ProviderCode.PROVIDER_UNREACHABLE: N_(
        "The server cannot reach {host}. Please try again in a while, or log in with your "
        "password; tell the administrator if it continues."
    ),
    ProviderCode.PROVIDER_TOO_SLOW: N_(
        "{host} did not answer within {seconds} seconds. Please try again in a while, or log in "
        "with your password."
    ),
    ProviderCode.PROVIDER_ANSWER_UNUSABLE: N_(
        "{host} gave an answer that cannot be used (HTTP {status}). Please log in with your "
        "password and tell the administrator to check the provider's addresses."
    ),
    ProviderCode.PROVIDER_CLIENT_REFUSED: N_(
        "The provider does not accept this office's client or its secret. Please ask the "
        "administrator to type both again as the provider gave them."
    ),
    ProviderCode.PROVIDER_CODE_REFUSED: N_(
        "The provider did not take back the code it had just given. Please begin again."
    ),
    ProviderCode.PROVIDER_DENIED: N_(
        "The log-in was declined on the provider's page. Please begin again and allow it there, "
        "or log in with your password."
    ),
    ProviderCode.PROVIDER_REFUSED: N_(
        "The provider ended the log-in ({reason}). Please begin again; tell the administrator "
        "if it continues."
    ),
    ProviderCode.PROVIDER_TOKEN_INVALID: N_(
        "What the provider said of you cannot be trusted ({part}), so nobody was logged in. "
        "Please begin again; tell the administrator if it continues."
    ),
    ProviderCode.PROVIDER_LEVEL_TOO_LOW: N_(
        "The provider proved your identity at a lower level ({level}) than this office asks "
        "for. Please raise it with the provider, or log in with your password."
    ),
    ProviderCode.PROVIDER_RUN_MISSING: N_(
        "The provider gave no valid RUN, so it is not known who you are here. Please log in "
        "with your password and tell the administrator."
    ),
    ProviderCode.PROVIDER_ACCOUNT_MISSING: N_(
        "Your identity is proved, but no account here has your RUN. Please ask your "
        "institution's operator to register you and give you an account."
    ),
    ProviderCode.PROVIDER_ACCOUNTS_SEVERAL: N_(
        "Your RUN has more than one account here. Please log in with the user name and "
        "password of the one you want."
    ),
    ProviderCode.PROVIDER_ACCOUNT_NEW: N_(
        "Your account still has its first password, which somebody else knows. Please log in "
        "with it once and choose your own; from then on the provider's way is open."
    ),
    ProviderCode.PROVIDER_LOG_IN_OVER: N_(
        "This log-in is over: its five minutes ran out, it was left, or a wrong code was typed "
        "three times. Please begin again."
    ),
    ProviderCode.PROVIDER_RETURN_CODE_WRONG: N_(
        "This is not the code of the page that came after the provider's. Tries left: {tries}."
    ),
    ProviderCode.PROVIDER_BUSY: N_(
        "Too many people are logging in by the provider right now. Please try again in five "
        "minutes, or log in with your password."
    ),
}
