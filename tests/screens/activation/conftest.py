import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from issuance.certificates.keys import PrivateKey
from tests.keys import wait_until
from tests.screens.activation.office import ReadyCase, RunActivation, app_of, rehearse, shown
from tests.screens.conftest import RunCounter
from tests.soft_token import SoftTokens, soft_tokens
from tests.thrift import made_once


@pytest.fixture(scope="session")
def rehearsed(founded_office: Path, make_key: Callable[[str], PrivateKey]) -> dict[bool, ReadyCase]:
    """Lead a case to its activation, another to its password, once; tests work on copies."""

    def lead(code_entered: bool) -> ReadyCase:
        folder, (case,) = made_once(
            f"activation {code_entered}",
            lambda folder: [rehearse(folder, make_key, code_entered=code_entered)],
            founded_office,
        )
        return ReadyCase(folder, case)

    return {code_entered: lead(code_entered) for code_entered in (False, True)}


@pytest.fixture(scope="session")
def rehearsed_token(founded_office: Path, make_key: Callable[[str], PrivateKey]) -> ReadyCase:
    """Lead a case whose key goes into a token to its PIN, once; tests work on copies."""
    product = "natural-token-2y"
    folder, (case,) = made_once(
        "activation token",
        lambda folder: [rehearse(folder, make_key, code_entered=True, product_id=product)],
        founded_office,
    )
    return ReadyCase(folder, case)


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[SoftTokens]:
    with soft_tokens(tmp_path / "softhsm") as made:
        yield made


@pytest.fixture
def ready(rehearsed: dict[bool, ReadyCase], tmp_path: Path) -> ReadyCase:
    return _copy(rehearsed[False], tmp_path / "ready")


@pytest.fixture
def authorised(rehearsed: dict[bool, ReadyCase], tmp_path: Path) -> ReadyCase:
    return _copy(rehearsed[True], tmp_path / "authorised")


def _copy(known: ReadyCase, home: Path) -> ReadyCase:
    return ReadyCase(shutil.copytree(known.folder, home / "demonstration"), known.case)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def activation(counter: RunCounter) -> RunActivation:
    """Run the program on a case's activation; a second run is a restart."""

    @asynccontextmanager
    async def run(
        known: ReadyCase, user: str = "olga", language: str = "es"
    ) -> AsyncIterator[Pilot[int]]:
        async with counter(user, "worklist", language=language, folder=known.folder) as pilot:
            app_of(pilot).open_screen("activation", known.case)
            await wait_until(lambda: shown(pilot) not in {"WorklistScreen", "ActivationScreen"})
            yield pilot

    return run
