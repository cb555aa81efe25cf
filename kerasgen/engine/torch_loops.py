"""Loops under PyTorch, which has no compiled ones: Python's, on tensors in place."""

import torch


def repeat(n, body, state):
    """See `kerasgen.engine.loops`."""
    for i in range(n):
        state = body(i, state)
    return state


def read(tensor, start, shape):
    """See `kerasgen.engine.loops`."""
    for axis, (first, length) in enumerate(zip(start, shape, strict=True)):
        if length != tensor.shape[axis]:
            tensor = tensor.narrow(axis, first, length)
    return tensor


def write(tensor, start, values):
    """See `kerasgen.engine.loops`."""
    read(tensor, start, values.shape).copy_(values)
    return tensor


def affine(seen, matrix, bias):
    """See `kerasgen.engine.loops`."""
    flat = seen.reshape(-1, matrix.shape[0])
    return torch.addmm(bias, flat, matrix)[:, None, None]
