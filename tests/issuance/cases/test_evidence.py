"""Photos and documents of a case: what is recorded, what needs a reason, what is asked again."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from issuance.cases.commands.application import (
    Approve,
    ConfirmEmail,
    OpenCase,
    SendEmailCode,
)
from issuance.cases.commands.evidence import (
    AcceptEvidence,
    CaptureEvidence,
    Override,
    RequestEvidence,
)
from issuance.cases.decide import CaseBody, count_attempt, decide
from issuance.cases.decision import CaseFacts, Decision, FreshCode
from issuance.cases.events import CATALOGUE
from issuance.cases.events.conduct import ActDenied
from issuance.cases.events.evidence import Boxes, EvidenceCaptured, ExemptionClaimed
from issuance.cases.evolve import Happened, evolve
from issuance.cases.guards import Actor
from issuance.cases.state import CaseState, EvidenceStatus
from issuance.cases.steps import Queue, StepKind, StepState, queue_of, steps_of
from issuance.events import read_event
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import Box
from issuance.findings import Finding, blocks, informs, warns
from issuance.findings.cases import CaseFinding
from issuance.findings.evidence import REMARKS, EvidenceCode
from issuance.model import canonical_bytes
from issuance.policies.loader import load_policy
from issuance.samples.people import sample_person
from issuance.secret import Secret

POLICY = load_policy("ec-icert").policy
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
CASE = UUID(int=1)
BLOB = BlobRef(sha256="ab" * 32, length=10, media_type="image/jpeg")
OLGA, ADRIAN = Actor("olga", ("operator",)), Actor("adrian", ("approver",))
GLASSES = warns(EvidenceCode.GLASSES, value=21, threshold=18, engine="yuface 1")
ANOTHER_NUMBER = warns(EvidenceCode.NUMBER_MISMATCH, read="1710034065", engine="tesseract 5")
ROTATED = informs(EvidenceCode.EXIF_ROTATED)


def facts(*checks: Finding, **others: Any) -> CaseFacts:
    return CaseFacts(
        now=NOW,
        today=NOW.date(),
        case=CASE,
        number="26-000001-6",
        person=UUID(int=2),
        fresh_code=FreshCode(UUID(int=3), "right", "link"),
        presented=("right",),
        checks=checks,
        **others,
    )


def happen(state: CaseState | None, decision: Decision, actor: Actor) -> CaseState:
    for event in decision.events:
        state = evolve(state, Happened(event, CASE, actor.user, NOW))
    assert state is not None
    return state


def act(state: CaseState | None, body: CaseBody, actor: Actor, *checks: Finding) -> CaseState:
    decision = decide(state, body, POLICY, actor, facts(*checks))
    assert not decision.refused, decision.findings
    return happen(state, decision, actor)


@pytest.fixture(scope="module")
def approved() -> CaseState:
    opened = OpenCase(
        policy=POLICY.id,
        product="natural-pkcs12-2y",
        values=dict(sample_person("natural", 0).values),
        consent_version=POLICY.consent_version,
        language="es",
    )
    state = act(None, opened, OLGA)
    state = act(state, SendEmailCode(), OLGA)
    confirm = ConfirmEmail(code=Secret("1"))
    state = happen(state, count_attempt(state, confirm, POLICY, OLGA, facts()), OLGA)
    state = act(state, confirm, OLGA)
    return act(state, Approve(), ADRIAN)


def capture(*overrides: Override, slot: str = "photo") -> CaptureEvidence:
    rule = POLICY.evidence_rule(slot)
    assert rule is not None
    return CaptureEvidence(slot=slot, blob=BLOB, answers=rule.checklist, overrides=overrides)


def refusals(decision: Decision) -> list[str]:
    assert decision.refused
    return [each.code for each in decision.findings if each.severity == "blocks"]


def seen(code: EvidenceCode, note: str = "", reason: str = "seen_by_eye") -> Override:
    return Override(code=code, reason=reason, note=note)


# -- overrides -----------------------------------------------------------------------------------


def test_a_warning_needs_a_reason(approved: CaseState):
    decision = decide(approved, capture(), POLICY, OLGA, facts(GLASSES, ANOTHER_NUMBER, ROTATED))
    assert refusals(decision) == [CaseFinding.OVERRIDE_NEEDED]
    (needed,) = (each for each in decision.findings if each.code == CaseFinding.OVERRIDE_NEEDED)
    assert needed.parameters["codes"] == "GLASSES, NUMBER_MISMATCH"
    assert not decision.events


def test_every_warning_needs_its_own(approved: CaseState):
    body = capture(seen(EvidenceCode.GLASSES))
    decision = decide(approved, body, POLICY, OLGA, facts(GLASSES, ANOTHER_NUMBER))
    assert refusals(decision) == [CaseFinding.OVERRIDE_NEEDED]


@pytest.mark.parametrize(
    ("override", "refusal"),
    [
        (seen(EvidenceCode.GLASSES, reason="looks_nice"), CaseFinding.UNKNOWN_REASON),
        (seen(EvidenceCode.GLASSES, reason="other"), CaseFinding.NOTE_REQUIRED),
        (seen(EvidenceCode.GLASSES, "   ", reason="other"), CaseFinding.NOTE_REQUIRED),
    ],
)
def test_a_reason_must_be_the_policys(approved: CaseState, override: Override, refusal: str):
    decision = decide(approved, capture(override), POLICY, OLGA, facts(GLASSES))
    assert refusals(decision) == [refusal]


def test_what_blocks_cannot_be_overridden(approved: CaseState):
    body = capture(seen(EvidenceCode.BLUR))
    decision = decide(approved, body, POLICY, OLGA, facts(blocks(EvidenceCode.BLUR)))
    assert refusals(decision) == [EvidenceCode.BLUR]


def test_only_the_policys_roles_override(approved: CaseState):
    roles = {**POLICY.roles, "override_evidence": ("approver",)}
    policy = POLICY.model_copy(update={"roles": roles})
    body = capture(seen(EvidenceCode.GLASSES))
    decision = decide(approved, body, policy, OLGA, facts(GLASSES))
    assert refusals(decision) == [CaseFinding.NOT_YOUR_ROLE]
    assert decision.events == (ActDenied(act="override_evidence", cause="NOT_YOUR_ROLE"),)
    assert not decide(approved, capture(), policy, OLGA, facts()).refused


def test_everything_that_decided_is_recorded(approved: CaseState):
    boxes = Boxes(person=Box(left=1, top=2, width=3, height=4))
    override = seen(EvidenceCode.GLASSES, "tinted for her eyes", reason="health_or_religion")
    unneeded = seen(EvidenceCode.POSE)
    decision = decide(
        approved, capture(override, unneeded, seen(EvidenceCode.NUMBER_MISMATCH)), POLICY, OLGA,
        facts(
            GLASSES, ANOTHER_NUMBER, ROTATED,
            engines=("pillow 12", "yuface 1"), boxes=boxes, fingerprint="0f" * 16, pages=2,
        ),
    )  # fmt: skip
    held = happen(approved, decision, OLGA).evidence["photo"]
    assert [(each.code, each.severity, each.parameters) for each in held.checks] == [
        (finding.code, finding.severity, dict(finding.parameters))
        for finding in (GLASSES, ANOTHER_NUMBER, ROTATED)
    ]
    assert held.overrides == (override, seen(EvidenceCode.NUMBER_MISMATCH))
    assert held.engines == ("pillow 12", "yuface 1")
    assert (held.boxes, held.blob, held.by, held.at) == (boxes, BLOB, "olga", NOW)
    assert held.pages == 2


def test_what_tells_of_the_person_can_be_erased_and_the_rest_stays(approved: CaseState):
    decision = decide(
        approved,
        capture(seen(EvidenceCode.GLASSES, "she has a squint"), seen(EvidenceCode.NUMBER_MISMATCH)),
        POLICY,
        OLGA,
        facts(GLASSES, ANOTHER_NUMBER, fingerprint="0f" * 16),
    )
    (event,) = decision.events
    public, personal = event.parts()
    assert {"blob", "particulars", "override_notes", "fingerprint", "boxes"} == personal.keys()
    said = json.dumps(public)
    for secret in ("1710034065", "squint", "0f0f", BLOB.sha256):
        assert secret not in said
        assert secret in json.dumps(personal)
    purged = read_event(CATALOGUE, event.KIND, event.SCHEMA, public, None)
    held = evolve(approved, Happened(purged, CASE, "olga", NOW)).evidence["photo"]
    assert held.checks[0].parameters == {"value": 21, "threshold": 18, "engine": "yuface 1"}
    assert held.checks[1].parameters == {"engine": "tesseract 5"}
    assert [(each.code, each.reason, each.note) for each in held.overrides] == [
        ("GLASSES", "seen_by_eye", ""), ("NUMBER_MISMATCH", "seen_by_eye", ""),
    ]  # fmt: skip
    assert held.blob is None


# -- what older versions recorded ----------------------------------------------------------------


def version_1() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an event as the first version of the program recorded it."""
    public = {
        "slot": "photo",
        "answers": ["card_beside_face"],
        "checks": [{"code": "CMYK", "severity": "warns", "parameters": {"page": 1}}],
        "document_date": None,
    }
    personal = {"blob": {"sha256": BLOB.sha256, "length": 10, "media_type": "image/jpeg"}}
    return public, personal


