"""Evidence through the one door: own checks, comparisons, duplicates, requests, what is purged."""

import io
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from issuance.cases.commands.evidence import (
    AcceptEvidence,
    CaptureEvidence,
    Override,
    RequestEvidence,
    ReturnEvidence,
)
from issuance.cases.state import EvidenceStatus
from issuance.engine.evidence_checks import expected_of
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import Box
from issuance.findings import Finding, Severity
from issuance.findings.cases import CaseFinding
from issuance.findings.evidence import EvidenceCode
from issuance.findings.sources import SourceCode
from issuance.queries import HistoryAnswer, HistoryQuery, MailboxAnswer, MailboxQuery
from issuance.register.model import Origin
from issuance.samples.documents import sample_document
from issuance.samples.photo import sample_photo
from issuance.streams import StreamRef
from tests.engine.conftest import MakeRehearsal
from tests.engine.desk import codes
from tests.engine.giving import give
from ventanilla.rehearsal import Rehearsal


@pytest.fixture
def approved(rehearse: MakeRehearsal) -> Rehearsal:
    rehearsal = rehearse()
    rehearsal.apply()
    rehearsal.approve()
    rehearsal.become("olga")
    return rehearsal


def keep(rehearsal: Rehearsal, content: bytes, media_type: str = "image/jpeg") -> BlobRef:
    return rehearsal.office.engine.office.blobs.keep(content, media_type)


def photo_of(rehearsal: Rehearsal, mode: str = "RGB") -> bytes:
    """Return the sample photo of the applicant, as another program would store it."""
    picture = Image.open(io.BytesIO(sample_photo(rehearsal.person, rehearsal.number)))
    written = io.BytesIO()
    picture.convert(mode).save(written, "JPEG", quality=92)
    return written.getvalue()


def capture(
    rehearsal: Rehearsal, blob: BlobRef, slot: str = "photo", overridden: Sequence[str] = ()
) -> CaptureEvidence:
    rule = rehearsal.office.engine.office.policy.policy.evidence_rule(slot)
    assert rule is not None
    overrides = tuple(Override(code=code, reason="seen_by_eye") for code in overridden)
    return CaptureEvidence(slot=slot, blob=blob, answers=rule.checklist, overrides=overrides)


def warnings_of(findings: Sequence[Finding]) -> set[str]:
    return {each.code for each in findings if each.severity is Severity.WARNS}


def checked(rehearsal: Rehearsal, blob: BlobRef, slot: str = "photo") -> set[str]:
    report = rehearsal.office.engine.check(slot, blob, rehearsal.case)
    return warnings_of(report.findings)


def test_the_engines_own_check_decides_what_needs_a_reason(approved: Rehearsal):
    """Whatever a screen claims to have seen, the engine looks itself."""
    blob = keep(approved, photo_of(approved, "L"))
    refused = give(approved, capture(approved, blob))
    assert CaseFinding.OVERRIDE_NEEDED in codes(refused)
    needed = checked(approved, blob)
    assert EvidenceCode.GRAYSCALE in needed
    approved.execute(capture(approved, blob, overridden=sorted(needed)))
    held = approved.state.evidence["photo"]
    assert {each.code for each in held.overrides} == needed
    assert any(name.startswith("pillow") for name in held.engines)
    assert held.by == "olga"


def test_the_same_bytes_are_looked_at_once(approved: Rehearsal, monkeypatch: pytest.MonkeyPatch):
    blob = keep(approved, photo_of(approved))
    first = approved.office.engine.check("photo", blob, approved.case)
    told: list[Finding] = []

    def closed(*_: object, **__: object) -> None:
        raise AssertionError("looked at again")

    monkeypatch.setattr(approved.office.engine.office.checker, "check", closed)
    again = approved.office.engine.check("photo", blob, approved.case, told.append)
    assert again == first
    assert tuple(told) == first.findings
    with pytest.raises(AssertionError, match="again"):
        # Without the application there is another question to answer.
        approved.office.engine.check("photo", blob)


