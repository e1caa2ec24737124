"""Which tokens are seen, and when."""

from pathlib import Path

from backend_client.at_the_station.token import tokens_present
from issuance.findings import Finding
from tests.soft_token import LABEL, MODULE, needs_soft_token, soft_tokens

pytestmark = needs_soft_token


def test_a_token_put_in_later_is_seen(tmp_path: Path):
    with soft_tokens(tmp_path / "softhsm") as tokens:
        tokens.make()
        (token,) = (tokens.folder / "tokens").iterdir()
        drawer = tokens.folder / "token"
        token.rename(drawer)
        tokens.restart()
        assert labels_seen() == set()
        drawer.rename(token)
        assert labels_seen() == {LABEL}
        tokens.make("SEGUNDO")
        assert labels_seen() == {LABEL, "SEGUNDO"}


def labels_seen() -> set[str]:
    found = tokens_present(MODULE)
    assert not isinstance(found, Finding), found
    return {each.label for each in found if each.ready}
