"""What happened in a case, split by topic, and the catalogue that reads events back."""

from issuance.cases.events import (
    activation,
    application,
    conduct,
    contract,
    evidence,
    life,
    payment,
)
from issuance.cases.events.base import CaseEvent
from issuance.events import catalogue

CATALOGUE = catalogue(
    CaseEvent, application, evidence, payment, activation, contract, life, conduct
)
