"""Every constructor of a published GAN takes the user's own networks."""

import inspect

import keras
import numpy as np
import pytest

from kerasgen import models
from kerasgen.kinds import Vectors

SMALL = {
    "ACGAN": {"discriminator_filters": 1, "filters": 1, "num_classes": 3},
    "CGAN": {"filters": 1, "num_classes": 3},
    "InfoGAN": {"categorical": (3,), "continuous": 1, "dense_width": 2, "filters": 1},
    "MLPGAN": {"units": 2, "discriminator_units": 2, "pieces": 2},
}
SHAPES = {"ThreeDGAN": (8, 8, 8, 1)}


def takes_networks(name):
    """Whether a GAN is made of latents, by networks of the paper or of one's own."""
    parameters = inspect.signature(getattr(models, name)).parameters
    names = ("generator", "discriminator")
    own = all(n in parameters and parameters[n].default is None for n in names)
    return own and "latent_dim" in parameters


def of_points(model):
    """Dense networks of points that take and say what those of a model do."""
    inputs = [keras.Input((each.size,)) for each in model.inputs]
    made = keras.layers.Dense(2)(_joined(inputs))
    samples = keras.Input((2,))
    sizes = {each.name: each.size for each in model.inputs}
    shown = [samples, *(keras.Input((sizes[name],)) for name in model.conditions)]
    hidden = keras.layers.Dense(4, "tanh")(_joined(shown))
    said = {
        name: keras.layers.Dense(2 if name == "reconstruction" else output.shape[-1])(
            hidden
        )
        for name, output in model.discriminator.output.items()
    }
    return {
        "generator": keras.Model(inputs if len(inputs) > 1 else inputs[0], made),
        "discriminator": keras.Model(shown if len(shown) > 1 else samples, said),
    }


def _joined(tensors):
    return keras.layers.Concatenate()(tensors) if len(tensors) > 1 else tensors[0]


PUBLISHED = [name for name in models.__all__ if takes_networks(name)]


@pytest.mark.parametrize("name", PUBLISHED)
def test_own_networks_learn_by_the_game_of_the_paper(name):
    make, small = getattr(models, name), SMALL.get(name, {"filters": 1})
    published = make(SHAPES.get(name, (8, 8, 1)), latent_dim=5, **small)
    networks = of_points(published)
    of_inputs = ("num_classes", "categorical", "continuous")
    choices = {key: small[key] for key in of_inputs if key in small}
    model = make(**choices, **networks, seed=0)
    assert model.networks == networks
    assert model.kind == Vectors(2)
    assert [each.size for each in model.inputs] == [e.size for e in published.inputs]
    for each in (model, published):
        each.compile()
    learned_by = [
        (type(m.objective), [type(term) for term in m.terms], m.minibatches)
        for m in (model, published)
    ]
    assert learned_by[0] == learned_by[1]
    before = networks["discriminator"].get_weights()[0]
    x = np.random.default_rng(0).normal(size=(10, 2)).astype("float32")
    labels = None if model.labels is None else np.arange(10) % 3
    logs = model.train_on_batch(x, labels, return_dict=True)
    assert np.isfinite([float(value) for value in logs.values()]).all()
    assert not np.array_equal(before, networks["discriminator"].get_weights()[0])
    assert model.generate(3, seed=0).shape == (3, 2)


def test_the_published_ones_are_all_there():
    assert len(PUBLISHED) >= 10


@pytest.mark.parametrize("given", ["generator", "discriminator"])
def test_one_network_of_one_s_own_beside_one_that_is_made(given):
    small = {"latent_dim": 5, "filters": 1}
    network = models.DCGAN((8, 8, 1), **small).networks[given]
    with pytest.raises(ValueError, match="image_shape=None"):
        models.DCGAN(**{given: network}, **small)
    model = models.DCGAN((8, 8, 1), **{given: network}, **small)
    assert model.networks[given] is network
    with pytest.raises(ValueError, match="must take what the generator makes"):
        models.DCGAN((16, 16, 1), **{given: network}, **small)
