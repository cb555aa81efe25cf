import threading
import time

import pytest

from kerasgen.engine.fair_lock import FairLock

pytestmark = pytest.mark.host
WAIT = 30  # seconds


def started(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def test_a_thread_that_asks_again_and_again_keeps_nobody_out():
    lock, done = FairLock(), threading.Event()

    def greedy():
        while not done.is_set():
            with lock:
                time.sleep(0.001)

    thread = started(greedy)
    for _ in range(20):
        with lock:
            pass
    done.set()
    thread.join(WAIT)
    assert not thread.is_alive()


def test_threads_get_it_in_their_order_and_one_at_a_time():
    lock, order = FairLock(), []

    def enter(number):
        with lock, lock:  # its owner may take it again
            order.append(number)
            time.sleep(0.001)
            order.append(number)

    with lock:
        threads = []
        for number in range(5):
            threads.append(started(lambda number=number: enter(number)))
            while len(lock._waiting) <= number:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join(WAIT)
    assert order == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_who_is_interrupted_while_waiting_leaves_the_queue(monkeypatch):
    lock = FairLock()
    interrupted, entered = threading.Event(), threading.Event()

    class Interrupted:
        """A lock at which the user interrupts the second time."""

        def __init__(self):
            self.calls = 0

        def acquire(self):
            self.calls += 1
            if self.calls == 2:
                raise KeyboardInterrupt

        def release(self):
            raise AssertionError("nobody waits here")

    def wait():
        with monkeypatch.context() as patch:
            patch.setattr(threading, "Lock", Interrupted)
            with pytest.raises(KeyboardInterrupt):
                lock.__enter__()
        interrupted.set()

    def enter():
        with lock:
            entered.set()

    with lock:
        started(wait).join(WAIT)
        thread = started(enter)
    thread.join(WAIT)
    assert interrupted.is_set() and entered.is_set()
