"""The pictures of an entry: what its model makes, unselected."""

from kerasgen.callbacks.sample_grid import picture_of
from kerasgen.data.order import evenly_spaced
from kerasgen.inputs import Codes, Given, Labels, Latents
from kerasgen.kinds import Vectors
from kerasgen.latent.code_traversal import VALUES, code_traversal
from kerasgen.latent.manifold import manifold
from kerasgen.pictures import save_image

SAMPLES = "samples.png"
TRAVERSAL = "traversal_{}.png"
MANIFOLD = "manifold.png"
WAY_BACK = "samples_to_{}.png"
GIVEN = 64  # samples that are translated


def write_pictures(model, folder, **given):
    """Writes the pictures of `model` into `folder`.

    `samples.png` holds 64 samples of seed 0, of a conditional model its classes in
    turn; or what is made of samples that are given, which do not stand in it: many sets
    must not be passed on. Of each continuous
    code of a model with codes `traversal_<n>.png` has a row for each category, one
    noise for all of them, and columns for values from -2 to 2. Of a model made from
    two numbers and nothing else `manifold.png` shows their whole plane.

    Args:
        model: The model.
        folder: A path.
        **given: What the model starts from, if it cannot be drawn. Without it there are
            no pictures.
    """
    if any(not each.drawable and each.name not in given for each in model.inputs):
        return
    n = min(map(len, given.values()), default=64)
    if given:
        made = model.generate(n, seed=0, verbose=0, **given)
        save_image(folder / SAMPLES, model.sampled_kind.picture(made))
    else:
        save_image(folder / SAMPLES, picture_of(model, n, seed=0))
    for codes in model.inputs:
        if isinstance(codes, Codes):
            for i in range(codes.continuous):
                code_traversal(model, i, file=folder / TRAVERSAL.format(i + 1))
    if _is_plane(model):
        manifold(model, file=folder / MANIFOLD)


def write_ways_back(model, folder, dataset):
    """Writes what a translator makes on its other ways, `samples_to_a.png`.

    Args:
        model: The model; one that knows one way, or none, has no such pictures.
        folder: A path.
        dataset: Of two domains.
    """
    for to in list(getattr(model, "routes", dict)())[1:]:
        source = dataset.samples[0 if to == "B" else 1]
        given = spread(source)
        made = model.translate(given, to, seed=0, verbose=0)
        picture = model.route(to)[2].picture(made)
        save_image(folder / WAY_BACK.format(to.lower()), picture)


def spread(source, n=GIVEN):
    """`n` samples, spread evenly over a set that may be sorted by what they show.

    Args:
        source: Samples of a data set.
        n: How many, at most.
    """
    n = min(n, len(source))
    return source.get(evenly_spaced(len(source), n))


def caption(name, inputs, kind):
    """What a picture shows, in a line.

    Args:
        name: Of the picture.
        inputs: Of the model.
        kind: Of what it makes.
    """
    if name == SAMPLES and any(isinstance(each, Given) for each in inputs):
        return "What is made of samples of the training data, which are not shown"
    if name.startswith(WAY_BACK.split("{")[0]):
        return "The same the other way"
    if name == SAMPLES:
        labels = next((each for each in inputs if isinstance(each, Labels)), None)
        turns = "" if labels is None else f"; in turn: {_classes(labels)}"
        return f"64 samples, seed 0, not selected{turns}"
    if name == MANIFOLD:
        return "The plane of latents, at evenly spread quantiles of their distribution"
    number = name.removesuffix(".png").split("_")[1]
    code = f"Continuous code {number} from {VALUES[0]:g} to {VALUES[-1]:g}"
    if isinstance(kind, Vectors):
        return f"{code} along a path of points for each category, one noise"
    return f"{code} in columns, the categories in rows, one noise"


def _is_plane(model):
    """Whether samples that have places of their own are made from two numbers alone."""
    latents = [each.size for each in model.inputs if isinstance(each, Latents)]
    points = isinstance(model.sampled_kind, Vectors)
    return len(model.inputs) == 1 and latents == [2] and not points


def _classes(labels):
    return ", ".join(labels.names or ()) or f"0 to {labels.size - 1}"