def test_an_event_of_version_1_reads_as_one_of_today(approved: CaseState):
    public, personal = version_1()
    event = read_event(CATALOGUE, "evidence_captured", 1, public, personal)
    assert isinstance(event, EvidenceCaptured)
    held = evolve(approved, Happened(event, CASE, "olga", NOW)).evidence["photo"]
    assert held.blob == BLOB
    assert held.checks[0].parameters == {"page": 1}
    assert (held.engines, held.overrides, held.boxes, held.pages) == ((), (), Boxes(), 0)


def test_pages_were_not_counted_before_version_3(approved: CaseState):
    (event,) = decide(approved, capture(), POLICY, OLGA, facts(pages=2)).events
    public, personal = event.parts()
    assert public.pop("pages") == 2
    older = read_event(CATALOGUE, event.KIND, 2, public, personal)
    assert older == event.model_copy(update={"pages": 0})


def test_pages_of_an_exemptions_proof_were_not_counted_by_version_1():
    public = {"slot": "utility_bill", "checks": []}
    event = read_event(CATALOGUE, "exemption_claimed", 1, public, None)
    assert isinstance(event, ExemptionClaimed)
    assert (event.pages, event.slot, event.blob) == (0, "utility_bill", None)


def test_a_purged_event_of_version_1_reads_too():
    event = read_event(CATALOGUE, "evidence_captured", 1, version_1()[0], None)
    assert isinstance(event, EvidenceCaptured)
    assert event.blob is None
    assert event.whole_checks()[0].parameters == {"page": 1}


