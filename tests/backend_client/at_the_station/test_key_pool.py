import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend_client.at_the_station.key_pool import KeyPool
from issuance.certificates.keys import PrivateKey, make_private_key


class CountingMaker:
    """Makes real keys and counts them; it can be held back, and it can be told to fail."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.ready = threading.Semaphore(0)
        self.fails = False

    def __call__(self, algorithm: str) -> PrivateKey:
        assert self.may_go_on.wait(10)
        if self.fails:
            raise MemoryError
        key = make_private_key("p-256")
        self.made.append(algorithm)
        self.ready.release()
        return key


@pytest.fixture
def maker() -> CountingMaker:
    return CountingMaker()


def test_keys_are_made_ahead_and_never_more_than_two(maker: CountingMaker):
    pool = KeyPool(maker)
    for _ in range(2):
        assert maker.ready.acquire(timeout=10)
    assert not maker.ready.acquire(timeout=0.05)
    assert maker.made == ["rsa-2048", "rsa-2048"]
    pool.take("rsa-2048")
    assert maker.ready.acquire(timeout=10)
    pool.close()


def test_nobody_gets_a_key_twice(maker: CountingMaker):
    pool = KeyPool(maker)
    with ThreadPoolExecutor(4) as threads:
        keys = list(threads.map(lambda _: pool.take("rsa-2048"), range(12)))
    pool.close()
    numbers = {key.private_numbers() for key in keys}
    assert len(numbers) == 12


def test_another_algorithm_is_made_at_once(maker: CountingMaker):
    pool = KeyPool(maker)
    pool.take("p-256")
    pool.close()
    assert "p-256" in maker.made


def test_who_waits_gets_the_key_in_the_making(maker: CountingMaker):
    maker.may_go_on.clear()
    pool = KeyPool(maker)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pool.take, "rsa-2048")
        maker.may_go_on.set()
        assert waiting.result(10)
    pool.close()


def test_nobody_waits_for_a_closed_pool(maker: CountingMaker):
    maker.may_go_on.clear()
    pool = KeyPool(maker)
    pool.close()
    maker.may_go_on.set()
    assert pool.take("rsa-2048")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_thread_that_failed(maker: CountingMaker):
    maker.fails = True
    pool = KeyPool(maker)
    with pytest.raises(MemoryError):
        pool.take("rsa-2048")
    for thread in threading.enumerate():
        if thread.name == "key pool":
            thread.join(10)
    maker.fails = False
    assert pool.take("rsa-2048")
    pool.close()
