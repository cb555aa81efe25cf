"""Orders and coin tosses that depend on nothing but the seed and the epoch."""

import functools

import numpy as np

ORDER, TOSSES, TOPS, LEFTS = range(4)  # what is drawn
DRAWS = 16  # kinds of draws that a domain has room for


class Order:
    """Which sample stands at each place of an epoch, and whether it is mirrored.

    Args:
        count: int, samples there are.
        places: int, the places of an epoch; `None` for one for each sample. Where
            there are more, one pass through the samples follows another, each in an
            order of its own; where there are fewer, the rest waits for other epochs.
        shuffle: bool, a new order each epoch, rather than the samples' own.
        flip: bool, mirror half of the samples, chosen anew each pass.
        seed: int from 0 to 2**64 - 1.
        domain: int; another domain has another order.
        part: `(index, parts)`: of every `parts` places that follow one another, this
            order has the one at `index`. All parts have the same length.
    """

    def __init__(
        self,
        count,
        places=None,
        shuffle=False,
        flip=False,
        seed=0,
        domain=0,
        part=(0, 1),
    ):
        self.count = count
        self.places = count if places is None else places
        self.shuffle = shuffle
        self.flip = flip
        self.seed = seed
        self.domain = domain
        self.part = part

    def __len__(self):
        return self.places // self.part[1]

    def __call__(self, epoch):
        """Return the samples of an epoch `(len,)`, and which of them are mirrored.

        The second is `None` where none are.
        """
        orders = self._passes(epoch)
        order = self._mine(np.concatenate(orders))
        return order, self._of_each(coin_tosses, epoch, orders) if self.flip else None

    def corners(self, epoch):
        """Return where the samples of an epoch are cropped, `(len, 2)` in [0, 1).

        Shares of the room that there is in height and in width, drawn anew each pass.
        """
        orders = self._passes(epoch)
        draws = [functools.partial(_shares, stream) for stream in (TOPS, LEFTS)]
        return np.stack([self._of_each(d, epoch, orders) for d in draws], axis=1)

    def _of_each(self, draw, epoch, orders):
        """What is drawn for each sample of a pass, in their order."""
        found = [
            draw(self.count, self.seed, epoch, self.domain, number)[samples]
            for number, samples in enumerate(orders)
        ]
        return self._mine(np.concatenate(found))

    def _passes(self, epoch):
        passes = range(-(-self.places // self.count))
        return [self._pass(epoch, number) for number in passes]

    def _mine(self, places):
        index, parts = self.part
        return places[index : self.places : parts][: len(self)]

    def _pass(self, epoch, number):
        if not self.shuffle:
            return np.arange(self.count)
        return shuffled(self.count, self.seed, epoch, self.domain, number)


def shuffled(count, seed, epoch, domain=0, number=0):
    """Return a permutation of `range(count)`, fixed by the other arguments.

    Args:
        count: int.
        seed, epoch: int, from 0 to 2**64 - 1.
        domain, number: int, the domain and the pass through it within the epoch.
    """
    # Two equal draws among 64-bit numbers keep their places: the sort is stable.
    draw = _draw(count, seed, epoch, ORDER + DRAWS * domain, number)
    return np.argsort(draw, kind="stable")


def coin_tosses(count, seed, epoch, domain=0, number=0):
    """Return `count` booleans, each true half of the time, fixed as `shuffled` is."""
    draw = _draw(count, seed, epoch, TOSSES + DRAWS * domain, number)
    return (draw >> np.uint64(63)).astype(bool)


def _shares(stream, count, seed, epoch, domain, number):
    """Return `count` numbers in [0, 1)."""
    draw = _draw(count, seed, epoch, stream + DRAWS * domain, number)
    return (draw >> np.uint64(11)) * 2.0**-53


def evenly_spaced(total, count):
    """Return `count` positions spread evenly over `range(total)`."""
    return np.arange(count, dtype=np.int64) * total // count


def _draw(count, seed, epoch, stream, number):
    # What Philox puts out is fixed for ever; how `Generator.permutation` uses it
    # may change with the NumPy version, and with it every resumed training.
    philox = np.random.Philox(
        key=np.array([seed, epoch], dtype=np.uint64),
        # The first two words count the numbers drawn.
        counter=np.array([0, 0, number, stream], dtype=np.uint64),
    )
    return philox.random_raw(count)
