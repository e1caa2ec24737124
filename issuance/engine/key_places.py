"""Puts people's key slots into their files and takes them out again.

Slots are always changed before the register says so: a crash in between leaves somebody who cannot
log in, or must choose a password again, never somebody who can do more than the register knows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from issuance.access.durable_file import write_finding
from issuance.access.key_slots import DEFAULT_PARAMETERS, SlotContents, seal_slot
from issuance.access.office_file import update_office
from issuance.access.roles import Role
from issuance.access.totp import new_totp_secret
from issuance.certificates.authority_keys import SealedAuthorityKey, share_slot, without_slot
from issuance.engine.authority_file import read_authority_keys, write_authority_keys
from issuance.engine.office import Office
from issuance.findings import Finding
from issuance.policies.model import Policy
from issuance.secret import Secret


def may_hold_issuing_key(policy: Policy, roles: tuple[Role, ...]) -> bool:
    """Tell whether people with these roles get a slot of the issuing key.

    Those who issue, a service that publishes revocations, and administrators, who could otherwise
    not give anybody a slot.
    """
    issuing = policy.roles.get("request_certificate", ())
    always = {Role.ADMINISTRATOR, Role.SERVICE}
    return bool(always & set(roles)) or any(role.value in issuing for role in roles)


def take_slot(office: Office, user: str) -> Finding | None:
    """Remove the slot a person opens the office with; for somebody who never had another."""
    removed = update_office(office.folder, lambda sign: sign.without_slot(user))
    return removed if isinstance(removed, Finding) else None


@dataclass(frozen=True, slots=True, repr=False)
class KeyPlaces:
    """The key files of an office, as the person who opened it can change them."""

    office: Office
    user: str
    contents: SlotContents

    def give(self, user: str, password: Secret, roles: tuple[Role, ...]) -> Finding | None:
        """Make new slots for a person under a first password, with a new TOTP secret."""
        randomness = self.office.sources.randomness
        slot_key = randomness.octets(32)
        contents = SlotContents(self.contents.data_key, new_totp_secret(randomness), slot_key)

        def share(issuing: SealedAuthorityKey) -> SealedAuthorityKey | Finding:
            if not may_hold_issuing_key(self.office.policy.policy, roles):
                return without_slot(issuing, user)
            own = self.contents.authority_slot_key or b""
            return share_slot(issuing, self.user, own, user, slot_key, randomness)

        return self._change_issuing_key(share) or self.seal(user, password, contents)

    def seal(self, user: str, password: Secret, contents: SlotContents) -> Finding | None:
        """Seal the contents of a person's slot under a password."""
        slots = self.office.sign.slots
        parameters = slots[0].parameters if slots else DEFAULT_PARAMETERS
        randomness = self.office.sources.randomness
        slot = seal_slot(self.office.id, user, password, contents, parameters, randomness)
        written = update_office(
            self.office.folder, lambda sign: sign.without_attempts(user).with_slot(slot)
        )
        return written if isinstance(written, Finding) else None

    def take_away(self, user: str) -> Finding | None:
        """Remove a person's slots."""
        return take_slot(self.office, user) or self.take_issuing_key(user)

    def take_issuing_key(self, user: str) -> Finding | None:
        """Remove a person's slot of the issuing key alone."""
        return self._change_issuing_key(lambda issuing: without_slot(issuing, user))

    def _change_issuing_key(
        self, change: Callable[[SealedAuthorityKey], SealedAuthorityKey | Finding]
    ) -> Finding | None:
        keys = read_authority_keys(self.office.folder)
        if isinstance(keys, Finding):
            return keys
        changed = change(keys.keys["issuing"])
        if isinstance(changed, Finding):
            return changed
        renewed = keys.model_copy(update={"keys": {**keys.keys, "issuing": changed}})
        try:
            write_authority_keys(self.office.folder, renewed)
        except OSError as error:
            return write_finding(error, self.office.folder)
        return None
