"""Journeys run the same program on the same offices as the tests of single screens."""

from tests.screens.conftest import (
    _catalogues,
    counter,
    founded_office,
    make_key,
    office,
)

__all__ = ["_catalogues", "counter", "founded_office", "make_key", "office"]
