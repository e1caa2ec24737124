from typing import ClassVar

from issuance.events import Event


class CaseEvent(Event):
    """Something that happened in a case.

    `ACT` names the command whose doing this was, which is what four-eyes pairs speak of.
    """

    ACT: ClassVar[str] = ""
