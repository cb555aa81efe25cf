"""Trains a DCGAN in several processes, a GPU each, with PyTorch.

`torchrun --nproc-per-node 2 examples/many_devices_torch.py FOLDER`

Without GPUs each process has a CPU, to see how it works.
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import argparse
from pathlib import Path

import torch

import kerasgen


def join():
    """Joins the other processes; returns the number of this one, and of all."""
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        torch.distributed.init_process_group("nccl")
    else:
        torch.distributed.init_process_group("gloo")
    return torch.distributed.get_rank(), torch.distributed.get_world_size()


def main(folder, epochs, filters, limit, batch_size=32):
    rank, ranks = join()
    # Each process reads its own part of every epoch.
    train = kerasgen.data.load(
        "fashion_mnist_6k", batch_size=batch_size, part=(rank, ranks), limit=limit
    )
    model = kerasgen.models.DCGAN(train.image_shape, filters=filters, seed=0)
    model.compile(average=0.99)  # sends the weights of rank 0 to all
    callbacks = []
    if rank == 0:  # what writes files
        print(f"{ranks} devices")
        callbacks.append(kerasgen.callbacks.SampleGrid(folder / "samples"))
    verbose = "auto" if rank == 0 else 0
    model.fit(train, epochs=epochs, callbacks=callbacks, verbose=verbose)
    if rank == 0:
        model.save(folder / "fashion.keras")
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--limit", type=int, help="images, instead of all")
    main(**vars(parser.parse_args()))
