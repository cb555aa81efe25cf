"""From the arguments of `generate` to what a network takes."""

from kerasgen.arguments import check_positive
from kerasgen.inputs.input import philox
from kerasgen.nearest import nearest


def answer(inputs, n=None, seed=None, **given):
    """The values of all inputs: what was given is checked, the rest is drawn.

    Args:
        inputs: Tuple of `Input`, in the order in which they are drawn.
        n: How many; may be left out where something that is given says it.
        seed: Integer; None draws other values each time.
        **given: By the names of the inputs; None draws.

    Returns:
        `{name: array}`, in the form that users give.

    Raises:
        ValueError: If a name is unknown, or a value does not fit.
    """
    given = {name: value for name, value in given.items() if value is not None}
    names = [each.name for each in inputs]
    for name in given:
        if name not in names:
            raise ValueError(_unknown(name, names))
    for each in inputs:
        if not each.drawable and each.name not in given:
            each.draw(n, None)  # says that it cannot be
    n = _number(inputs, n, given)
    random = philox(seed)
    return {
        each.name: each.check(given[each.name], n)
        if each.name in given
        else each.draw(n, random)
        for each in inputs
    }


def _number(inputs, n, given):
    counts = {
        each.name: each.count(given[each.name]) for each in inputs if each.name in given
    }
    found = [count for count in counts.values() if count is not None]
    if n is None and found:
        return found[0]
    if n is None and counts:
        return 1  # one value that stands for any number of samples
    check_positive(n=n)
    return int(n)


def _unknown(name, names):
    if name == "labels" and "codes" in names:
        hint = "It learns without labels: ask for a category by `codes`. "
    elif name == "labels":
        hint = "It is unconditional. "
    else:
        hint = nearest(name, names)
    takes = ", ".join(f"`{n}`" for n in names) or "none"
    return (
        f"`generate` of this model takes no `{name}`. {hint}Its inputs are: {takes}. "
        f"Received: {name}=..."
    )
