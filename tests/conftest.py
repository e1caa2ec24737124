"""How many tests run side by side."""

import os

import pytest


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use half as many more than there are cores: a journey mostly waits for its screen."""
    del config
    return (os.cpu_count() or 2) * 3 // 2
