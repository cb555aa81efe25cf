"""From a name, a path or an array to a source of samples."""

import os
import pathlib

from kerasgen.data.sources.arrays import ArraySource, from_npy, from_npz
from kerasgen.data.sources.files import FileSource
from kerasgen.data.sources.stores import Archive, Folder
from kerasgen.data.sources.tfds import TFDSSource
from kerasgen.nearest import nearest

VARIABLE = "KERASGEN_DATA"
EMBEDDED = pathlib.Path(__file__).parent / "embedded"
KERAS = ("mnist", "fashion_mnist", "cifar10", "cifar100")
SUFFIXES = (".npz", ".zip", ".npy", "")
CLASS_NAMES = {
    "mnist": list("0123456789"),
    "fashion_mnist": [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ],
    "cifar10": [
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ],
}
# Sets that recipes use and whose licenses do not allow passing them on.
BROUGHT_BY_USER = ("celeba10k", "facades")


def list_names():
    """Return the names that `kerasgen.data.load` finds here, sorted.

    They are the embedded sets, those in the folder that the environment variable
    `KERASGEN_DATA` names, and those that Keras downloads. Paths and `tfds:NAME` load
    as well and are not listed.

    Returns:
        A list of str.

    Example:

    ```python
    kerasgen.data.list()  # ['cifar10', 'cifar100', 'fashion_mnist', ...]
    ```
    """
    names = {path.stem for path in EMBEDDED.glob("*.npz")} | set(KERAS)
    folder = _folder()
    if folder and folder.is_dir():
        for path in folder.iterdir():
            if path.name.startswith("."):
                continue
            if path.is_dir():
                names.add(path.name)
            elif path.suffix in SUFFIXES[:-1]:
                names.add(path.stem)
    return sorted(names)


def find_source(name_or_path, split):
    """Return the source that a name, a path or an array stands for.

    Args:
        name_or_path: as for `kerasgen.data.load`.
        split: str.
    """
    if not isinstance(name_or_path, (str, os.PathLike)):
        return _from_arrays(name_or_path)
    if isinstance(name_or_path, str) and name_or_path.startswith("tfds:"):
        return TFDSSource(name_or_path.removeprefix("tfds:"), split)
    path = pathlib.Path(name_or_path).expanduser()
    if path.exists():
        return _from_path(path, split)
    name = str(name_or_path)
    if os.path.basename(name) != name:
        raise ValueError(
            "`name_or_path` must be a path that exists. "
            f"Received: name_or_path={name!r}"
        )
    folder = _folder()
    for place in ([folder] if folder else []) + [EMBEDDED]:
        for suffix in SUFFIXES:
            path = place / f"{name}{suffix}"
            if path.exists():
                return _with_class_names(_from_path(path, split), name)
    if name in KERAS:
        return _with_class_names(_from_keras(name, split), name)
    raise ValueError(_not_found(name, folder and str(folder)))


def _folder():
    """The folder of the user's sets, or None."""
    folder = os.environ.get(VARIABLE)
    return pathlib.Path(folder).expanduser() if folder else None


def _from_arrays(arrays):
    if isinstance(arrays, (tuple, list)) and len(arrays) == 2:
        return ArraySource(*arrays)
    if hasattr(arrays, "ndim"):
        return ArraySource(arrays)
    advice = "Of a list pass `np.stack(...)`. " if isinstance(arrays, list) else ""
    raise ValueError(
        "`name_or_path` must be a name, a path, an array of samples or a pair "
        f"(samples, labels). {advice}"
        f"Received: name_or_path of type {type(arrays).__name__}"
    )


def _from_path(path, split):
    if path.is_dir():
        return FileSource(Folder(path), split)
    if not path.is_file():
        raise ValueError(
            "`name_or_path` must be a folder or a file, and no pipe or device. "
            f"Received: name_or_path={str(path)!r}"
        )
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return FileSource(Archive(path), split)
    if suffix == ".npz":
        return from_npz(path, split)
    if suffix == ".npy":
        return from_npy(path)
    raise ValueError(
        "`name_or_path` must be a folder, a .zip, a .npz or a .npy file. "
        f"Received: name_or_path={str(path)!r}"
    )


def _from_keras(name, split):
    import keras

    if split not in ("train", "test"):
        raise ValueError(
            f"`split` must be one that {name} has: test, train. "
            f"Received: split={split!r}"
        )
    try:
        sets = getattr(keras.datasets, name).load_data()
    except Exception as error:  # Keras raises a bare Exception without a network
        raise ConnectionError(
            f"{name} is not on this machine and Keras could not download it: {error}. "
            f"Put {name}.npz (arrays x_train, y_train, x_test, y_test) into the folder "
            f"that {VARIABLE} names, or load the embedded 'fashion_mnist_6k'."
        ) from error
    images, labels = sets[("train", "test").index(split)]
    return ArraySource(images, labels, origin=name)


def _with_class_names(source, name):
    names = CLASS_NAMES.get(name)
    if source.class_names is None and names and source.num_classes == len(names):
        source.class_names = names
    return source


def _not_found(name, folder):
    if name in BROUGHT_BY_USER:
        return (
            f"{name!r} may not be passed on by anybody but its authors: put "
            f"{name}.zip or a folder {name} into the folder that {VARIABLE} names. "
            f"Received: {VARIABLE}={folder!r}"
        )
    files = ", ".join(f"{name}{suffix or '/'}" for suffix in SUFFIXES)
    there = f"{folder} ({VARIABLE})" if folder else f"{VARIABLE} (not set)"
    return (
        f"No data set {name!r}. {nearest(name, list_names())}"
        f"Looked for: the path {name}; {files} in {there}; the embedded sets; "
        f"keras.datasets ({', '.join(KERAS)}). A set of TensorFlow Datasets is "
        f"'tfds:{name}'. Received: name_or_path={name!r}"
    )
