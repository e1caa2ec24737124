"""What the keys of the application form do besides those of every form."""

from screens.drafting_screen import DISCARD
from tui.actions import DO, RESUME, RETAKE, Action
from tui.translation import N_

NEXT = DO.named(N_("Continue"), N_("Checks the whole form and goes on."))
ALL_FIELDS = RETAKE.named(N_("All fields"), N_("Shows the whole application."))
UNDO = DISCARD.named(N_("Undo"))
READ_CARD = Action(
    "read_card", "f9", N_("Card"), N_("Compares the card's lines and fills in what is empty.")
)
OPEN_OTHER = RESUME.named(N_("Open that case"), N_("Goes on with the case the person has."))
