"""How widgets and screens reach the program they run in, with its own type."""

from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from tui.app import VentanillaApp
    from tui.translation import Translator


def application(widget: object) -> "VentanillaApp":
    """Return the running app as what it is.

    Raises:
        TypeError: when the widget runs in another app.
    """
    # The app imports the widgets, so its type is looked up when first needed.
    from tui.app import VentanillaApp

    app = widget.app if isinstance(widget, Widget) else None
    if not isinstance(app, VentanillaApp):
        raise TypeError(f"{type(app).__name__} is not the counter's app: {widget!r} runs elsewhere")
    return app


class VentanillaWidget:
    """Stands before a Textual class among the bases: a widget that knows its app and language.

    It is no widget itself, since Textual takes styles and keys from the first base that is one.
    """

    @property
    def ventanilla(self) -> "VentanillaApp":
        """The app this runs in."""
        return application(self)

    @property
    def translate(self) -> "Translator":
        """The operator's language."""
        return application(self).translate
