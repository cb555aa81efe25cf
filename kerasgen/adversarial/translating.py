"""How a trained model turns samples of one domain into samples of another."""

import keras
import numpy as np

from kerasgen.adversarial import tiles
from kerasgen.arguments import as_array, check_counts, check_one_of, check_positive
from kerasgen.inputs import Given, answer
from kerasgen.kinds import Images

STEPS = [2**i for i in range(9)]  # of which a network may ask sides to be multiples


class Translating:
    """A `GenerativeModel` that translates.

    The model names in `routes`, by the domain to arrive at, the network that leads
    there and the kinds of what it takes and makes.
    """

    def routes(self):
        """`{"B": (name of a network, kind it takes, kind it makes)}`."""
        raise NotImplementedError(f"{type(self).__name__} must define `routes`.")

    def route(self, to=None):
        """One of `routes`.

        Args:
            to: The domain to arrive at; None for the first.

        Raises:
            ValueError: If there is no way there.
        """
        routes = self.routes()
        to = next(iter(routes)) if to is None else to
        check_one_of(list(routes), to=to)
        return routes[to]

    def translate(
        self,
        samples,
        to=None,
        *,
        tile=None,
        overlap=None,
        seed=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
    ):
        """Samples of one domain as samples of the other.

        Images may be of another size than in training. Where a network that halves them
        cannot take it, they are continued beyond their border, by their mirror image,
        and cut back. Those too large for memory are translated in tiles, of which each
        blends into its neighbors; what a network sees of a picture then ends at the
        tile, and so do the statistics of its normalization.

        Args:
            samples: As in the data: of domain A, or of B where `to="A"`.
            to: `"A"` or `"B"`, the domain to arrive at; None for the one that the model
                makes samples of.
            tile: Side of square tiles, such as that of the images in training; None
                translates pictures as a whole.
            overlap: Pixels that neighboring tiles share at least; None for a quarter of
                a tile.
            seed: Integer that fixes the noise inside a network that has some.
            batch_size, averaged, verbose: As for `generate`.

        Returns:
            Array `(n, ...)` in the kind of that domain: uint8 for images.

        Raises:
            ValueError: If `to` is unknown, samples are not of the other domain, the
                network takes no other size, a tile is larger than the images, or there
                is no average.
        """
        name, source, target = route = self.route(to)
        network = self.network(name, averaged)
        samples = as_array("samples", samples)
        if tile is not None:
            return self._in_tiles(
                network, (source, target), samples, tile, overlap, batch_size, seed
            )
        source, target = _of_size(source, target, samples)
        given = Given(source, "samples")
        samples = answer((given,), samples=samples)["samples"]
        cut = slice(None), slice(None)
        if source != route[1]:
            size = size_for(network, source, target)
            samples, cut = continued(samples, size)
            network = network.call  # without the check of a size that it was built for
        made = self.run(
            network,
            samples,
            batch_size,
            verbose,
            seed,
            to_host=target.to_host,
            encode=given.encode,
        )
        return made[:, *cut] if source != route[1] else made

    def _in_tiles(self, network, kinds, samples, tile, overlap, batch_size, seed):
        check_positive(tile=tile)
        overlap = tile // 4 if overlap is None else overlap
        check_counts(overlap=overlap)
        source, target = kinds
        _check_tiles(source, samples, tile, overlap)
        given = Given(Images(samples.shape[1:]), "samples")
        samples = answer((given,), samples=samples)["samples"]
        part = _resized(source, (tile, tile))
        if part != source:
            size = size_for(network, part, _resized(target, (tile, tile)))
            _check_kept(tile, size)
            network = network.call
        places = tiles.corners(samples.shape[1:3], tile, overlap)
        pictures = []
        for i, picture in enumerate(samples):
            own = None if seed is None else (seed + i) % 2**64
            made = self.run(
                network,
                tiles.cut(picture, places, tile),
                batch_size,
                seed=own,
                encode=Given(part, "samples").encode,
            )
            pictures.append(tiles.joined(made, places, picture.shape, overlap))
        return target.to_host(np.stack(pictures))


def size_for(network, source, target):
    """The least `(height, width)` from that of images on that a network keeps.

    Args:
        network: A Keras model.
        source, target: `Images` of one size.

    Raises:
        ValueError: If there is none.
    """
    height, width, channels = source.shape
    for step in STEPS:
        size = [-(-side // step) * step for side in (height, width)]
        if _keeps(network, (*size, channels), (*size, target.shape[-1])):
            return tuple(size)
    raise ValueError(
        "This network only takes images of the size that it was made for; `tile=` "
        f"translates larger ones. Received: images of {height}x{width}"
    )


def continued(images, size):
    """Images with their mirror image around them, and where they are in it.

    Args:
        images: Array `(n, height, width, channels)`.
        size: `(height, width)` of the result.

    Returns:
        The array, and a pair of slices that cut it back.
    """
    around, cut = [(0, 0)], []
    for side, larger in zip(images.shape[1:3], size, strict=True):
        before = (larger - side) // 2
        around.append((before, larger - side - before))
        cut.append(slice(before, before + side))
    return np.pad(images, [*around, (0, 0)], mode="symmetric"), tuple(cut)


def _keeps(network, source, target):
    try:
        outputs = network.call(keras.KerasTensor((None, *source)))
    except Exception:  # whatever the network's own code raises
        return False
    return tuple(outputs.shape) == (None, *target)


def _check_kept(tile, size):
    if size != (tile, tile):
        raise ValueError(
            "`tile` must be a size that the network takes as it is, such as "
            f"{size[0]}. Received: tile={tile}"
        )


def _of_size(source, target, samples):
    """The kinds of both domains for samples of another size than in training."""
    images = isinstance(source, Images) and isinstance(target, Images)
    if not images or samples.ndim != 4 or samples.shape[1:3] == source.shape[:2]:
        return source, target
    if samples.shape[-1] != source.shape[-1] or source.shape[:2] != target.shape[:2]:
        return source, target  # refused for what it is
    size = samples.shape[1:3]
    return _resized(source, size), _resized(target, size)


def _resized(kind, size):
    return Images((*size, kind.shape[-1]))


def _check_tiles(source, samples, tile, overlap):
    if not isinstance(source, Images):
        raise ValueError(
            f"`tile` is for images, and these samples are {source.noun}. "
            f"Received: tile={tile}"
        )
    if overlap >= tile:
        raise ValueError(
            f"`overlap` must be less than `tile`. Received: overlap={overlap}, "
            f"tile={tile}"
        )
    if samples.ndim == 4 and min(samples.shape[1:3]) < tile:
        raise ValueError(
            "`tile` must not be larger than the images. "
            f"Received: tile={tile}, images of {samples.shape[1]}x{samples.shape[2]}"
        )
    if samples.ndim != 4 or samples.shape[-1] != source.shape[-1]:
        source.check(samples, "samples")
