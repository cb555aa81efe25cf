"""Flips single bits of saved models and loads them.

    python tools/break/flip_bits.py --flips 100

One bit of a file is flipped, chosen at random. Loading must refuse the file or give the
weights that were saved; other weights without a word are what must not be.
"""

import argparse
import collections
import pathlib
import random
import sys
import tempfile

from victims import dcgan, reload, weights

import kerasgen


def main(arguments=None):
    """Reads the command line, flips, and counts; 1 if anything loaded as another."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flips", type=int, default=100, help="of every file")
    parser.add_argument("--seed", type=int, default=0, help="of the places")
    options = parser.parse_args(arguments)
    model = dcgan()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for file, load in saved(model, pathlib.Path(folder)).items():
            found = collections.Counter(
                look(load, weights(model)) for _ in flipped(file, options)
            )
            print(f"{file.relative_to(folder)}: {dict(found)}", flush=True)
            wrong += found["other weights"]
    return min(wrong, 1)


def saved(model, folder):
    """`{file: function that loads a model from it}` of all ways to save one."""
    model.save(folder / "model.keras")
    model.save_weights(folder / "model.weights.h5")
    kerasgen.zoo.save(model, folder / "entry")
    kerasgen.zoo.save(model, folder / "entry.zip")
    other = dcgan(1)

    def from_weights():
        other.load_weights(folder / "model.weights.h5")
        return other

    ways = {
        "model.weights.h5": from_weights,
        "model.keras": lambda: reload(folder / "model.keras"),
        "entry.zip": lambda: kerasgen.zoo.load(folder / "entry.zip"),
    }
    for name in ("config.json", "manifest.json", "weights.h5"):
        ways[f"entry/{name}"] = lambda: kerasgen.zoo.load(folder / "entry")
    return {folder / name: load for name, load in ways.items()}


def flipped(file, options):
    """Flips one bit after the other, each for the time of one step."""
    draw, data = random.Random(options.seed), file.read_bytes()
    for _ in range(options.flips):
        place, bit = draw.randrange(len(data)), draw.randrange(8)
        damaged = bytearray(data)
        damaged[place] ^= 1 << bit
        file.write_bytes(damaged)
        yield
    file.write_bytes(data)


def look(load, expected):
    """What loading a damaged file comes to."""
    try:
        found = weights(load())
    except Exception:
        return "refused"
    return "the weights saved" if found == expected else "other weights"


if __name__ == "__main__":
    sys.exit(main())
