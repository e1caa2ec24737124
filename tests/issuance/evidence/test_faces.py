"""What is said about people and cards in drawn scenes, whose faces the test itself reports."""

import pytest
from PIL import Image, ImageDraw, ImageEnhance

pytest.importorskip("numpy", reason="faces are looked at only where the vision engines are")

from issuance.evidence.engines import Engines, Face, FaceMatcher
from issuance.evidence.faces import look_at_faces
from issuance.evidence.report import Box, FacesSeen
from issuance.evidence.rules import FaceRule
from issuance.findings import Severity
from tests.issuance.evidence.scenes import PAPER, SIZE, Stage, face


def look(
    stage: Stage,
    rule: FaceRule | None = None,
    scale: int = 1,
    matcher: FaceMatcher | None = None,
) -> FacesSeen:
    full = SIZE[0] * scale, SIZE[1] * scale
    engines = Engines(faces=stage, matcher=matcher)
    return look_at_faces(stage.picture, full, rule or FaceRule(), engines)


def codes(stage: Stage, rule: FaceRule | None = None) -> list[str]:
    return [finding.code for finding in look(stage, rule).findings]


def near(box: Box | None, left: int, top: int, width: int, height: int) -> bool:
    assert box is not None
    pairs = ((box.left, left), (box.top, top), (box.width, width), (box.height, height))
    return all(abs(found - wanted) <= 12 for found, wanted in pairs)


@pytest.mark.parametrize("tilt", [-11, -4, 0, 3, 9])
def test_person_with_card_is_found_and_nothing_is_said_against_it(tilt: int) -> None:
    seen = look(Stage().person().card(tilt=tilt))
    assert seen.findings == ()
    assert seen.person is not None
    assert seen.portrait is not None
    assert abs(seen.card_tilt - tilt) <= 2
    assert seen.engines == ("drawn 1",)


@pytest.mark.parametrize("skin", ["#3a241a", "#6b4a35", "#b98b6d", "#ecd2c0"])
def test_colour_of_the_skin_does_not_matter(skin: str) -> None:
    assert codes(Stage().person(skin=skin).card()) == []


def test_boxes_are_told_in_pixels_of_the_full_picture() -> None:
    stage = Stage().person().card()
    assert near(look(stage).card, 425, 555, 270, 170)
    doubled = look(stage, scale=2).card
    assert doubled is not None
    assert abs(doubled.width - 2 * 270) <= 24


def pale(size: tuple[int, int] = SIZE) -> Stage:
    """A stage whose wall is as pale as a card's paper."""
    return Stage(Image.new("RGB", size, PAPER))


def test_a_card_whose_edges_are_not_seen_is_there_and_is_nobody_else() -> None:
    stage = pale().person().letters(500, 560, 17, 9)
    stage.faces.append(face(440, 640, 54, 90))
    seen = look(stage)
    assert [finding.code for finding in seen.findings] == ["CARD_NOT_CLEAR"]
    assert seen.portrait is not None
    assert seen.card is None


def test_a_face_without_print_beside_it_is_another_person() -> None:
    stage = pale().person()
    stage.faces.append(face(440, 640, 54, 90))
    assert codes(stage) == ["EXTRA_FACE", "NO_CARD"]


def test_a_notice_beside_the_only_person_makes_nobody_a_portrait() -> None:
    assert codes(pale().person().letters(430, 250, 25, 22)) == ["NO_CARD"]


def test_lines_all_around_a_person_are_no_card() -> None:
    stage = pale((900, 720)).person(x=210, y=360, width=150).letters(420, 200, 38, 22)
    stage.dashes((20, 89, 880, 631), every=18, length=8)
    engines = Engines(faces=stage)
    seen = look_at_faces(stage.picture, (900, 720), FaceRule(), engines)
    assert seen.person is not None
    assert seen.portrait is None


