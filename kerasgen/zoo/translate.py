"""Files of pictures from one domain to another."""

import pathlib

import keras
import numpy as np

from kerasgen.adversarial.translating import Translating
from kerasgen.arguments import check_paths, check_seeds
from kerasgen.data.sources.layout import is_image
from kerasgen.data.sources.stores import Folder
from kerasgen.data.transform import in_channels, pixels_of, to_8_bit
from kerasgen.kinds import Images
from kerasgen.pictures import save_image
from kerasgen.warned import warn
from kerasgen.zoo.load import load

NAMED = 5  # files that a message names


def translate(model, source, target, to=None, *, tile=None, seed=0, verbose="auto"):
    """Translates the pictures of a folder, each in its own size.

    Files keep their names, and folders in the folder too. Files that cannot be read as
    pictures are left out with a warning that names them.

    Args:
        model: A translator, or what `kerasgen.zoo.load` takes.
        source: Folder of pictures.
        target: Folder to write to, which is made, or empty.
        to: The domain to arrive at, as for `translate` of the model.
        tile: Side of square tiles for pictures that are larger, as for `translate` of
            the model; smaller ones are translated as a whole.
        seed: Integer that fixes the noise inside a network that has some; each picture
            has noise of its own.
        verbose: 1 shows a progress bar, 0 does not; "auto" does from 10 files.

    Returns:
        List of the files that were written.

    Raises:
        ValueError: If the model translates no images, there is no picture that can be
            read, or the target is the source or holds anything.
        OSError: If a file cannot be written.

    Example:

    ```py
    kerasgen.zoo.translate("cyclegan_photo2art", "photos", "paintings", to="B")
    ```
    """
    check_paths(source=source, target=target)
    check_seeds(seed=seed)
    source, target = (pathlib.Path(p).expanduser() for p in (source, target))
    names = _names(source)
    _check_target(source, target)
    model = load(model) if isinstance(model, str | pathlib.Path) else model
    kind = _kind(model, to)
    verbose = int(len(names) >= 10) if verbose == "auto" else verbose
    bar = keras.utils.Progbar(len(names), unit_name="file") if verbose else None
    written, unreadable = [], []
    for i, name in enumerate(names):
        try:
            picture = _opened(source / name, kind.shape[-1])
        except MemoryError:
            raise
        except Exception as error:  # broken files raise nearly anything in Pillow
            unreadable.append(f"{name} ({error})")
            continue
        side = tile if tile and min(picture.shape[:2]) >= tile else None
        own = (seed + i) % 2**64
        (made,) = model.translate(picture[None], to, tile=side, seed=own, verbose=0)
        save_image(target / name, made)
        written.append(target / name)
        if bar:
            bar.update(i + 1)
    _report(source, written, unreadable)
    return written


def _names(source):
    if not source.is_dir():
        raise ValueError(
            f"`source` must be a folder of pictures. Received: source={str(source)!r}"
        )
    names = sorted(name for name in Folder(source).names() if is_image(name))
    if not names:
        raise ValueError(
            f"`source` holds no pictures. Received: source={str(source)!r}"
        )
    return names


def _check_target(source, target):
    if source.resolve() == target.resolve():
        raise ValueError(
            "`target` must be another folder than `source`, whose pictures would be "
            f"overwritten. Received: target={str(target)!r}"
        )
    if target.exists() and not target.is_dir() or _holds_anything(target):
        raise ValueError(
            "`target` must be an empty folder, or one that is made: nothing is "
            f"overwritten. Received: target={str(target)!r}"
        )


def _holds_anything(folder):
    return folder.is_dir() and any(folder.iterdir())


def _kind(model, to):
    """What a translator takes on the way to a domain."""
    if not isinstance(model, Translating) or not isinstance(model.sampled_kind, Images):
        raise ValueError(
            "`model` must translate images. "
            f"Received: a {type(model).__name__} of {getattr(model, 'kind', None)}"
        )
    return model.route(to)[1]


def _opened(path, channels):
    """A picture upright, uint8 `(height, width, channels)`."""
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        return np.array(pixels_of(in_channels(to_8_bit(image), channels)))


def _report(source, written, unreadable):
    listed = ", ".join(unreadable[:NAMED]) + (", ..." if unreadable[NAMED:] else "")
    if not written:
        raise ValueError(f"None of the pictures in {source} can be read: {listed}")
    if unreadable:
        total = len(written) + len(unreadable)
        warn(
            f"{len(unreadable)} of {total} files cannot be read and are left out: "
            f"{listed}"
        )