@pytest.mark.parametrize("schema", [0, 4])
def test_an_event_of_an_unknown_version_is_not_guessed_at(schema: int):
    with pytest.raises(ValueError, match="version"):
        read_event(CATALOGUE, "evidence_captured", schema, *version_1())


# -- asking for another file ---------------------------------------------------------------------


def request(*codes: str, note: str = "", slot: str = "photo") -> RequestEvidence:
    return RequestEvidence(slot=slot, codes=codes or (EvidenceCode.BLUR,), note=note)


def test_a_request_waits_for_the_applicant(approved: CaseState):
    decision = decide(approved, request(note="the left half"), POLICY, OLGA, facts())
    state = happen(approved, decision, OLGA)
    held = state.evidence["photo"]
    assert (held.status, held.requested, held.note) == (
        EvidenceStatus.REQUESTED, ("BLUR",), "the left half",
    )  # fmt: skip
    steps = steps_of(state, POLICY, NOW)
    assert {each.kind: each.state for each in steps}[StepKind.EVIDENCE] is StepState.APPLICANT
    assert queue_of(state, steps) is Queue.APPLICANT
    (notice,) = decision.notices
    assert notice.template == "evidence_requested"
    assert canonical_bytes(CaseState.model_validate_json(canonical_bytes(state)))


def test_a_captured_file_that_is_asked_for_again_cannot_be_accepted(approved: CaseState):
    state = act(act(approved, capture(), OLGA), request(), ADRIAN)
    assert state.evidence["photo"].blob == BLOB
    decision = decide(state, AcceptEvidence(slots=("photo",)), POLICY, ADRIAN, facts())
    assert decision.refused
    assert act(state, capture(), OLGA).evidence["photo"].status is EvidenceStatus.CAPTURED


def test_asking_the_same_again_sends_no_second_mail(approved: CaseState):
    state = act(approved, request(EvidenceCode.BLUR, EvidenceCode.DARK), OLGA)
    again = request(EvidenceCode.BLUR, EvidenceCode.DARK, EvidenceCode.BLUR)
    assert decide(state, again, POLICY, OLGA, facts()) == Decision()
    other = decide(state, request(EvidenceCode.DARK), POLICY, OLGA, facts())
    assert len(other.notices) == len(other.events) == 1


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (RequestEvidence(slot="photo", codes=()), CaseFinding.ITEMS_REQUIRED),
        (request("NONSENSE"), CaseFinding.UNKNOWN_ITEM),
        (request(EvidenceCode.EXIF_GPS), CaseFinding.UNKNOWN_ITEM),
        (request(slot="no_such"), CaseFinding.EVIDENCE_NOT_ASKED),
    ],
)
def test_a_request_must_say_something(approved: CaseState, body: RequestEvidence, refusal: str):
    assert refusals(decide(approved, body, POLICY, OLGA, facts())) == [refusal]


def test_what_was_accepted_is_not_asked_for_again(approved: CaseState):
    state = act(approved, capture(), OLGA)
    state = act(state, AcceptEvidence(slots=("photo",)), ADRIAN)
    assert refusals(decide(state, request(), POLICY, OLGA, facts())) == [
        CaseFinding.EVIDENCE_NOT_ASKED
    ]


def test_remarks_are_what_another_file_cannot_mend():
    """Guard of the words' test: it asks for words for all codes but these."""
    assert EvidenceCode.EXIF_GPS in REMARKS
    assert {EvidenceCode.BLUR, EvidenceCode.GLASSES, EvidenceCode.CARD_EXPIRED}.isdisjoint(REMARKS)
