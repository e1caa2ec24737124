"""Fields with a closed list of values: choices of a policy, yes or no, countries."""

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, upper_ascii
from issuance.identity.verdict import Reading, impossible, incomplete, valid

_YES_OR_NO = {"s": "yes", "si": "yes", "sí": "yes", "y": "yes", "yes": "yes", "n": "no", "no": "no"}

# ISO 3166-1 alpha-2, the officially assigned codes.
_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_COUNTRY_CODES.split())


@entered
def read_choice(text: str, choices: tuple[str, ...]) -> Reading:
    """Read one of the listed values, written exactly as listed."""
    if text in choices:
        return valid(text)
    if any(choice.startswith(text) for choice in choices):
        return incomplete(text, blocks(IdentityFinding.CHOICE_INCOMPLETE))
    return impossible(text, blocks(IdentityFinding.NOT_A_CHOICE))


@entered
def read_yes_no(text: str) -> Reading:
    """Read yes or no in Spanish or English; the value is `yes` or `no`."""
    word = text.lower()
    if word in _YES_OR_NO:
        return valid(_YES_OR_NO[word])
    finding = blocks(IdentityFinding.NOT_YES_OR_NO)
    if any(known.startswith(word) for known in _YES_OR_NO):
        return incomplete(text, finding)
    return impossible(text, finding)


@entered
def read_country(text: str) -> Reading:
    """Read a country's two-letter code (ISO 3166-1 alpha-2); the value is in capitals."""
    code = upper_ascii(text)
    if code in COUNTRIES:
        return valid(code)
    if any(country.startswith(code) for country in COUNTRIES):
        return incomplete(code, blocks(IdentityFinding.COUNTRY_INCOMPLETE))
    return impossible(code, blocks(IdentityFinding.COUNTRY_UNKNOWN, typed=code))
