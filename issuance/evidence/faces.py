"""Looks for the person and the card in a photo, and for what makes it unfit.

Nothing here refuses a photo: what is judged from its content is for a person to confirm.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from PIL.Image import Image

from issuance.evidence.engines import Engines, Face, Point
from issuance.evidence.matching import compare_faces
from issuance.evidence.report import Box, FacesSeen
from issuance.evidence.rules import FaceRule
from issuance.findings import Finding, warns
from issuance.findings.evidence import EvidenceCode

if TYPE_CHECKING:
    from issuance.evidence.scene import Scene

_CUT_SHARE: Final = 0.04
"""Of a face's width: nearer than this to the edge of the picture it is taken for cut."""


def look_at_faces(
    picture: Image, full_size: tuple[int, int], rule: FaceRule, engines: Engines
) -> FacesSeen:
    """Look at the faces in an upright RGB picture; lengths are told in pixels of `full_size`.

    `picture` is the whole photo at a working size: at least 720 pixels on its shorter side where
    the photo has them. Without a face finder the answer is that nobody looked.
    """
    finder = engines.faces
    if finder is None:
        return FacesSeen(findings=(warns(EvidenceCode.FACES_NOT_CHECKED, engine="yuface"),))
    # NumPy is installed only together with a face finder.
    from issuance.evidence.scene import read_scene

    scene = read_scene(picture, rule, finder)
    scale = full_size[0] / picture.width
    findings = [*_judge(scene, scale, rule, finder.name)]
    used = [finder.name]
    matcher = engines.matcher
    if rule.compare_faces and matcher is None:
        findings.append(warns(EvidenceCode.FACES_NOT_CHECKED, engine="dlib"))
    if rule.compare_faces and matcher and scene.person and scene.portrait:
        findings.append(compare_faces(scene.picture, scene.person, scene.portrait, rule, matcher))
        used.append(matcher.name)
    return FacesSeen(
        findings=tuple(findings),
        person=_box_in_full(scene.person, scene, scale),
        portrait=_box_in_full(scene.portrait, scene, scale),
        card=_in_full(scene.card.box, scene, scale) if scene.card else None,
        card_tilt=round(scene.card.tilt) if scene.card else 0,
        turned=scene.turned,
        engines=tuple(used),
    )


def _judge(scene: "Scene", scale: float, rule: FaceRule, engine: str) -> Generator[Finding]:
    if scene.turned:
        yield warns(EvidenceCode.ROTATED, value=scene.turned, engine=engine)
    if scene.person:
        yield from _judge_person(scene.person, scene, rule, engine)
    else:
        code = EvidenceCode.NO_LIVE_FACE if scene.portrait else EvidenceCode.NO_FACE
        yield warns(code, engine=engine)
    if scene.portrait and not scene.card:
        yield warns(EvidenceCode.CARD_NOT_CLEAR, engine=engine)
    if scene.portrait and scene.card:
        width = round(scene.card.width * scale)
        if width < rule.minimum_card_width:
            yield _measured(EvidenceCode.CARD_TOO_SMALL, width, rule.minimum_card_width, engine)


def _judge_person(person: Face, scene: "Scene", rule: FaceRule, engine: str) -> Generator[Finding]:
    # NumPy is installed only together with a face finder.
    from issuance.evidence.hints import find_hints

    if scene.others:
        yield _measured(EvidenceCode.EXTRA_FACE, len(scene.others), 0, engine)
    if scene.portrait is None:
        yield _missing_portrait(person, scene, rule, engine)
    if _is_cut(person, scene.picture.size):
        yield warns(EvidenceCode.FACE_CUT, engine=engine)
    hints = find_hints(scene.picture, person, rule, engine)
    if scene.card and any(map(scene.card.covers, person.landmarks)):
        yield warns(EvidenceCode.FACE_OCCLUDED, engine=engine)
        hints = (hint for hint in hints if hint.code != EvidenceCode.FACE_OCCLUDED.value)
    yield from hints


def _missing_portrait(person: Face, scene: "Scene", rule: FaceRule, engine: str) -> Finding:
    share = round(100 * person.box.height / scene.picture.height)
    if scene.card:
        code = EvidenceCode.CARD_BACK if scene.is_back else EvidenceCode.CARD_PORTRAIT_HIDDEN
        return warns(code, engine=engine)
    if share > rule.passport_face_share and not scene.others:
        return _measured(EvidenceCode.PASSPORT_STYLE, share, rule.passport_face_share, engine)
    return warns(EvidenceCode.NO_CARD, engine=engine)


def _measured(code: EvidenceCode, value: int, threshold: int, engine: str) -> Finding:
    return warns(code, value=value, threshold=threshold, engine=engine)


def _is_cut(face: Face, size: tuple[int, int]) -> bool:
    margin = face.box.width * _CUT_SHARE
    width, height = size
    box = face.box
    return (
        min(box.left, box.top) < margin
        or box.left + box.width > width - margin
        or box.top + box.height > height - margin
        or any(not (0 <= x < width and 0 <= y < height) for x, y in face.landmarks)
    )


def _box_in_full(face: Face | None, scene: "Scene", scale: float) -> Box | None:
    return _in_full(face.box, scene, scale) if face else None


def _in_full(box: Box, scene: "Scene", scale: float) -> Box:
    """Return a box of the turned working picture, cut to it, in the full picture as it was."""
    width, height = scene.picture.size
    right, bottom = min(box.left + box.width, width), min(box.top + box.height, height)
    corners = (max(box.left, 0), max(box.top, 0)), (right, bottom)
    (x1, y1), (x2, y2) = (_turn_back(corner, scene) for corner in corners)
    left, top = round(min(x1, x2) * scale), round(min(y1, y2) * scale)
    return Box(
        left=left,
        top=top,
        width=round(max(x1, x2) * scale) - left,
        height=round(max(y1, y2) * scale) - top,
    )


def _turn_back(point: Point, scene: "Scene") -> Point:
    (x, y), (width, height) = point, scene.picture.size
    return {0: (x, y), 90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[
        scene.turned
    ]
