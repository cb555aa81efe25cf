"""How a card says that a model is asked for samples."""

import json

from kerasgen.inputs import Codes, Given, Labels


def usage(told):
    """Markdown: code that loads an entry and asks for all that it can be asked for.

    Args:
        told: `kerasgen.zoo.Info` of an entry with a recipe.
    """
    lines = ["import kerasgen", "", f'model = kerasgen.zoo.load("{told.recipe.name}")']
    several = "attributes" in told.recipe.data_arguments
    lines += ask(told.inputs, told.sampled_kind, several)
    return "\n".join(["```py", *lines, "```"])


def ask(inputs, kind, several=False):
    """Lines of code that ask `model` for samples, first of all for any.

    Args:
        inputs: Of the model.
        kind: Of what it makes.
        several: Whether a sample is asked for by several labels at once.
    """
    call = f"{kind.noun} = model.generate"
    given = [each.name for each in inputs if isinstance(each, Given)]
    domains = [each.domain for each in inputs if isinstance(each, Given)]
    if domains and domains[0] is not None:
        to = "BA"[domains[0]]
        return [f'{kind.noun} = model.translate({given[0]}, to="{to}", seed=0)']
    if given:
        return [f"{call}({', '.join(f'{name}={name}' for name in given)})"]
    shape = ", ".join(map(str, (64, *kind.shape)))
    lines = [f"{call}(64, seed=0)  # {kind.dtype} ({shape})"]
    for each in inputs:
        if isinstance(each, Codes):
            lines += _by_codes(each, call)
        if isinstance(each, Labels):
            lines += _by_labels(each, call, several)
    return lines


def _by_codes(codes, call):
    """Two samples that differ in their last code, of category 3 where there is one."""
    first = [min(3, k - 1) for k in codes.categorical] + [0.0] * codes.continuous
    if not codes.continuous:
        return [f"{call}(codes={[first]})"]
    rows = [[*first[:-1], value] for value in (-1.0, 1.0)]
    if not codes.categorical:
        return [f"{call}(codes={rows})"]
    order = f"Category {first[0]}, then the continuous codes."
    return [f"# {order}", f"{call}(codes={rows})"]


def _by_labels(labels, call, several):
    if labels.names is None:
        asked = min(3, labels.size - 1)
        return [f"{call}(8, labels={asked})  # eight of class {asked}"]
    one, other, *_ = map(json.dumps, labels.names)
    asked = f"{{{one}, {other}}}" if several else one
    return [f"# Of {', '.join(labels.names)}.", f"{call}(8, labels={asked})"]
