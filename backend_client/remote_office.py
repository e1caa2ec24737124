"""The folder of an office that is worked in over a server: its sign, its server, its key slots."""

from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from backend_client.backend import OfficeSign as Sign
from backend_client.enrolled_station import told_key
from backend_client.offices import REMOTE, Offices
from backend_client.server_connection import ONCE, ServerConnection, Unanswered
from backend_client.server_link import ServerLink
from backend_client.server_settings import (
    ServerSettings,
    checked_address,
    read_server_settings,
    write_server_settings,
)
from issuance.access.durable_file import write_finding
from issuance.access.key_slots import DEFAULT_PARAMETERS, SlotContents, open_slot, seal_slot
from issuance.access.office import KeyDerivationParameters, OfficeFile
from issuance.access.office_file import create_office, read_office, update_office
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.remote import RemoteCode
from issuance.secret import Secret
from issuance.sources import Randomness
from issuance.wire import OfficeSign, SessionStarted

Findings = tuple[Finding, ...]

_PUBLIC: Final = KeyDerivationParameters(1, 8 * 1024, 1)
"""A demonstration's passwords are public: they need no costly derivation."""


def connect(
    offices: Offices,
    address: str,
    certificate: Path | None = None,
    key: Path | None = None,
    authority: Path | None = None,
) -> Sign | Finding:
    """Remember a server once it has said which office it serves; blocking.

    Called again it replaces how the same office is reached, never the office.
    """
    checked = checked_address(address)
    if isinstance(checked, Finding):
        return checked
    folder, sources = offices.folder(REMOTE), offices.sources()
    former = read_server_settings(folder)
    settings = ServerSettings(
        address=checked,
        station=sources.identifiers.new() if isinstance(former, Finding) else former.station,
        certificate=certificate and certificate.absolute(),
        key=key and key.absolute(),
        authority=authority and authority.absolute(),
        server_key="" if isinstance(former, Finding) else former.server_key,
    )
    connection = open_connection(settings, ServerLink(sources.clock), sources.randomness)
    if isinstance(connection, Finding):
        return connection
    try:
        served = asked_sign(connection)
    finally:
        connection.close()
    return served if isinstance(served, Finding) else _remember(offices, settings, served)


def open_connection(
    settings: ServerSettings, link: ServerLink, randomness: Randomness
) -> ServerConnection | Finding:
    """Prepare the connection, or say which file of it cannot be read."""
    try:
        return ServerConnection(settings, link, randomness)
    except OSError:
        files = (settings.authority, settings.certificate, settings.key)
        named = next((each for each in files if each and not _readable(each)), files[1] or files[0])
        name = named.name if named else "server.json"
        return blocks(RemoteCode.CONNECTION_FILE_UNREADABLE, file=name)


def asked_sign(connection: ServerConnection) -> OfficeSign | Finding:
    """Ask a server which office it serves."""
    answered = connection.request("GET", "/v1/office", ONCE)
    if isinstance(answered, Unanswered):
        return answered.findings[0]
    try:
        return OfficeSign.model_validate_json(answered.content)
    except ValidationError:
        return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=answered.status_code)


def note_sign(folder: Path, served: OfficeSign) -> Finding | None:
    """Keep the office's name and place as the server tells them now."""
    known = read_office(folder)
    if isinstance(known, Finding):
        return known
    if known.office != served.id:
        return blocks(RemoteCode.OFFICE_DIFFERS, office=served.name)
    if (known.name, known.province) == (served.name, served.province):
        return None
    changed = update_office(
        folder, lambda office: replace(office, name=served.name, province=served.province)
    )
    return changed if isinstance(changed, Finding) else None


def keep_station_slot(
    folder: Path,
    user: str,
    password: Secret,
    key: bytes,
    totp_secret: Secret | None,
    randomness: Randomness,
) -> None:
    """Let a password open the station's own store, too; takes 0.2 s.

    The one-time secret stays at the server, unless this is a station that also works without it.
    """
    contents = SlotContents(key, totp_secret or Secret(""))
    office = read_office(folder)
    if isinstance(office, Finding):
        return
    slot = office.slot_of(user)
    known = open_slot(office.office, slot, password) if slot else None
    if known and known.data_key == key and known.totp_secret.matches(contents.totp_secret):
        return
    costs = _PUBLIC if office.demonstration else DEFAULT_PARAMETERS
    sealed = seal_slot(office.office, user, password, contents, costs, randomness)
    update_office(folder, lambda found: found.with_slot(sealed))


def station_keys(started: SessionStarted) -> tuple[bytes, ...] | Finding:
    """Return the keys of the station's own store as the server released them, the newest first."""
    told = (started.station_key, *started.former_keys)
    keys = tuple(key for each in told if each and (key := told_key(each.reveal())))
    return keys if len(keys) == len(told) else blocks(RemoteCode.STATION_KEY_WITHHELD)


def _remember(offices: Offices, settings: ServerSettings, served: OfficeSign) -> Sign | Finding:
    folder = offices.folder(REMOTE)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return write_finding(error, folder)
    # An office that is there is never exchanged for another.
    differs = note_sign(folder, served)
    if differs is not None and differs.code != AccessCode.OFFICE_MISSING:
        return differs
    refused = write_server_settings(folder, settings)
    if refused is None and differs is not None:
        refused = create_office(folder, _office(served, offices))
    return refused or offices.sign(REMOTE)


def _office(served: OfficeSign, offices: Offices) -> OfficeFile:
    return OfficeFile(
        office=UUID(int=served.id.int),
        name=served.name,
        province=served.province,
        language=served.language,
        theme=served.theme,
        demonstration=served.demonstration,
        created_at=offices.sources().clock.now(),
        slots=(),
    )


def _readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False
