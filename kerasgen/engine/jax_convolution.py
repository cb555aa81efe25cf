"""Convolutions that XLA compiles well on a CPU, at every order of derivative.

XLA's CPU compiler has fast code for a convolution of an undilated input, and none for
what autodiff makes of a strided one: the gradient of a transposed convolution, or the
second derivative of a strided convolution, takes some thirty times longer than it
should. Here a convolution is one of three bilinear maps of an image `large`, an image
`small` and a kernel, which differ only in the argument they give back:

    <small, convolve(large, kernel)> = <large, spread(small, kernel)>
                                     = <kernel, correlate(large, small)>

The gradients of each are the other two, so all derivatives are made of these three
functions, and each is written the way that was measured to be fast. The price is that
`jax.custom_vjp` has no forward mode (`jax.jvp`).

Shapes: large (batch, H, W, large_channels), small (batch, h, w, small_channels),
kernel (kernel_height, kernel_width, large_channels, small_channels), which is how Keras
stores the kernels of both kinds of layer.
"""

from typing import NamedTuple

import jax
from jax import lax
from jax import numpy as jnp

# With fewer channels than this in `large`, `spread` is one product; see there.
FEW_CHANNELS = 16

LAYOUT = ("NHWC", "HWIO", "NHWC")


class Window(NamedTuple):
    """How the kernel moves; pairs of (height, width).

    Element `i` of `small` meets the elements `strides * i - low + tap` of `large`.
    """

    kernel: tuple
    strides: tuple
    low: tuple  # zeros before the first element of large
    large: tuple
    small: tuple

    @property
    def padding(self):
        """Zeros before and after `large`; what the last window misses is negative."""
        return [
            (low, (small - 1) * stride + kernel - large - low)
            for kernel, stride, low, large, small in zip(*self, strict=True)
        ]


