"""What XLA is asked for, on a CPU and on accelerators."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("kernels of JAX", allow_module_level=True)

import jax
from jax import numpy as jnp

from kerasgen.engine import kernels


@pytest.fixture(params=["cpu", "gpu"])
def platform(request, monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: request.param)


@pytest.mark.parametrize("channels", [3, 65])  # few and many leave in other ways
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 2), (3, 2)])
def test_spread_is_the_transpose_of_convolve(platform, strides, padding, channels):
    random = np.random.default_rng(0)
    large = random.normal(size=(2, 9, 8, channels)).astype("float32")
    kernel = random.normal(size=(4, 3, channels, 2)).astype("float32")
    small, transpose = jax.vjp(
        lambda large: kernels.convolution(large, kernel, strides, padding),
        large,
    )
    other = random.normal(size=small.shape).astype("float32")
    (spread,) = transpose(other)
    assert spread.shape == large.shape
    products = jnp.sum(small * other), jnp.sum(large * spread)
    assert float(products[0]) == pytest.approx(float(products[1]), rel=1e-4)


@pytest.mark.parametrize("name", ["convolution", "transposed_convolution"])
def test_no_dilated_image_meets_a_window_of_its_size(platform, name):
    """XLA has no kernel for that, on no device."""
    function = getattr(kernels, name)

    def value(images, kernel):
        return jnp.sum(jnp.tanh(function(images, kernel, (2, 2), "same")))

    def penalty(images, kernel):
        return jnp.sum(jax.grad(value)(images, kernel) ** 2)

    def derivatives(*operands):
        return [jax.grad(each, (0, 1))(*operands) for each in (value, penalty)]

    operands = jnp.zeros((2, 16, 16, 3)), jnp.zeros((4, 4, 3, 3))
    found = list(convolutions(jax.make_jaxpr(derivatives)(*operands).jaxpr))
    dilated = [each for each in found if max(each.params["lhs_dilation"]) > 1]
    assert len(found) > 6
    assert max([window(each) for each in dilated], default=0) <= 4


def convolutions(program):
    """All convolutions of a program."""
    for equation in program.eqns:
        if equation.primitive.name == "conv_general_dilated":
            yield equation
        for value in equation.params.values():
            inner = getattr(value, "jaxpr", value)
            if hasattr(inner, "eqns"):
                yield from convolutions(inner)


def window(equation):
    """The longest side of the window of a convolution."""
    axes = equation.params["dimension_numbers"].rhs_spec[2:]
    return max(equation.invars[1].aval.shape[axis] for axis in axes)
