"""The stream of one operator: what happened to the person who logs in, and the state it leaves."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

from issuance.access.attempts import AttemptCause
from issuance.access.roles import Role
from issuance.events import Event
from issuance.model import PERSONAL, Frozen, Identifier, Instant, Text

FOLD_VERSION: Final = 3


class OperatorEvent(Event):
    """Something that happened to one operator."""


class OperatorAdded(OperatorEvent):
    """Somebody may log in from now on; the first administrator of an office adds itself."""

    KIND: ClassVar[str] = "operator_added"
    PURGED: ClassVar[Mapping[str, str]] = {"name": ""}

    user: str
    name: Annotated[Text, PERSONAL]
    roles: tuple[Role, ...]
    by: str


class RolesChanged(OperatorEvent):
    """The roles were replaced by these."""

    KIND: ClassVar[str] = "operator_roles_changed"

    roles: tuple[Role, ...]
    by: str


class OperatorRemoved(OperatorEvent):
    """The operator may not log in any more; the user name is never given again."""

    KIND: ClassVar[str] = "operator_removed"
    PURGED: ClassVar[Mapping[str, str]] = {"reason": ""}

    reason: Annotated[Text, PERSONAL]
    by: str


class FirstPasswordSet(OperatorEvent):
    """An administrator made a new slot with a password that must be changed at once."""

    KIND: ClassVar[str] = "operator_first_password_set"

    by: str


class PasswordChanged(OperatorEvent):
    """The operator chose a password; `totp_step` where an authenticator was enrolled with it."""

    KIND: ClassVar[str] = "operator_password_changed"

    totp_step: int | None = None


class AdmittedToEnrol(OperatorEvent):
    """The first password was accepted: only for choosing a password and enrolling."""

    KIND: ClassVar[str] = "operator_admitted_to_enrol"

    session: Identifier


class LoggedIn(OperatorEvent):
    """The password and the code of this time step were accepted."""

    KIND: ClassVar[str] = "operator_logged_in"

    totp_step: int
    session: Identifier


class LoggedInByProvider(OperatorEvent):
    """An identity provider proved who it is: its name for the person hidden, its level (`acr`)."""

    KIND: ClassVar[str] = "operator_logged_in_by_provider"

    issuer: str
    subject: Identifier
    level: str
    session: Identifier


class LogInRefused(OperatorEvent):
    """A log-in failed; `attempted_at` is None where a damaged spool does not tell."""

    KIND: ClassVar[str] = "operator_log_in_refused"

    cause: AttemptCause
    attempted_at: Instant | None


class ActDenied(OperatorEvent):
    """The operator tried what role, session or four eyes do not let this person do."""

    KIND: ClassVar[str] = "operator_act_denied"

    act: str
    cause: str


class ListExported(OperatorEvent):
    """The operator saved a list of certificates as a file; what was in it is not kept."""

    KIND: ClassVar[str] = "operator_list_exported"
    PURGED: ClassVar[Mapping[str, str]] = {"text": "", "file": ""}

    state: str
    expiring_within_days: int | None
    text: Annotated[Text, PERSONAL]
    form: str
    lines: int
    file: Annotated[Text, PERSONAL]


class MemberSeated(OperatorEvent):
    """The person may act as an official of an institution, or as its operator without `official`.

    What that allows follows from the institution and the official at each moment.
    """

    KIND: ClassVar[str] = "operator_member_seated"

    institution: Identifier
    official: Identifier | None
    by: str


class MemberUnseated(OperatorEvent):
    """The person does not act as that any more."""

    KIND: ClassVar[str] = "operator_member_unseated"

    institution: Identifier
    official: Identifier | None
    by: str


class LoggedOut(OperatorEvent):
    """The session ended."""

    KIND: ClassVar[str] = "operator_logged_out"

    session: Identifier


CATALOGUE: Final[Mapping[str, type[OperatorEvent]]] = {
    event.KIND: event
    for event in (
        OperatorAdded,
        RolesChanged,
        OperatorRemoved,
        FirstPasswordSet,
        PasswordChanged,
        AdmittedToEnrol,
        LoggedIn,
        LoggedInByProvider,
        LogInRefused,
        ActDenied,
        ListExported,
        MemberSeated,
        MemberUnseated,
        LoggedOut,
    )
}


class MemberSeat(Frozen):
    """As whom somebody acts: an official of an institution, or its operator without `official`."""

    institution: Identifier
    official: Identifier | None


class OperatorState(Frozen):
    """An operator as the events leave it; only somebody of an institution has `seats`."""

    user: str
    name: Annotated[Text, PERSONAL]
    roles: tuple[Role, ...]
    active: bool = True
    last_totp_step: int | None = None
    must_change_password: bool = False
    seats: tuple[MemberSeat, ...] = ()

    @property
    def administers(self) -> bool:
        """Whether this operator counts as one of the office's administrators."""
        return self.active and Role.ADMINISTRATOR in self.roles


def evolve(state: OperatorState | None, event: OperatorEvent) -> OperatorState:
    """Return the state after one more event; only `OperatorAdded` can come first."""
    if isinstance(event, OperatorAdded):
        return OperatorState(user=event.user, name=event.name, roles=event.roles)
    if state is None:
        raise ValueError(f"{event.KIND} before {OperatorAdded.KIND}")
    return state.model_copy(update=_changes(state, event))


def _changes(state: OperatorState, event: OperatorEvent) -> dict[str, object]:
    match event:
        case RolesChanged():
            return {"roles": event.roles}
        case OperatorRemoved():
            return {"active": False}
        case FirstPasswordSet():
            # A new secret comes with it, whose codes nobody has used.
            return {"must_change_password": True, "last_totp_step": None}
        case PasswordChanged(totp_step=None):
            return {"must_change_password": False}
        case PasswordChanged():
            return {"must_change_password": False, "last_totp_step": event.totp_step}
        case LoggedIn():
            return {"last_totp_step": event.totp_step}
        case MemberSeated(institution=institution, official=official):
            return {"seats": (*state.seats, MemberSeat(institution=institution, official=official))}
        case MemberUnseated(institution=institution, official=official):
            left = MemberSeat(institution=institution, official=official)
            return {"seats": tuple(each for each in state.seats if each != left)}
        case AdmittedToEnrol() | LoggedInByProvider() | LogInRefused() | LoggedOut():
            return {}
        case ActDenied() | ListExported():
            return {}
        case _:
            raise TypeError(f"no rule for {event.KIND}")
