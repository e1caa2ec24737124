"""A token that locked after too many wrong PINs, through the functions the screens call."""

from pathlib import Path

from backend_client.at_the_station.token import (
    change_pin,
    open_token,
    set_first_pin,
    tokens_present,
)
from issuance.certificates.token_calls import TokenAddress
from issuance.findings import Finding
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret
from tests.backend_client.at_the_station.test_token import code_of, opened, requested
from tests.locking_token import locking, needs_compiler
from tests.soft_token import LABEL, OFFICER_PIN, PIN, needs_soft_token, soft_tokens

pytestmark = needs_soft_token


@needs_compiler
def test_a_token_that_locked_is_told_and_unlocked_without_losing_its_key(
    tmp_path: Path,
):
    with soft_tokens(tmp_path / "softhsm") as tokens:
        lock_and_unlock(locking(tokens.make(), tmp_path))


def lock_and_unlock(there: TokenAddress) -> None:
    wrong = Secret("000000")
    token = opened(open_token(there, PIN))
    key = requested(token)
    token.close()
    codes = [code_of(open_token(there, wrong)) for _ in range(3)]
    assert codes == [
        TokenFinding.TOKEN_PIN_WRONG,
        TokenFinding.TOKEN_PIN_LAST_TRY,
        TokenFinding.TOKEN_PIN_LOCKED,
    ]
    assert code_of(open_token(there, PIN)) == TokenFinding.TOKEN_PIN_LOCKED
    assert code_of(change_pin(there, PIN, wrong)) == TokenFinding.TOKEN_PIN_LOCKED
    present = tokens_present(there.module)
    assert not isinstance(present, Finding)
    assert [each.locked for each in present if each.label == LABEL] == [True]
    assert set_first_pin(there, OFFICER_PIN, PIN) is None
    assert requested(opened(open_token(there, PIN))) == key
