"""Two domains at once: `kerasgen.data.load_pairs`."""

import dataclasses
import os

import numpy as np

from kerasgen.arguments import (
    check_flags,
    check_one_of,
    check_part,
    check_positive,
    check_seeds,
)
from kerasgen.data.catalog import find_source
from kerasgen.data.dataset import Dataset
from kerasgen.data.decoder import decoding
from kerasgen.data.jittered import Jittered
from kerasgen.data.prepare import prepared
from kerasgen.data.selection import chosen, split_of_files, taken
from kerasgen.data.sources.halves import Half
from kerasgen.data.transform import Transform, transform_of
from kerasgen.kinds import Images, Pair

NAMED = 5  # samples without a partner that a message names


def load_pairs(
    name_or_domains,
    split="train",
    image_size=None,
    batch_size=1,
    *,
    paired=False,
    side_by_side=False,
    length="longer",
    passes=1,
    kind=None,
    nonnegative=False,
    crop=None,
    jitter=None,
    channels=None,
    flip=False,
    shuffle=None,
    seed=0,
    groups=1,
    drop_remainder=None,
    limit=None,
    hold_out=None,
    part=(0, 1),
    cache="auto",
    workers=None,
):
    """Load two domains, as batches of samples of the one beside samples of the other.

    Args:
        name_or_domains: str or path, as for `load`, of a folder or `.zip` with two
            folders for each split, `trainA/` and `trainB/`; or a pair `(a, b)`, each a
            name, a path or an array, as for `load`, or what `load` returned: of that
            the samples are taken, and not its order, batches or flips.
        split: str: `"train"` is of `trainA/` and `trainB/`.
        image_size, crop, jitter, channels: as for `load`; where domains differ,
            `{"A": (64, 64), "B": (128, 128)}`. `jitter` is the size, larger than
            `image_size`, that images are resized to, before each epoch shows another
            part of it: 286 for images of 256 in the papers. Pairs are cropped alike.
        batch_size: int, samples of each domain in a minibatch. The default is that of
            pix2pix and CycleGAN.
        paired: bool, whether each sample of one domain belongs to one of the other: to
            the file of the same name, whatever its ending, or the same row of an array.
            Both then come in one order and are mirrored alike. Otherwise each domain
            has an order and flips of its own.
        side_by_side: bool, whether each file of `train/` holds a pair, the sample of A
            as its left half and that of B as its right one, as pix2pix's sets do.
        length: `"longer"` or `"shorter"`, the domain that an epoch of unpaired domains
            shows once. Of `"longer"`, the other is gone through again, in a new order;
            of `"shorter"`, each epoch shows another part of the other.
        passes: int, how often an epoch shows that domain, each time in a new order: for
            small sets, of which an epoch is too short to look at what came of it.
        kind: a `kerasgen.kinds.Pair`; or what both domains are, as for `load`.
        nonnegative, flip, shuffle, seed, groups, drop_remainder, part, cache, workers:
            as for `load`.
        limit, hold_out: as for `load`; of each domain, or as many pairs.

    Returns:
        A `kerasgen.data.Dataset` for `fit`, of the kind `Pair`: batches are
        `((a, b),)`.

    Raises:
        ValueError: As `load`; if a domain is missing, a sample has no partner, or a
            picture of two cannot be halved.

    Example:

    ```python
    random = np.random.default_rng(0)
    photos = random.integers(0, 256, (20, 32, 32, 3), "uint8")
    paintings = random.integers(0, 256, (30, 32, 32, 3), "uint8")
    train = kerasgen.data.load_pairs((photos, paintings), batch_size=5)
    ((a, b),) = train[0]  # uint8 (5, 32, 32, 3), both
    len(train)  # 6
    ```

    Reference:
        Isola et al., 2017, arXiv:1611.07004 (pairs); Zhu et al., 2017,
        arXiv:1703.10593 (no pairs).
    """
    check_positive(batch_size=batch_size, groups=groups, passes=passes)
    check_seeds(seed=seed)
    check_part(part)
    check_one_of(["longer", "shorter"], length=length)
    check_flags(paired=paired, side_by_side=side_by_side, nonnegative=nonnegative)
    check_flags(flip=flip, shuffle=shuffle, drop_remainder=drop_remainder)
    looks = _looks(image_size, crop, jitter, channels)
    workers, cache_bytes = decoding(workers, cache)

    kinds = (kind.a, kind.b) if isinstance(kind, Pair) else (kind, kind)
    a, b = _find(name_or_domains, split_of_files(split), side_by_side)
    paired = paired or side_by_side
    domains = a.of_kind(kinds[0], nonnegative), b.of_kind(kinds[1], nonnegative)
    domains = _matched(*domains) if paired else domains
    domains = [
        taken(domain, chosen(len(domain), split, hold_out, limit)) for domain in domains
    ]
    samples = tuple(
        look.shown(domain, kind, flip, workers, cache_bytes)
        for look, domain, kind in zip(looks, domains, kinds, strict=True)
    )
    lengths = [len(domain) for domain in samples]
    places = max(lengths) if length == "longer" else min(lengths)
    return Dataset(
        samples,
        batch_size=int(batch_size),
        groups=int(groups),
        shuffle=split.startswith("train") if shuffle is None else bool(shuffle),
        drop_remainder=drop_remainder,
        flip=bool(flip),
        seed=int(seed),
        paired=bool(paired),
        places=passes * places,
        part=tuple(part),
    )


