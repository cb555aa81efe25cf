"""How much slower or faster than a hand-written loop is `fit`?

    python benchmarks/train_step.py                  # every installed backend
    python benchmarks/train_step.py --backend jax
    python benchmarks/train_step.py --model wgan_gp
    python benchmarks/train_step.py --model pixel_cnn --image-size 28 --filters 32
    python benchmarks/train_step.py --model cycle_gan --image-size 128 --batch-size 1
    python benchmarks/train_step.py --model cycle_gan --image-size 256 --batch-size 1 \
        --memory

For each backend, in one process, the two take turns: `--steps` steps of `fit` on
in-memory uint8 images, then as many of the loop in `handwritten/` on the same batches;
the median of the ratios of `--pairs` such pairs is reported, after a warm-up of each.
A step of WGAN-GP is `--critic-steps` updates of the critic and one of the generator.
Networks of pixels learn gray images in black and white, others images in color.
Where others use the machine as well, `--clock processor` counts what the process was
given. The second table is the time `import kerasgen` takes over `import keras`.

`--memory` takes `--steps` steps of `fit` alone and reports the most memory that the
process ever held, and how much of it before the first step.
"""

import argparse
import importlib
import importlib.util
import os
import resource
import statistics
import subprocess
import sys
import time

BACKENDS = ("tensorflow", "jax", "torch")
MODELS = {
    "cycle_gan": "CycleGAN",
    "dcgan": "DCGAN",
    "gated_pixel_cnn": "GatedPixelCNN",
    "pixel_cnn": "PixelCNN",
    "vae": "VAE",
    "wgan_gp": "WGANGP",
}
OF_PIXELS = ("gated_pixel_cnn", "pixel_cnn")
OF_LATENTS = ("dcgan", "vae", "wgan_gp")
SIZES = [4 * 2**i for i in range(1, 9)]
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}


def main():
    arguments = parse()
    if arguments.backend is None:
        for backend in BACKENDS:
            if importlib.util.find_spec(backend):
                run_in_process(backend)
        return
    os.environ["KERAS_BACKEND"] = arguments.backend
    if arguments.memory:
        report_memory(arguments)
        return
    compare(arguments)
    compare_imports()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--backend", choices=BACKENDS)
    parser.add_argument("--model", default="dcgan", choices=sorted(MODELS))
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--critic-steps", type=int, default=1, help="of WGAN-GP")
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--clock", default="wall", choices=CLOCKS)
    parser.add_argument("--memory", action="store_true", help="of `fit`, no times")
    arguments = parser.parse_args()
    if arguments.model in OF_LATENTS and arguments.image_size not in SIZES:
        parser.error(
            f"--image-size of {arguments.model} must be one of {SIZES}: the "
            "hand-written networks halve it down to 4. "
            f"Received: {arguments.image_size}"
        )
    return arguments


def run_in_process(backend):
    """The same command for one backend, in a process of its own."""
    environment = {**os.environ, "KERAS_BACKEND": backend}
    command = [sys.executable, __file__, "--backend", backend, *sys.argv[1:]]
    subprocess.run(command, env=environment, check=True)


def compare(arguments):
    import kerasgen

    hand = importlib.import_module(f"handwritten.{arguments.model}_{arguments.backend}")
    name, size, filters = arguments.model, arguments.image_size, arguments.filters
    model = built(arguments, kerasgen)
    images, batch = drawn(arguments)
    more = {"latent_dim": model.inputs[0].size} if name in OF_LATENTS else {}
    if name == "wgan_gp":
        more["critic_steps"] = arguments.critic_steps
    step = hand.make(size, filters, **more)

    def ours():
        train(model, images, batch)

    def by_hand():
        for start in range(0, len(images[0]), batch):
            result = step(*(each[start : start + batch] for each in images))
        hand.wait(result)

    clock, steps, pairs = CLOCKS[arguments.clock], arguments.steps, []
    for _ in range(1 + arguments.pairs):
        pairs.append((seconds(ours, clock), seconds(by_hand, clock)))
    pairs = pairs[1:]  # the first one compiles
    ratio = statistics.median(a / b for a, b in pairs)
    low, high = min(a / b for a, b in pairs), max(a / b for a, b in pairs)
    ours_ms, theirs_ms = (
        1000 * statistics.median(column) / steps for column in zip(*pairs, strict=True)
    )
    print(
        f"{arguments.backend:10} {name}-{size} batch {batch}: "
        f"fit {ours_ms:7.1f} ms, "
        f"by hand {theirs_ms:7.1f} ms a step, ratio {ratio:.3f} "
        f"({low:.3f} to {high:.3f}, {len(pairs)} pairs of {steps} steps, "
        f"{arguments.clock} clock)",
        flush=True,
    )


def report_memory(arguments):
    import kerasgen

    model = built(arguments, kerasgen)
    images, batch = drawn(arguments)
    before = peak_mebibytes()
    train(model, images, batch)
    print(
        f"{arguments.backend:10} {arguments.model}-{arguments.image_size} "
        f"batch {batch}: at most {peak_mebibytes():.0f} MiB in {arguments.steps} steps "
        f"of fit, {before:.0f} MiB before the first",
        flush=True,
    )


def built(arguments, kerasgen):
    """The compiled model."""
    name, size = arguments.model, arguments.image_size
    more = {"kernel_size": 4} if name in ("dcgan", "wgan_gp") else {}
    if name in OF_PIXELS:
        more["likelihood"] = "bernoulli"
    shape = (size, size, 1 if name in OF_PIXELS else 3)
    model = getattr(kerasgen.models, MODELS[name])(
        shape, filters=arguments.filters, seed=0, **more
    )
    if name == "wgan_gp":
        alternating = kerasgen.adversarial.Alternating
        model.compile(turns=alternating(discriminator=arguments.critic_steps))
    else:
        model.compile()
    return model


def drawn(arguments):
    """A tuple of uint8 images of each domain, and how many of them a step takes."""
    import numpy as np

    size, batch = arguments.image_size, arguments.batch_size
    batch *= arguments.critic_steps if arguments.model == "wgan_gp" else 1
    domains = 2 if arguments.model == "cycle_gan" else 1
    shape = (domains, batch * arguments.steps, size, size)
    random = np.random.default_rng(0)
    if arguments.model in OF_PIXELS:
        return tuple(255 * random.integers(0, 2, (*shape, 1), "uint8")), batch
    return tuple(random.integers(0, 256, (*shape, 3), "uint8")), batch


def train(model, images, batch):
    """As many steps of `fit` as there are batches."""
    data = images if len(images) > 1 else images[0]
    model.fit(data, batch_size=batch, shuffle=False, verbose=0)


def peak_mebibytes():
    """The most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def compare_imports(pairs=7):
    times = {"keras": [], "kerasgen": []}
    for _ in range(pairs):
        for name, found in times.items():
            code = (
                "import time; t = time.perf_counter(); "
                f"import {name}; print(time.perf_counter() - t)"
            )
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            )
            found.append(float(done.stdout))
    keras, kerasgen = (statistics.median(t) for t in times.values())
    added = statistics.median(
        b - a for a, b in zip(times["keras"], times["kerasgen"], strict=True)
    )
    print(
        f"{os.environ['KERAS_BACKEND']:10} import keras {keras:.2f} s, import kerasgen "
        f"{kerasgen:.2f} s, added {added:.2f} s (median of {pairs} pairs)",
        flush=True,
    )


def seconds(function, clock):
    start = clock()
    function()
    return clock() - start


if __name__ == "__main__":
    main()
