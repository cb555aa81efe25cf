import subprocess
import sys
import threading
import time

import pytest

from kerasgen.files import lock
from kerasgen.files.lock import locked

# The module alone: importing kerasgen would take seconds.
HOLD = """
import runpy, sys, time
locked = runpy.run_path(sys.argv[1])["locked"]
with locked(sys.argv[2]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    arguments = [sys.executable, "-c", HOLD, lock.__file__, tmp_path / "lock"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_one_enters_at_a_time(tmp_path):
    inside, most = [], []

    def work():
        for _ in range(20):
            with locked(tmp_path / "lock"):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0002)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 80


def test_another_process_keeps_us_out_until_it_dies(holder, tmp_path):
    entered = threading.Event()

    def enter():
        with locked(tmp_path / "lock"):
            entered.set()

    thread = threading.Thread(target=enter)
    thread.start()
    assert not entered.wait(0.2)
    holder.kill()
    assert entered.wait(10)
    thread.join()


def test_nothing_is_left(tmp_path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "new" / "lock"):
        raise ZeroDivisionError
    assert not list((tmp_path / "new").iterdir())
