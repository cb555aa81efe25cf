"""Times feature extraction against the plain forward pass of the same network.

    KERAS_BACKEND=torch python benchmarks/extraction.py inception --images 256

Both see the same uint8 images in batches of the same size. The plain pass is compiled
where the backend compiles, resizes and scales as the network must, and gives NumPy
arrays back; extraction also cuts the set into batches, fills up the last one, looks for
NaN and keeps the statistics of FID. Medians of alternating runs.
"""

import argparse
import statistics
import time

import keras
import numpy as np

from kerasgen.engine import inference
from kerasgen.metrics import Extractor, InceptionV3, load_extractor
from kerasgen.metrics.samples import StoredSamples
from kerasgen.metrics.summary import summarize


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extractor", help="inception (random weights) or a name")
    parser.add_argument("--images", type=int, default=2048)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--size", type=int, default=32, help="of the images")
    parser.add_argument(
        "--processor",
        action="store_true",
        help="count processor time, where the machine has other work",
    )
    options = parser.parse_args()
    extractor = make(options.extractor)
    shape = (options.images, options.size, options.size, extractor.channels)
    clock = time.process_time if options.processor else time.perf_counter
    images = np.random.default_rng(0).integers(0, 256, shape, "uint8")
    pipeline = extractor._pipeline
    plain = inference(pipeline, pipeline.variables)

    def forward():
        for start in range(0, len(images), options.batch_size):
            plain(images[start : start + options.batch_size])

    def extract():
        stored = StoredSamples(images)
        summarize(stored, extractor, ["statistics"], options.batch_size)

    times = {forward: [], extract: []}
    for function in times:
        function()  # compiles
    for _ in range(options.runs):
        for function, seconds in times.items():
            start = clock()
            function()
            seconds.append(clock() - start)
    a, b = (statistics.median(seconds) for seconds in times.values())
    print(
        f"{keras.backend.backend()} {options.extractor}: {len(images)} images, plain "
        f"{a:.2f} s{' of processor' * options.processor}, extraction {b:.2f} s, ratio "
        f"{b / a:.3f}"
    )


def make(name):
    """The extractor of a name; that of Inception needs no file."""
    if name != "inception":
        return load_extractor(name)
    network = InceptionV3(weights=None)
    return Extractor(network, name="inception", features="pool3")


if __name__ == "__main__":
    main()
