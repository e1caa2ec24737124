"""What is told while an office is made."""

from collections.abc import Mapping
from typing import Final

from tui.translation import N_

FOUNDING_STEPS: Final[Mapping[str, str]] = {
    "authority": N_("Making the keys of the certification authority …"),
    "keys": N_("Sealing the keys …"),
    "register": N_("Beginning the register …"),
    "people": N_("Making the way in for its people …"),
    "ministry": N_("Enabling the invented ministry …"),
}
"""By the step that `issuance.engine.founding` tells, or a demonstration after it."""
