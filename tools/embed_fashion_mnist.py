"""Make the Fashion-MNIST sample that ships with kerasgen.

The same number of images of each class, drawn with a fixed seed, in Keras's layout:

    python tools/embed_fashion_mnist.py fashion_mnist.npz
"""

import argparse
import io
import pathlib
import zipfile

import numpy as np

from kerasgen.data.catalog import CLASS_NAMES, EMBEDDED

TRAIN_PER_CLASS = 600
TEST_PER_CLASS = 60
SEED = 0
LARGEST = 3_000_000  # bytes that the wheel has for it


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=pathlib.Path, help="the full fashion_mnist.npz")
    parser.add_argument(
        "--output", type=pathlib.Path, default=EMBEDDED / "fashion_mnist_6k.npz"
    )
    arguments = parser.parse_args()
    with np.load(arguments.source) as full:
        arrays = {
            **balanced(full, "train", TRAIN_PER_CLASS),
            **balanced(full, "test", TEST_PER_CLASS),
            "class_names": np.array(CLASS_NAMES["fashion_mnist"]),
        }
    write(arguments.output, arrays)
    if arguments.output.stat().st_size > LARGEST:
        raise SystemExit(f"{arguments.output} is larger than {LARGEST} bytes")


def balanced(full, split, per_class):
    """Return `x_<split>` and `y_<split>` with `per_class` images of each class."""
    images, labels = full[f"x_{split}"], full[f"y_{split}"]
    order = np.argsort(np.random.Philox(SEED).random_raw(len(labels)), kind="stable")
    chosen = [order[labels[order] == label][:per_class] for label in range(10)]
    # In turn, so that any beginning of the file is balanced too.
    indices = np.stack(chosen, axis=1).reshape(-1)
    return {
        f"x_{split}": images[indices],
        f"y_{split}": labels[indices].astype(np.uint8),
    }


def write(path, arrays):
    """Write a `.npz` whose bytes depend on nothing but the arrays."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(member, buffer.getvalue(), compresslevel=9)


if __name__ == "__main__":
    main()
