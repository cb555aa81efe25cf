"""The hint that every message about an unknown name gives."""

import difflib


def nearest(name, names):
    """The names most like `name`, or all there are: a sentence and a space.

    Nothing where there are no names.
    """
    by_lower = {known.lower(): known for known in names}
    near = difflib.get_close_matches(str(name).lower(), by_lower, n=3, cutoff=0.4)
    if near:
        return f"The nearest names are {', '.join(by_lower[n] for n in near)}. "
    return f"The names are {', '.join(sorted(names))}. " if by_lower else ""
