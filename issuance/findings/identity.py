"""What can be wrong with typed data about a person or an organisation."""

from issuance.findings import FindingCode


class IdentityFinding(FindingCode):
    """Codes of `issuance.identity`; places in a text or number count from 1."""

    #: A control, invisible or direction-changing character. `position`, `code_point` ("U+001B").
    UNPRINTABLE_CHARACTER = "UNPRINTABLE_CHARACTER"
    #: Longer than the field takes. `maximum`.
    TOO_LONG = "TOO_LONG"
    #: Text without one letter or digit.
    TEXT_WITHOUT_LETTERS = "TEXT_WITHOUT_LETTERS"

    #: Something else than a digit in a number. `character`, `position`.
    NUMBER_CHARACTER = "NUMBER_CHARACTER"
    #: Digits are missing. `typed`, `expected`.
    DIGITS_MISSING = "DIGITS_MISSING"
    #: Too many digits. `typed`, `expected`.
    DIGITS_TOO_MANY = "DIGITS_TOO_MANY"
    #: No province has these first digits. `digits`.
    PROVINCE_UNKNOWN = "PROVINCE_UNKNOWN"
    #: The third digit of a cédula is 7, 8 or 9. `digit`.
    CEDULA_THIRD_DIGIT = "CEDULA_THIRD_DIGIT"
    #: The check digit does not follow from the other nine.
    CEDULA_CHECK_DIGIT = "CEDULA_CHECK_DIGIT"
    #: The check digit would be right if two neighbours changed places. `first`, `second`.
    CEDULA_DIGITS_SWAPPED = "CEDULA_DIGITS_SWAPPED"
    #: The third digit of a RUC is 7 or 8. `digit`.
    RUC_THIRD_DIGIT = "RUC_THIRD_DIGIT"
    #: The establishment number at the end of a RUC is all zeros. `digits`.
    RUC_ESTABLISHMENT = "RUC_ESTABLISHMENT"
    #: A RUC that no algorithm confirms, as some real ones: evidence is needed.
    RUC_NOT_VERIFIABLE = "RUC_NOT_VERIFIABLE"
    #: Something else than A-Z and 0-9 in a passport number. `character`, `position`.
    PASSPORT_CHARACTER = "PASSPORT_CHARACTER"
    #: A passport number is still too short. `typed`, `minimum`.
    PASSPORT_SHORT = "PASSPORT_SHORT"
    #: A passport number is too long. `typed`, `maximum`.
    PASSPORT_LONG = "PASSPORT_LONG"
    #: The código dactilar has a letter here. `character`, `position`.
    DACTYLAR_LETTER_EXPECTED = "DACTYLAR_LETTER_EXPECTED"
    #: The código dactilar has a digit here. `character`, `position`.
    DACTYLAR_DIGIT_EXPECTED = "DACTYLAR_DIGIT_EXPECTED"
    #: The código dactilar is not complete. `typed`, `expected`.
    DACTYLAR_MISSING = "DACTYLAR_MISSING"
    #: The código dactilar is too long. `typed`, `expected`.
    DACTYLAR_TOO_LONG = "DACTYLAR_TOO_LONG"
    #: Something else than a letter, digit or hyphen in a deposit number. `character`, `position`.
    DEPOSIT_CHARACTER = "DEPOSIT_CHARACTER"
    #: A deposit number without one digit.
    DEPOSIT_WITHOUT_DIGITS = "DEPOSIT_WITHOUT_DIGITS"

    #: A character that no name in Latin letters has. `character`, `position`.
    NAME_CHARACTER = "NAME_CHARACTER"
    #: A name without one letter.
    NAME_WITHOUT_LETTERS = "NAME_WITHOUT_LETTERS"

    #: A character of a script that contract and certificate do not show. `character`, `position`.
    TEXT_SCRIPT = "TEXT_SCRIPT"

    #: A character that an e-mail address cannot have there. `character`, `position`.
    EMAIL_CHARACTER = "EMAIL_CHARACTER"
    #: More than one @.
    EMAIL_SEVERAL_AT = "EMAIL_SEVERAL_AT"
    #: No @ yet, or nothing complete behind it.
    EMAIL_INCOMPLETE = "EMAIL_INCOMPLETE"
    #: Not an address that mail can reach.
    EMAIL_NOT_AN_ADDRESS = "EMAIL_NOT_AN_ADDRESS"
    #: A domain that is often mistyped. `domain`, `suggestion`.
    EMAIL_DOMAIN_TYPO = "EMAIL_DOMAIN_TYPO"

    #: A character that a telephone number does not have. `character`, `position`.
    PHONE_CHARACTER = "PHONE_CHARACTER"
    #: No country has this calling code. `digits`.
    PHONE_CALLING_CODE = "PHONE_CALLING_CODE"
    #: The country's calling code stands without its `+`. `digits`.
    PHONE_PLUS_MISSING = "PHONE_PLUS_MISSING"
    #: Digits are missing. `country`.
    PHONE_INCOMPLETE = "PHONE_INCOMPLETE"
    #: Neither a mobile nor a landline number. `country`.
    PHONE_NOT_A_NUMBER = "PHONE_NOT_A_NUMBER"

    #: Not written as a date.
    DATE_FORMAT = "DATE_FORMAT"
    #: The date is not complete.
    DATE_INCOMPLETE = "DATE_INCOMPLETE"
    #: There is no such month. `month`.
    DATE_MONTH = "DATE_MONTH"
    #: The month has no such day. `day`, `month`, `year`, `last`.
    DATE_DAY = "DATE_DAY"
    #: A year nobody at a counter means. `year`, `first`, `last`.
    DATE_YEAR = "DATE_YEAR"

    #: Not an amount of money.
    MONEY_FORMAT = "MONEY_FORMAT"
    #: Three digits behind the only sign: thousands or decimals, nobody can tell.
    MONEY_AMBIGUOUS = "MONEY_AMBIGUOUS"
    #: The decimals are missing behind the comma or point.
    MONEY_INCOMPLETE = "MONEY_INCOMPLETE"

    #: Not one of the listed values.
    NOT_A_CHOICE = "NOT_A_CHOICE"
    #: The beginning of a listed value.
    CHOICE_INCOMPLETE = "CHOICE_INCOMPLETE"
    #: Neither yes nor no.
    NOT_YES_OR_NO = "NOT_YES_OR_NO"
    #: Not a country code of ISO 3166-1. `typed`.
    COUNTRY_UNKNOWN = "COUNTRY_UNKNOWN"
    #: One letter of a country code.
    COUNTRY_INCOMPLETE = "COUNTRY_INCOMPLETE"

    # Machine-readable zone of a card or passport; lines and places in a line count from 1, `item`
    # is the field: document_number, birth_date, expiry_date, personal_number, composite, issuer,
    # nationality.

    #: Characters are missing or too many in all. `typed`, `expected`.
    MRZ_LENGTH = "MRZ_LENGTH"
    #: One line is too short or too long. `line`, `typed`, `expected`.
    MRZ_LINE_LENGTH = "MRZ_LINE_LENGTH"
    #: A character that cannot stand there. `character`, `line`, `position`.
    MRZ_CHARACTER = "MRZ_CHARACTER"
    #: The first letters name no card or passport. `read`.
    MRZ_DOCUMENT_CODE = "MRZ_DOCUMENT_CODE"
    #: Not a country code. `item`, `read`.
    MRZ_COUNTRY = "MRZ_COUNTRY"
    #: There is no such day. `item`, `read`.
    MRZ_DATE = "MRZ_DATE"
    #: A check digit does not follow from what it protects. `item`, `line`, `position`.
    MRZ_DIGIT_WRONG = "MRZ_DIGIT_WRONG"
    #: The national number on the document is none. `read`.
    MRZ_NATIONAL_NUMBER = "MRZ_NATIONAL_NUMBER"
    #: The older Ecuadorian card, whose check digits follow no standard.
    MRZ_OLD_FORMAT = "MRZ_OLD_FORMAT"
    #: The document has expired. `expiry` (a date).
    MRZ_EXPIRED = "MRZ_EXPIRED"
    #: What check digits cannot see: characters of one group for each other. `number`.
    MRZ_COMPARE = "MRZ_COMPARE"

    #: Not the text of the code on Chile's identity card.
    CHILE_QR_UNKNOWN = "CHILE_QR_UNKNOWN"
    #: A part of the code is missing or senseless. `part`: RUN, serial, mrz.
    CHILE_QR_PART = "CHILE_QR_PART"
    #: Two parts of the code contradict each other: serial and mrz.
    CHILE_QR_CONTRADICTS = "CHILE_QR_CONTRADICTS"

    #: Not the number of a Chilean identity card.
    CARD_NUMBER = "CARD_NUMBER"
    #: Not the number of a passport.
    PASSPORT_NUMBER = "PASSPORT_NUMBER"

    #: Not written as a Chilean RUN.
    RUN_FORMAT = "RUN_FORMAT"
    #: The RUN's last character does not follow from its digits.
    RUN_CHECK_DIGIT = "RUN_CHECK_DIGIT"
    #: Of several RUNs in one field, this is not one, or its last character is wrong. `run`.
    RUN_AMONG_SEVERAL = "RUN_AMONG_SEVERAL"
