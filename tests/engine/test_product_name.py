"""What a case's product is called in a mail and in the contract."""

import pytest

from issuance.cases.state import CaseState
from issuance.engine.notices import product_name
from issuance.policies.loader import PolicyWords


@pytest.mark.parametrize("term", ["2y", "18-meses"])
def test_a_term_may_have_a_hyphen_in_its_name(term: str):
    words = PolicyWords(
        {
            "types": {"miembro-empresa": {"label": "Miembro"}},
            "containers": {"hsm-sfc": {"label": "HSM SFC"}},
            "validities": {term: {"label": "un plazo"}},
        },
        {},
    )
    state = CaseState.model_construct(
        product=f"miembro-empresa-hsm-sfc-{term}",
        certificate_type="miembro-empresa",
        container="hsm-sfc",
    )
    assert product_name(state, words) == "Miembro · HSM SFC · un plazo"
