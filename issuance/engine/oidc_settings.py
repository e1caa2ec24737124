"""The identity provider of an office: kept sealed, changed by an administrator, told to one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from issuance.access.durable_file import replace_file, write_finding
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office_stream import IdentityProviderChanged
from issuance.access.oidc_settings import (
    ProviderSettings,
    SetIdentityProvider,
    has_secret,
    settings_findings,
)
from issuance.access.roles import Role, Session
from issuance.commands import Command, Receipt
from issuance.engine.office import Office
from issuance.engine.office_setting import settle_setting
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.oidc import ProviderCode
from issuance.model import canonical_bytes, plain
from issuance.office_queries import IdentityProviderAnswer
from issuance.secret import Secret

_FILE_NAME: Final = "provider.sealed"
_LABEL: Final = b"identity provider 1"
_Document: Final = TypeAdapter(dict[str, Any])


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An identity provider and the secret we are known by there."""

    settings: ProviderSettings
    client_secret: Secret


def read_identity_provider(folder: Path, keys: KeyRing) -> IdentityProvider | None:
    """Return the identity provider, None where there is none or the file was changed.

    Raises OSError where the file cannot be read.
    """
    try:
        sealed = (folder / _FILE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    clear = keys.open(Purpose.PROVIDER, sealed, _LABEL)
    if clear is None:
        return None
    document = _Document.validate_json(clear)
    secret = Secret(document.pop("client_secret"))
    return IdentityProvider(ProviderSettings.model_validate(document), secret)


def provider_answer(
    office: Office, session: Session
) -> IdentityProviderAnswer | tuple[Finding, ...]:
    """Tell an administrator the settings, without the secret."""
    if Role.ADMINISTRATOR not in session.roles:
        return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
    known = read_identity_provider(office.folder, office.keys)
    return IdentityProviderAnswer(settings=known.settings if known else None)


def settle_identity_provider(
    office: Office, command: Command, body: SetIdentityProvider, session: Session
) -> Receipt:
    """Keep the settings, or forget them, and record the change; or say why not."""
    settings = body.settings

    def keep() -> tuple[Finding, ...]:
        secret = _secret(office, body)
        return _findings(office, body, secret, session) or _keep(office, settings, secret)

    changed = IdentityProviderChanged(
        issuer=settings.issuer if settings else "",
        client=settings.client if settings else "",
        by=session.operator,
    )
    return settle_setting(office, command, session, changed, keep)


def _findings(
    office: Office, body: SetIdentityProvider, secret: Secret | None, session: Session
) -> tuple[Finding, ...]:
    if Role.ADMINISTRATOR not in session.roles:
        return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
    if office.policy.policy.portable is None:
        return (blocks(ProviderCode.PROVIDER_NOT_FOR_OFFICE),)
    if body.settings is None:
        return ()
    if wrong := settings_findings(body.settings):
        return wrong
    return () if has_secret(secret) else (_SECRET_MISSING,)


_SECRET_MISSING: Final = blocks(ProviderCode.PROVIDER_SECRET_MISSING, "client_secret")


def _secret(office: Office, body: SetIdentityProvider) -> Secret | None:
    """Return the secret typed, or the former one where it goes to the same place."""
    if body.settings is None or (body.client_secret and body.client_secret.reveal()):
        return body.client_secret
    known = read_identity_provider(office.folder, office.keys)
    if known is None:
        return None
    same = (known.settings.client, known.settings.token)
    return known.client_secret if same == (body.settings.client, body.settings.token) else None


def _keep(
    office: Office, settings: ProviderSettings | None, secret: Secret | None
) -> tuple[Finding, ...]:
    """Write or remove the file; before the commit, so that a failure here undoes the record."""
    path = office.folder / _FILE_NAME
    try:
        if settings is None or secret is None:
            path.unlink(missing_ok=True)
        else:
            document = plain(settings) | {"client_secret": secret.reveal()}
            sealed = office.keys.seal(Purpose.PROVIDER, canonical_bytes(document), _LABEL)
            replace_file(path, sealed)
    except OSError as error:
        return (write_finding(error, path),)
    return ()
