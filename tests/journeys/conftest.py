"""Journeys run the same program on the same offices as the tests of single screens."""

from collections.abc import Callable

import pytest

from issuance.certificates.keys import PrivateKey
from tests.journeys.doors import KeyMaker
from tests.screens.conftest import (
    _catalogues,
    counter,
    founded_office,
    office,
)
from tests.screens.conftest import make_key as few_keys

__all__ = ["_catalogues", "counter", "few_keys", "founded_office", "make_key", "office"]


@pytest.fixture(scope="session")
def make_key(few_keys: Callable[[str], PrivateKey]) -> KeyMaker:
    """Make keys behind a door that a journey can watch."""
    return KeyMaker(few_keys)
