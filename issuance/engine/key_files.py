"""Tells whether the files with an office's keys are whole and its own; nothing secret is opened.

A lost key file shows only when somebody needs it, and by then every good backup may be overwritten.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from issuance.access.key_ring import KeyRing
from issuance.access.office_stream import OfficeState
from issuance.certificates.stream import AuthorityState
from issuance.engine.authority_file import FILE_NAME as AUTHORITY_FILE
from issuance.engine.authority_file import read_authority_keys
from issuance.engine.custody_file import FILE_NAME as CUSTODY_FILE
from issuance.engine.custody_file import open_keys, read_custody
from issuance.engine.office import named_stream
from issuance.engine.streams import read_state
from issuance.findings import Finding
from issuance.findings.register import RegisterCode
from issuance.policies.loader import load_policy
from issuance.register.fault import Fault
from issuance.register.reading import Reading


def key_file_faults(folder: Path, keys: KeyRing, office: UUID, reading: Reading) -> Iterator[Fault]:
    """Yield the key files that are missing, damaged or of another office than the register."""
    founded, _ = read_state(reading, named_stream(office, "office"), OfficeState)
    authority, _ = read_state(reading, named_stream(office, "authority"), AuthorityState)
    if founded is None or authority is None:
        return
    if not _has_issuing_key(folder, authority.key):
        yield _fault(AUTHORITY_FILE)
    if load_policy(founded.policy).policy.portable is not None and not _opens(folder, keys):
        yield _fault(CUSTODY_FILE)


def _has_issuing_key(folder: Path, key: str) -> bool:
    known = read_authority_keys(folder)
    issuing = None if isinstance(known, Finding) else known.keys.get("issuing")
    return issuing is not None and issuing.key_id == key


def _opens(folder: Path, keys: KeyRing) -> bool:
    known = read_custody(folder)
    return not isinstance(known, Finding) and not isinstance(open_keys(keys, known), Finding)


def _fault(name: str) -> Fault:
    return Fault(RegisterCode.KEY_FILE_DAMAGED, figures={"file": name})
