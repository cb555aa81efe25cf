"""Last activations that do not fit the game are said once, when it begins."""

import warnings

import keras
import pytest

from kerasgen import losses
from kerasgen.adversarial import GAN, AuxiliaryClassifier, MutualInformation
from kerasgen.inputs import Codes, Labels, Latents
from kerasgen.kinds import Voxels
from kerasgen.models import CycleGAN


def generator(activation, shape=(4, 4, 1), beside=0):
    latents = keras.Input((3,))
    inputs, x = latents, latents
    if beside:
        condition = keras.Input((beside,))
        inputs, x = (latents, condition), keras.layers.Concatenate()([x, condition])
    size = 1
    for n in shape:
        size *= n
    x = keras.layers.Dense(size, activation, name="pixels")(x)
    return keras.Model(inputs, keras.layers.Reshape(shape)(x), name="painter")


def discriminator(shape=(4, 4, 1), **heads):
    """Heads are `(units, activation)`, by name."""
    samples = keras.Input(shape)
    x = keras.layers.Flatten()(samples)
    outputs = {
        name: keras.layers.Dense(units, activation, name=f"{name}_layer")(x)
        for name, (units, activation) in heads.items()
    }
    return keras.Model(samples, outputs, name="critic")


def said(compile):
    """What a function that compiles warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile()
    return [str(each.message) for each in caught if each.category is UserWarning]


def gan(logits=None, units=1, images="tanh"):
    return GAN(generator(images), discriminator(logits=(units, logits)))


LOGITS = [
    name
    for name in losses.OBJECTIVES
    if name not in ("ebgan", "began", "feature_matching")
]


@pytest.mark.parametrize("loss", LOGITS)
def test_every_objective_takes_a_last_layer_without_activation(loss):
    assert said(lambda: gan().compile(loss=loss)) == []


@pytest.mark.parametrize("loss", [n for n in LOGITS if n != "least_squares"])
def test_a_sigmoid_is_said_where_logits_are_expected(loss):
    (message,) = said(lambda: gan("sigmoid").compile(loss=loss))
    assert message.startswith(type(losses.get(loss)).__name__)
    assert "needs 'logits'" in message and "'logits_layer' (sigmoid)" in message
    assert message.endswith("makes values from 0 to 1")


def test_a_sigmoid_has_the_targets_of_least_squares_in_one_coding_alone():
    assert said(lambda: gan("sigmoid").compile(loss="least_squares")) == []
    coded = losses.LeastSquares(a=-1.0, b=1.0, c=0.0)
    (message,) = said(lambda: gan("sigmoid").compile(loss=coded))
    assert "LeastSquares needs 'logits' to reach from -1 to 1" in message
    assert said(lambda: gan("tanh").compile(loss=coded)) == []


def test_a_tanh_has_the_margins_of_hinge():
    assert said(lambda: gan("tanh").compile(loss="hinge")) == []
    assert len(said(lambda: gan("tanh").compile())) == 1


def test_an_objective_of_one_s_own_asks_for_nothing_unless_it_says_so():
    class OfProbabilities(losses.Objective):
        pass

    assert said(lambda: gan("sigmoid").compile(loss=OfProbabilities())) == []
    OfProbabilities.reach = (-1.0, 1.0)
    assert len(said(lambda: gan("sigmoid").compile(loss=OfProbabilities()))) == 1


@pytest.mark.parametrize("units", [2, 10])
def test_several_units_in_place_of_a_logit(units):
    (message,) = said(lambda: gan(units=units).compile())
    assert "one number of each sample" in message
    assert f"discriminator='critic' with logits of shape (None, {units})" in message


def test_a_softmax_over_one_unit_says_nothing_at_all():
    *_, message = said(lambda: gan("softmax").compile())
    assert message.endswith("from 1 to 1")


@pytest.mark.parametrize(
    ("activation", "warned"),
    [("sigmoid", True), ("relu", True), ("tanh", False), (None, False)],
)
def test_a_generator_reaches_all_values_of_images(activation, warned):
    messages = said(lambda: gan(images=activation).compile())
    assert len(messages) == warned
    for message in messages:
        assert "generator='painter'" in message and "from -1 to 1" in message
        assert f"'pixels' ({activation})" in message


def test_a_sigmoid_makes_voxels_and_any_vectors():
    shape = (2, 2, 2, 1)
    bodies = GAN(generator("sigmoid", shape), discriminator(shape, logits=(1, None)))
    assert isinstance(bodies.kind, Voxels)
    points = GAN(generator("sigmoid", (2,)), discriminator((2,), logits=(1, None)))
    assert said(bodies.compile) == said(points.compile) == []


def test_class_heads_are_logits():
    def acgan(classes):
        return GAN(
            generator("tanh", beside=3),
            discriminator(logits=(1, None), classes=(3, classes)),
            (Latents(3), Labels(3)),
            defaults={"terms": [AuxiliaryClassifier()]},
        )

    assert said(acgan(None).compile) == []
    (message,) = said(acgan("softmax").compile)
    assert "AuxiliaryClassifier needs 'classes'" in message
    assert "'classes_layer' (softmax)" in message


def test_codes_are_logits_where_there_are_categories():
    def infogan(categorical, activation):
        codes = Codes(categorical, continuous=1)
        model = GAN(
            generator("tanh", beside=codes.size),
            discriminator(logits=(1, None), codes=(codes.size, activation)),
            (Latents(3), codes),
        )
        return said(lambda: model.compile(terms=[MutualInformation()]))

    assert len(infogan((3,), "tanh")) == 1
    assert infogan((3,), None) == infogan((), "tanh") == []


def test_a_discriminator_that_rebuilds_samples_reaches_their_values():
    def ebgan(activation):
        images = keras.Input((4, 4, 1))
        x = keras.layers.Dense(2)(keras.layers.Flatten()(images))
        x = keras.layers.Dense(16, activation)(x)
        rebuilt = {"reconstruction": keras.layers.Reshape((4, 4, 1))(x)}
        model = GAN(generator("tanh"), keras.Model(images, rebuilt))
        return said(lambda: model.compile(loss="ebgan"))

    assert ebgan("tanh") == ebgan(None) == []
    (message,) = ebgan("sigmoid")
    assert "EnergyMargin needs 'reconstruction' to reach from -1 to 1" in message


def test_each_side_of_two_domains_is_looked_at():
    own = keras.Sequential(
        [keras.Input((16, 16, 1)), keras.layers.Conv2D(1, 1, activation="sigmoid")],
        name="halved",
    )
    model = CycleGAN((16, 16, 1), filters=1, blocks=1, halvings=1, generator_ba=own)
    (message,) = said(model.compile)
    assert "generator='halved'" in message
