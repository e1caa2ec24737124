"""What a server tells a lost station: to erase what it keeps."""

from typing import ClassVar

from issuance.model import Identifier, Instant
from issuance.stations.signed import Signable


class EraseOrder(Signable):
    """Everything this office's station keeps is to be erased."""

    SIGNED_AS: ClassVar[str] = "erase 1"
    office: Identifier
    station: Identifier
    at: Instant
