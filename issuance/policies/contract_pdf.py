"""Makes the contract's PDF: A4, selectable text, the same octets for the same inputs.

The typeface is DejaVu Sans, shipped in `issuance/fonts`: the fonts every PDF reader has know
Latin-1 only, and names do not stop there.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import as_file, files
from typing import Final, cast
from uuid import UUID

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

from issuance.model import Frozen, LongText, Text
from issuance.policies.rendering import (
    TemplateMismatchError,
    one_line,
    placeholders,
    render,
    require_placeholders,
)

_FONT: Final = files("issuance.fonts").joinpath("DejaVuSans.ttf")
_FAMILY: Final = "DejaVuSans"
# Stands for the number of pages until it is known; a private-use character, which no text keeps.
_PAGES: Final = "\ue000\ue000\ue000"

_FROM_RIGHT_TO_LEFT: Final = ("R", "AL", "AN")
_INK: Final = (20, 20, 20)
_QUIET: Final = (90, 90, 90)
_ACCENT: Final = (16, 52, 96)

_BLACK: Final = (0, 0, 0)

_MARGIN: Final = 20.0
_CODE_WIDTH: Final = 60.0
_LABEL_WIDTH: Final = 55.0
_NUMBER_WIDTH: Final = 20.0
_LINE: Final = 5.2
_GAP: Final = 0.8


class ContractSection(Frozen):
    """A heading (empty for the opening) and its paragraphs."""

    heading: Text
    paragraphs: tuple[LongText, ...]


class ContractText(Frozen):
    """A contract's words in one language (an RFC 5646 tag)."""

    language: str
    title: Text
    sections: tuple[ContractSection, ...]


def contract_text(template: str, language: str, parameters: Mapping[str, str]) -> ContractText:
    """Read a policy's contract template and fill it.

    The first line is the title; a line that begins with `# ` opens a section; an empty line parts
    paragraphs; other line ends count as spaces. A value never becomes a heading or a paragraph.

    Raises `TemplateMismatchError` when the template has no title or other parameters than these.
    """
    require_placeholders(template, parameters)

    def fill(piece: str) -> str:
        return render(one_line(piece), {name: parameters[name] for name in placeholders(piece)})

    title, _, rest = template.strip().partition("\n")
    if not title.strip() or title.startswith("#"):
        raise TemplateMismatchError("a contract begins with its title")
    sections: list[ContractSection] = []
    for part in re.split(r"^(?=# )", rest, flags=re.MULTILINE):
        heading, _, body = part.partition("\n") if part.startswith("# ") else ("", "", part)
        paragraphs = tuple(fill(each) for each in re.split(r"\n\s*\n", body) if each.strip())
        if heading or paragraphs:
            sections.append(
                ContractSection(heading=fill(heading.removeprefix("# ")), paragraphs=paragraphs)
            )
    return ContractText(language=language, title=fill(title), sections=tuple(sections))


def make_contract(
    contract: ContractText,
    fields: Sequence[tuple[str, str]],
    footer: str = "",
    *,
    created_at: datetime,
    document_id: UUID,
    code: str = "",
) -> bytes:
    """Return the contract as PDF.

    Args:
        contract: Title and sections, filled.
        fields: Labels and values of the table below the title: the certificate's exact data.
        footer: One line at the foot of every page, beside "n / N" and the document's id.
        created_at: The date in the document's properties.
        document_id: Becomes the PDF's /ID.
        code: Stands below as a QR code and in letters, where it is not empty.

    What the typeface lacks, nobody can see, or goes from right to left is written as its code
    point, `‹U+202E›`: the document shows everything it was given.
    """
    document = _Document(footer, document_id)
    document.set_title(contract.title)
    document.set_lang(contract.language)
    document.set_creation_date(created_at)
    document.add_page()
    document.write_title(contract.title)
    document.write_fields(fields)
    for section in contract.sections:
        document.write_section(section)
    if code:
        document.write_code(code)
    return bytes(document.output())


