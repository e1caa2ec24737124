from typing import Literal

from issuance.model import Count, Frozen, Identifier, Text
from issuance.secret import SecretField


class AddOperator(Frozen):
    """Add a person with a first password, to be changed at the first log-in."""

    kind: Literal["add_operator"] = "add_operator"
    user: str
    name: Text
    roles: tuple[str, ...]
    first_password: SecretField


class ChangeRoles(Frozen):
    """Give a person other roles."""

    kind: Literal["change_roles"] = "change_roles"
    user: str
    roles: tuple[str, ...]


class RemoveOperator(Frozen):
    """Remove a person and their key slot."""

    kind: Literal["remove_operator"] = "remove_operator"
    user: str
    reason: Text


class ResetAccess(Frozen):
    """Give a person a new first password and a new TOTP secret."""

    kind: Literal["reset_access"] = "reset_access"
    user: str
    first_password: SecretField


class ChangePassword(Frozen):
    """Change the own password; instead of a first one also with a code of the authenticator."""

    kind: Literal["change_password"] = "change_password"
    current: SecretField
    new: SecretField
    code: SecretField


class InviteMember(Frozen):
    """Give somebody of an institution an account: an official, or its operator without one.

    Where the user name is that of the same person's account already, it gets the seat, too; then
    the first password is passed over.
    """

    kind: Literal["invite_member"] = "invite_member"
    user: str
    institution: Identifier
    official: Identifier | None = None
    first_password: SecretField


class RecordExport(Frozen):
    """Record, before it is written, that a list of certificates is saved as a file.

    `state` and `expiring_within_days` name the list, `text` is what was searched in it, `lines`
    how many it has, `file` where it goes to.
    """

    kind: Literal["record_export"] = "record_export"
    state: str = ""
    expiring_within_days: Count | None = None
    text: Text = ""
    form: Literal["csv", "json"]
    lines: Count
    file: Text


OfficeBody = (
    AddOperator | ChangeRoles | RemoveOperator | ResetAccess | ChangePassword | InviteMember
)
