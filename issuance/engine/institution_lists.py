"""The revocation lists of the institutions' authorities, each signed with its key in custody."""

import hashlib
from datetime import timedelta
from functools import partial

from issuance.access.durable_file import write_finding
from issuance.certificates.revocation_list import ListPlan, list_to_be_signed, sign_list
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.token_calls import TokenFailure
from issuance.certificates.validity import Validity
from issuance.engine.authority_state import read_authority as read_own_authority
from issuance.engine.custody import CustodySigner
from issuance.engine.institution_authority import (
    authorities,
    authority_ref,
    open_authority,
    read_authority,
)
from issuance.engine.institution_carrying_over import revocations_taken_up
from issuance.engine.office import Office
from issuance.engine.signing_streams import read_key
from issuance.engine.status_files import StatusFiles
from issuance.engine.streams import append, read_state
from issuance.findings import Finding
from issuance.register.model import Origin, RevokedRow
from issuance.register.register import Reading, Writing
from issuance.signing.authority_stream import (
    InstitutionAuthorityState,
    InstitutionListSigned,
    evolve_institution_authority,
)

Findings = tuple[Finding, ...]


def publish_institution_lists(office: Office, user: str) -> tuple[int, Findings]:
    """Publish the lists that changed or come due; return how many, and what stands in the way."""
    if office.policy.policy.portable is None:
        return 0, ()
    with office.register.leased("institution_lists", office.now) as mine:
        return _published(office, user) if mine else (0, ())


def _published(office: Office, user: str) -> tuple[int, Findings]:
    signed, found = 0, list[Finding]()
    for authority_key in _due(office):
        with office.register.reading() as reading:
            authority = read_authority(reading, authority_key)
        if authority is None:
            raise ValueError("a list belongs to an authority")
        signer = open_authority(office, authority)
        if isinstance(signer, Finding):
            found.append(signer)
            continue
        try:
            sign = partial(_signed, office, authority_key, signer, user)
            content = office.register.write(sign, alone=True)
            files = files_of(office, authority_key)
            files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.write_list(content)
            signed += 1
        except TokenFailure as failure:
            found.append(failure.finding)
        except OSError as error:
            found.append(write_finding(error, office.folder))
    return signed, tuple(each for n, each in enumerate(found) if each not in found[:n])


def files_of(office: Office, authority_key: str) -> StatusFiles:
    """Return where the list of an institution's authority is published."""
    rule = office.policy.policy.publication
    return StatusFiles(office.folder / rule.folder, f"{authority_key}.crl")


def _due(office: Office) -> list[str]:
    with office.register.reading() as reading:
        epoch = _epoch(office, reading)
        return [
            key
            for key, state in authorities(reading)
            if (state.list and state.list.number < epoch) or _is_due(office, reading, key, state)
        ]


def _is_due(
    office: Office, reading: Reading, authority_key: str, state: InstitutionAuthorityState
) -> bool:
    last = state.list
    content = files_of(office, authority_key).revocation_list()
    if last is None or content is None or hashlib.sha256(content).hexdigest() != last.sha256:
        return True
    every = timedelta(hours=office.policy.policy.publication.list_every_hours)
    # Nothing leads out of revoked: another number of entries is another list.
    revoked = {int(row.serial) for row in reading.revoked_by(authority_key)}
    revoked |= {each.serial for each in revocations_taken_up(state)}
    changed = len(revoked) != last.entries
    return changed or office.now() >= last.this_update + every


def _signed(
    office: Office, authority_key: str, signer: CustodySigner, user: str, writing: Writing
) -> bytes:
    """Sign the list and record it: reading, numbering and signing in one transaction."""
    ref = authority_ref(authority_key)
    state, revision = read_state(writing, ref, InstitutionAuthorityState)
    if state is None:
        raise ValueError("a list belongs to an authority")
    revoked = [_revocation(writing, row) for row in writing.revoked_by(authority_key)]
    # What a list named before the restore it goes on naming as it did.
    by_serial = {each.serial: each for each in (*revoked, *revocations_taken_up(state))}
    entries = list(by_serial.values())
    # Dated before the last one, this list would be passed over by whoever has that.
    known = [each.revoked_at for each in entries]
    known += [state.last_dated] if state.last_dated else []
    begins = max([office.now(), *known]).replace(microsecond=0)
    hours = office.policy.policy.publication.list_hours
    window = Validity(begins, begins + timedelta(hours=hours))
    number = max(state.list_number + 1, _epoch(office, writing))
    plan = ListPlan(signer.certificate, number, window, entries)
    content = sign_list(signer, list_to_be_signed(plan, office.authority.throw_away))
    event = InstitutionListSigned(
        number=plan.number,
        this_update=window.not_before,
        next_update=window.not_after,
        entries=len(entries),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    origin = Origin(office.now(), user, None, office.policy.reference)
    append(writing, ref, revision, [event], origin, evolve_institution_authority(state, event))
    return content


def _epoch(office: Office, reading: Reading) -> int:
    """Return the number that the newest restore reserved: lists of before it may have any below."""
    return read_own_authority(reading, office.id)[0].list_epoch


def _revocation(reading: Reading, row: RevokedRow) -> Revocation:
    key, _ = read_key(reading, row.key)
    since = key and key.invalid_since
    return Revocation(int(row.serial), row.revoked_at, RevocationReason(row.reason), since)
