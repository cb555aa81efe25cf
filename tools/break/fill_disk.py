"""Saves models onto a disk that becomes full.

    python tools/break/fill_disk.py --tries 20

Each try has a random amount of space left: on a small file system of its own where one
can be mounted (as root, on Linux), else by a limit on the size of files. Each writes
over what an earlier one saved. It must succeed, or end in an `OSError` that names the
file, with the earlier model as it was; it must never end the process.
"""

import argparse
import collections
import contextlib
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile

from victims import dcgan, forked, reload, status, weights

import kerasgen

ENDS = {0: "saved", 1: "an OSError that names the file", 2: "another error"}


def main(arguments=None):
    """Reads the command line, fills, and counts; 1 if anything was lost or killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=20, help="of each way to save")
    parser.add_argument("--seed", type=int, default=0, help="of the space left")
    parser.add_argument("--limit", action="store_true", help="limit files, no mount")
    options = parser.parse_args(arguments)
    models = [dcgan(seed) for seed in (0, 1)]
    for model in models:
        model.compile()
    broken = 0
    for name, (save, load) in WAYS.items():
        with disk(options.limit) as (folder, kind):
            found = collections.Counter(
                tries(folder, kind, models, save, load, options)
            )
        print(f"{name}, {kind}: {dict(found)}", flush=True)
        broken += sum(found.values()) - found[ENDS[0]] - found[ENDS[1]]
    return min(broken, 1)


def tries(folder, kind, models, save, load, options):
    """What saving the second model over the first comes to, once for each try."""
    draw = random.Random(options.seed)
    save(models[0], folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    known = {weights(model): model for model in models}
    for _ in range(options.tries):
        save(models[0], folder)
        space = draw.randrange(int(1.5 * size))
        with filled(folder, space) if kind == MOUNTED else contextlib.nullcontext():
            limit = None if kind == MOUNTED else space
            end = status(forked(limited, limit, save, models[1], folder))
        try:
            found = known.get(weights(load(folder)))
        except Exception as error:
            found = error
        whole = models[1] if end == 0 else models[0]
        yield ENDS.get(end, f"killed by {-end}") if found is whole else f"lost: {found}"


def limited(limit, save, model, folder):
    """Saves, with files of at most `limit` bytes."""
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    save(model, folder)


MOUNTED = "a file system of 64 MB"


@contextlib.contextmanager
def disk(limit):
    """A folder to fill, and what it is."""
    with tempfile.TemporaryDirectory() as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", name]
        done = None if limit else subprocess.run(mount, capture_output=True)
        if done is None or done.returncode:
            yield pathlib.Path(name), "a limit on files"
            return
        try:
            yield pathlib.Path(name), MOUNTED
        finally:
            subprocess.run(["umount", name], check=True)


@contextlib.contextmanager
def filled(folder, space):
    """Leaves so many bytes on the disk of a folder."""
    filling = folder / "filling"
    free = shutil.disk_usage(folder).free - space
    filling.write_bytes(bytes(max(free, 0)))
    try:
        yield
    finally:
        filling.unlink()


def weights_of(folder):
    model = dcgan(2)
    model.compile()
    model.load_weights(folder / "model.weights.h5")
    return model


WAYS = {
    "zoo.save": (
        lambda model, folder: kerasgen.zoo.save(model, folder / "entry"),
        lambda folder: kerasgen.zoo.load(folder / "entry"),
    ),
    "zoo.save of an archive": (
        lambda model, folder: kerasgen.zoo.save(model, folder / "entry.zip"),
        lambda folder: kerasgen.zoo.load(folder / "entry.zip"),
    ),
    "save_weights": (
        lambda model, folder: model.save_weights(folder / "model.weights.h5"),
        weights_of,
    ),
    "save": (
        lambda model, folder: model.save(folder / "model.keras"),
        lambda folder: reload(folder / "model.keras"),
    ),
}


if __name__ == "__main__":
    sys.exit(main())
