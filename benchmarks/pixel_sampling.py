"""How much faster are samples of a network whose layers remember?

    KERAS_BACKEND=jax python benchmarks/pixel_sampling.py mnist
    KERAS_BACKEND=torch python benchmarks/pixel_sampling.py color --plain-numbers 30

The plain loop is what anybody would write: for every number of an image, or for every
pixel where a network gives all its colors at once, a compiled pass of the whole batch
through the network, then one draw on the host. All numbers cost it the same, so that
`--plain-numbers` of them, whole pixels, are timed and counted up to all. The other time
is that of `generate`, and both draw from the same uniform numbers; the numbers that the
plain loop did draw are compared. Processor seconds, which other work on the
machine does not lengthen; compilation is left out. Memory is what the process grew by
at its peak while it compiled and drew.
"""

import argparse
import resource
import time

import keras
import numpy as np

from kerasgen import models
from kerasgen.engine import inference
from kerasgen.inputs import philox

BATCH = 16
CASES = {  # the network of the zoo's pixelcnn_mnist, one of 32x32 color, and others
    "mnist": ("PixelCNN", (28, 28, 1), {"filters": 32, "blocks": 12}),
    "color": (
        "PixelCNN",
        (32, 32, 3),
        {"likelihood": "categorical", "filters": 48, "blocks": 12},
    ),
    "gated": ("GatedPixelCNN", (28, 28, 1), {"filters": 64, "blocks": 10}),
    "row": ("PixelRNN", (28, 28, 1), {"cell": "row"}),
    "diagonal": ("PixelRNN", (28, 28, 1), {"cell": "diagonal"}),
    "plus_plus": ("PixelCNNPlusPlus", (32, 32, 3), {"filters": 32, "blocks": 2}),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--plain-numbers", type=int, default=21)
    options = parser.parse_args()
    name, shape, arguments = CASES[options.case]
    keras.utils.set_random_seed(0)
    model = getattr(models, name)(shape, **arguments, seed=0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    model.generate(BATCH, seed=0)  # compiles
    start = time.process_time()
    images = model.generate(BATCH, seed=0)
    cached = time.process_time() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    plain, seconds = plain_loop(model, options.plain_numbers)
    flat = images.reshape(BATCH, -1)[:, : options.plain_numbers]
    print(
        f"{keras.backend.backend()} {options.case} {shape}: batch {BATCH}, plain "
        f"{seconds:.1f} s, remembering {cached:.2f} s, ratio {seconds / cached:.0f}, "
        f"equal {np.mean(flat == plain):.4f}, memory +{grown / 1024:.0f} MB"
    )


def plain_loop(model, count):
    """The first numbers of each image, and the seconds that all would take."""
    shape, likelihood = model.kind.shape, model.likelihood
    network = model.network("network")
    predict = inference(lambda x: network(x, training=False), network.variables)
    noise = philox(0).random((BATCH, *shape), "float32")
    images = np.zeros((BATCH, *shape), "float32")
    predict(images)  # compiles
    colors = 1 if network.sees_colors else shape[2]  # that are drawn at a time
    start = time.process_time()
    for number in range(0, count, colors):
        i, j, c = np.unravel_index(number, shape)
        outputs = likelihood.named(predict(images))
        outputs = {n: x[:, i : i + 1, j : j + 1] for n, x in outputs.items()}
        u = keras.ops.convert_to_tensor(noise[:, i : i + 1, j : j + 1])
        drawn = keras.ops.convert_to_numpy(likelihood.draw(outputs, u))
        images[:, i, j, c : c + colors] = drawn[:, 0, 0, c : c + colors]
    seconds = (time.process_time() - start) / count * np.prod(shape)
    return model.kind.to_host(images).reshape(BATCH, -1)[:, :count], seconds


if __name__ == "__main__":
    main()
