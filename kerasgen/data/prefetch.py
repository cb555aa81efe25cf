"""Batches made in the background while others are in use."""

import collections
import concurrent.futures
import os
import threading

AHEAD = 2  # batches made in the background while one is in use


class Prefetcher:
    """Makes the batches that will be asked for next.

    Args:
        make: Function of `(epoch, index)` that returns a batch.
    """

    def __init__(self, make):
        self.make = make
        self._start_lazily()

    def get(self, epoch, index, count):
        """Return a batch, and have the next ones made in the background.

        Args:
            epoch: int.
            index: int, the batch asked for.
            count: int, the batches of an epoch.
        """
        with self._lock:
            if self._maker is None or self._maker[0] != os.getpid():
                # Threads do not survive a fork: a child starts its own.
                maker = concurrent.futures.ThreadPoolExecutor(
                    1, thread_name_prefix="kerasgen_batch"
                )
                self._maker, self.pending = (os.getpid(), maker), {}
            maker = self._maker[1]
            # Keras's `fit` asks in no order unless told `shuffle=False`. And several
            # passes may run at once: TensorFlow starts one it throws away.
            in_order = index == 0 or (epoch, index - 1) in self._asked
            self._asked.append((epoch, index))
            last = min(index + AHEAD, count - 1) if in_order else index
            wanted = [(epoch, i) for i in range(index, last + 1)]
            for key in self.pending.keys() - set(wanted):
                self.pending.pop(key).cancel()
            for key in wanted:
                if key not in self.pending:
                    self.pending[key] = maker.submit(self.make, *key)
            future = self.pending.pop(wanted[0])
        return future.result()

    def _start_lazily(self):
        self._lock = threading.Lock()
        self._maker = None
        self.pending = {}
        self._asked = collections.deque(maxlen=4)

    def __getstate__(self):
        return {"make": self.make}

    def __setstate__(self, state):
        self.make = state["make"]
        self._start_lazily()
