"""A process that was forked must not go on with a backend its parent had started."""

import os

import keras

_pids = []  # of the process that began to compute


def check_process():
    """Notes the process that computes first, and refuses what was forked from it.

    A fork copies a backend but not its threads: a child would wait for them without
    end.

    Raises:
        RuntimeError: In a process that was forked after its parent had made a model or
            drawn samples, unless the backend does without threads there.
    """
    from kerasgen.engine.backend import backend  # which names what calls this

    if not _pids:
        _pids.append(os.getpid())
    if _pids[0] != os.getpid() and not backend.does_without_threads():
        raise RuntimeError(
            "This process was forked from one in which kerasgen had begun to compute "
            f"with {keras.backend.backend()}, whose threads are missing here: it would "
            "wait for them without end. Start it with "
            "`multiprocessing.get_context('spawn')`, or let threads draw the samples. "
            f"Received: process {os.getpid()}, forked from process {_pids[0]}"
        )
