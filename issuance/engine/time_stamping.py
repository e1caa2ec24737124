"""The time stamps of an office's signed PDFs: settings kept sealed, an authority that is asked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from issuance.access.durable_file import replace_file, write_finding
from issuance.access.key_ring import Purpose
from issuance.access.office_stream import TimeStampingChanged
from issuance.access.roles import Role, Session
from issuance.commands import Command, Receipt
from issuance.engine.office import Office
from issuance.engine.office_setting import settle_setting
from issuance.findings import Finding, blocks, informs
from issuance.findings.access import AccessCode
from issuance.findings.institutions import InstitutionCode
from issuance.findings.time_stamps import TimeStampCode
from issuance.model import canonical_bytes, plain
from issuance.secret import Secret
from issuance.signing.cms_signature import TimeStamper, TimeStampFailure
from issuance.signing.commands import SetTimeStamping
from issuance.signing.queries import TimeStampingAnswer, TimeStampTrialAnswer
from issuance.signing.time_stamp_settings import TimeStampSettings, settings_findings

if TYPE_CHECKING:
    from issuance.signing.time_stamp_authority import TimeStampAuthority

Findings = tuple[Finding, ...]

_FILE_NAME: Final = "time-stamps.sealed"
_LABEL: Final = b"time stamps 1"
_AT_ONCE: Final = 8
_Document: Final = TypeAdapter(dict[str, Any])


@dataclass(frozen=True, slots=True)
class TimeStamping:
    """Where stamps come from, and the password we are known by there."""

    settings: TimeStampSettings
    password: Secret | None


class AskedStamps:
    """Gives the stamps of one request; an authority that failed is not asked again for it."""

    def __init__(self, authority: "TimeStampAuthority", *, goes_without: bool) -> None:
        self._authority, self._goes_without = authority, goes_without
        self._failed: Finding | None = None

    def __call__(self, digest: bytes) -> bytes | None:
        """Return a stamp, None where it may be missing; raises `TimeStampFailure`."""
        if self._failed is None:
            stamp = self._authority.stamp(digest)
            if isinstance(stamp, bytes):
                return stamp
            self._failed = stamp
        if self._goes_without:
            return None
        raise TimeStampFailure(self._failed)


def read_time_stamping(office: Office) -> TimeStamping | Finding | None:
    """Return how PDFs are stamped, None where they are not, a finding where nobody can tell.

    Raises OSError where the file cannot be read.
    """
    try:
        sealed = (office.folder / _FILE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    clear = office.keys.open(Purpose.TIME_STAMPS, sealed, _LABEL)
    if clear is None:
        return blocks(TimeStampCode.TIME_STAMP_SETTINGS_DAMAGED)
    document = _Document.validate_json(clear)
    password = document.pop("password")
    settings = TimeStampSettings.model_validate(document)
    return TimeStamping(settings, Secret(password) if password else None)


def time_stamper(office: Office) -> TimeStamper | Finding | None:
    """Return what stamps the PDFs of one request, None where none is stamped."""
    known = read_time_stamping(office)
    if not isinstance(known, TimeStamping):
        return known
    return AskedStamps(_authority(office, known), goes_without=known.settings.without != "refuse")


def stamps_of(stamper: TimeStamper, digests: Sequence[bytes]) -> list[bytes | None] | Finding:
    """Return the stamps of many digests, asked for some at once; or why there are none."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        try:
            return list(threads.map(stamper, digests))
        except TimeStampFailure as failure:
            return failure.finding


def time_stamping_answer(office: Office, session: Session) -> TimeStampingAnswer | Findings:
    """Tell an administrator the settings, without the password."""
    known = _known(office, session)
    if isinstance(known, Finding):
        return (known,)
    return TimeStampingAnswer(settings=known.settings if known else None)


def try_time_stamping(office: Office, session: Session) -> TimeStampTrialAnswer | Findings:
    """Ask for the stamp of something random, and tell an administrator what came of it."""
    known = _known(office, session)
    if isinstance(known, Finding):
        return (known,)
    if known is None:
        return TimeStampTrialAnswer(finding=blocks(TimeStampCode.TIME_STAMP_NOT_SET_UP))
    stamp = _authority(office, known).stamp(office.sources.randomness.octets(32))
    if isinstance(stamp, bytes):
        host = known.settings.host
        stamp = informs(TimeStampCode.TIME_STAMP_ANSWERS, host=host, octets=len(stamp))
    return TimeStampTrialAnswer(finding=stamp)


def settle_time_stamping(
    office: Office, command: Command, body: SetTimeStamping, session: Session
) -> Receipt:
    """Keep the settings, or forget them, and record the change; or say why not."""
    settings = body.settings

    def keep() -> Findings:
        password = _password(office, body)
        return _findings(office, settings, password, session) or _keep(office, settings, password)

    changed = TimeStampingChanged(
        address=settings.address if settings else "",
        without=settings.without if settings else "",
        by=session.operator,
    )
    return settle_setting(office, command, session, changed, keep)


def _authority(office: Office, known: TimeStamping) -> "TimeStampAuthority":
    # Only who stamps pays for the import of an HTTP client.
    from issuance.signing.time_stamp_authority import TimeStampAuthority

    sources = office.sources
    return TimeStampAuthority(known.settings, known.password, sources.clock, sources.randomness)


def _known(office: Office, session: Session) -> TimeStamping | Finding | None:
    if Role.ADMINISTRATOR not in session.roles:
        return blocks(AccessCode.ADMINISTRATOR_ONLY)
    return read_time_stamping(office)


def _findings(
    office: Office,
    settings: TimeStampSettings | None,
    password: Secret | None,
    session: Session,
) -> Findings:
    if Role.ADMINISTRATOR not in session.roles:
        return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
    if office.policy.policy.portable is None:
        return (blocks(InstitutionCode.OUT_OF_REACH),)
    return settings_findings(settings, password) if settings else ()


def _password(office: Office, body: SetTimeStamping) -> Secret | None:
    """Return the password typed, or the former one where it goes to the same place."""
    wanted = body.settings
    if wanted is None or (body.password and body.password.reveal()):
        return body.password
    known = read_time_stamping(office)
    if not isinstance(known, TimeStamping):
        return None
    same = (known.settings.address, known.settings.user) == (wanted.address, wanted.user)
    return known.password if same else None


def _keep(office: Office, settings: TimeStampSettings | None, password: Secret | None) -> Findings:
    """Write or remove the file; before the commit, so that a failure here undoes the record."""
    path = office.folder / _FILE_NAME
    try:
        if settings is None:
            path.unlink(missing_ok=True)
        else:
            document = plain(settings) | {"password": password.reveal() if password else ""}
            sealed = office.keys.seal(Purpose.TIME_STAMPS, canonical_bytes(document), _LABEL)
            replace_file(path, sealed)
    except OSError as error:
        return (write_finding(error, path),)
    return ()
