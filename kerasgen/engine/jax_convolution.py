"""Convolutions that XLA compiles well, at every order of derivative.

XLA has no fast code for what autodiff makes of the gradient of a transposed convolution
or of the second derivative of a strided one: a convolution of a dilated image with a
window as large as the image. On a CPU and on a GPU alike that takes some thirty times
longer than it should (jax-ml/jax#31662). Here a convolution is one of three bilinear
maps of an image `large`, an image `small` and a kernel, which differ only in the
argument they give back (an image may have any number of axes, three for voxels):

    <small, convolve(large, kernel)> = <large, spread(small, kernel)>
                                     = <kernel, correlate(large, small)>

The gradients of each are the other two, so all derivatives are made of these three
functions, and each is written the way that was measured to be fast. The price is that
`jax.custom_vjp` has no forward mode (`jax.jvp`).

Shapes, of images with two axes: large (batch, H, W, large_channels), small
(batch, h, w, small_channels), kernel (kernel_height, kernel_width, large_channels,
small_channels), which is how Keras stores the kernels of both kinds of layer.
"""

import itertools
from typing import NamedTuple

import jax
from jax import lax
from jax import numpy as jnp

# With so many channels in `large`, `spread` is one convolution; see there.
FEW_CHANNELS = 64


class Window(NamedTuple):
    """How the kernel moves; tuples with a number for each axis.

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
    size, taps = inputs.shape[1:-1], kernel.shape[:-2]
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
        low = (0,) * len(size)
    window = Window(taps, tuple(strides), low, size, small)
    return convolve(inputs.astype(kernel.dtype), kernel, window)


def transposed_convolution(inputs, kernel, strides, padding):
    """`keras.ops.conv_transpose` of channels-last images, without dilation.

    Keras's sizes for `output_padding=None`: `strides` times the input's for "same",
    the smallest image that holds every window for "valid".
    """
    size, taps = inputs.shape[1:-1], kernel.shape[:-2]
    if padding == "same":
        large = tuple(n * s for n, s in zip(size, strides, strict=True))
        low = tuple(max(k - s, 0) // 2 for k, s in zip(taps, strides, strict=True))
    else:
        large = tuple(
            (n - 1) * s + max(k, s) for n, s, k in zip(size, strides, taps, strict=True)
        )
        low = (0,) * len(size)
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

    A GPU has a kernel of its own for it. On a CPU dense convolutions, one per phase,
    where many channels leave. Where few do, as from the last layers of a generator, one
    convolution is too narrow to be fast.
    """
    if jax.default_backend() != "cpu":
        return _spread_by_xla(small, kernel, window)
    if kernel.shape[-2] <= FEW_CHANNELS:
        return _spread_at_once(small, kernel, window)
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
    return _convolved(large, kernel, window.strides, window.padding)


def _convolved(images, kernel, strides, padding):
    axes = "DHW"[-len(strides) :]
    layout = (f"N{axes}C", f"{axes}IO", f"N{axes}C")
    return lax.conv_general_dilated(
        images, kernel, strides, padding, dimension_numbers=layout
    )


def _spread_by_xla(small, kernel, window):
    """What XLA takes for the gradient of a convolution: of a reversed kernel."""
    channels = kernel.shape[-2]
    large = jax.ShapeDtypeStruct(
        (small.shape[0], *window.large, channels), kernel.dtype
    )
    transpose = jax.linear_transpose(
        lambda large: _xla_convolution(large, kernel, window), large
    )
    return transpose(small)[0]


def _spread_by_phases(small, kernel, window):
    """`strides` phases per axis, each the convolution with every `strides`-th tap."""
    kernel = jnp.swapaxes(kernel, -2, -1)  # small channels enter, large ones leave
    phases = itertools.product(*_phases(window))
    return _interleaved([_convolve_phase(small, kernel, p) for p in phases], window)


def _spread_at_once(small, kernel, window):
    """One convolution with all phases as its channels, then cut apart.

    Where phases have fewer taps than others, or taps elsewhere, the kernel has zeros.
    """
    axes = _phases(window)
    kernel = jnp.swapaxes(kernel, -2, -1)
    most = [max(phase.count for phase in phases) for phases in axes]
    kernels = [_filled(_taps(kernel, p), most) for p in itertools.product(*axes)]
    together = _convolved(
        small,
        jnp.concatenate(kernels, axis=-1),
        (1,) * len(axes),
        [_padding(*axis) for axis in zip(axes, window.small, strict=True)],
    )
    # (batch, height, width, phases, channels)
    together = together.reshape(*together.shape[:-1], len(kernels), -1)
    return _interleaved(
        [
            together[:, *map(_part, phases, axes), i]
            for i, phases in enumerate(itertools.product(*axes))
        ],
        window,
    )


def _interleaved(images, window):
    """The image whose elements are those of the phases in turn, along all axes.

    Args:
        images: List of one for each combination of phases, the last axis's foremost.
    """
    for axis, stride in reversed(list(enumerate(window.strides))):
        images = [
            jnp.stack(images[i : i + stride], axis=axis + 2)
            for i in range(0, len(images), stride)
        ]
    (large,) = images  # (batch, height, phases, width, phases, channels)
    sizes = large.shape[1:-1]
    sizes = [n * phases for n, phases in zip(sizes[::2], sizes[1::2], strict=True)]
    large = large.reshape(large.shape[0], *sizes, large.shape[-1])
    return large[:, *map(slice, window.large)]


class _Phase(NamedTuple):
    """Taps that meet the elements `strides * i + phase` of `large`, along one axis."""

    taps: slice
    count: int
    padding: tuple
    size: int


def _phases(window):
    """A list of phases for each axis."""
    return [
        [_phase(*axis, phase) for phase in range(axis[1])]
        for axis in zip(*window, strict=True)
    ]


def _phase(kernel, stride, low, large, small, phase):
    # Element stride * i + phase meets tap first + stride * m at small[i + shift - m].
    shift, first = divmod(phase + low, stride)
    size = -(-large // stride)
    count = len(range(first, kernel, stride))
    return _Phase(
        taps=slice(first, None, stride),
        count=count,
        padding=(count - 1 - shift, size + shift - small),
        size=size,
    )


def _convolve_phase(small, kernel, phases):
    kernel = _taps(kernel, phases)
    if kernel.size == 0:  # the stride is longer than the kernel
        sizes = [phase.size for phase in phases]
        return jnp.zeros((small.shape[0], *sizes, kernel.shape[-1]), small.dtype)
    padding = [phase.padding for phase in phases]
    return _convolved(small, kernel, (1,) * len(phases), padding)


def _taps(kernel, phases):
    """Those of some phases, in the order in which a convolution reads them."""
    kernel = kernel[tuple(phase.taps for phase in phases)]
    return jnp.flip(kernel, range(len(phases)))


def _filled(kernel, sizes):
    """The kernel with zeros behind its taps."""
    missing = [(0, n - found) for n, found in zip(sizes, kernel.shape, strict=False)]
    return jnp.pad(kernel, [*missing, (0, 0), (0, 0)])


def _before(phases):
    return max(phase.padding[0] for phase in phases)


def _part(phase, phases):
    """Where the elements of a phase are in what `_padding` makes room for."""
    start = _before(phases) - phase.padding[0]
    return slice(start, start + phase.size)


def _padding(phases, small):
    """Zeros before and after, with which the elements of every phase come out."""
    before = _before(phases)
    end = max(_part(phase, phases).stop for phase in phases)
    most = max(phase.count for phase in phases)
    return before, end + most - 1 - small - before
