"""Times kerasgen's layers against Keras's, on the layers of a 64x64 DCGAN.

    KERAS_BACKEND=jax python benchmarks/layers.py

Each line is one layer at batch 64: milliseconds of a descent step on its weights and
inputs, median over alternating runs, for a weighted sum of outputs ("first") and for
the square of that sum's input gradients ("second").
"""

import argparse
import statistics
import time

import keras
import numpy as np
from keras import ops

from kerasgen import layers
from kerasgen.engine import autodiff

BATCH = 64
SAME = {"kernel_size": 4, "strides": 2, "padding": "same"}
CASES = [
    ("Conv2DTranspose", (4, 4, 512), {"filters": 256, **SAME}),
    ("Conv2DTranspose", (8, 8, 256), {"filters": 128, **SAME}),
    ("Conv2DTranspose", (16, 16, 128), {"filters": 64, **SAME}),
    ("Conv2DTranspose", (32, 32, 64), {"filters": 3, **SAME}),
    ("Conv2D", (64, 64, 3), {"filters": 64, **SAME}),
    ("Conv2D", (32, 32, 64), {"filters": 128, **SAME}),
    ("Conv2D", (16, 16, 128), {"filters": 256, **SAME}),
    ("Conv2D", (8, 8, 256), {"filters": 512, **SAME}),
    ("Conv2D", (16, 16, 128), {"filters": 128, "kernel_size": 3, "padding": "same"}),
    ("BatchNormalization", (4, 4, 512), {}),
    ("BatchNormalization", (16, 16, 128), {}),
    ("BatchNormalization", (32, 32, 64), {}),
]


def descent(layer, shape, order):
    """A compiled step that moves the layer's weights and its inputs."""
    random = np.random.default_rng(0)
    layer.build((BATCH, *shape))
    inputs = keras.Variable(random.normal(size=(BATCH, *shape)))
    scale = keras.Variable(
        random.normal(size=layer.compute_output_shape((BATCH, *shape))),
        trainable=False,
    )
    variables = [*layer.trainable_variables, inputs]

    def value(inputs):
        return ops.sum(layer(inputs, training=True) * scale)

    def penalty(inputs):
        return ops.mean(ops.square(autodiff.input_gradients(value, inputs)))

    function = {"first": value, "second": penalty}[order]

    def step():
        (loss,), (grads,), _ = autodiff.gradients(
            [variables], lambda: ((function(inputs.value),), None)
        )
        for variable, gradient in zip(variables, grads, strict=True):
            variable.assign(variable.value - 1e-6 * gradient)
        scale.assign(scale * 0.999)  # state, so that XLA does not fold it away
        return loss

    return autodiff.compiled(step)


def medians(functions, repeats):
    """Milliseconds of each function, which are run in turns."""
    times = {name: [] for name in functions}
    for repeat in range(repeats + 1):  # the first run compiles
        for name, function in functions.items():
            start = time.perf_counter()
            ops.convert_to_numpy(function())
            if repeat:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    print(f"{keras.backend.backend()}, batch {BATCH}, milliseconds")
    print(f"{'layer':42}{'order':8}{'keras':>9}{'kerasgen':>10}{'ratio':>7}")
    for name, shape, arguments in CASES:
        size = "x".join(map(str, shape))
        label = f"{name} {size} -> {arguments.get('filters', shape[-1])}"
        for order in ("first", "second"):
            times = medians(
                {
                    room.__name__: descent(
                        getattr(room, name)(**arguments), shape, order
                    )
                    for room in (keras.layers, layers)
                },
                repeats,
            )
            theirs, ours = times.values()
            print(f"{label:42}{order:8}{theirs:9.1f}{ours:10.1f}{ours / theirs:7.2f}")


if __name__ == "__main__":
    main()
