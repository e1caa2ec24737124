"""Light, sharpness, compression and borders of a photo."""

import io

import pytest
from PIL import Image, ImageOps

from issuance.evidence.borders import border_share
from issuance.evidence.enlargement import periodicity
from issuance.evidence.quality import jpeg_quality, measure
from issuance.evidence.rules import QualityRule
from issuance.findings import Finding, Severity
from tests.issuance.evidence.pictures import blurred, enlarged, moved, scene, textured
from tests.issuance.evidence.samples import blocking, codes, jpeg

RULE = QualityRule()
SCENE = scene()
TEXTURE = textured()


def judge(picture: Image.Image, quality: int = 85, rule: QualityRule = RULE) -> tuple[Finding, ...]:
    content = jpeg(picture, quality=quality)
    with Image.open(io.BytesIO(content)) as image:
        return measure(image.convert("RGB"), content, rule)


def adjusted(picture: Image.Image, gain: float, offset: float = 0) -> Image.Image:
    table = [min(255, max(0, int(value * gain + offset))) for value in range(256)]
    return picture.point(table * 3)


@pytest.mark.parametrize("seed", range(1, 7))
def test_good_scene_has_no_findings(seed):
    assert judge(scene(seed=seed)) == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: adjusted(picture, 0.75),
        lambda picture: adjusted(picture, 1.25),
        lambda picture: adjusted(picture, 0.5, 64),
        lambda picture: picture.resize((1440, 1800), Image.Resampling.BICUBIC).resize((720, 900)),
        ImageOps.mirror,
        lambda picture: picture.rotate(4, Image.Resampling.BICUBIC, fillcolor=(178, 184, 180)),
        lambda picture: blurred(picture, 0.5),
        lambda picture: picture.convert("L").convert("RGB"),
    ],
)
def test_what_a_camera_may_do_is_no_fault(change):
    assert judge(change(SCENE)) == ()


def test_strong_compression_that_still_shows_all_is_no_fault():
    assert judge(SCENE, quality=40) == ()


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (adjusted(SCENE, 0.1), "DARK"),
        (adjusted(SCENE, 3.5, 120), "OVEREXPOSED"),
        (adjusted(SCENE, 0.1, 110), "LOW_CONTRAST"),
        (blurred(SCENE, 4), "BLUR"),
        (blurred(SCENE, 9), "BLUR"),
        (moved(SCENE, 31), "BLUR"),
        (moved(SCENE.transpose(Image.Transpose.ROTATE_90), 31), "BLUR"),
        (enlarged(TEXTURE, 150, 1000), "UPSCALED"),
    ],
)
def test_unfit_picture_is_refused_for_its_one_cause(picture, code):
    (finding,) = judge(picture)
    assert (finding.code, finding.severity) == (code, Severity.BLOCKS)
    assert {"value", "threshold", "engine"} == set(finding.parameters)
    assert str(finding.parameters["engine"]).startswith("pillow ")


def test_somebody_well_lit_before_a_white_wall_is_not_refused():
    white = Image.new("RGB", (1400, 900), "white")
    white.paste(SCENE.resize((560, 700)), (0, 200))
    (finding,) = judge(white)
    assert (finding.code, finding.severity) == ("OVEREXPOSED", Severity.WARNS)
    (finding,) = judge(adjusted(white, 3.5, 120))
    assert (finding.code, finding.severity) == ("OVEREXPOSED", Severity.BLOCKS)


def test_compression_beyond_use():
    (finding,) = judge(SCENE, quality=6)
    assert (finding.code, finding.severity) == ("COMPRESSION", Severity.BLOCKS)
    assert 1 <= int(finding.parameters["value"]) < RULE.minimum_jpeg_quality


@pytest.mark.parametrize("quality", [30, 50, 75, 90, 95])
def test_quality_is_read_from_the_tables(quality):
    for subsampling in (0, 2):
        content = jpeg(SCENE, quality=quality, subsampling=subsampling)
        assert abs(jpeg_quality(content) - quality) <= 3


def test_thresholds_are_those_of_the_policy():
    assert judge(adjusted(SCENE, 0.5, 64), rule=RULE.model_copy(update={"minimum_contrast": 200}))
    assert judge(SCENE, rule=RULE.model_copy(update={"minimum_jpeg_quality": 90}))
    lenient = RULE.model_copy(update={"minimum_edges": 0, "minimum_enlarged_edges": 0})
    assert not blocking(judge(blurred(SCENE, 4), rule=lenient))


def test_a_white_or_black_wall_is_no_fault_of_the_light():
    for level in (255, 0):
        wall = Image.new("RGB", (1200, 1200), (level, level, level))
        wall.paste(SCENE.crop((100, 100, 620, 900)), (340, 400))
        assert codes(judge(wall)) <= {"BORDERS"}


def test_moderate_enlargement_asks_for_a_look():
    findings = judge(enlarged(TEXTURE, 260, 1000))
    assert codes(findings, Severity.WARNS) | blocking(findings) == {"UPSCALED"}


@pytest.mark.parametrize("width", [190, 230, 330])
@pytest.mark.parametrize("to", [700, 1090])
def test_enlargement_leaves_even_traces(width, to):
    assert periodicity(enlarged(TEXTURE, width, to).convert("L")) >= RULE.enlargement


def test_neither_sharp_nor_blurred_pictures_have_traces_of_enlargement():
    for picture in (SCENE, TEXTURE, blurred(TEXTURE, 3), TEXTURE.resize((600, 750))):
        with Image.open(io.BytesIO(jpeg(picture, quality=75))) as image:
            assert periodicity(image.convert("L")) < RULE.enlargement


def framed(above: int, below: int, sides: int, level: int = 12) -> Image.Image:
    size = (SCENE.width + 2 * sides, SCENE.height + above + below)
    frame = Image.new("RGB", size, (level, level, level))
    frame.paste(SCENE, (sides, above))
    return frame


@pytest.mark.parametrize("level", [0, 12, 255])
def test_screenshot_shows_by_its_stripes(level):
    (finding,) = judge(framed(200, 220, 40, level))
    assert (finding.code, finding.severity) == ("BORDERS", Severity.WARNS)
    assert 35 <= int(finding.parameters["value"]) <= 45


def test_a_clock_and_buttons_in_the_stripes_hide_nothing():
    screen = framed(200, 220, 0)
    for left in (30, 90, 500):
        screen.paste((255, 255, 255), (left, 60, left + 30, 90))
        screen.paste((255, 255, 255), (left, 1200, left + 40, 1240))
    assert codes(judge(screen)) == {"BORDERS"}


def test_narrow_frame_and_plain_walls_are_no_borders():
    assert judge(framed(15, 15, 0)) == ()
    assert border_share(Image.new("L", (600, 700), 200)) == 0
    assert border_share(framed(300, 0, 0).convert("L")) == 0
