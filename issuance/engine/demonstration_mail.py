"""The demonstration's mailbox: the centre reads every mail, members of institutions their own."""

from issuance.access.operators import OperatorState
from issuance.access.roles import Role, Session
from issuance.engine.institutional_streams import read_institution, read_official
from issuance.engine.mail import demonstration_mailbox
from issuance.engine.office import Office, named_stream
from issuance.engine.streams import read_state
from issuance.institutions.people import Person
from issuance.queries import MailboxAnswer, MailboxMessage
from issuance.register.register import Reading


def mailbox_answer(office: Office, reading: Reading, session: Session) -> MailboxAnswer:
    """Return the mails that somebody may read, the newest first; a real office keeps none."""
    if not office.sign.demonstration:
        return MailboxAnswer(messages=())
    mailbox = demonstration_mailbox(office.folder, office.keys, office.sources.randomness)
    is_member = Role.MEMBER in session.roles
    own = _addresses(office, reading, session) if is_member else frozenset[str]()
    return MailboxAnswer(
        messages=tuple(
            MailboxMessage(
                id=str(mail.notice_id), to=mail.to, subject=mail.subject, body=mail.body, at=mail.at
            )
            for mail in mailbox.list()
            if not is_member or mail.to in own
        )
    )


def _addresses(office: Office, reading: Reading, session: Session) -> frozenset[str]:
    """Return the addresses that somebody's seats have, as they are registered now."""
    account, _ = read_state(
        reading, named_stream(office.id, "operator", session.operator), OperatorState
    )
    people: list[Person | None] = []
    for seat in account.seats if account else ():
        if seat.official is None:
            institution, _ = read_institution(reading, seat.institution)
            people.append(institution.operator if institution else None)
        else:
            official, _ = read_official(reading, seat.official)
            people.append(official.person if official else None)
    return frozenset(person.email for person in people if person is not None)
