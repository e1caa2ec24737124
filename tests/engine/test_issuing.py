"""What stands before and after the authority's signature: the lint, and the two verdicts."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from issuance.cases.commands.activation import RequestCertificate
from issuance.cases.commands.application import OpenCase
from issuance.certificates import pki_lint
from issuance.certificates.keys import make_private_key
from issuance.certificates.request import make_request
from issuance.engine.contract import certificate_fields, certificate_validity
from issuance.engine.issuing import prepare_intent, verdicts_of
from issuance.engine.office import Office, Sources
from issuance.engine.settling import Intent
from issuance.findings import Finding
from issuance.findings.cases import CaseFinding
from issuance.policies.loader import LoadedPolicy
from issuance.policies.model import Product
from issuance.queries import (
    CertificateAnswer,
    CertificateLife,
    CertificateLifeQuery,
    CertificateQuery,
)
from tests.engine.conftest import MakeRehearsal
from tests.engine.giving import give
from ventanilla.rehearsal import Rehearsal


class LaterClock:
    """A clock that shows another moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


def with_profile(office: Office, profile_id: str, **changes: Any) -> Office:
    """Return the office under a policy whose one profile says something else."""
    policy = office.policy.policy
    profiles = tuple(
        each.model_copy(update=changes) if each.id == profile_id else each
        for each in policy.profiles
    )
    words = {language: office.policy.words(language) for language in policy.languages}
    loaded = LoadedPolicy(
        policy.model_copy(update={"profiles": profiles}), office.policy.files, words
    )
    return replace(office, policy=loaded)


def under_newer_rules(office: Office, *products: Product) -> Office:
    """Return the office under a later version of its policy, which sells these products."""
    policy = office.policy.policy
    newer = policy.model_copy(update={"version": "9", "products": products})
    words = {language: office.policy.words(language) for language in policy.languages}
    return replace(office, policy=LoadedPolicy(newer, office.policy.files, words))


@pytest.fixture
def ready(approved: Rehearsal) -> Rehearsal:
    approved.bring_evidence()
    approved.accept_evidence()
    approved.pay()
    approved.confirm_person()
    approved.enter_activation_code()
    return approved


@pytest.mark.skipif(not pki_lint.is_installed(), reason="pkilint is missing")
def test_nothing_is_intended_that_the_linter_objects_to(ready: Rehearsal):
    office = ready.office.engine.office
    request = base64.b64encode(make_request(make_private_key("p-256"))).decode()
    assert isinstance(prepare_intent(office, ready.state, request), Intent)
    # A key usage without any use is against RFC 5280, 4.2.1.3; no policy that is read can mean it.
    useless = with_profile(office, "natural-pkcs12", key_usage=())
    refused = prepare_intent(useless, ready.state, request)
    assert isinstance(refused, tuple)
    assert {each.code for each in refused} == {"LINTER_OBJECTS"}


def test_an_issued_certificate_gets_two_verdicts(ready: Rehearsal):
    request = base64.b64encode(make_request(make_private_key("p-256"))).decode()
    ready.execute(RequestCertificate(request=request))
    opened = ready.office
    office = opened.engine.office
    answer = opened.engine.ask(CertificateQuery(case=ready.case), opened.session)
    assert isinstance(answer, CertificateAnswer)
    assert answer.verdicts.profile_as_meant
    assert answer.verdicts.chain_trusted

    certificate = base64.b64decode(answer.certificate)
    changed = with_profile(office, "natural-pkcs12", policy_oids=("1.2.3",))
    by_another_policy = verdicts_of(changed, ready.state, certificate)
    assert [each.code for each in by_another_policy.profile_findings] == ["POLICY_DIFFERS"]
    assert by_another_policy.chain_trusted

    for later in (under_newer_rules(changed, ready.product), under_newer_rules(office)):
        opened.engine.office = later
        life = opened.engine.ask(CertificateLifeQuery(serial=answer.serial), opened.session)
        assert isinstance(life, CertificateLife)
        told = [(each.code, each.parameters) for each in life.verdicts.profile_findings]
        version = office.policy.policy.version
        assert told == [("ISSUED_BY_EARLIER_RULES", {"version": version})]
        assert life.description == answer.description
        assert life.verdicts.chain_trusted
    opened.engine.office = under_newer_rules(office, ready.product)
    same = opened.engine.ask(CertificateQuery(case=ready.case), opened.session)
    assert isinstance(same, CertificateAnswer)
    assert same.verdicts.profile_as_meant

    much_later = LaterClock(office.now() + timedelta(days=800))
    sources = office.sources
    later = replace(office, sources=Sources(much_later, sources.identifiers, sources.randomness))
    expired = verdicts_of(later, ready.state, certificate)
    assert expired.profile_as_meant
    assert [each.code for each in expired.chain_findings] == ["CHAIN_OUTSIDE_VALIDITY"]


def test_two_years_end_on_the_same_day_and_need_a_product_that_is_sold(ready: Rehearsal):
    request = base64.b64encode(make_request(make_private_key("p-256"))).decode()
    office = ready.office.engine.office
    intent = prepare_intent(office, ready.state, request)
    assert isinstance(intent, Intent)
    no_longer_sold = under_newer_rules(office)
    refused = prepare_intent(no_longer_sold, ready.state, request)
    assert isinstance(refused, tuple)
    assert [each.code for each in refused] == [CaseFinding.UNKNOWN_PRODUCT]
    told = certificate_validity(no_longer_sold, ready.state)
    assert isinstance(told, Finding)
    assert told.code == CaseFinding.UNKNOWN_PRODUCT
    assert certificate_fields(no_longer_sold, ready.state, "es") == ()
    zone = ZoneInfo(office.policy.policy.zone)
    here, ends = office.now().astimezone(zone), intent.prepared.not_after.astimezone(zone)
    assert ends.year == here.year + 2
    assert (ends.month, ends.day) in {(here.month, here.day), (2, 28)}


def test_a_pair_the_authority_never_issues_is_refused_with_the_reason(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.become("olga")
    policy = rehearsal.office.engine.office.policy.policy
    body = OpenCase(
        policy=policy.id,
        product="empresa-pkcs12-2y",
        values=dict(rehearsal.person.values),
        consent_version=policy.consent_version,
        language="es",
    )
    (finding,) = give(rehearsal, body).findings
    assert finding.code == CaseFinding.PRODUCT_IMPOSSIBLE
    assert finding.parameters == {"reason": "company_only_in_hsm"}
