"""A log-in at a station whose server cannot be reached: the own slot, a code, and the lease."""

from pathlib import Path

from backend_client.own_office import OwnOffice
from backend_client.station import Station
from issuance.access.log_in import OpenedSlot, log_in_completed
from issuance.access.operator_decisions import decide_log_in
from issuance.access.operators import LoggedIn
from issuance.access.roles import Session
from issuance.engine.office import Sources
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.secret import Secret
from issuance.stations.lease import Lease

Findings = tuple[Finding, ...]


def enter_alone(
    folder: Path, opened: OpenedSlot, own: OwnOffice, lease: Lease, code: Secret, sources: Sources
) -> Session | Findings:
    """Check the one-time code of who opened a slot here, and that the lease names the person.

    An expired lease lets people in to look; what they may record is decided when they do.
    """
    user, contents = opened.user, opened.contents
    person, now = own.person(user), sources.clock.now()
    leased = next((each for each in lease.operators if each.user == user), None)
    if person is None or leased is None or not contents.totp_secret.reveal():
        return (blocks(SyncCode.OPERATOR_NOT_LEASED, user=user),)
    if person.must_change_password:
        return (blocks(SyncCode.OPERATOR_NOT_LEASED, user=user),)
    store = Station(folder / "station.db", contents.data_key, sources.clock, sources.randomness)
    step = f"totp_step:{user}"
    used_here = store.setting(step)
    steps = [each for each in (person.last_totp_step, used_here) if isinstance(each, int)]
    # Everybody knows a demonstration's codes: see `entering`.
    last = None if opened.office.demonstration else max(steps, default=None)
    known = person.model_copy(update={"last_totp_step": last})
    session = sources.identifiers.new()
    decision = decide_log_in(known, contents.totp_secret, code, session, now)
    if decision.findings:
        # This computer's clock may be wrong, and that of the telephone right.
        at_server = own.time.now()
        decision = decide_log_in(known, contents.totp_secret, code, session, at_server)
    if decision.findings:
        return decision.findings
    (entered,) = decision.events
    if isinstance(entered, LoggedIn) and (refused := store.put_setting(step, entered.totp_step)):
        # Without a trace of it the same code would let somebody in once more.
        return (refused,)
    log_in_completed(folder, user)
    return Session(
        id=session,
        office=own.enrolled.office,
        operator=user,
        name=person.name,
        roles=person.roles,
        started_at=now,
        demonstration=opened.office.demonstration,
    )
