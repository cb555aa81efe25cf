"""Ranks of `torch.distributed`, see `kerasgen.engine.devices`."""

import torch
from torch import distributed


def count():
    """Ranks, where `torch.distributed` was started."""
    started = distributed.is_available() and distributed.is_initialized()
    return distributed.get_world_size() if started else 1


def index():
    """The number of this rank."""
    return distributed.get_rank()


def placed(method):
    """Variables need no scope."""
    return method


def check_optimizers(optimizers):
    """All of them will do."""


@torch.no_grad()
def mean(tensors):
    """Means over the ranks, of a list of float tensors.

    One message for each dtype: for many small ones ranks would wait many times.
    """
    means = [None] * len(tensors)
    for dtype in {x.dtype for x in tensors}:
        places = [i for i, x in enumerate(tensors) if x.dtype == dtype]
        message = torch.cat([tensors[i].reshape(-1) for i in places])
        distributed.all_reduce(message)
        message /= count()
        parts = message.split([tensors[i].numel() for i in places])
        for i, part in zip(places, parts, strict=True):
            means[i] = part.view(tensors[i].shape)
    return means


@torch.no_grad()
def first(tensors):
    """Those of rank 0."""
    sent = [x.detach().clone(memory_format=torch.contiguous_format) for x in tensors]
    for tensor in sent:
        distributed.broadcast(tensor, 0)
    return sent


@torch.no_grad()
def gather(tensor):
    """Along the batch, in the order of the ranks; their batches may differ in size."""
    sizes = [torch.zeros(1, dtype=torch.int64, device=tensor.device) for _ in _ranks()]
    distributed.all_gather(sizes, sizes[0].new_tensor([len(tensor)]))
    # Messages must be of one size: each is filled up to that of the largest batch.
    sizes = [int(size) for size in sizes]
    message = tensor.new_zeros((max(sizes), *tensor.shape[1:]))
    message[: len(tensor)] = tensor
    parts = [torch.empty_like(message) for _ in _ranks()]
    distributed.all_gather(parts, message)
    return torch.cat([part[:size] for part, size in zip(parts, sizes, strict=True)])


def gather_objects(value):
    """A list with what each rank has, of anything that can be pickled."""
    values = [None for _ in _ranks()]
    distributed.all_gather_object(values, value)
    return values


def _ranks():
    return range(count())
