"""Colours: high contrast, dark by default, light on request; every text at least 7:1.

Textual's ANSI themes are avoided: with NO_COLOR they draw black on black. The colours lie near the
sixteen of an old terminal, so that rounding to those keeps text and ground apart.
"""

from typing import Final

from textual.theme import Theme

DARK: Final = "dark"
LIGHT: Final = "light"

THEMES: Final = (
    Theme(
        name=DARK,
        dark=True,
        primary="#ffffff",
        secondary="#87ffff",
        accent="#ffff87",
        success="#87ff87",
        warning="#ffff55",
        error="#ff9f9f",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#303030",
        boost="#000000",
        variables={
            "text": "#ffffff",
            "text-muted": "#d0d0d0",
            "text-disabled": "#b0b0b0",
            "bar-background": "#d0d0d0",
            "bar-foreground": "#000000",
            "mark-background": "#ffff55",
            "mark-foreground": "#000000",
            "field-background": "#303030",
            "field-foreground": "#ffffff",
            "field-focus-background": "#000087",
            "field-focus-foreground": "#ffffff",
            "input-cursor-background": "#ffffff",
            "input-cursor-foreground": "#000000",
            "input-selection-background": "#ffff55",
            "input-selection-foreground": "#000000",
            "block-cursor-background": "#ffffff",
            "block-cursor-foreground": "#000000",
            "block-cursor-blurred-background": "#303030",
            "block-cursor-blurred-foreground": "#ffffff",
            "border": "#ffffff",
            "border-blurred": "#d0d0d0",
        },
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#000000",
        secondary="#00405f",
        accent="#5f0087",
        success="#004f00",
        warning="#5f3f00",
        error="#870000",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#d0d0d0",
        boost="#ffffff",
        variables={
            "text": "#000000",
            "text-muted": "#303030",
            "text-disabled": "#4f4f4f",
            "bar-background": "#000000",
            "bar-foreground": "#ffffff",
            "mark-background": "#870000",
            "mark-foreground": "#ffffff",
            "field-background": "#d0d0d0",
            "field-foreground": "#000000",
            "field-focus-background": "#ffff87",
            "field-focus-foreground": "#000000",
            "input-cursor-background": "#000000",
            "input-cursor-foreground": "#ffffff",
            "input-selection-background": "#000087",
            "input-selection-foreground": "#ffffff",
            "block-cursor-background": "#000000",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#d0d0d0",
            "block-cursor-blurred-foreground": "#000000",
            "border": "#000000",
            "border-blurred": "#303030",
        },
    ),
)

TEXT_ON_GROUND: Final = (
    ("foreground", "background"), ("text-muted", "background"), ("text-disabled", "background"),
    ("success", "background"), ("warning", "background"), ("error", "background"),
    ("accent", "background"), ("secondary", "background"),
    ("foreground", "panel"), ("bar-foreground", "bar-background"),
    ("mark-foreground", "mark-background"), ("field-foreground", "field-background"),
    ("field-focus-foreground", "field-focus-background"), ("text-muted", "field-background"),
    ("input-cursor-foreground", "input-cursor-background"),
    ("input-selection-foreground", "input-selection-background"),
    ("block-cursor-foreground", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
)  # fmt: skip
"""Every pair of variables the style sheets put on each other."""
