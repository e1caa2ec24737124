"""How many tests run side by side, and what thousands of them need not pay for again."""

import gc
import os
from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.examples import examples
from tests.thrift import is_spared, share_checks, spared

# What an example takes is said by the machine's other work: that is no failure.
settings.register_profile("patient", deadline=None, max_examples=examples(100))
settings.load_profile("patient")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use half as many more than there are cores: a journey mostly waits for its screen."""
    del config
    return (os.cpu_count() or 2) * 3 // 2


def pytest_configure(config: pytest.Config) -> None:
    """Collect no garbage while tests are collected: that took a quarter of the time."""
    share_checks(config)
    gc.disable()


def pytest_collection_finish() -> None:
    """Look no more at what stays to the end: thousands of tests and every module."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Spare the tests that only use checks and keys what these cost."""
    if not is_spared(item.path):
        return (yield)
    with spared():
        return (yield)