def holds_pairs(name_or_path):
    """Return whether there are two domains in one folder, archive or file."""
    try:
        _find_two(name_or_path, "train")
    except ValueError:
        return False
    return True


@dataclasses.dataclass(frozen=True)
class _Look:
    """How the images of a domain are shown: transformed, then perhaps cropped anew."""

    transform: Transform
    cropped_to: tuple | None = None

    @classmethod
    def of(cls, image_size, crop, jitter, channels):
        shown = transform_of(crop, image_size, channels)
        if jitter is None:
            return cls(shown)
        larger = transform_of(crop, jitter, channels)
        size = shown.image_size
        if size is None or any(np.less(larger.image_size, size)):
            raise ValueError(
                "`jitter` is the size of images before they are cropped to "
                "`image_size`, which must be given and no larger. "
                f"Received: jitter={jitter}, image_size={image_size}"
            )
        return cls(larger, size)

    def shown(self, source, kind, flip, workers, cache_bytes):
        """Return what a `Dataset` takes of a source."""
        if self.cropped_to is None:
            return prepared(source, kind, self.transform, flip, workers, cache_bytes)
        if isinstance(kind, Images):
            kind = Images((*self.transform.image_size, kind.shape[-1]))
        whole = prepared(source, kind, self.transform, flip, workers, cache_bytes)
        return Jittered(whole, self.cropped_to)


def _looks(*arguments):
    """Return the `_Look` of each domain; an argument may be a dictionary by domain."""
    for given in arguments:
        if isinstance(given, dict):
            for domain in given:
                check_one_of(["A", "B"], domain=domain)
    return [
        _Look.of(
            *(each.get(d) if isinstance(each, dict) else each for each in arguments)
        )
        for d in "AB"
    ]


def _find(name_or_domains, split, side_by_side):
    """Return the sources of the two domains."""
    if side_by_side:
        both = find_source(name_or_domains, split)
        return Half(both, right=False), Half(both, right=True)
    if isinstance(name_or_domains, (str, os.PathLike)):
        return _find_two(name_or_domains, split)
    if not isinstance(name_or_domains, (tuple, list)) or len(name_or_domains) != 2:
        raise ValueError(
            "`name_or_domains` must be a name, a path or two domains (a, b). "
            f"Received: name_or_domains of type {type(name_or_domains).__name__}"
        )
    pairs = zip("AB", name_or_domains, strict=True)
    return tuple(_find_one(letter, domain, split) for letter, domain in pairs)


def _find_one(letter, domain, split):
    try:
        if isinstance(domain, Dataset):
            return _of_dataset(domain)
        return find_source(domain, split)
    except ValueError as error:
        raise ValueError(f"In domain {letter}: {error}") from None


def _find_two(name, split):
    """Return the sources of two domains that lie in one folder or file."""
    try:
        a, b = (find_source(name, f"{split}{domain}") for domain in "AB")
    except ValueError as error:
        raise ValueError(
            f"Two domains in one place are its splits {split}A and {split}B. {error}"
        ) from None
    if str(a).endswith(".npy"):
        raise ValueError(
            "A .npy file holds one domain: pass two, (a, b). "
            f"Received: name_or_domains={name!r}"
        )
    return a, b


def _of_dataset(dataset):
    if isinstance(dataset.samples, tuple):
        raise ValueError(
            "A domain must be of single samples. "
            f"Received: a data set of {dataset.kind.noun}"
        )
    return dataset.samples


def _matched(a, b):
    """Return two domains whose samples stand beside their partners."""
    if a.stems is None or b.stems is None or a.stems == b.stems:
        if len(a) != len(b):
            raise ValueError(
                "Samples in pairs must be as many in both domains. "
                f"Received: {len(a)} in {a} and {len(b)} in {b}"
            )
        return a, b
    rows_a, rows_b = _rows_by_stem(a), _rows_by_stem(b)
    alone = sorted(rows_a.keys() ^ rows_b.keys())
    if alone:
        names = ", ".join(alone[:NAMED]) + (", ..." if len(alone) > NAMED else "")
        raise ValueError(
            "Pairs have one name in both domains; without pairs, pass `paired=False`. "
            f"Received: {names} in one of {a} and {b} only ({len(alone)} in all)"
        )
    return a, b.take(np.array([rows_b[stem] for stem in a.stems]))


def _rows_by_stem(domain):
    rows = {stem: row for row, stem in enumerate(domain.stems)}
    if len(rows) < len(domain):
        twice = next(s for row, s in enumerate(domain.stems) if rows[s] != row)
        raise ValueError(
            "Names of paired files must differ within a domain. "
            f"Received: {twice} twice in {domain}"
        )
    return rows
