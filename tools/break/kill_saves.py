"""Kills processes while they save an entry of the zoo over another one.

    python tools/break/kill_saves.py --kills 200

Two models are saved in turn into one folder, by a process that is killed: at every
place where it changes something on the disk, one after the other, and at random
moments. After each kill the entry must load, as one of the two models, and the next
save must leave nothing of the dead process.
"""

import argparse
import collections
import itertools
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

from victims import dcgan, forked, kill, status, weights

import kerasgen

FILES = {"config.json", "manifest.json", "weights.h5"}
CHANGING = ("fsync", "mkdir", "open", "replace", "rmdir", "unlink")


def main(arguments=None):
    """Reads the command line, kills, and says what was found; 1 if anything broke."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="at random moments")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    options = parser.parse_args(arguments)
    models = [dcgan(seed) for seed in (0, 1)]
    known = {weights(model): name for model, name in zip(models, "AB", strict=True)}
    broken = 0
    for kills in (placed, at_random):
        with tempfile.TemporaryDirectory() as folder:
            entry = pathlib.Path(folder) / "entry"
            kerasgen.zoo.save(models[0], entry)
            found = collections.Counter(
                look(entry, known) for _ in kills(entry, models, options)
            )
            kerasgen.zoo.save(models[1], entry)
            left = {path.name for path in entry.iterdir()} - FILES
        print(f"{kills.__name__}: {dict(found)}, left over: {left or 0}", flush=True)
        broken += sum(count for name, count in found.items() if name not in "AB")
        broken += len(left)
    return min(broken, 1)


def look(entry, known):
    """The name of the model in the entry, or what is wrong with it."""
    try:
        return known.get(weights(kerasgen.zoo.load(entry)), "a mixture")
    except Exception as error:
        return f"refused: {type(error).__name__}"


def placed(entry, models, options):
    """Kills at the first call that changes the disk, then at the second ..."""
    for place in itertools.count(1):
        victim = forked(save_and_die, models[place % 2], entry, place)
        if status(victim) == 0:
            return
        yield place


def save_and_die(model, entry, place):
    """Saves, and dies before the `place`-th change."""
    calls = itertools.count(1)

    def die_if_it_is_time():
        if next(calls) == place:
            os.kill(os.getpid(), signal.SIGKILL)

    def deadly(function):
        def call(*arguments, **named):
            die_if_it_is_time()
            return function(*arguments, **named)

        return call

    def write_bytes(path, data):
        with open(path, "wb", buffering=0) as file:
            file.write(data[: len(data) // 2])
            die_if_it_is_time()
            file.write(data[len(data) // 2 :])

    for name in CHANGING:
        setattr(os, name, deadly(getattr(os, name)))
    pathlib.Path.write_bytes = write_bytes
    kerasgen.zoo.save(model, entry)


def at_random(entry, models, options):
    """Kills a process that saves without end, at some moment of its first saves."""
    draw = random.Random(options.seed)
    start = time.perf_counter()
    save_in_turn(models, entry, 1)
    seconds = time.perf_counter() - start
    for _ in range(options.kills):
        victim = forked(save_in_turn, draw.sample(models, 2), entry)
        time.sleep(draw.uniform(0, 2 * seconds))
        kill(victim)
        yield


def save_in_turn(models, entry, times=None):
    """Saves the models, so often or without end."""
    for _ in itertools.repeat(None) if times is None else range(times):
        for model in models:
            kerasgen.zoo.save(model, entry)


if __name__ == "__main__":
    sys.exit(main())