def convolution(inputs, kernel, strides, padding):
    """`keras.ops.conv` of channels-last images, without dilation or groups."""
    size, taps = inputs.shape[1:-1], kernel.shape[:2]
    if padding == "same":
        small = tuple(-(-n // s) for n, s in zip(size, strides, strict=True))
        low = tuple(
            max((m - 1) * s + k - n, 0) // 2
            for n, m, s, k in zip(size, small, strides, taps, strict=True)
        )
    else:
        small = tuple(
            (n - k) // s + 1 for n, s, k in zip(size, strides, taps, strict=True)
        )
        low = (0, 0)
    window = Window(taps, tuple(strides), low, size, small)
    return convolve(inputs.astype(kernel.dtype), kernel, window)


def transposed_convolution(inputs, kernel, strides, padding):
    """`keras.ops.conv_transpose` of channels-last images, without dilation.

    Keras's sizes for `output_padding=None`: `strides` times the input's for "same",
    the smallest image that holds every window for "valid".
    """
    size, taps = inputs.shape[1:-1], kernel.shape[:2]
    if padding == "same":
        large = tuple(n * s for n, s in zip(size, strides, strict=True))
        low = tuple(max(k - s, 0) // 2 for k, s in zip(taps, strides, strict=True))
    else:
        large = tuple(
            (n - 1) * s + max(k, s) for n, s, k in zip(size, strides, taps, strict=True)
        )
        low = (0, 0)
    window = Window(taps, tuple(strides), low, large, size)
    return spread(inputs.astype(kernel.dtype), kernel, window)


def _bilinear(function):
    """Gives `function(a, b, window)` the residuals that its gradients need."""
    function = jax.custom_vjp(function, nondiff_argnums=(2,))
    function.residuals = lambda a, b, window: (function(a, b, window), (a, b))
    return function


@_bilinear
def convolve(large, kernel, window):
    """The convolution: XLA's own."""
    return _xla_convolution(large, kernel, window)


@_bilinear
def correlate(large, small, window):
    """The kernel's gradient: the only derivative of XLA's that is fast as it is."""
    channels = large.shape[-1], small.shape[-1]
    kernel = jax.ShapeDtypeStruct(window.kernel + channels, large.dtype)
    transpose = jax.linear_transpose(
        lambda kernel: _xla_convolution(large, kernel, window), kernel
    )
    return transpose(small)[0]


@_bilinear
def spread(small, kernel, window):
    """The transposed convolution, which is also the gradient of the image.

    Dense convolutions, one per phase, where many channels leave. Where few do, as from
    the last layer of a generator, the product of every pixel with the whole kernel is
    small enough to be written down.
    """
    if kernel.shape[2] < FEW_CHANNELS:
        return _spread_by_product(small, kernel, window)
    return _spread_by_phases(small, kernel, window)


convolve.defvjp(
    convolve.residuals,
    lambda window, operands, g: (
        spread(g, operands[1], window),
        correlate(operands[0], g, window),
    ),
)
spread.defvjp(
    spread.residuals,
    lambda window, operands, g: (
        convolve(g, operands[1], window),
        correlate(g, operands[0], window),
    ),
)
correlate.defvjp(
    correlate.residuals,
    lambda window, operands, g: (
        spread(operands[1], g, window),
        convolve(operands[0], g, window),
    ),
)


def _xla_convolution(large, kernel, window):
    return lax.conv_general_dilated(
        large, kernel, window.strides, window.padding, dimension_numbers=LAYOUT
    )


def _spread_by_phases(small, kernel, window):
    """`strides` phases per axis, each the convolution with every `strides`-th tap."""
    rows, columns = (
        [_phase(window, axis, phase) for phase in range(window.strides[axis])]
        for axis in (0, 1)
    )
    kernel = jnp.swapaxes(kernel, 2, 3)  # small channels enter, large ones leave
    phases = jnp.stack(
        [
            jnp.stack([_convolve_phase(small, kernel, r, c) for c in columns], axis=3)
            for r in rows
        ],
        axis=2,
    )  # (batch, h, row phase, w, column phase, large_channels)
    batch, h, _, w, _, channels = phases.shape
    large = phases.reshape(
        batch, h * window.strides[0], w * window.strides[1], channels
    )
    return large[:, : window.large[0], : window.large[1]]


class _Phase(NamedTuple):
    """Taps that meet the elements `strides * i + phase` of `large`, along one axis."""

    taps: slice
    padding: tuple
    size: int


def _phase(window, axis, phase):
    kernel, stride, low, large, small = (pair[axis] for pair in window)
    # Element stride * i + phase meets tap first + stride * m at small[i + shift - m].
    shift, first = divmod(phase + low, stride)
    size = -(-large // stride)
    taps = len(range(first, kernel, stride))
    return _Phase(
        taps=slice(first, None, stride),
        padding=(taps - 1 - shift, size + shift - small),
        size=size,
    )


def _convolve_phase(small, kernel, row, column):
    kernel = kernel[row.taps, column.taps][::-1, ::-1]
    if kernel.size == 0:  # the stride is longer than the kernel
        shape = (small.shape[0], row.size, column.size, kernel.shape[3])
        return jnp.zeros(shape, small.dtype)
    return lax.conv_general_dilated(
        small, kernel, (1, 1), (row.padding, column.padding), dimension_numbers=LAYOUT
    )


def _spread_by_product(small, kernel, window):
    """Every pixel of `small` times the kernel, added up where the windows overlap.

    The kernel is cut into blocks of `strides` taps. Blocks fit the grid of `small`, so
    the sum needs only shifts by whole pixels of `small`.
    """
    (s, t), (h, w) = window.strides, window.small
    blocks = tuple(-(-k // n) for k, n in zip(window.kernel, (s, t), strict=True))
    missing = [
        (0, n * b - k) for k, n, b in zip(window.kernel, (s, t), blocks, strict=True)
    ]
    kernel = jnp.pad(kernel, [*missing, (0, 0), (0, 0)])
    channels = kernel.shape[2]
    kernel = kernel.reshape(blocks[0], s, blocks[1], t, *kernel.shape[2:])
    products = jnp.einsum(
        "nijc,asbtoc->nijabsto",
        small,
        kernel,
        preferred_element_type=jnp.promote_types(small.dtype, jnp.float32),
    )
    a_max, b_max = (n - 1 for n in blocks)
    large = sum(
        jnp.pad(
            products[:, :, :, a, b],
            [(0, 0), (a, a_max - a), (b, b_max - b), (0, 0), (0, 0), (0, 0)],
        )
        for a in range(blocks[0])
        for b in range(blocks[1])
    )  # (batch, h + a_max, w + b_max, s, t, large_channels)
    large = jnp.swapaxes(large, 2, 3).reshape(
        small.shape[0], (h + a_max) * s, (w + b_max) * t, channels
    )
    # Negative padding crops, and positive padding reaches where no window does.
    crop = [
        (-low, low + size - have, 0)
        for low, size, have in zip(
            window.low, window.large, large.shape[1:3], strict=True
        )
    ]
    zero = jnp.zeros((), large.dtype)
    large = lax.pad(large, zero, [(0, 0, 0), *crop, (0, 0, 0)])
    return large.astype(small.dtype)
