"""Compares the person's face with the portrait on the card: advice in three bands, kept nowhere."""

from PIL.Image import Image

from issuance.evidence.engines import Face, FaceMatcher
from issuance.evidence.rules import FaceRule
from issuance.findings import Finding, informs, warns
from issuance.findings.evidence import EvidenceCode


def compare_faces(
    picture: Image, person: Face, portrait: Face, rule: FaceRule, matcher: FaceMatcher
) -> Finding:
    """Return the band of two faces' distance; distances are told in hundredths."""
    width = min(person.box.width, portrait.box.width)
    if width < rule.minimum_compared_face:
        return informs(
            EvidenceCode.FACE_TOO_SMALL_TO_COMPARE,
            value=width,
            threshold=rule.minimum_compared_face,
            engine=matcher.name,
        )
    distance = round(100 * matcher.distance(picture, person, portrait))
    if distance <= rule.consistent_distance:
        code, weigh, threshold = EvidenceCode.FACES_CONSISTENT, informs, rule.consistent_distance
    elif distance <= rule.different_distance:
        code, weigh, threshold = EvidenceCode.FACES_UNDECIDED, informs, rule.different_distance
    else:
        code, weigh, threshold = EvidenceCode.FACE_MISMATCH, warns, rule.different_distance
    return weigh(code, value=distance, threshold=threshold, engine=matcher.name)
