"""Makes an office in a folder beside its place and puts it there when everything is done.

Until the last step there is no office: a crash, a lost recovery key or a change of mind leaves a
folder that the next founding clears away.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from backend_client.at_the_station.places import path_typed
from backend_client.authority_folder import read_authority_folder
from backend_client.backend import OfficeSign
from backend_client.mail_form import mail_settings
from backend_client.offices import DEMONSTRATION, OFFICE, UNFINISHED_SAMPLES, Offices
from issuance.access.durable_file import sync_folder, write_finding
from issuance.access.key_ring import KeyRing
from issuance.access.office_file import read_office
from issuance.access.recovery import open_recovery_slot, read_recovery_key
from issuance.access.roles import Role
from issuance.certificates.authority import AuthorityNames, AuthorityPlan
from issuance.certificates.authority_token import TokenPlan
from issuance.certificates.imported_authority import AuthorityFiles
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import FirstPerson, Founded, FoundingPlan, found_office
from issuance.engine.founding_authority import authority_findings
from issuance.engine.institutional_demonstration import furnish, institutional_plan
from issuance.engine.mail import write_mail_settings
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.founding import FoundingCode
from issuance.policies.loader import PolicyError, load_policy, policy_names
from issuance.policies.model import Policy
from issuance.samples.files import write_sample_files
from issuance.secret import Secret

POLICY = "ec-icert"
SAMPLES = "samples"
RECOVERY_KEY = "recovery-key.txt"
"""Where a demonstration, whose secrets are public, keeps its recovery key."""
ROOT_SUFFIX = " RAIZ"
Findings = tuple[Finding, ...]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class OfficeWishes:
    """What an administrator types to set up an office; `mail` is empty to do without for now.

    `rules` names the policy; `province` is empty where it has no accounts for deposits.
    The authority is new, of that name and kind of key, unless `old_authority` names the folder of
    an existing one, opened by `old_passphrase`. With `token` its key is made, or is, in there.
    """

    name: str
    province: str
    language: str
    user: str
    person: str
    password: Secret
    totp_secret: Secret
    authority: str
    passphrase: Secret
    mail: Mapping[str, str]
    mail_password: Secret | None
    algorithm: str = ""
    old_authority: str = ""
    old_passphrase: Secret | None = None
    token: TokenPlan | None = None
    rules: str = POLICY


@dataclass(frozen=True, slots=True)
class NewOffice:
    """An office that is ready and not yet in its place; the recovery key is told once."""

    folder: Path
    target: Path
    recovery_key: Secret
    lock: FileLock

    def keep(self) -> Finding | None:
        """Put the office in its place: from now on it exists."""
        try:
            # An empty folder gives way, anything else stays and is told.
            self.folder.rename(self.target)
            sync_folder(self.target.parent)
        except OSError as error:
            if self.target.exists():
                return blocks(AccessCode.OFFICE_EXISTS)
            return write_finding(error, self.target)
        finally:
            self.lock.release()
        return None

    def abandon(self) -> None:
        """Leave nothing of the office, unless it was kept."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.release()


def provinces(language: str, rules: str = POLICY) -> tuple[tuple[str, str], ...]:
    """Return code and name of every province with an account for deposits, by name."""
    loaded = load_policy(rules)
    words = loaded.words(language)
    codes = {point.province for point in loaded.policy.service_points}
    return tuple(
        sorted(((code, words.word("choices", code)) for code in codes), key=lambda each: each[1])
    )


def rules_to_choose() -> tuple[str, ...]:
    """Return the names of the policies an office may begin with."""
    return policy_names()


def old_authority_findings(
    offices: Offices, rules: str, folder: str, passphrase: Secret, token: TokenPlan | None
) -> Findings:
    """Tell what keeps the authority in a folder from being taken over; nothing is made."""
    files = read_authority_folder(path_typed(folder), passphrase, with_key=token is None)
    if isinstance(files, Finding):
        return (files,)
    return authority_findings(files, rules, offices.sources(), token)


def rules_findings(rules: str) -> Findings:
    """Tell why no office can begin with a policy: its files are wrong or missing."""
    try:
        load_policy(rules)
    except PolicyError as error:
        return (error.finding,)
    return ()


def prepare_office(
    offices: Offices, wishes: OfficeWishes, progress: Progress
) -> NewOffice | Findings:
    """Make a real office; it exists after `NewOffice.keep`."""
    policy = load_policy(wishes.rules).policy
    settings = mail_settings(wishes.mail, wishes.mail_password) if wishes.mail else None
    if isinstance(settings, Finding):
        return (settings,)
    authority = _authority(wishes, policy)
    if isinstance(authority, Finding):
        return (authority,)
    plan = FoundingPlan(
        name=wishes.name,
        province=wishes.province,
        language=wishes.language,
        policy=policy.id,
        demonstration=False,
        people=(
            FirstPerson(
                wishes.user,
                wishes.person,
                (Role.ADMINISTRATOR,),
                wishes.password,
                wishes.totp_secret,
            ),
        ),
        authority=authority,
        passphrase=wishes.passphrase,
        token=wishes.token,
    )
    new = _found(offices, OFFICE, plan, progress)
    if isinstance(new, NewOffice) and settings is not None:
        sources = offices.sources()
        keys = _keys(new, offices)
        write_mail_settings(new.folder, keys, settings, sources.randomness)
    return new


