"""The kernels against sums written out in NumPy float64."""

import itertools

import keras
import numpy as np
import pytest

from kerasgen.engine import kernels

CASES = [
    (kernel, strides, padding, channels)
    for (kernel, strides), padding, channels in itertools.product(
        [((4, 4), (2, 2)), ((5, 5), (2, 2)), ((3, 2), (1, 3)), ((2, 3), (3, 2))],
        ["same", "valid"],
        [2, 65],  # a few and many, which JAX lowers differently
    )
]


def operands(size, kernel, small, large):
    random = np.random.default_rng(0)
    images = random.normal(size=(2, *size, small)).astype("float32")
    return images, random.normal(size=(*kernel, large, small)).astype("float32")


def scattered(small, kernel, strides, low, size):
    """Every pixel of `small` adds a copy of the kernel to the large image."""
    batch, h, w, _ = small.shape
    kh, kw, channels, _ = kernel.shape
    full = np.zeros((batch, 40, 40, channels))
    for i, j in itertools.product(range(h), range(w)):
        top, left = i * strides[0], j * strides[1]
        full[:, top : top + kh, left : left + kw] += np.einsum(
            "nc,abdc->nabd", small[:, i, j].astype("float64"), kernel
        )
    return full[:, low[0] : low[0] + size[0], low[1] : low[1] + size[1]]


@pytest.mark.parametrize(("kernel", "strides", "padding", "channels"), CASES)
def test_transposed_convolution_scatters_the_kernel(kernel, strides, padding, channels):
    small, weights = operands((4, 5), kernel, 3, channels)
    sizes = list(zip(small.shape[1:3], kernel, strides, strict=True))
    if padding == "same":
        size = [n * s for n, _, s in sizes]
        low = [max(k - s, 0) // 2 for _, k, s in sizes]
    else:
        size = [(n - 1) * s + max(k, s) for n, k, s in sizes]
        low = [0, 0]
    actual = kernels.transposed_convolution(small, weights, strides, padding)
    expected = scattered(small, weights, strides, low, size)
    assert actual.shape == expected.shape
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(actual), expected, rtol=1e-5, atol=1e-4
    )


@pytest.mark.parametrize(("kernel", "strides", "padding", "channels"), CASES)
def test_convolution_sums_over_windows(kernel, strides, padding, channels):
    large, weights = operands((9, 8), kernel, channels, 3)
    weights = np.swapaxes(weights, 2, 3)  # (height, width, 65 or 2, 3)
    weights = np.swapaxes(weights, 2, 3) if weights.shape[2] != channels else weights
    total = [0, 0]
    if padding == "same":
        total = [
            max((-(-n // s) - 1) * s + k - n, 0)
            for n, k, s in zip(large.shape[1:3], kernel, strides, strict=True)
        ]
    padded = np.pad(
        large.astype("float64"),
        [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)],
    )
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2))
    windows = windows[:, :: strides[0], :: strides[1]]  # (n, h, w, channels, kh, kw)
    expected = np.einsum("nhwcab,abcd->nhwd", windows, weights)
    actual = kernels.convolution(large, weights, strides, padding)
    assert actual.shape == expected.shape
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(actual), expected, rtol=1e-5, atol=1e-4
    )


@pytest.mark.parametrize("strides", [(2, 2), (3, 1)])
def test_bfloat16_stays_bfloat16(strides):
    images, weights = operands((4, 4), (4, 4), 3, 3)
    images, weights = (keras.ops.cast(x, "bfloat16") for x in (images, weights))
    for kernel in (kernels.convolution, kernels.transposed_convolution):
        outputs = kernel(images, weights, strides, "same")
        assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
