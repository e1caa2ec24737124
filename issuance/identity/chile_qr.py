"""The text of the QR code on Chile's identity card: an address of the civil registry.

As found on cards: `https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA&
serial=123456789&mrz=...`, the last being the serial, the birth and the expiry date of the
machine-readable zone, each with its check digit; some cards add a `name` in Latin-1. The address
is only read, never called.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import parse_qs, urlsplit

from issuance.findings import Finding, blocks, warns
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import LONGEST_ENTRY, upper_ascii
from issuance.identity.mrz import birth_date_in, expiry_date_in
from issuance.identity.mrz_digits import ALPHABET, FILLER, check_digit
from issuance.identity.run import read_run

_HOST: Final = "portal.sidiv.registrocivil.cl"
_PATH: Final = "/docstatus"
_MRZ_LENGTH: Final = 24


@dataclass(frozen=True, slots=True)
class ChileQr:
    """What the code says; empty or None where it does not say."""

    run: str = ""
    document_type: str = ""
    serial: str = ""
    birth_date: date | None = None
    expiry_date: date | None = None


@dataclass(frozen=True, slots=True)
class ChileQrReading:
    """The code's parts, None where it is another code, and what was found."""

    fields: ChileQr | None
    findings: tuple[Finding, ...]


def read_chile_qr(text: str, today: date) -> ChileQrReading:
    """Read the text of the code, typed or from a scanner."""
    query = _query(text.strip())
    if query is None:
        return ChileQrReading(None, (blocks(IdentityFinding.CHILE_QR_UNKNOWN),))
    findings: list[Finding] = []
    run = read_run(query.get("run", ""))
    if not run.acceptable:
        findings.append(_wrong("RUN"))
    serial, mrz = upper_ascii(query.get("serial", "")), upper_ascii(query.get("mrz", ""))
    if not serial:
        findings.append(_wrong("serial"))
    birth = expiry = None
    if not _is_sound(mrz):
        findings.append(_wrong("mrz"))
    else:
        birth, expiry = birth_date_in(mrz[10:16], today), expiry_date_in(mrz[17:23], today)
        if serial and mrz[:9].rstrip(FILLER) != serial:
            findings.append(blocks(IdentityFinding.CHILE_QR_CONTRADICTS))
        if birth is None or expiry is None:
            findings.append(_wrong("mrz"))
        elif expiry < today:
            findings.append(warns(IdentityFinding.MRZ_EXPIRED, expiry=expiry.isoformat()))
    number = run.value if run.acceptable else ""
    fields = ChileQr(number, upper_ascii(query.get("type", "")), serial, birth, expiry)
    return ChileQrReading(fields, tuple(findings))


def _wrong(part: str) -> Finding:
    return blocks(IdentityFinding.CHILE_QR_PART, part=part)


def _query(text: str) -> dict[str, str] | None:
    """Return the parts of the registry's address by lower-case name, or None for anything else."""
    if len(text) > LONGEST_ENTRY:
        return None
    try:
        address = urlsplit(text)
        parts = parse_qs(address.query, encoding="latin-1", max_num_fields=20)
    except ValueError:
        return None
    is_registry = address.netloc.lower() == _HOST and address.path.rstrip("/") == _PATH
    if address.scheme.lower() not in {"https", "http"} or not is_registry:
        return None
    return {name.lower(): values[0].strip() for name, values in parts.items()}


def _is_sound(mrz: str) -> bool:
    if len(mrz) != _MRZ_LENGTH or not set(ALPHABET + FILLER).issuperset(mrz):
        return False
    fields = (mrz[:10], mrz[10:17], mrz[17:])
    return all(check_digit(field[:-1]) == field[-1] for field in fields)
