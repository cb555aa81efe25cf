"""The pool of earlier fakes (Shrivastava et al., 2017), as one would write it."""

import random


def swapped(images, pool, capacity=50):
    """Images, half of them exchanged for older ones once the pool is full; a list."""
    out = []
    for image in images:
        if len(pool) < capacity:
            pool.append(image)
            out.append(image)
        elif random.random() < 0.5:
            place = random.randrange(capacity)
            out.append(pool[place])
            pool[place] = image
        else:
            out.append(image)
    return out