class _Document(FPDF):
    """A4 with the contract's few styles."""

    def __init__(self, footer: str, document_id: UUID) -> None:
        super().__init__(format="A4")
        self._footer = footer
        self._document_id = document_id
        with as_file(_FONT) as path:
            self.add_font(_FAMILY, fname=path)
        self.alias_nb_pages(_PAGES, Align.L)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN + 5)
        self.set_producer("")
        self._style(10, _INK)

    def file_id(self) -> str:
        """Return the identifier that stands in the file's trailer."""
        return f"<{self._document_id.hex}><{self._document_id.hex}>"

    def footer(self) -> None:
        """Draw a page's foot."""
        self.set_y(-_MARGIN)
        self._style(7.5, _QUIET)
        self._rule()
        width, top = self.epw - _NUMBER_WIDTH, self.get_y()
        self.multi_cell(width, 4, self._printable(self._footer), align=Align.L, new_x=XPos.LMARGIN)
        below = self.get_y()
        self.set_xy(self.l_margin + width, top)
        self.cell(_NUMBER_WIDTH, 4, f"{self.page_no()} / {_PAGES}", align=Align.R)
        self.set_xy(self.l_margin, below)
        self.cell(0, 4, str(self._document_id))

    def write_title(self, title: str) -> None:
        self._style(16, _ACCENT)
        self._flow(title, line=8)
        self.ln(3)

    def write_fields(self, fields: Sequence[tuple[str, str]]) -> None:
        for label, value in fields:
            self._write_field(self._printable(label), self._printable(value))
        self.ln(3)

    def _write_field(self, label: str, value: str) -> None:
        if self.will_page_break(3 * _LINE):
            self.add_page()
        self._rule()
        self.ln(_GAP)
        page, top = self.page, self.get_y()
        self._style(8.5, _QUIET)
        self.multi_cell(
            _LABEL_WIDTH, _LINE, label, align=Align.L, new_x=XPos.RIGHT, new_y=YPos.NEXT
        )
        label_end = self.get_y()
        if self.page == page:
            self.set_xy(self.l_margin + _LABEL_WIDTH, top)
        self._style(10, _INK)
        self.multi_cell(0, _LINE, value, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if self.page == page:
            self.set_y(max(self.get_y(), label_end))
        self.ln(_GAP)

    def write_section(self, section: ContractSection) -> None:
        if section.heading:
            self._style(11.5, _ACCENT)
            # A heading does not stay behind alone at the foot of a page.
            if self.will_page_break(4 * _LINE):
                self.add_page()
            self.ln(2)
            self._flow(section.heading, line=6.5)
        self._style(10, _INK)
        for paragraph in section.paragraphs:
            self._flow(paragraph, line=_LINE)
            self.ln(2)

    def write_code(self, code: str) -> None:
        # Needed for receipts only.
        import segno

        modules = [list(row) for row in segno.make_qr(code, error="m").matrix_iter(border=0)]
        side = _CODE_WIDTH / len(modules)
        if self.will_page_break(_CODE_WIDTH + 4 * _LINE):
            self.add_page()
        top = self.get_y() + _LINE
        self.set_fill_color(*_BLACK)
        for row, line in enumerate(modules):
            for column, dark in enumerate(line):
                if dark:
                    x, y = self.l_margin + column * side, top + row * side
                    self.rect(x, y, side, side, style="F")
        self.set_y(top + _CODE_WIDTH + _LINE)
        self._style(8.5, _INK)
        self._flow(" ".join(code[at : at + 4] for at in range(0, len(code), 4)), line=4)

    def _flow(self, text: str, line: float) -> None:
        self.multi_cell(
            0,
            line,
            self._printable(text),
            align=Align.L,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def _style(self, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(_FAMILY, size=size)
        self.set_text_color(*colour)

    def _rule(self) -> None:
        self.set_draw_color(200, 200, 200)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def _printable(self, text: str) -> str:
        """Spell out what the typeface lacks, nobody can see, or would be drawn the wrong way."""
        known = cast("TTFFont", self.current_font).cmap  # the only font there is, see __init__
        return "".join(
            character
            if ord(character) in known
            and not unicodedata.category(character).startswith("C")
            and unicodedata.bidirectional(character) not in _FROM_RIGHT_TO_LEFT
            else f"‹U+{ord(character):04X}›"
            for character in unicodedata.normalize("NFC", text)
        )
