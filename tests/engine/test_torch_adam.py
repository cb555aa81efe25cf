"""The fused kernel against Keras's own Adam."""

import keras
import numpy as np
import pytest

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="a kernel of PyTorch's"
)


def variables():
    random = np.random.default_rng(0)
    return [
        keras.Variable(random.normal(size=shape).astype("float32"))
        for shape in ((3, 4), (5,), (2, 3, 4, 5))
    ]


def gradients(seed):
    import torch

    random = np.random.default_rng(seed)
    shapes = ((4, 3), (5,), (2, 3, 4, 5))
    first, *rest = (
        torch.from_numpy(random.normal(size=s).astype("float32")) for s in shapes
    )
    return [first.T, *rest]  # strides unlike the variable's


def test_five_fused_steps_equal_those_of_keras():
    from kerasgen.engine import torch_adam
    from kerasgen.engine.kernels import arrange

    ours, theirs = variables(), variables()
    arrange(ours[-1])  # in the memory order of a convolution's kernel
    assert not ours[-1].value.is_contiguous()
    # A large epsilon, so that where it is added matters.
    fused, plain = (
        keras.optimizers.Adam(0.1, beta_1=0.5, epsilon=0.05) for _ in range(2)
    )
    fused.build(ours)
    assert torch_adam.can_fuse(fused, ours)
    for step in range(5):
        torch_adam.update(fused, gradients(step), ours)
        plain.apply(gradients(step), theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5)
    for a, b in zip(fused.variables, plain.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.AdamW(0.1),
        keras.optimizers.SGD(0.1),
        keras.optimizers.Adam(0.1, amsgrad=True),
        keras.optimizers.Adam(0.1, clipnorm=1.0),
        keras.optimizers.Adam(0.1, global_clipnorm=1.0),
        keras.optimizers.Adam(0.1, weight_decay=0.1),
        keras.optimizers.Adam(0.1, use_ema=True),
        keras.optimizers.Adam(0.1, gradient_accumulation_steps=2),
    ],
)
def test_whatever_is_not_plain_adam_is_left_to_keras(optimizer):
    from kerasgen.engine import torch_adam

    assert not torch_adam.can_fuse(optimizer, variables())
