"""The shell and the toolkit the screens are built from.

Textual reads its environment once, while it is imported. At a counter that environment is not to be
trusted (a variable may press keys, log every event or replace the driver), so importing anything of
this package first sets it right.
"""

import os

for _name in (
    "TEXTUAL",
    "TEXTUAL_ALLOW_SIGNALS",
    "TEXTUAL_DEBUG",
    "TEXTUAL_DRIVER",
    "TEXTUAL_FILTERS",
    "TEXTUAL_LOG",
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SHOW_RETURN",
    "TEXTUAL_THEME",
):
    os.environ.pop(_name, None)

# With the kitty protocol's flag 8 some terminals lose dead keys, and with them accents.
os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"
# Half a second tells Esc alone from a key sequence that a slow line tore in two.
os.environ["ESCDELAY"] = "500"
