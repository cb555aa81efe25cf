"""Arguments of earlier constructors say where they have gone."""

import re

import keras
import pytest

import kerasgen
from kerasgen import adversarial, models
from kerasgen.adversarial import old_arguments

# What constructors took before `compile` did, with a value that was right.
LEARNING = {
    "loss": "hinge",
    "discriminator_steps": 5,
    "generator_steps": 2,
    "reuse_batch": True,
    "update": "simultaneous",
    "skip_margin": 0.5,
    "penalty": "r1",
    "penalty_weight": 5.0,
    "penalty_every": 16,
    "clip": 0.01,
    "feature_matching": True,
    "pulling_away": 0.1,
    "historical_weight": 1e-3,
    "replay": 50,
    "augmentation": "adaptive",
    "input_noise": 0.1,
    "average": 0.999,
    "class_weight": 1.0,
    "categorical_weight": 1.0,
    "continuous_weight": 0.1,
    "gamma": 0.5,
    "margin": 10.0,
}
INPUTS = {
    "latent_dim": 3,
    "latent_distribution": "uniform",
    "num_classes": 10,
    "class_names": ["a", "b"],
}


def gan(**arguments):
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    return models.GAN(generator, discriminator, **arguments)


@pytest.mark.parametrize("name", LEARNING)
def test_learning_is_an_argument_of_compile(name):
    value = LEARNING[name]
    message = rf"`{name}` says how the model learns.*compile\(.*Received: {name}="
    with pytest.raises(TypeError, match=message):
        gan(**{name: value})


def test_constructors_of_published_models_say_the_same():
    with pytest.raises(TypeError, match=r"compile\(terms=\[R1\(weight\)\]\)"):
        models.WGANGP((8, 8, 1), filters=1, penalty_weight=5.0)


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_are_objects(name):
    with pytest.raises(TypeError, match=f"`{name}` is one of the generator's inputs"):
        gan(**{name: INPUTS[name]})


def test_a_choice_of_networks_has_another_name():
    with pytest.raises(TypeError, match="`architecture` now.*networks='residual'"):
        models.WGANGP((8, 8, 1), filters=1, networks="residual")


@pytest.mark.parametrize(
    "text",
    [*old_arguments.TO_COMPILE.values(), *old_arguments.TO_INPUTS.values()],
)
def test_what_is_recommended_exists(text):
    for path in re.findall(r"kerasgen\.[\w.]+", text):
        found = kerasgen
        for part in path.split(".")[1:]:
            found = getattr(found, part)
    for name in re.findall(r"(?<![\w.])[A-Z]\w+", text.replace("True", "")):
        assert hasattr(adversarial, name) or hasattr(kerasgen.inputs, name), name


def test_every_old_argument_is_known():
    assert set(LEARNING) == set(old_arguments.TO_COMPILE)
    assert set(INPUTS) == set(old_arguments.TO_INPUTS)
