"""Processes that were forked from one that had begun to compute."""

import multiprocessing
import os

import keras
import pytest

WAIT = 60  # seconds after which a child has hung


def draw(model, connection):
    """Sends samples, or the error."""
    if keras.backend.backend() == "torch":
        import torch

        torch.set_num_threads(2)
    try:
        connection.send(model.generate(2, seed=0))
    except RuntimeError as error:
        connection.send(error)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork")
def test_a_forked_process_says_that_it_must_be_spawned(
    points_gan, backend, monkeypatch
):
    monkeypatch.setenv("KERAS_BACKEND", backend)
    model = points_gan()
    model.generate(2, seed=0)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=draw, args=(model, there))
    process.start()
    try:
        assert here.poll(WAIT), "it hangs"
        with pytest.raises(RuntimeError, match="'spawn'.*Received: process"):
            raise here.recv()
    finally:
        process.kill()
        process.join()