def _authority(wishes: OfficeWishes, policy: Policy) -> AuthorityPlan | AuthorityFiles | Finding:
    if wishes.old_authority:
        folder = path_typed(wishes.old_authority)
        passphrase = wishes.old_passphrase or Secret("")
        return read_authority_folder(folder, passphrase, with_key=wishes.token is None)
    plan = AuthorityPlan(
        root=_names(wishes.authority + ROOT_SUFFIX, policy),
        issuing=_names(wishes.authority, policy),
    )
    return plan.model_copy(update={"algorithm": wishes.algorithm or plan.algorithm})


def found_demonstration(offices: Offices, progress: Progress) -> OfficeSign | Findings:
    """Make the demonstration office; `write_samples` then draws its sample files, in 2 s."""
    if findings := rules_findings(POLICY):
        return findings
    new = _found(offices, DEMONSTRATION, demonstration_plan(POLICY), progress)
    if not isinstance(new, NewOffice):
        return new
    (new.folder / UNFINISHED_SAMPLES).mkdir()
    return _kept_demonstration(offices, new)


def found_institutional_demonstration(
    offices: Offices, progress: Progress
) -> OfficeSign | Findings:
    """Make the demonstration of the platform of institutions, its ministry already at work."""
    plan = institutional_plan()
    if findings := rules_findings(plan.policy):
        return findings
    new = _found(offices, DEMONSTRATION, plan, progress)
    if not isinstance(new, NewOffice):
        return new
    progress("ministry")
    if findings := furnish(new.folder, offices.sources(), offices.make_key):
        new.abandon()
        return findings
    return _kept_demonstration(offices, new)


def _kept_demonstration(offices: Offices, new: NewOffice) -> OfficeSign | Findings:
    """Put a demonstration into its place."""
    # Nothing here is secret: `ventanilla verify` finds it without asking.
    (new.folder / RECOVERY_KEY).write_text(new.recovery_key.reveal() + "\n", encoding="utf-8")
    failed = new.keep()
    sign = offices.sign(DEMONSTRATION)
    if failed or isinstance(sign, Finding):
        return tuple(each for each in (failed, sign) if isinstance(each, Finding))[:1]
    return sign


def write_samples(offices: Offices) -> None:
    """Write the sample files a new demonstration lacks; they appear when all are complete.

    What cannot be written now, or is being written by another program, is left for the next call.
    """
    folder = offices.folder(DEMONSTRATION)
    try:
        with FileLock(offices.home / ".samples.lock", timeout=0, mode=0o600):
            if offices.samples_due():
                zone = ZoneInfo(load_policy(POLICY).policy.zone)
                today = offices.sources().clock.now().astimezone(zone).date()
                write_sample_files(folder / UNFINISHED_SAMPLES, today)
                (folder / UNFINISHED_SAMPLES).rename(folder / SAMPLES)
    except (Timeout, OSError, PolicyError):
        return


def _found(
    offices: Offices, place: str, plan: FoundingPlan, progress: Progress
) -> NewOffice | Findings:
    target = offices.folder(place)
    folder = target.with_name(f".{place}.unfinished")
    lock = FileLock(offices.home / ".founding.lock", timeout=0, mode=0o600, thread_local=False)
    try:
        offices.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        return (blocks(FoundingCode.FOUNDING_IN_PROGRESS),)
    except OSError as error:
        return (write_finding(error, target),)
    try:
        if target.exists() and any(target.iterdir()):
            return _released(lock, blocks(AccessCode.OFFICE_EXISTS))
        if folder.exists():
            shutil.rmtree(folder)
        founded = found_office(folder, plan, offices.sources(), offices.make_key, progress)
    except OSError as error:
        return _released(lock, write_finding(error, target))
    if not isinstance(founded, Founded):
        return _released(lock, *founded)
    return NewOffice(folder, target, founded.recovery_key, lock)


def _released(lock: FileLock, *findings: Finding) -> Findings:
    lock.release()
    return findings


def _keys(new: NewOffice, offices: Offices) -> KeyRing:
    """Open a new office's keys by its recovery key."""
    sign, recovery = read_office(new.folder), read_recovery_key(new.recovery_key)
    if isinstance(sign, Finding) or isinstance(recovery, Finding) or sign.recovery_slot is None:
        raise ValueError("a new office opens by its recovery key")
    data_key = open_recovery_slot(sign.office, sign.recovery_slot, recovery)
    if isinstance(data_key, Finding):
        raise ValueError(data_key.code)
    return KeyRing(data_key, offices.sources().randomness)


def _names(common_name: str, policy: Policy) -> AuthorityNames:
    return AuthorityNames(
        common_name=common_name,
        organization=policy.authority_organization,
        country=policy.country,
    )
