import keras
import numpy as np
import pytest

from kerasgen import layers, losses
from kerasgen.adversarial import Alternating, GradientPenalty
from kerasgen.models import WGANGP


def layers_of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def numbers(model):
    """What each player's optimizer is, and its numbers."""
    names = ("learning_rate", "beta_1", "beta_2")
    return {
        o.name: (type(o).__name__, *(round(o.get_config()[n], 8) for n in names))
        for o in model.optimizer.optimizers
    }


def of_both(*values):
    return {"discriminator": values, "generator": values}


def test_the_convolutional_networks_are_those_of_the_authors_for_32_pixels():
    model = WGANGP((32, 32, 3))
    ups = layers_of(model.generator, keras.layers.Conv2DTranspose)
    downs = layers_of(model.discriminator, keras.layers.Conv2D)
    assert [layer.filters for layer in ups] == [128, 64, 3]
    assert [layer.filters for layer in downs] == [64, 128, 256]
    assert {layer.kernel_size for layer in ups + downs} == {(5, 5)}
    assert model.generator.input_shape == (None, 128)


def test_the_residual_networks_are_those_of_the_paper_for_32_pixels():
    model = WGANGP((32, 32, 3), architecture="residual")
    generator, critic = model.generator, model.discriminator
    assert generator.layers[1].units == 4 * 4 * 128
    # Three blocks of two convolutions and a shortcut, and the image.
    convolutions = layers_of(generator, keras.layers.Conv2D)
    assert [c.filters for c in convolutions] == [128] * 9 + [3]
    assert sum(c.kernel_size == (1, 1) for c in convolutions) == 3
    assert len(layers_of(generator, keras.layers.BatchNormalization)) == 7
    # Two blocks halve and have shortcuts, two do neither; each pools both branches.
    convolutions = layers_of(critic, keras.layers.Conv2D)
    assert [c.filters for c in convolutions] == [128] * 10
    assert sum(c.kernel_size == (1, 1) for c in convolutions) == 2
    assert len(layers_of(critic, keras.layers.AveragePooling2D)) == 4
    assert len(layers_of(critic, keras.layers.Add)) == 4
    assert critic.layers[-1].input.shape == (None, 128)
    assert layers_of(critic, keras.layers.GlobalAveragePooling2D)[0].input.shape == (
        None,
        8,
        8,
        128,
    )


def test_a_residual_block_adds_its_shortcut():
    """With silent convolutions a plain block passes its input on."""
    critic = WGANGP((8, 8, 1), architecture="residual", filters=2).discriminator
    first, *plain = layers_of(critic, keras.layers.Add)
    for layer in layers_of(critic, keras.layers.Conv2D)[3:]:
        layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])
    outputs = keras.Model(critic.input, [first.output, plain[-1].output])
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    before, after = (keras.ops.convert_to_numpy(y) for y in outputs(x))
    np.testing.assert_allclose(before, after, atol=1e-6)
    assert before.std() > 0


@pytest.mark.parametrize("architecture", ["convolutional", "residual"])
@pytest.mark.parametrize("normalization", [None, "layer"])
def test_the_critic_has_no_batch_norm(architecture, normalization):
    critic = WGANGP(
        (16, 16, 1), filters=2, architecture=architecture, normalization=normalization
    ).discriminator
    assert not layers_of(critic, keras.layers.BatchNormalization)
    has_norm = bool(layers_of(critic, keras.layers.LayerNormalization))
    assert has_norm == (normalization == "layer")


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (24, 28, 2), (64, 64, 3)])
def test_residual_networks_have_any_size(shape):
    model = WGANGP(shape, architecture="residual", filters=2, latent_dim=3)
    assert model.generator.output_shape == (None, *shape)
    assert model.discriminator.input_shape == (None, *shape)


