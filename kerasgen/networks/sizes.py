"""The sizes that networks of halvings or doublings can have."""

from kerasgen.arguments import is_integer, plain_numbers

SHORTEST = (4, 9)  # cells of the shortest side after all halvings, at least and at most


def check_image_shape(image_shape):
    """The shape as a tuple of three positive integers."""
    shape = tuple(image_shape) if hasattr(image_shape, "__iter__") else ()
    if len(shape) != 3 or not all(is_integer(n) and n > 0 for n in shape):
        raise ValueError(
            "`image_shape` must be (height, width, channels), positive integers. "
            f"Received: image_shape={image_shape!r}"
        )
    return tuple(int(n) for n in shape)


def needed(image_shape):
    """The shape, where networks are to be made for it."""
    if image_shape is None:
        raise ValueError(
            "`image_shape` is needed unless both networks are given. "
            "Received: image_shape=None"
        )
    return check_image_shape(image_shape)


@plain_numbers
def doublings(height, width, depth=None):
    """Number m of halvings until the shortest side of a sample has 4 to 9 cells.

    Each side has a base of its own, which is doubled m times: 28x28 is 7x7 doubled
    twice, 96x128 is 6x8 doubled four times, as 144x256 is 9x16.

    Args:
        height, width, depth: Sides, multiples of one `2**m` with m at least 1, of which
            the shortest is 4 to 9 times as much.

    Raises:
        ValueError: If there is no such m; the side at fault is named, and what it could
            be.
    """
    sides = {"height": height, "width": width, "depth": depth}
    sides = {name: n for name, n in sides.items() if n is not None}
    m = min(map(_halvings, sides.values()))
    least, most = SHORTEST
    if m and min(sides.values()) <= most * 2**m:
        return m
    # Sides that could be the shortest one can stand beside one another.
    advice = [
        f"make the {name} {_near(n)}"
        for name, n in sides.items()
        if not _can_be_shortest(n)
    ]
    raise ValueError(
        "All sides must be multiples of one 2**m, m at least 1, and the shortest "
        f"{least} to {most} times as much: {' and '.join(advice)}. "
        f"Received: {', '.join(f'{name}={n}' for name, n in sides.items())}"
    )


def _halvings(n):
    """How often a side can be halved without falling below the least."""
    m = 0
    while n % 2 == 0 and n // 2 >= SHORTEST[0]:
        n, m = n // 2, m + 1
    return m


def _can_be_shortest(n):
    m = _halvings(n)
    return m > 0 and n <= SHORTEST[1] * 2**m


def _near(n):
    """The next sizes below and above that a shortest side can have."""
    sizes = [k for k in range(1, 2 * n + 16) if _can_be_shortest(k)]
    below, above = (
        [k for k in sizes if k < n][-1:],
        [k for k in sizes if k > n][:1],
    )
    return " or ".join(map(str, below + above))
