"""How many examples a property gets: a sample in `make test`, the full figures in `make soak`."""

import os

FULL = os.environ.get("EXAMPLES") == "full"


def examples(sample: int, full: int = 0) -> int:
    """Give `sample` in `make test`; in `make soak` give `full`, ten times as many when not said."""
    if not FULL:
        return sample
    return full or 10 * sample
