from typing import Literal

from issuance.model import Frozen, Text
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


OfficeBody = AddOperator | ChangeRoles | RemoveOperator | ResetAccess | ChangePassword
