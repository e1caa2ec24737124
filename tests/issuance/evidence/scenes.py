"""Drawn people and cards with the faces a finder would report, for tests that need no engine."""

from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from issuance.evidence.engines import Face
from issuance.evidence.report import Box

SIZE = (720, 900)
WALL, SKIN, HAIR, SHIRT, PAPER = "#8fa39a", "#b98b6d", "#2e2622", "#7a2f52", "#dfe7ee"


def face(x: int, y: int, width: int, score: int = 94) -> Face:
    """A face whose eyes' middle is at (x, y)."""
    eyes, box = (
        width * 0.45,
        Box(left=x - width // 2, top=y - width // 2, width=width, height=width * 4 // 3),
    )
    places = ((-0.5, 0), (0.5, 0), (0, 0.55), (-0.4, 1.05), (0.4, 1.05))
    a, b, c, d, e = ((round(x + eyes * right), round(y + eyes * down)) for right, down in places)
    return Face(box, score, (a, b, c, d, e))


@dataclass
class Stage:
    """A drawn picture and the faces in it; also the finder that reports them."""

    picture: Image.Image = field(default_factory=lambda: Image.new("RGB", SIZE, WALL))
    faces: list[Face] = field(default_factory=list)
    name: str = "drawn 1"

    def find(self, picture: Image.Image) -> tuple[Face, ...]:
        """Report the faces when the whole picture is looked at as it was drawn."""
        if picture.size != self.picture.size or picture.tobytes() != self.picture.tobytes():
            return ()
        return tuple(sorted(self.faces, key=lambda it: it.box.width, reverse=True))

    def person(self, x: int = 250, y: int = 330, width: int = 260, skin: str = SKIN) -> "Stage":
        """Add a person looking straight ahead."""
        draw, eyes = ImageDraw.Draw(self.picture), width * 0.45
        draw.rectangle((x - width, y + width, x + width, SIZE[1]), SHIRT)
        draw.ellipse((x - width * 0.6, y - width * 0.9, x + width * 0.6, y + width * 0.7), HAIR)
        draw.ellipse((x - width * 0.5, y - width * 0.65, x + width * 0.5, y + width * 0.85), skin)
        for side in (-0.5, 0.5):
            middle = x + eyes * side
            draw.ellipse((middle - 18, y - 10, middle + 18, y + 10), "#f4f0ea")
            draw.ellipse((middle - 9, y - 9, middle + 9, y + 9), "#241a12")
        draw.ellipse((x - 40, y + eyes * 1.05 - 10, x + 40, y + eyes * 1.05 + 10), "#6f2a2a")
        draw.line((x - 36, y + eyes * 1.05, x + 36, y + eyes * 1.05), "#20100e", 5)
        self.faces.append(face(x, y, width))
        return self

    def on_face(self, shape: tuple[float, float, float, float], colour: str) -> "Stage":
        """Put a rectangle on the last person: left, top, right, bottom in distances of the eyes."""
        (x_right, y), (x_left, _) = self.faces[-1].landmarks[:2]
        eyes, x = x_left - x_right, (x_left + x_right) / 2
        left, top, right, bottom = shape
        box = (x + left * eyes, y + top * eyes, x + right * eyes, y + bottom * eyes)
        ImageDraw.Draw(self.picture).rectangle(box, colour)
        return self

    def card(
        self,
        x: int = 560,
        y: int = 640,
        width: int = 270,
        tilt: float = 0,
        *,
        portrait: bool = True,
    ) -> "Stage":
        """Add a card around (x, y), turned clockwise, with its portrait's face when it has one."""
        card = draw_card(portrait=portrait).resize((width, round(width / 1.586)))
        turned = card.convert("RGBA").rotate(-tilt, Image.Resampling.BICUBIC, expand=True)
        self.picture.paste(turned, (x - turned.width // 2, y - turned.height // 2), turned)
        if portrait:
            self.faces.append(
                face(x - round(width * 0.31), y - round(width * 0.03), width // 5, 90)
            )
        return self

    def letters(self, x: int, y: int, columns: int, rows: int) -> "Stage":
        """Print rows of letters, the first at (x, y)."""
        draw = ImageDraw.Draw(self.picture)
        for row in range(rows):
            for column in range(columns):
                left, top = x + column * 11, y + row * 18
                draw.rectangle((left, top, left + 4, top + 7), "#20242c")
        return self

    def dashes(self, box: tuple[int, int, int, int], every: int, length: int) -> "Stage":
        """Draw a dashed rectangle."""
        draw, (left, top, right, bottom) = ImageDraw.Draw(self.picture), box
        for start in range(left, right, every):
            for row in (top, bottom):
                draw.line((start, row, min(right, start + length), row), "#203040", 4)
        for start in range(top, bottom, every):
            for column in (left, right):
                draw.line((column, start, column, min(bottom, start + length)), "#203040", 4)
        return self


def draw_card(*, portrait: bool = True) -> Image.Image:
    """Return the front of an invented card, or a blank one."""
    card = Image.new("RGB", (540, 340), PAPER)
    if portrait:
        draw = ImageDraw.Draw(card)
        draw.rectangle((0, 0, 540, 40), "#31508c")
        draw.rectangle((40, 80, 170, 260), "#fafafa")
        draw.ellipse((70, 100, 140, 210), SKIN)
        for row in range(70, 320, 36):
            for column in range(220, 480, 22):
                draw.rectangle((column, row, column + 8, row + 14), "#20242c")
    return card
