"""Saves an entry of the zoo from several processes at once while others load it.

    python tools/break/save_and_load.py --seconds 30

Two models of equal shape are saved in turn. Every load must succeed and give one of
the two, every save must succeed.
"""

import argparse
import collections
import os
import pathlib
import sys
import tempfile
import time

from victims import dcgan, forked, status, weights

import kerasgen


def main(arguments=None):
    """Reads the command line, saves and loads, and counts; 1 if anything broke."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--savers", type=int, default=2)
    parser.add_argument("--readers", type=int, default=2)
    options = parser.parse_args(arguments)
    models = [dcgan(seed) for seed in (0, 1)]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        kerasgen.zoo.save(models[0], folder / "entry")
        end = time.monotonic() + options.seconds
        savers = [forked(save, models, folder, end) for _ in range(options.savers)]
        readers = [forked(load, models, folder, end) for _ in range(options.readers)]
        ended = [status(process) for process in savers + readers]
        found = collections.Counter()
        for path in folder.glob("*.log"):
            found.update(path.read_text().splitlines())
        left = {path.name for path in (folder / "entry").iterdir()}
    print(f"{dict(sorted(found.items()))}, processes ended with {ended}")
    print(f"files afterwards: {sorted(left)}")
    expected = {"saved", "loaded A", "loaded B"}
    return int(any(ended) or not expected >= found.keys() or len(left) != 3)


def save(models, folder, end):
    """Saves the models in turn until the end."""
    while time.monotonic() < end:
        for model in models:
            say(folder, attempt(lambda model=model: save_one(model, folder)))


def save_one(model, folder):
    kerasgen.zoo.save(model, folder / "entry")
    return "saved"


def load(models, folder, end):
    """Loads until the end."""
    known = {weights(model): name for model, name in zip(models, "AB", strict=True)}
    while time.monotonic() < end:
        say(folder, attempt(lambda: load_one(known, folder)))


def load_one(known, folder):
    model = kerasgen.zoo.load(folder / "entry")
    return f"loaded {known.get(weights(model), 'a mixture')}"


def attempt(work):
    """What `work` says, or the error that it ends in."""
    try:
        return work()
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:80]}".replace("\n", " ")


def say(folder, line):
    with open(folder / f"{os.getpid()}.log", "a") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
