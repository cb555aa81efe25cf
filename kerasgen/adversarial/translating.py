"""How a trained model turns samples of one domain into samples of another."""

import numpy as np

from kerasgen.adversarial import tiles
from kerasgen.arguments import as_array, check_counts, check_one_of, check_positive
from kerasgen.inputs import Given, answer
from kerasgen.kinds import Images

TRIED = [2**i for i in range(1, 9)]  # multiples that a network may ask for


class Translating:
    """A `GenerativeModel` that translates.

    The model names in `routes`, by the domain to arrive at, the network that leads
    there and the kinds of what it takes and makes.
    """

    def routes(self):
        """`{"B": (name of a network, kind it takes, kind it makes)}`."""
        raise NotImplementedError(f"{type(self).__name__} must define `routes`.")

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

        Images may be of any size that the network takes. Those that are too large for
        memory, or of another size, are translated in tiles, of which each blends into
        its neighbors; what a network sees of a picture then ends at the tile.

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
            ValueError: If `to` is unknown, samples are not of the other domain or of a
                size that the network does not take, or there is no average.
        """
        routes = self.routes()
        to = next(iter(routes)) if to is None else to
        check_one_of(list(routes), to=to)
        name, source, target = routes[to]
        network = self.network(name, averaged)
        samples = as_array("samples", samples)
        if tile is not None:
            return self._in_tiles(
                network, (source, target), samples, tile, overlap, batch_size, seed
            )
        source, target = _of_size(source, target, samples)
        if source != routes[to][1]:
            check_size(network, source, target)
            network = network.call  # without the check of a size that it was built for
        given = Given(source, "samples")
        return self.run(
            network,
            answer((given,), samples=samples)["samples"],
            batch_size,
            verbose,
            seed,
            to_host=target.to_host,
            encode=given.encode,
        )

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
            check_size(network, part, _resized(target, (tile, tile)))
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


def check_size(network, source, target):
    """A network keeps the size of images, also of this one.

    Args:
        network: A Keras model.
        source, target: `Images` of that size.

    Raises:
        ValueError: If it does not: names sizes nearby that it keeps.
    """
    if _keeps(network, source.shape, target.shape):
        return
    height, width, channels = source.shape
    for step in TRIED:
        sizes = [_multiples(n, step) for n in (height, width)]
        near = [max(pair) for pair in sizes]
        if _keeps(network, (*near, channels), (*near, target.shape[-1])):
            raise ValueError(
                f"This network takes images whose sides are multiples of {step}: "
                f"near heights are {_either(sizes[0])}, near widths "
                f"{_either(sizes[1])}; or pass `tile=`, for sides that are larger. "
                f"Received: images of {height}x{width}"
            )
    raise ValueError(
        "This network takes images of the size that it was made for; pass `tile=` for "
        f"larger ones. Received: images of {height}x{width}"
    )


def _keeps(network, source, target):
    try:
        shape = network.compute_output_shape((None, *source))
    except Exception:  # whatever the network's own code raises
        return False
    return tuple(shape) == (None, *target)


def _multiples(n, step):
    """The multiples of a step next to a number, below and above."""
    below = n - n % step
    return below, below if below == n else below + step


def _either(sizes):
    return " or ".join(str(n) for n in sorted(set(sizes)) if n)


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
