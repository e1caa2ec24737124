"""What the page of the password says, to the applicant."""

from enum import StrEnum
from typing import Final

from tui.header import DEMONSTRATION
from tui.translation import N_, Translator

_STRENGTHS: Final = (
    N_("very weak"), N_("weak"), N_("fair"), N_("good"), N_("very good"),
)  # fmt: skip


class Way(StrEnum):
    """How the password comes about."""

    OWN = "own"
    PROPOSED = "proposed"
    COPIED = "copied"
    REMEMBERED = "remembered"


_RULES: Final = {
    Way.OWN: N_(
        "Choose the password of your certificate. You will type it whenever you sign; nobody can"
        " recover it. At least {minimum} characters: letters without accents, digits and common"
        " signs. F6 proposes one."
    ),
    Way.PROPOSED: N_(
        "Write this down exactly, with its hyphens, and keep it in a safe place. Nobody can"
        " recover it. Then press Enter: it is hidden, and you type it once."
    ),
    Way.COPIED: N_("It is hidden now. Type it from your note, so that you know the note is right."),
    Way.REMEMBERED: N_("Your key waits here under the password you chose. Type it to go on."),
}
_LABELS: Final = {
    Way.OWN: N_("Password"),
    Way.COPIED: N_("Type it as you wrote it down"),
    Way.REMEMBERED: N_("The password chosen before"),
}


def banner_words(translate: Translator, *, demonstration: bool) -> str:
    """Say whom the page is for."""
    heading = translate(N_("FOR THE APPLICANT"))
    return f"{heading}\n{translate(DEMONSTRATION)}" if demonstration else heading


def rule_words(way: Way, minimum: int, translate: Translator) -> str:
    """Say what is to be done; `minimum` is the least number of characters."""
    return translate(_RULES[way], minimum=minimum)


def label_words(way: Way, translate: Translator) -> str:
    """Name the first field."""
    return translate(_LABELS.get(way, ""))


def strength_words(strength: int, needed: int, translate: Translator) -> str:
    """Say how hard a password is to guess, and how hard it must be (both 0 to 4)."""
    return translate(
        N_("Strength {strength} of 4: {word} (at least {needed} is needed)"),
        strength=strength, word=translate(_STRENGTHS[strength]), needed=needed,
    )  # fmt: skip


def kind_words(algorithm: str, translate: Translator, *, compatible: bool) -> str:
    """Say what kind of key and file is made; a key that was made before is not named."""
    file = N_("file for old programs") if compatible else N_("usual file (AES-256)")
    return ", ".join(part for part in (algorithm.upper(), translate(file)) if part)
