"""Several files at once: each goes where its content says, and doubt is left to a person."""

from pathlib import Path

from backend_client.backend import Sorted
from backend_client.sources.sorting import sort_files
from issuance.evidence.report import Box, CardRead, DocumentReport, PhotoReport
from issuance.evidence.rules import CardRule, DocumentRule, PhotoRule
from issuance.findings import Finding, blocks, informs, warns
from issuance.findings.evidence import EvidenceCode
from issuance.policies.model import EvidenceRule

PHOTO = EvidenceRule(id="photo", photo=PhotoRule())
CARD = EvidenceRule(id="identity_card", document=DocumentRule(card=CardRule()))
BILL = EvidenceRule(id="utility_bill", document=DocumentRule())
RUC = EvidenceRule(id="ruc_document", document=DocumentRule())
BOX = Box(left=0, top=0, width=1, height=1)
SOMEBODY = CardRead(number="1710034065", surnames="PEREZ")


def photo(*findings: Finding, person: bool = True, portrait: bool = True) -> PhotoReport:
    return PhotoReport(
        findings=findings, person=BOX if person else None, portrait=BOX if portrait else None
    )


def document(read: CardRead | None = None, *findings: Finding) -> DocumentReport:
    return DocumentReport(findings=findings, card=read or CardRead())


def sort(rules: tuple[EvidenceRule, ...], **files: PhotoReport | DocumentReport) -> Sorted:
    """Sort files whose reports are given; photos fit photo slots, documents the others."""

    def look(slot: str, path: Path) -> PhotoReport | DocumentReport | None:
        report = files[path.name]
        return report if isinstance(report, PhotoReport) == (slot == "photo") else None

    return sort_files([Path(name) for name in files], rules, look)


def where(result: Sorted) -> tuple[dict[str, str], list[str]]:
    return {slot: path.name for slot, path in result.slots.items()}, [
        path.name for path in result.left
    ]


def test_photo_card_and_bill_find_their_places():
    result = sort((PHOTO, CARD, BILL), b=document(), c=document(SOMEBODY), p=photo())
    assert where(result) == ({"photo": "p", "identity_card": "c", "utility_bill": "b"}, [])


def test_the_person_with_the_card_comes_before_either_alone():
    alone = photo(warns(EvidenceCode.NO_CARD), portrait=False)
    card_only = photo(warns(EvidenceCode.NO_LIVE_FACE), person=False)
    result = sort((PHOTO,), alone=alone, card=card_only, both=photo())
    assert where(result) == ({"photo": "both"}, ["alone", "card"])


def test_a_card_alone_is_never_the_photo():
    card_only = photo(warns(EvidenceCode.NO_LIVE_FACE), person=False)
    assert where(sort((PHOTO,), card=card_only)) == ({}, ["card"])


def test_two_that_are_alike_are_left_to_a_person():
    assert where(sort((PHOTO,), one=photo(), two=photo())) == ({}, ["one", "two"])
    unseen = photo(warns(EvidenceCode.FACES_NOT_CHECKED), person=False, portrait=False)
    assert where(sort((PHOTO,), one=unseen)) == ({"photo": "one"}, [])


def test_the_number_on_the_card_decides_between_two_that_are_alike():
    own = informs(EvidenceCode.NUMBER_MATCHES, engine="reader")
    unread = informs(EvidenceCode.NUMBER_NOT_READ, engine="reader")
    others = warns(EvidenceCode.NUMBER_MISMATCH, read="1710034073", engine="reader")
    result = sort((PHOTO,), others=photo(others), own=photo(own), unread=photo(unread))
    assert where(result) == ({"photo": "own"}, ["others", "unread"])
    result = sort((PHOTO,), others=photo(others), unread=photo(unread))
    assert where(result) == ({"photo": "unread"}, ["others"])


def test_somebody_elses_card_is_neither_the_card_nor_a_document_without_marks():
    own = document(SOMEBODY, informs(EvidenceCode.CARD_AGREES, item="number"))
    differs = warns(EvidenceCode.CARD_DIFFERS, item="number", read="1", expected="2")
    result = sort((CARD, BILL), others=document(SOMEBODY, differs), own=own, bill=document())
    assert where(result) == ({"identity_card": "own", "utility_bill": "bill"}, ["others"])


def test_a_bill_with_the_applicants_number_is_no_card():
    agrees = informs(EvidenceCode.CARD_AGREES, item="number")
    bill = document(CardRead(number="1710034065"), agrees)
    result = sort((CARD, BILL), bill=bill, card=document(SOMEBODY))
    assert where(result) == ({"identity_card": "card", "utility_bill": "bill"}, [])
    assert where(sort((CARD, BILL), bill=bill)) == ({}, ["bill"])


def test_those_that_compete_for_one_place_are_named():
    result = sort((PHOTO, CARD, BILL), p=photo(), q=photo(), c=document(SOMEBODY), b=document())
    assert where(result) == ({"identity_card": "c", "utility_bill": "b"}, ["p", "q"])
    assert result.competing == {"photo": (Path("p"), Path("q"))}
    result = sort((CARD, BILL), c=document(SOMEBODY), d=document(SOMEBODY), b=document())
    assert where(result) == ({"utility_bill": "b"}, ["c", "d"])
    assert result.competing == {"identity_card": (Path("c"), Path("d"))}


def test_what_is_blocked_fits_nowhere():
    blurred = photo(blocks(EvidenceCode.BLUR))
    assert where(sort((PHOTO,), one=blurred)) == ({}, ["one"])


def test_documents_without_marks_are_not_guessed():
    result = sort((BILL, RUC), one=document(), two=document())
    assert where(result) == ({}, ["one", "two"])
    assert where(sort((BILL,), one=document())) == ({"utility_bill": "one"}, [])


def test_a_card_nobody_could_read_goes_to_the_only_open_place():
    assert where(sort((PHOTO, CARD), one=document())) == ({"identity_card": "one"}, [])


def test_what_is_not_asked_for_is_left():
    assert where(sort((), one=photo(), two=document())) == ({}, ["one", "two"])
    assert where(sort((CARD,), one=photo())) == ({}, ["one"])
