import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import losses
from kerasgen.inputs import philox
from kerasgen.models import InfoGAN


@pytest.fixture(scope="module")
def linear():
    """Codes of three and of two categories, and a continuous one."""
    z, c, x = (keras.Input((n,)) for n in (2, 6, 2))
    made = keras.layers.Dense(2)(keras.layers.Concatenate()([z, c]))
    said = {
        "logits": keras.layers.Dense(1, name="logits")(x),
        "codes": keras.layers.Dense(6, name="codes")(x),
    }
    return InfoGAN(
        categorical=(3, 2),
        continuous=1,
        generator=keras.Model((z, c), made),
        discriminator=keras.Model(x, said),
        seed=0,
    )


def test_the_networks_are_those_of_the_appendix_for_mnist():
    model = InfoGAN((28, 28, 1))
    assert [x.shape[1] for x in model.generator.inputs] == [62, 10 + 2]
    dense = [
        layer.units
        for layer in model.generator.layers
        if isinstance(layer, keras.layers.Dense)
    ]
    assert dense == [1024, 7 * 7 * 128]
    downs = [
        layer
        for layer in model.discriminator.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    assert [layer.filters for layer in downs] == [64, 128]
    assert {(x.kernel_size, x.strides) for x in downs} == {((4, 4), (2, 2))}
    shapes = {name: x.shape[1:] for name, x in model.discriminator.output.items()}
    assert shapes == {"logits": (1,), "codes": (12,), "features": (1024,)}


def test_the_game_is_that_of_the_paper(linear):
    linear.compile()
    assert isinstance(linear.objective, losses.NonSaturating)
    (term,) = linear.terms
    assert type(term).__name__ == "MutualInformation"
    assert (term.weight, term.categorical) == (1.0, (3, 2))
    rates = [o.get_config()["learning_rate"] for o in linear.optimizer.optimizers]
    np.testing.assert_allclose(rates, [2e-4, 1e-3])  # appendix C.1
    assert [o.name for o in linear.optimizer.optimizers] == [
        "discriminator",
        "generator",
    ]


def test_equal_seeds_give_equal_codes_and_samples(linear):
    np.testing.assert_array_equal(
        linear.generate(5, seed=3), linear.generate(5, seed=3)
    )
    assert not np.array_equal(linear.generate(5, seed=3), linear.generate(5, seed=4))
    random = philox(3)
    latents = random.standard_normal((5, 2)).astype("float32")
    codes = linear.inputs[1].draw(5, random)
    assert codes.shape == (5, 3)
    np.testing.assert_array_equal(
        linear.generate(latents=latents, codes=codes), linear.generate(5, seed=3)
    )


def test_a_code_changes_the_sample(linear):
    latents = np.zeros((3, 2), "float32")
    made = linear.generate(latents=latents, codes=[[0, 1, 0], [2, 1, 0], [2, 1, 0.5]])
    assert np.abs(np.diff(made, axis=0)).max(axis=1).min() > 1e-3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"codes": [[0, 1]]}, r"\(n, 3\).*\(1, 2\)"),
        ({"n": 2, "codes": [[0, 0, 0]]}, "n=2 and 1 codes"),
        ({"n": 2, "labels": [0, 1]}, "`codes`"),
        ({}, "n=None"),
    ],
)
def test_generate_refuses_what_does_not_fit(linear, arguments, message):
    with pytest.raises(ValueError, match=message):
        linear.generate(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"categorical": (1,)}, r"categorical=\(1,\)"),
        ({"continuous": -1}, "continuous=-1"),
        ({"categorical": (), "continuous": 0}, "must be a code"),
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (9, 9, 1)}, "height=9"),
    ],
)
def test_what_no_infogan_can_be_is_refused(arguments, message):
    small = {"image_shape": (8, 8, 1), "filters": 2, "dense_width": 4}
    with pytest.raises(ValueError, match=message):
        InfoGAN(**{**small, **arguments})


def test_a_discriminator_without_q_is_refused(linear):
    x = keras.Input((2,))
    outputs = {"logits": keras.layers.Dense(1)(x), "classes": keras.layers.Dense(3)(x)}
    model = InfoGAN(
        categorical=(3, 2),
        continuous=1,
        generator=linear.generator,
        discriminator=keras.Model(x, outputs),
    )
    with pytest.raises(ValueError, match="MutualInformation needs .*'codes'"):
        model.compile()


def test_its_codes_are_saved(linear, tmp_path):
    linear.save(tmp_path / "infogan.keras")
    again = keras.saving.load_model(tmp_path / "infogan.keras")
    codes = again.inputs[1]
    assert (tuple(codes.categorical), codes.continuous) == ((3, 2), 1)
    np.testing.assert_array_equal(linear.generate(4, seed=0), again.generate(4, seed=0))


def test_q_reads_what_the_body_knows():
    """D and Q share all but their last layers."""
    model = InfoGAN((8, 8, 1), latent_dim=4, filters=2, dense_width=8, seed=0)
    shared = model.discriminator.get_layer("logits").input
    assert shared is model.discriminator.output["features"]
    body = keras.Model(model.discriminator.input, shared)
    of_codes = [
        layer
        for layer in model.discriminator.layers
        if layer.weights and layer not in body.layers
    ]
    units = [x.units for x in of_codes if isinstance(x, keras.layers.Dense)]
    assert sorted(units) == [1, 12, 128]
    outputs = model.discriminator(ops.zeros((2, 8, 8, 1)))
    assert tuple(outputs["codes"].shape) == (2, 12)
