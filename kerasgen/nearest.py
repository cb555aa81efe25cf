"""Names as people write them: which one is meant, and a hint where it is none."""

import difflib
import re


def meant(name, names):
    """The one of `names` that is meant, whatever its case, hyphens and underscores.

    Papers, classes and options write one name in several ways: WGAN-GP, `WGANGP`,
    `wgan_gp`.

    Args:
        name: What was given, of any type.
        names: The names there are, strings.

    Returns:
        One of `names`; None where none is meant, or several may be.
    """
    if not isinstance(name, str):
        return None
    if name in names:
        return name
    alike = [known for known in names if _bare(known) == _bare(name)]
    return alike[0] if len(alike) == 1 else None


def _bare(name):
    return re.sub("[-_]", "", name.lower())


def nearest(name, names):
    """The names most like `name`, or all there are: a sentence and a space.

    Nothing where there are no names.
    """
    all_names = f"The names are {', '.join(sorted(names))}. " if names else ""
    return similar(name, names) or all_names


def similar(name, names):
    """The names most like `name`: a sentence and a space; nothing where there is none.

    For messages that list all names anyway.
    """
    by_lower = {known.lower(): known for known in names}
    near = difflib.get_close_matches(str(name).lower(), by_lower, n=3, cutoff=0.4)
    found = ", ".join(by_lower[n] for n in near)
    return f"The nearest names are {found}. " if found else ""
