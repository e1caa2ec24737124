"""What an administrator does about the custody beside the program, by the recovery key."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from issuance.access.durable_file import write_finding
from issuance.access.key_ring import KeyRing
from issuance.certificates.token_calls import TokenAddress, answered
from issuance.engine.custody_file import (
    CustodyFile,
    keep_in_token,
    open_keys,
    open_pin,
    read_custody,
    renew_custody,
)
from issuance.engine.inspection import opened_register, recovered_keys
from issuance.engine.office import Sources
from issuance.engine.streams import read_state
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.register.register import Reading, Register
from issuance.secret import Secret
from issuance.signing import authority_stream, key_stream
from issuance.signing.authority_stream import InstitutionAuthorityState
from issuance.signing.custody import KeptKey
from issuance.signing.key_stream import SigningKeyState
from issuance.streams import StreamRef

StateT = TypeVar("StateT", SigningKeyState, InstitutionAuthorityState)


@dataclass(frozen=True, slots=True)
class CustodyStatus:
    """Where the keys are that sign now: sealed ones by version, and how many are in the token.

    `current` is the version that seals what comes new; `token` where new keys are made, and
    `trouble` why that token does not answer.
    """

    current: int
    sealed: Mapping[int, int]
    in_token: int
    token: TokenAddress | None
    trouble: Finding | None


def custody_status(folder: Path, recovery_key: Secret, sources: Sources) -> CustodyStatus | Finding:
    """Tell what is in custody, and log in to the token where there is one."""
    opened = _opened(folder, recovery_key, sources)
    if isinstance(opened, Finding):
        return opened
    ring, file = opened
    kept = _kept(folder, ring, sources)
    if isinstance(kept, Finding):
        return kept
    sealed = Counter(each.wrapped.version for each in kept if each.wrapped is not None)
    token, trouble = file.token, None
    if token is not None:
        pin = open_pin(ring, token)
        trouble = pin if isinstance(pin, Finding) else _trouble(token.address, pin)
    return CustodyStatus(
        current=file.current,
        sealed={version: sealed[version] for version in sorted(int(each) for each in file.keys)},
        in_token=sum(each.token is not None for each in kept),
        token=token.address if token else None,
        trouble=trouble,
    )


def renew_custody_key(folder: Path, recovery_key: Secret, sources: Sources) -> int | Finding:
    """Let another key seal what comes new; return its version."""
    opened = _opened(folder, recovery_key, sources)
    if isinstance(opened, Finding):
        return opened
    try:
        return renew_custody(folder, opened[0], sources.randomness)
    except OSError as error:
        return write_finding(error, folder)


def move_custody(
    folder: Path, recovery_key: Secret, sources: Sources, address: TokenAddress, pin: Secret
) -> TokenAddress | Finding:
    """Let new keys be made in a token from now on; return where it is, with its serial number.

    The same token again gets another PIN. Another one is refused while keys are in the first.
    """
    known = custody_status(folder, recovery_key, sources)
    if isinstance(known, Finding):
        return known
    opened = _opened(folder, recovery_key, sources)
    if isinstance(opened, Finding):
        return opened
    # A wrong PIN that was kept would be tried by every process.
    found = _log_in(address, pin)
    if isinstance(found, Finding):
        return found
    if known.token is not None and known.in_token and known.token != found:
        return blocks(SigningCode.CUSTODY_IN_ANOTHER_TOKEN, label=known.token.label)
    try:
        return keep_in_token(folder, opened[0], found, pin) or found
    except OSError as error:
        return write_finding(error, folder)


def _opened(
    folder: Path, recovery_key: Secret, sources: Sources
) -> tuple[KeyRing, CustodyFile] | Finding:
    ring = recovered_keys(folder, recovery_key, sources)
    if isinstance(ring, Finding):
        return ring
    file = read_custody(folder)
    if isinstance(file, Finding):
        return file
    keys = open_keys(ring, file)
    return keys if isinstance(keys, Finding) else (ring, file)


def _kept(folder: Path, ring: KeyRing, sources: Sources) -> list[KeptKey] | Finding:
    with opened_register(folder, ring, sources) as register:
        if not isinstance(register, Register):
            return register
        with register.reading() as reading:
            holders = _states(reading, key_stream.STREAM_KIND, SigningKeyState)
            authorities = _states(reading, authority_stream.STREAM_KIND, InstitutionAuthorityState)
            return [each.kept for each in (*holders, *authorities) if each.kept is not None]


def _states(reading: Reading, kind: str, model: type[StateT]) -> Iterator[StateT]:
    after = StreamRef(kind=kind, id=UUID(int=0))
    while page := [each for each in reading.streams(after) if each.ref.kind == kind]:
        for each in page:
            state, _ = read_state(reading, each.ref, model)
            if state is not None:
                yield state
        after = page[-1].ref


def _trouble(address: TokenAddress, pin: Secret) -> Finding | None:
    found = _log_in(address, pin)
    return found if isinstance(found, Finding) else None


def _log_in(address: TokenAddress, pin: Secret) -> TokenAddress | Finding:
    """Log in to a token once, sparing its last try; return where it is, with its serial number."""

    def act() -> TokenAddress:
        # The package is optional; `answered` tells that it is missing.
        from issuance.certificates.pkcs11_token import TokenSession

        with TokenSession(address, pin, spare_last_try=True) as session:
            return session.address

    return answered(address.module, act)
