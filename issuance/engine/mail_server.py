"""Changes the mail server of an office, and says so in the office's stream."""

from issuance.access.office_stream import MailServerChanged, OfficeState, evolve_office
from issuance.access.roles import Role, Session
from issuance.engine.denials import append_denials
from issuance.engine.mail import write_mail_settings
from issuance.engine.office import Office, named_stream
from issuance.engine.session import session_findings
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.notices.outbox import Outbox
from issuance.notices.smtp import MailSettings
from issuance.register.model import Origin

_ACT = "set_mail"


def change_mail_server(
    office: Office, settings: MailSettings, session: Session
) -> tuple[Finding, ...]:
    """Keep the settings and record the change, or say why not.

    Raises:
        OSError: the settings could not be written; nothing is recorded.
    """
    with office.register.writing(alone=True) as writing:
        findings = session_findings(office, session, writing, _ACT)
        if not findings and Role.ADMINISTRATOR not in session.roles:
            findings = (blocks(AccessCode.ADMINISTRATOR_ONLY),)
        if findings:
            append_denials(writing, office, session, _ACT, findings, None)
            return findings
        changed = MailServerChanged(host=settings.host, port=settings.port, by=session.operator)
        stream = named_stream(office.id, "office")
        state, revision = read_state(writing, stream, OfficeState)
        origin = Origin(office.now(), session.operator, None, office.policy.reference)
        append(writing, stream, revision, [changed], origin, evolve_office(state, changed))
        # Written before the commit: a failure here undoes the record.
        write_mail_settings(office.folder, office.keys, settings, office.sources.randomness)
    return ()


def deliver_due(office: Office) -> int:
    """Hand due mails to the mail server; return how many it took."""
    transport, sender = office.mail_way
    return Outbox(
        register=office.register,
        transport=transport,
        template_text=lambda name, language: office.policy.words(language).text(f"mail/{name}"),
        sender=sender,
        sealing=office.notice_sealing,
        clock=office.sources.clock,
    ).deliver_due()
