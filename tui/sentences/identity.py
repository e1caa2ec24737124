"""The sentences of `issuance.findings.identity`."""

from typing import Final

from issuance.findings import FindingCode
from issuance.findings.identity import IdentityFinding
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    IdentityFinding.UNPRINTABLE_CHARACTER: N_(
        "There is an invisible or control character in place {position} ({code_point}). Please "
        "delete the text and type it again by hand."
    ),
    IdentityFinding.TOO_LONG: N_(
        "The text is too long: at most {maximum} characters fit. Please shorten it."
    ),
    IdentityFinding.TEXT_WITHOUT_LETTERS: N_(
        "There is no letter or digit in the text. Please type what the document says."
    ),
    IdentityFinding.NUMBER_CHARACTER: N_(
        "Only digits belong here, and “{character}” stands in place {position}. Please correct "
        "it; take care not to type the letter O for a zero."
    ),
    IdentityFinding.DIGITS_MISSING: N_(
        "The number is not complete: it has {expected} digits and {typed} are typed. Please type "
        "the rest."
    ),
    IdentityFinding.DIGITS_TOO_MANY: N_(
        "The number is too long: it has {expected} digits and {typed} are typed. Please look for "
        "a digit typed twice."
    ),
    IdentityFinding.PROVINCE_UNKNOWN: N_(
        "No number begins with {digits}: the first two digits are the province (01 to 24, 30 or "
        "50). Please compare them with the document."
    ),
    IdentityFinding.CEDULA_THIRD_DIGIT: N_(
        "The third digit of a cédula is 0 to 6, not {digit}. Please compare it with the card."
    ),
    IdentityFinding.CEDULA_CHECK_DIGIT: N_(
        "The check digit of the cédula number does not match: at least one of its ten digits is "
        "wrong. Please compare them one by one with the card."
    ),
    IdentityFinding.CEDULA_DIGITS_SWAPPED: N_(
        "The check digit of the cédula number does not match: digits {first} and {second} may "
        "have changed places. Please compare them with the card."
    ),
    IdentityFinding.RUC_THIRD_DIGIT: N_(
        "The third digit of a RUC is 0 to 6 or 9, not {digit}. Please compare it with the "
        "certificate of the RUC."
    ),
    IdentityFinding.RUC_ESTABLISHMENT: N_(
        "A RUC does not end in {digits}: the last digits are the establishment, usually 001. "
        "Please compare them with the certificate of the RUC."
    ),
    IdentityFinding.RUC_NOT_VERIFIABLE: N_(
        "No calculation can confirm this RUC, which is so for many new ones. Please compare it "
        "with the certificate of the RUC or look it up at the SRI."
    ),
    IdentityFinding.PASSPORT_CHARACTER: N_(
        "A passport number has letters without accents and digits only; “{character}” stands in "
        "place {position}. Please correct it."
    ),
    IdentityFinding.PASSPORT_SHORT: N_(
        "The passport number is not complete: it has at least {minimum} characters and {typed} "
        "are typed. Please type the rest."
    ),
    IdentityFinding.PASSPORT_LONG: N_(
        "The passport number is too long: it has at most {maximum} characters and {typed} are "
        "typed. Please type the number only."
    ),
    IdentityFinding.DACTYLAR_LETTER_EXPECTED: N_(
        "Place {position} of the código dactilar is a letter, not “{character}”. Please look at "
        "the back of the card: it reads like V1234I5678."
    ),
    IdentityFinding.DACTYLAR_DIGIT_EXPECTED: N_(
        "Place {position} of the código dactilar is a digit, not “{character}”. Please look at "
        "the back of the card: it reads like V1234I5678."
    ),
    IdentityFinding.DACTYLAR_MISSING: N_(
        "The código dactilar is not complete: it has {expected} characters and {typed} are typed. "
        "Please type the rest from the back of the card."
    ),
    IdentityFinding.DACTYLAR_TOO_LONG: N_(
        "The código dactilar is too long: it has {expected} characters and {typed} are typed. "
        "Please look for a character typed twice."
    ),
    IdentityFinding.DEPOSIT_CHARACTER: N_(
        "A deposit number has letters and digits only; “{character}” stands in place {position}. "
        "Please copy it from the slip."
    ),
    IdentityFinding.DEPOSIT_WITHOUT_DIGITS: N_(
        "A deposit number has digits. Please copy it from the slip."
    ),
    IdentityFinding.NAME_CHARACTER: N_(
        "“{character}” in place {position} does not belong in a name. Please type letters, "
        "spaces, hyphens, dots and apostrophes only, as on the document."
    ),
    IdentityFinding.TEXT_SCRIPT: N_(
        "“{character}” in place {position} is of a script that contract and certificate do not "
        "show. Please type it in Latin letters, as it is registered."
    ),
    IdentityFinding.NAME_WITHOUT_LETTERS: N_(
        "There is no letter in the name. Please type it as on the document."
    ),
    IdentityFinding.EMAIL_CHARACTER: N_(
        "“{character}” in place {position} cannot be part of an e-mail address: no spaces, "
        "accents or ñ. Please spell it out with the applicant."
    ),
    IdentityFinding.EMAIL_SEVERAL_AT: N_(
        "An e-mail address has one @ only. Please delete the other, or type one address only."
    ),
    IdentityFinding.EMAIL_INCOMPLETE: N_(
        "The e-mail address is not complete: it reads like name@example.com. Please type the rest."
    ),
    IdentityFinding.EMAIL_NOT_AN_ADDRESS: N_(
        "No mail can be sent to this address: it reads like name@example.com. Please spell it out "
        "with the applicant."
    ),
    IdentityFinding.EMAIL_DOMAIN_TYPO: N_(
        "{domain} is often a slip for {suggestion}. Please ask the applicant which of the two is "
        "right."
    ),
    IdentityFinding.PHONE_CHARACTER: N_(
        "“{character}” in place {position} does not belong in a telephone number. Please type "
        "digits; only a foreign number begins with +."
    ),
    IdentityFinding.PHONE_CALLING_CODE: N_(
        "No country has a calling code that begins with {digits}. Please correct what stands "
        "behind the +; Ecuador is +593, Chile +56."
    ),
    IdentityFinding.PHONE_PLUS_MISSING: N_(
        "The number begins with the country's code {digits}. Please type + before it, or leave "
        "the code out, as the number is dialled in the country."
    ),
    IdentityFinding.PHONE_INCOMPLETE: N_(
        "The telephone number is not complete. {country} Please type the rest."
    ),
    IdentityFinding.PHONE_NOT_A_NUMBER: N_(
        "This is neither a mobile nor a landline number. {country} Please ask for it again."
    ),
    IdentityFinding.DATE_FORMAT: N_(
        "This is not a date. Please type day, month and year, like 31/12/2026."
    ),
    IdentityFinding.DATE_INCOMPLETE: N_(
        "The date is not complete. Please type day, month and a year of four digits, like "
        "31/12/2026."
    ),
    IdentityFinding.DATE_MONTH: N_(
        "There is no month {month}. Please type the day first, then a month from 1 to 12."
    ),
    IdentityFinding.DATE_DAY: N_(
        "There is no day {day} in month {month} of {year}: the last one is {last}. Please compare "
        "the date with the document."
    ),
    IdentityFinding.DATE_YEAR: N_(
        "The year {year} cannot be meant: it must lie between {first} and {last}. Please compare "
        "the date with the document."
    ),
    IdentityFinding.MONEY_FORMAT: N_(
        "This is not an amount. Please type digits and, if needed, a comma and two decimals, like "
        "22,77."
    ),
    IdentityFinding.MONEY_AMBIGUOUS: N_(
        "It is not clear whether the sign separates thousands or decimals. Please type the amount "
        "without a sign for thousands and with two decimals, like 1234,00."
    ),
    IdentityFinding.MONEY_INCOMPLETE: N_("The decimals are missing. Please type them, like 22,77."),
    IdentityFinding.NOT_A_CHOICE: N_(
        "This is not one of the possible values. Please choose one from the list with F4."
    ),
    IdentityFinding.CHOICE_INCOMPLETE: N_(
        "The value is not complete. Please choose one from the list with F4."
    ),
    IdentityFinding.NOT_YES_OR_NO: N_("Please answer yes or no (y or n)."),
    IdentityFinding.COUNTRY_UNKNOWN: N_(
        "No country has the code {typed}. Please type two letters, like EC, or choose from the "
        "list with F4."
    ),
    IdentityFinding.COUNTRY_INCOMPLETE: N_(
        "A country's code has two letters, like EC. Please type the second one or choose from the "
        "list with F4."
    ),
    IdentityFinding.MRZ_LENGTH: N_(
        "{typed} characters of {expected} are there. Please copy all lines with <: three of 30 on"
        " a card, two of 44 in a passport."
    ),
    IdentityFinding.MRZ_LINE_LENGTH: N_(
        "Line {line} has {typed} characters instead of {expected}. Please compare it with the "
        "document; the signs < count too."
    ),
    IdentityFinding.MRZ_CHARACTER: N_(
        "“{character}” cannot stand in line {line}, place {position}. Please compare it with the "
        "document; O and 0, I and 1 are easily mistaken."
    ),
    IdentityFinding.MRZ_DOCUMENT_CODE: N_(
        "The lines begin with {read}, as no identity card and no passport does. Please begin with"
        " the first line."
    ),
    IdentityFinding.MRZ_COUNTRY: N_(
        "{read} is not a country code ({item}). Please compare it with the document."
    ),
    IdentityFinding.MRZ_DATE: N_(
        "{read} is not a date: {item}, written as year, month and day with two digits each. "
        "Please compare it with the document."
    ),
    IdentityFinding.MRZ_DIGIT_WRONG: N_(
        "The check digit in line {line}, place {position}, does not match: {item}. Please compare"
        " these characters one by one with the document."
    ),
    IdentityFinding.MRZ_NATIONAL_NUMBER: N_(
        "{read} is not a right identity number. Please compare it with the number printed on the "
        "document."
    ),
    IdentityFinding.MRZ_OLD_FORMAT: N_(
        "This is an Ecuadorian card of the old format: no check digit protects its lines with <. "
        "Please compare every field with the card."
    ),
    IdentityFinding.MRZ_EXPIRED: N_(
        "The document expired on {expiry}. Please ask for a valid one."
    ),
    IdentityFinding.MRZ_COMPARE: N_(
        "Check digits cannot tell apart < 0 A K U, 1 B L V, 2 C M W, 3 D N X, 4 E O Y, 5 F P Z, 6"
        " G Q, 7 H R, 8 I S or 9 J T. Please compare {number} with the number printed on the "
        "document."
    ),
    IdentityFinding.CHILE_QR_UNKNOWN: N_(
        "This is not the text of the code on a Chilean identity card. Please scan the square code"
        " on the card."
    ),
    IdentityFinding.CHILE_QR_PART: N_(
        "A part of the code is missing or wrong ({part}). Please scan it again or copy it "
        "completely."
    ),
    IdentityFinding.CHILE_QR_CONTRADICTS: N_(
        "The parts of the code contradict each other (serial and mrz). Please scan it again and "
        "look closely whether the card is genuine."
    ),
    IdentityFinding.CARD_NUMBER: N_(
        "This is not the number of an identity card: nine digits, on older cards with a letter "
        "before them. It is another number than the RUN. Please type it as on the card."
    ),
    IdentityFinding.PASSPORT_NUMBER: N_(
        "The number of a passport has six to twelve letters and digits. Please type it as on the "
        "document."
    ),
    IdentityFinding.RUN_FORMAT: N_(
        "A RUN or RUT has up to eight digits, a hyphen and a last digit or K, like 12345678-5. "
        "Please type it as on the document."
    ),
    IdentityFinding.RUN_CHECK_DIGIT: N_(
        "The last character does not match the digits before it: at least one of them is wrong. "
        "Please compare them one by one with the document."
    ),
    IdentityFinding.RUN_AMONG_SEVERAL: N_(
        "Of these RUNs, “{run}” is not right: a digit is missing or does not match the last "
        "character. Please correct that one."
    ),
}

NUMBERINGS: Final = {
    "EC": N_(
        "In Ecuador a mobile has 10 digits (09…) and a landline 9 with its province (02… to 07…); "
        "a foreign one begins with +."
    ),
    "CL": N_(
        "In Chile a number has 9 digits, a mobile's begins with 9; a foreign one begins with +."
    ),
}
"""How a country's telephone numbers look, where a finding names the country."""
