"""Keras's Adam in the one kernel that PyTorch has for it."""

import math

import keras
import torch

from kerasgen.engine.keras_private import adam_slots


def can_fuse(optimizer, variables):
    """Whether `update` does all that `optimizer.apply` would: plain Adam on a CPU."""
    return (
        not torch.compiler.is_compiling()  # it writes fused loops of its own
        and type(optimizer).__name__ == "Adam"
        and isinstance(optimizer, keras.optimizers.Adam)
        and not optimizer.amsgrad
        and not optimizer.use_ema
        and optimizer.gradient_accumulation_steps is None
        and optimizer.loss_scale_factor is None
        and optimizer.weight_decay is None
        and optimizer.clipnorm is None
        and optimizer.clipvalue is None
        and optimizer.global_clipnorm is None
        and all(_is_plain(v) for v in variables)
    )


def _is_plain(variable):
    value = variable.value
    return (
        variable.constraint is None
        and value.device.type == "cpu"
        and value.dtype == torch.float32
        and _in_memory_order(value).is_contiguous()
    )


def _in_memory_order(value, like=None):
    """A view with the longest stride (of `like`) first: the kernel ignores strides."""
    strides = (value if like is None else like).stride()
    order = sorted(range(value.ndim), key=lambda axis: -strides[axis])
    return value.permute(order)


@torch.no_grad()
def update(optimizer, grads, variables):
    """One step of `optimizer`, whose slots and iterations it advances."""
    count = int(optimizer.iterations.value) + 1
    values = [v.value for v in variables]
    momentums, velocities = (
        [_slot(s.value, value) for s, value in zip(slots, values, strict=True)]
        for slots in adam_slots(optimizer, variables)
    )
    torch._fused_adam_(
        [_in_memory_order(v) for v in values],
        [
            _in_memory_order(g, v).contiguous()
            for g, v in zip(grads, values, strict=True)
        ],
        momentums,
        velocities,
        [],
        [torch.tensor(float(count)) for _ in variables],
        lr=float(optimizer.learning_rate),
        beta1=optimizer.beta_1,
        beta2=optimizer.beta_2,
        weight_decay=0.0,
        # Keras adds epsilon before the correction of the second moment, PyTorch after.
        eps=optimizer.epsilon / math.sqrt(1.0 - optimizer.beta_2**count),
        amsgrad=False,
        maximize=False,
    )
    optimizer.iterations.assign_add(1)


def _slot(slot, value):
    """The slot's memory, brought into the order of the value's the first time."""
    if slot.stride() != value.stride():
        slot.data = torch.empty_strided(value.shape, value.stride()).copy_(slot)
    return _in_memory_order(slot)
