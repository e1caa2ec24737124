"""How the answer to a query travels: under its query's kind."""

from typing import Generic, TypeVar

from issuance.model import Frozen
from issuance.queries import Answer

Kind = TypeVar("Kind", bound=str)
Content = TypeVar("Content", bound=Answer)


class Answered(Frozen, Generic[Kind, Content]):
    """The answer to a query of this kind."""

    kind: Kind
    answer: Content