def test_the_application_is_what_a_card_is_compared_with(approved: Rehearsal):
    office, state = approved.office.engine.office, approved.state
    expected = expected_of(office, "applicant", state)
    assert expected.number == state.values["cedula"]
    assert expected.given_names == state.values["given_names"]
    assert expected.surnames.startswith(state.values["first_surname"])
    assert expected.birth_date is None
    assert expected.today == office.today()
    company = state.model_copy(
        update={"values": {"representative_cedula": "1710034065", "birth_date": "1990-05-17"}}
    )
    assert expected_of(office, "representative", company).number == "1710034065"
    born = expected_of(office, "applicant", company).birth_date
    assert born is not None
    assert born.isoformat() == "1990-05-17"


# -- the photo of somebody else -------------------------------------------------------------------


@pytest.fixture
def captured(approved: Rehearsal) -> Rehearsal:
    """Return a case whose photo is in hand."""
    blob = keep(approved, photo_of(approved))
    needed = sorted(checked(approved, blob))
    approved.execute(capture(approved, blob, overridden=needed))
    return approved


def other_case(rehearse: MakeRehearsal) -> Rehearsal:
    other = rehearse(number=1)
    other.apply()
    other.approve()
    other.become("olga")
    return other


def smaller(content: bytes) -> bytes:
    """Return a picture as a messenger hands it on."""
    picture = Image.open(io.BytesIO(content))
    small = picture.resize((picture.width * 9 // 10, picture.height * 9 // 10))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=75)
    return written.getvalue()


def test_the_photo_of_another_applicant_is_recognised(captured: Rehearsal, rehearse: MakeRehearsal):
    content = smaller(photo_of(captured))
    number = captured.state.number
    captured.close()
    other = other_case(rehearse)
    report = other.office.engine.check("photo", keep(other, content), other.case)
    (duplicate,) = (each for each in report.findings if each.code == EvidenceCode.DUPLICATE)
    assert duplicate.severity is Severity.WARNS
    assert duplicate.parameters["other"] == number
    refused = give(other, capture(other, keep(other, content)))
    assert CaseFinding.OVERRIDE_NEEDED in codes(refused)


def test_the_own_photo_is_no_duplicate(captured: Rehearsal):
    assert EvidenceCode.DUPLICATE not in checked(captured, keep(captured, photo_of(captured)))


@pytest.mark.parametrize("way", ["returned", "requested"])
def test_a_photo_that_was_not_taken_is_forgotten(
    captured: Rehearsal, rehearse: MakeRehearsal, way: str
):
    content = photo_of(captured)
    if way == "returned":
        captured.become("adrian")
        captured.execute(ReturnEvidence(reasons={"photo": "unreadable"}))
    else:
        captured.execute(RequestEvidence(slot="photo", codes=(EvidenceCode.BLUR,)))
    captured.close()
    other = other_case(rehearse)
    assert EvidenceCode.DUPLICATE not in checked(other, keep(other, content))


def test_an_accepted_photo_is_remembered(captured: Rehearsal, rehearse: MakeRehearsal):
    content = photo_of(captured)
    captured.become("adrian")
    captured.execute(AcceptEvidence(slots=("photo",)))
    captured.close()
    other = other_case(rehearse)
    assert EvidenceCode.DUPLICATE in checked(other, keep(other, content))


def test_a_purge_takes_the_fingerprint_with_it(captured: Rehearsal):
    office = captured.office.engine.office
    stranger = office.sources.identifiers.new()
    ref = StreamRef(kind="case", id=captured.case)
    with office.register.writing() as writing:
        ((seq, fingerprint),) = writing.fingerprints_of_others(stranger)
        assert len(fingerprint) == 32
        assert writing.case_of_fingerprint(seq) == captured.state.number
        stream = writing.stream(ref)
        assert stream is not None
        origin = Origin(office.now(), "jefa", None, None)
        writing.purge(ref, stream.revision, [seq], origin, b"", 1)
        assert writing.fingerprints_of_others(stranger) == []


# -- asking for another file ----------------------------------------------------------------------


def mail(rehearsal: Rehearsal) -> str:
    rehearsal.office.engine.deliver_mail()
    answer = rehearsal.office.engine.ask(MailboxQuery(), rehearsal.office.session)
    assert isinstance(answer, MailboxAnswer)
    return f"{answer.messages[0].subject}\n{answer.messages[0].body}"


def test_the_applicant_is_told_what_to_do(approved: Rehearsal):
    codes_asked = (EvidenceCode.GLASSES, EvidenceCode.CARD_TOO_SMALL)
    approved.execute(RequestEvidence(slot="photo", codes=codes_asked, note="Gracias, Olga"))
    text = mail(approved)
    words = approved.office.engine.office.policy.words("es")
    for code in codes_asked:
        assert words.word("findings", code, "mail") in " ".join(text.split())
    assert "Gracias, Olga" in text
    assert approved.state.evidence["photo"].status is EvidenceStatus.REQUESTED


def test_a_request_stands_in_the_history(approved: Rehearsal):
    approved.execute(RequestEvidence(slot="photo", codes=(EvidenceCode.BLUR,)))
    query = HistoryQuery(case=approved.case)
    answer = approved.office.engine.ask(query, approved.office.session)
    assert isinstance(answer, HistoryAnswer)
    last = answer.entries[-1]
    assert (last.kind, last.details) == (
        "evidence_requested", {"slot": "photo", "codes": "BLUR"},
    )  # fmt: skip


def test_overrides_stand_in_the_history(approved: Rehearsal):
    blob = keep(approved, photo_of(approved, "L"))
    needed = sorted(checked(approved, blob))
    approved.execute(capture(approved, blob, overridden=needed))
    query = HistoryQuery(case=approved.case)
    answer = approved.office.engine.ask(query, approved.office.session)
    assert isinstance(answer, HistoryAnswer)
    assert "GRAYSCALE: seen_by_eye" in answer.entries[-1].details["overrides"]


# -- what is shown --------------------------------------------------------------------------------


def test_a_part_of_a_photo_can_be_shown_turned(approved: Rehearsal):
    picture = Image.new("RGB", (900, 800), (0, 0, 255))
    ImageDraw.Draw(picture).rectangle((100, 200, 300, 250), fill=(255, 0, 0))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=95)
    blob = keep(approved, written.getvalue())
    engine = approved.office.engine
    card = Box(left=100, top=200, width=201, height=51)
    part = engine.preview(blob, 60, 60, crop=card, turn=90)
    assert part is not None
    assert part.width < part.height
    red, green, blue = part.pixel(part.width // 2, part.height // 2)
    assert red > 200 > 60 > max(green, blue)


def test_a_copy_to_be_handed_out_is_drawn_anew(approved: Rehearsal):
    picture = Image.new("RGB", (900, 800), (0, 0, 255))
    written = io.BytesIO()
    picture.save(written, "JPEG", comment=b"secret place")
    blob = keep(approved, written.getvalue())
    copy = approved.office.engine.clean_copy(blob)
    assert isinstance(copy, bytes)
    assert b"secret place" in written.getvalue()
    assert b"secret place" not in copy
    refused = approved.office.engine.clean_copy(keep(approved, b"%PDF-1.7 nothing"))
    assert isinstance(refused, Finding)
    assert refused.code == SourceCode.NO_CLEAN_COPY


def test_a_page_is_shown_where_a_renderer_is_installed(approved: Rehearsal):
    pytest.importorskip("pypdfium2", reason="no page renderer is installed")
    today = approved.office.engine.office.today()
    content = sample_document("identity_card", approved.person, today)
    blob = keep(approved, content, "application/pdf")
    page = approved.office.engine.preview(blob, 80, 80, page=0)
    assert page is not None
    assert max(page.width, page.height) <= 80
    assert approved.office.engine.preview(blob, 80, 80, page=99) is None
