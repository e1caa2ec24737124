"""What the keys do: the fixed function keys, the same everywhere.

One `Action` feeds the binding, the key bar and the help. A screen lists its actions, defines
`action_<name>` for each, and keeps those only it has beside itself.
"""

from dataclasses import dataclass, replace

from textual.binding import Binding

from tui.translation import N_


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does.

    Attributes:
        name: the method `action_<name>` that does it.
        key: the key shown in the bar, in Textual's spelling.
        label: one or two words for the bar (a message to translate).
        tooltip: a sentence for the help (a message to translate).
        other_keys: keys that do the same and are not shown.
    """

    name: str
    key: str
    label: str
    tooltip: str
    other_keys: tuple[str, ...] = ()

    @property
    def binding(self) -> Binding:
        """The Textual binding of this action; its id allows a key map."""
        return Binding(
            ",".join((self.key, *self.other_keys)),
            self.name,
            self.label,
            tooltip=self.tooltip,
            id=f"ventanilla.{self.name}",
        )

    def named(self, label: str, tooltip: str = "") -> "Action":
        """Return this action with the words that fit one screen (messages to translate)."""
        return replace(self, label=label, tooltip=tooltip or self.tooltip)


def bindings(*actions: Action) -> list[Binding]:
    """Return the bindings of some actions, for a `BINDINGS` list."""
    return [action.binding for action in actions]


HELP = Action("help", "f1", N_("Help"), N_("Explains the field or the step you are on."))
SEARCH = Action("search", "f2", N_("Search"), N_("Looks for a person or a case."))
BACK = Action(
    "back",
    "f3",
    N_("Back"),
    N_("Returns to the screen before; nothing typed is lost."),
    ("escape",),
)
VALUES = Action("values", "f4", N_("List"), N_("Shows the values this field may take."))
REFRESH = Action("refresh", "f5", N_("Refresh"), N_("Reads the data again."))
RETAKE = Action("retake", "f6", N_("Replace"), N_("Replaces the photo or the document."))
RESUME = Action("resume", "f8", N_("Resume"), N_("Continues the work that was interrupted."))
PRINT = Action("print", "f9", N_("Save"), N_("Prints or saves what is shown."))
DO = Action("do", "f10", N_("Do it"), N_("Carries out the step shown."))
LANGUAGE = Action(
    "switch_language", "f11", N_("Español"), N_("Changes the language; what you typed stays.")
)
CANCEL = Action("cancel", "f12", N_("Cancel"), N_("Discards the draft or reopens the last step."))