def test_a_frame_on_the_wall_makes_nobody_the_portrait_of_a_card() -> None:
    stage = Stage(Image.new("RGB", (960, 720), "#7d4a3c"))
    ImageDraw.Draw(stage.picture).rectangle((20, 89, 940, 669), outline="#20242c", width=5)
    stage.person(x=210, y=360, width=190).card(x=640, y=500)
    seen = look_at_faces(stage.picture, (960, 720), FaceRule(), Engines(faces=stage))
    assert seen.findings == ()
    assert near(seen.card, 505, 415, 270, 170)


def test_a_card_held_all_too_askew_is_measured() -> None:
    seen = look(Stage().person().card(tilt=20))
    assert seen.findings == ()
    assert abs(seen.card_tilt - 20) <= 2


def test_without_a_finder_nobody_looked() -> None:
    seen = look_at_faces(Stage().person().picture, SIZE, FaceRule(), Engines())
    assert [finding.code for finding in seen.findings] == ["FACES_NOT_CHECKED"]
    assert seen.findings[0].severity is Severity.WARNS


def test_nobody_card_only_and_person_only() -> None:
    assert codes(Stage()) == ["NO_FACE"]
    assert codes(Stage().card()) == ["NO_LIVE_FACE"]
    assert codes(Stage().person(width=200)) == ["NO_CARD"]


def test_a_face_without_a_card_around_it_is_another_person() -> None:
    stage = Stage().person(width=200)
    stage.faces.append(face(600, 300, 60))
    assert codes(stage) == ["EXTRA_FACE", "NO_CARD"]


def test_doubtful_faces_are_no_people() -> None:
    stage = Stage().person().card()
    stage.faces.append(face(620, 200, 60, score=55))
    stage.faces.append(face(640, 100, 20, score=90))
    assert codes(stage) == []


def test_a_second_portrait_on_the_card_is_no_person() -> None:
    stage = Stage().person().card()
    stage.faces.append(face(650, 640, 40, score=90))
    assert codes(stage) == []


def test_blank_card_shows_no_portrait() -> None:
    assert codes(Stage().person(width=200).card(portrait=False)) == ["CARD_PORTRAIT_HIDDEN"]


def test_passport_size_portrait() -> None:
    stage = Stage().person(x=360, y=380, width=420)
    (finding,) = look(stage).findings
    assert finding.code == "PASSPORT_STYLE"
    assert (finding.parameters["value"], finding.parameters["threshold"]) == (62, 50)


def test_small_card_is_measured_in_pixels_of_the_full_picture() -> None:
    stage = Stage().person().card(width=170)
    (finding,) = look(stage).findings
    assert finding.code == "CARD_TOO_SMALL"
    assert abs(int(finding.parameters["value"]) - 170) <= 8
    assert look(stage, scale=2).findings == ()


@pytest.mark.parametrize(
    ("shape", "colour", "code"),
    [
        ((-0.85, -0.3, 0.85, 0.3), "#101010", "SUNGLASSES"),
        ((-1.3, -1.9, 1.3, -0.35), "#27408b", "HEADWEAR"),
        ((-0.9, 0.45, 0.9, 1.6), "#e8f0f4", "FACE_OCCLUDED"),
        ((-0.9, 0.45, 0.9, 1.6), "#151515", "FACE_OCCLUDED"),
    ],
)
def test_what_is_worn_is_hinted(
    shape: tuple[float, float, float, float], colour: str, code: str
) -> None:
    assert codes(Stage().person().on_face(shape, colour).card()) == [code]


def test_frames_of_clear_glasses_are_hinted() -> None:
    stage = Stage().person()
    for shape in (
        (-0.25, -0.06, 0.25, 0.0),
        (-0.8, 0.3, -0.2, 0.36),
        (0.2, 0.3, 0.8, 0.36),
    ):
        stage.on_face(shape, "#2c2119")
    assert codes(stage.card()) == ["GLASSES"]


