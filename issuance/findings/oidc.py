"""What can be wrong with a log-in by an identity provider (OpenID Connect), or its settings."""

from issuance.findings import FindingCode


class ProviderCode(FindingCode):
    """Findings about an office's identity provider and the log-ins that go through it."""

    #: An address of the settings is none, or not encrypted. No parameters.
    PROVIDER_ADDRESS_INVALID = "PROVIDER_ADDRESS_INVALID"
    #: The address the provider returns to has not the right path. Parameter: path.
    PROVIDER_RETURN_INVALID = "PROVIDER_RETURN_INVALID"
    #: A field of the settings is empty or has what cannot be sent. No parameters.
    PROVIDER_FIELD_INVALID = "PROVIDER_FIELD_INVALID"
    #: A client's secret is missing, or belongs to other settings. No parameters.
    PROVIDER_SECRET_MISSING = "PROVIDER_SECRET_MISSING"  # noqa: S105 -- the name of a finding
    #: Nobody of this office logs in by a provider: its policy has no institutions. No parameters.
    PROVIDER_NOT_FOR_OFFICE = "PROVIDER_NOT_FOR_OFFICE"
    #: The file with the settings cannot be read. Parameter: file (its name).
    PROVIDER_FILE_UNREADABLE = "PROVIDER_FILE_UNREADABLE"

    #: No provider is set up, or no longer. No parameters.
    PROVIDER_NOT_SET_UP = "PROVIDER_NOT_SET_UP"
    #: The provider answered as it should, and knows this client. Parameter: keys (their number).
    PROVIDER_ANSWERS = "PROVIDER_ANSWERS"
    #: No connection with the provider. Parameter: host.
    PROVIDER_UNREACHABLE = "PROVIDER_UNREACHABLE"
    #: The provider took too long. Parameters: host, seconds.
    PROVIDER_TOO_SLOW = "PROVIDER_TOO_SLOW"
    #: The provider's answer is none that the standard knows. Parameters: host, status (HTTP).
    PROVIDER_ANSWER_UNUSABLE = "PROVIDER_ANSWER_UNUSABLE"
    #: The provider does not know the client, or its secret. No parameters.
    PROVIDER_CLIENT_REFUSED = "PROVIDER_CLIENT_REFUSED"
    #: The provider did not take its own code back. No parameters.
    PROVIDER_CODE_REFUSED = "PROVIDER_CODE_REFUSED"
    #: The person, or the provider, refused the log-in there. No parameters.
    PROVIDER_DENIED = "PROVIDER_DENIED"
    #: The provider ended the log-in with another error of the standard. Parameter: reason.
    PROVIDER_REFUSED = "PROVIDER_REFUSED"
    #: What the provider said of the person does not hold. Parameter: part (what of it).
    PROVIDER_TOKEN_INVALID = "PROVIDER_TOKEN_INVALID"  # noqa: S105
    #: The person proved less than the office asks for. Parameter: level (`acr`, empty if none).
    PROVIDER_LEVEL_TOO_LOW = "PROVIDER_LEVEL_TOO_LOW"
    #: The provider gave no valid RUN. No parameters.
    PROVIDER_RUN_MISSING = "PROVIDER_RUN_MISSING"

    #: Nobody with this RUN has an account here that may log in. No parameters.
    PROVIDER_ACCOUNT_MISSING = "PROVIDER_ACCOUNT_MISSING"
    #: More than one account belongs to this RUN. No parameters.
    PROVIDER_ACCOUNTS_SEVERAL = "PROVIDER_ACCOUNTS_SEVERAL"
    #: The account still has its first password. No parameters.
    PROVIDER_ACCOUNT_NEW = "PROVIDER_ACCOUNT_NEW"
    #: The log-in is unknown, was left, used or took too long. No parameters.
    PROVIDER_LOG_IN_OVER = "PROVIDER_LOG_IN_OVER"
    #: The code typed at the terminal is not that of the page. Parameter: tries (left).
    PROVIDER_RETURN_CODE_WRONG = "PROVIDER_RETURN_CODE_WRONG"
    #: Too many log-ins by the provider are under way. No parameters.
    PROVIDER_BUSY = "PROVIDER_BUSY"