@pytest.mark.parametrize(
    ("architecture", "rate"), [("convolutional", 1e-4), ("residual", 2e-4)]
)
def test_the_game_is_that_of_algorithm_1_also_after_loading(
    architecture, rate, tmp_path
):
    model = WGANGP((8, 8, 1), filters=2, architecture=architecture)
    model.save(tmp_path / "model.keras")
    for each in (model, keras.saving.load_model(tmp_path / "model.keras")):
        each.compile()
        assert isinstance(each.objective, losses.Wasserstein)
        (term,) = each.terms
        assert isinstance(term, GradientPenalty)
        assert (term.weight, term.every, term.parameters) == (10.0, 1, {"target": 1.0})
        assert (each.turns.discriminator, each.turns.generator) == (5, 1)
        assert each.inputs[0].distribution == "normal"
        assert numbers(each) == of_both("Adam", rate, 0.0, 0.9)


def test_the_game_can_be_changed():
    model = WGANGP((8, 8, 1), filters=2)
    model.compile(terms=[GradientPenalty(1.0)], turns=Alternating(2))
    assert model.terms[0].weight == 1.0
    assert model.minibatches == 2
    assert isinstance(model.objective, losses.Wasserstein)


@pytest.mark.parametrize("architecture", ["convolutional", "residual"])
def test_the_generator_can_be_told_which_latent_is_the_largest(architecture):
    def first(**arguments):
        model = WGANGP((8, 8, 1), 4, filters=2, architecture=architecture, **arguments)
        return layers_of(model.generator, keras.layers.Dense)[0].kernel.shape[0]

    assert (first(), first(categories=3)) == (4, 7)


def test_a_dense_layer_joins_what_convolutions_see_apart():
    model = WGANGP((8, 8, 1), 3, filters=2, kernel_size=4, dense_width=5)
    sizes = [
        [layer.kernel.shape for layer in layers_of(network, keras.layers.Dense)]
        for network in (model.generator, model.discriminator)
    ]
    assert sizes == [[(3, 5), (5, 32)], [(32, 5), (5, 1)]]


def test_the_critic_can_be_told_how_much_samples_vary():
    critic = WGANGP((8, 8, 1), filters=2, minibatch_stddev=3).discriminator
    (layer,) = layers_of(critic, layers.MinibatchStddev)
    assert layer.group_size == 3
    # Past the last convolution of 4x4 positions and 2 filters.
    assert layer.input.shape[1:] == (4, 4, 2)
    assert critic.output["features"].shape[1] == 4 * 4 * (2 + 1)


def test_a_step_trains_residual_networks():
    model = WGANGP((8, 8, 1), architecture="residual", filters=2, latent_dim=3)
    model.compile(turns=Alternating())
    before = [v.numpy() for v in model.trainable_variables]
    model.fit(np.zeros((4, 8, 8, 1), "uint8"), batch_size=4, verbose=0)
    for old, v in zip(before, model.trainable_variables, strict=True):
        cancels = v.path == model.discriminator.get_layer("logits").bias.path
        assert np.array_equal(old, v.numpy()) == cancels, v.path


def test_users_may_bring_their_networks():
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = WGANGP(generator=generator, discriminator=critic)
    model.compile()
    assert model.inputs[0].size == 3
    assert isinstance(model.terms[0], GradientPenalty)
    assert numbers(model) == of_both("Adam", 1e-4, 0.0, 0.9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (30, 30, 1)}, "height=30"),
        ({"architecture": "dense"}, "architecture='dense'"),
        ({"normalization": "batch"}, "normalization='batch'"),
        ({"filters": 0}, "filters=0"),
        ({"categories": 1}, "categories=1"),
        ({"dense_width": -1}, "dense_width=-1"),
        ({"dense_width": 4, "architecture": "residual"}, "dense_width=4"),
        ({"minibatch_stddev": 4, "architecture": "residual"}, "minibatch_stddev=4"),
        ({"architecture": "residual", "filters": 0}, "filters=0"),
        ({"architecture": "residual", "latent_dim": 0}, "latent_dim=0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        WGANGP(**{"image_shape": (8, 8, 1)} | arguments)