def test_turned_head() -> None:
    stage = Stage().person().card()
    frontal = stage.faces[0]
    right, left, (x, y), *_ = frontal.landmarks
    stage.faces[0] = Face(frontal.box, 94, (right, left, (x + 40, y), *frontal.landmarks[3:]))
    assert codes(stage) == ["POSE"]


def test_face_at_the_edge_is_cut() -> None:
    assert codes(Stage().person(x=120).card()) == ["FACE_CUT"]


def test_card_over_the_mouth_hides_the_face() -> None:
    assert codes(Stage().person(y=250).card(x=330, y=430, width=300)) == ["FACE_OCCLUDED"]


def test_shaded_face_is_told_from_dark_skin_by_the_white_of_the_eyes() -> None:
    shaded = Stage().person()
    shaded.picture = ImageEnhance.Brightness(shaded.picture).enhance(0.25)
    assert "DARK_FACE" in codes(shaded)


@pytest.mark.parametrize(
    ("degrees", "back"),
    [
        (90, Image.Transpose.ROTATE_90),
        (180, Image.Transpose.ROTATE_180),
        (270, Image.Transpose.ROTATE_270),
    ],
)
def test_turned_picture_is_looked_at_upright_and_boxes_lie_in_it_as_it_is(
    degrees: int, back: Image.Transpose
) -> None:
    stage = Stage().person().card()
    lying = stage.picture.transpose(back)
    seen = look_at_faces(lying, lying.size, FaceRule(), Engines(faces=stage))
    assert [(it.code, it.parameters["value"]) for it in seen.findings] == [("ROTATED", degrees)]
    assert seen.turned == degrees
    box = seen.person
    assert box is not None
    marked = Image.new("L", lying.size)
    marked.paste(255, (box.left, box.top, box.left + box.width, box.top + box.height))
    turned = marked.transpose(
        {90: Image.Transpose.ROTATE_270, 180: back, 270: Image.Transpose.ROTATE_90}[degrees]
    )
    upright = stage.faces[0].box
    wanted = (
        upright.left,
        upright.top,
        upright.left + upright.width,
        upright.top + upright.height,
    )
    assert turned.getbbox() == wanted


class Ruler:
    """A matcher that measures what it is told to."""

    name = "ruler 1"

    def __init__(self, measured: float) -> None:
        self.measured = measured

    def distance(self, picture: Image.Image, first: Face, second: Face) -> float:
        assert first.box.width > second.box.width
        return self.measured


@pytest.mark.parametrize(
    ("distance", "code", "severity"),
    [
        (0.45, "FACES_CONSISTENT", Severity.INFORMS),
        (0.46, "FACES_UNDECIDED", Severity.INFORMS),
        (0.60, "FACES_UNDECIDED", Severity.INFORMS),
        (0.61, "FACE_MISMATCH", Severity.WARNS),
    ],
)
def test_comparison_has_three_bands(distance: float, code: str, severity: Severity) -> None:
    rule = FaceRule(compare_faces=True)
    seen = look(Stage().person().card(), rule, matcher=Ruler(distance))
    (finding,) = seen.findings
    assert (finding.code, finding.severity) == (code, severity)
    assert finding.parameters["value"] == round(100 * distance)
    assert seen.engines == ("drawn 1", "ruler 1")


def test_small_portraits_are_not_compared() -> None:
    rule = FaceRule(compare_faces=True, minimum_card_width=100)
    seen = look(Stage().person().card(width=180), rule, matcher=Ruler(0.2))
    assert [finding.code for finding in seen.findings] == ["FACE_TOO_SMALL_TO_COMPARE"]


def test_faces_are_compared_only_where_the_policy_wants_it_and_never_in_silence() -> None:
    stage = Stage().person().card()
    assert look(stage, matcher=Ruler(0.9)).findings == ()
    (finding,) = look(stage, FaceRule(compare_faces=True)).findings
    assert (finding.code, finding.parameters["engine"]) == ("FACES_NOT_CHECKED", "dlib")
