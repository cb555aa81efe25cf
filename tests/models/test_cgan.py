import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.inputs import philox
from kerasgen.layers import Maxout, SamplePool, SpectralNormalization
from kerasgen.models import CGAN
from kerasgen.models.cgan import FallingRate


@pytest.fixture
def small():
    """A CGAN of 8x8 images, as its constructor makes it."""

    def make(**arguments):
        defaults = {"num_classes": 4, "latent_dim": 3, "filters": 2, "seed": 0}
        return CGAN((8, 8, 1), **{**defaults, **arguments})

    return make


def images(n=8):
    return np.random.default_rng(0).integers(0, 255, (n, 8, 8, 1)).astype("uint8")


LABELS = np.arange(8) % 4
CLASSES = np.eye(4, dtype="float32")


def encoded(labels):
    return ops.convert_to_tensor(CLASSES[labels])


def test_the_label_reaches_the_generator(small):
    model = small()
    latents = ops.ones((2, 3))
    same, other = (
        ops.convert_to_numpy(
            ops.stop_gradient(model.decode((latents, encoded(labels))))
        )
        for labels in ([1, 1], [1, 2])
    )
    np.testing.assert_allclose(same[0], same[1], atol=1e-6)
    assert np.abs(other[0] - other[1]).max() > 1e-4


def test_the_label_reaches_the_discriminator(small):
    x = ops.ones((1, 8, 8, 1))
    model = small()
    logits = [
        model.judge({"samples": x, "labels": encoded([c])}, False)["logits"]
        for c in range(2)
    ]
    first, second = (ops.convert_to_numpy(ops.stop_gradient(y)) for y in logits)
    assert np.abs(first - second).max() > 1e-6


def test_generated_samples_are_judged_by_the_labels_of_the_real_ones(small):
    real = {"samples": ops.ones((3, 8, 8, 1)), "labels": encoded([2, 0, 2])}
    found = ops.convert_to_numpy(small().make(real)["labels"])
    np.testing.assert_array_equal(found, CLASSES[[2, 0, 2]])


def test_it_obeys_brightness_after_a_little_training():
    shape, brightness = (4, 4, 1), np.array([-0.8, 0.0, 0.8])
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 512)
    x = brightness[labels][:, None, None, None] + random.normal(0, 0.05, (512, *shape))
    latents, asked = keras.Input((2,)), keras.Input((3,))
    h = keras.layers.Concatenate()([latents, asked])
    h = keras.layers.Reshape(shape)(keras.layers.Dense(16, use_bias=False)(h))
    generator = keras.Model((latents, asked), h)
    samples, asked = keras.Input(shape), keras.Input((3,))
    h = keras.layers.Concatenate()([keras.layers.Flatten()(samples), asked])
    h = keras.layers.Dense(32, "leaky_relu")(h)
    discriminator = keras.Model((samples, asked), keras.layers.Dense(1)(h))
    model = CGAN(
        num_classes=3, generator=generator, discriminator=discriminator, seed=0
    )
    model.compile(keras.optimizers.Adam(0.02, beta_1=0.5))
    model.fit(x.astype("float32"), labels, batch_size=64, epochs=16, verbose=0)
    made = [model.generate(64, labels=c, seed=1).mean() / 127.5 - 1 for c in range(3)]
    np.testing.assert_allclose(made, brightness, atol=0.35)


@pytest.mark.parametrize("labels", [LABELS, LABELS[:, None], CLASSES[LABELS]])
def test_every_form_of_labels_gives_the_same_losses(small, labels):
    model = small()
    latents = ops.ones((8, 3))
    model.inputs[0].in_training = lambda n, seed, batch: latents
    losses = []
    for form in (labels, LABELS):
        model.compile()
        losses.append(model.evaluate(images(), form, return_dict=True, verbose=0))
    assert losses[0] == pytest.approx(losses[1])


def test_several_attributes_train(small):
    model = small()
    model.compile()
    attributes = np.random.default_rng(1).integers(0, 2, (8, 4))
    history = model.fit(images(), attributes, verbose=0).history
    assert np.isfinite(history["generator_loss"][0])
    assert model.generate(labels=[[1, 0, 1, 1], [0, 0, 0, 0]], seed=0).shape[0] == 2


def test_names_of_attributes_are_kept(small, tmp_path):
    model = small(class_names=["hat", "tie", "bow", "bag"])
    expected = model.generate(2, seed=0, labels=[[1, 0, 0, 1]] * 2)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    found = loaded.generate(2, seed=0, labels={"hat", "bag"})
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch"])
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "needs labels"),
        (LABELS[:7], "8 samples and 7 labels"),
        (LABELS + 1, "from 1 to 4"),
        (LABELS.astype("float32"), "integers"),
        (CLASSES[LABELS][:, :3], r"\(8, 3\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(small, method, labels, message):
    model = small()
    model.compile()
    with pytest.raises(ValueError, match=message):
        getattr(model, method)(images(), labels)


def test_labels_of_a_loader_are_read(small):
    import kerasgen

    train = kerasgen.data.load((images(), LABELS), labels=True, batch_size=4)
    model = small()
    model.compile()
    assert np.isfinite(model.fit(train, verbose=0).history["generator_loss"][0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 3, "labels": [0, 1]}, "n=3 and 2 labels"),
        ({"labels": [4]}, "from 4 to 4"),
        ({"n": 2, "labels": 1.5}, "integers"),
        ({}, "n=None"),
        ({"labels": [0, 1], "latents": np.zeros((3, 3))}, "3 .* 2 labels"),
    ],
)
def test_generate_refuses_what_does_not_fit(small, arguments, message):
    with pytest.raises(ValueError, match=message):
        small().generate(**arguments)


def test_generate_gives_what_is_asked_for(small):
    model = small()
    latents = philox(5).standard_normal((6, 3)).astype("float32")

    def made(labels):
        samples = model.run(model.generator, (latents, CLASSES[labels]))
        return model.kind.to_host(samples)

    np.testing.assert_array_equal(
        model.generate(6, seed=5),
        made([0, 1, 2, 3, 0, 1]),  # all classes in turn
    )
    np.testing.assert_array_equal(model.generate(6, seed=5, labels=3), made([3] * 6))
    np.testing.assert_array_equal(
        model.generate(labels=[0, 0, 1, 1, 2, 2], seed=5), made([0, 0, 1, 1, 2, 2])
    )


def test_it_goes_on_where_it_was_saved(small, tmp_path):
    model = small()
    model.compile(views=[SamplePool(6)], average=0.9)
    model.fit(images(), LABELS, verbose=0)
    model.save(tmp_path / "cgan.keras")
    again = keras.saving.load_model(tmp_path / "cgan.keras")
    np.testing.assert_array_equal(model.generate(8, seed=0), again.generate(8, seed=0))
    for m in (model, again):
        m.train_on_batch(images(), LABELS)
    for a, b in zip(model.variables, again.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6, err_msg=a.path)


def test_networks_without_a_condition_are_refused():
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match=r"tuple \(latents, labels\)"):
        CGAN(generator=generator, discriminator=generator)
    with pytest.raises(ValueError, match="beside labels"):
        critic = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
        CGAN((8, 8, 1), filters=2, discriminator=critic)
    with pytest.raises(ValueError, match="image_shape=None"):
        CGAN(num_classes=3)


def test_the_norm_of_the_discriminator_is_a_choice(small):
    kinds = {
        type(layer) for layer in small(normalization="spectral").discriminator.layers
    }
    assert SpectralNormalization in kinds
    assert SpectralNormalization not in map(type, small().discriminator.layers)


def test_maxout_networks_are_those_of_the_paper():
    model = CGAN((28, 28, 1), num_classes=10, architecture="maxout", seed=0)
    dense = [
        layer.units
        for layer in model.generator.layers
        if isinstance(layer, keras.layers.Dense)
    ]
    assert dense == [200, 1000, 1200, 784]
    maxout = [
        (layer.units, layer.pieces)
        for layer in model.discriminator.layers
        if isinstance(layer, Maxout)
    ]
    assert maxout == [(240, 5), (50, 5), (240, 4)]
    drops = [
        layer
        for network in (model.generator, model.discriminator)
        for layer in network.layers
        if isinstance(layer, keras.layers.Dropout)
    ]
    assert [layer.rate for layer in drops] == [0.5] * 6
    assert len({layer.seed for layer in drops}) == 6


def test_maxout_networks_train_as_in_the_paper(tmp_path):
    model = CGAN((5, 3, 2), num_classes=4, architecture="maxout", seed=0)
    model.compile()
    x = np.random.default_rng(0).uniform(-1, 1, (8, 5, 3, 2)).astype("float32")
    model.fit(x, LABELS, batch_size=4, verbose=0)
    model.save(tmp_path / "cgan.keras")
    again = keras.saving.load_model(tmp_path / "cgan.keras")
    for player in again.optimizer.optimizers:
        assert isinstance(player, keras.optimizers.SGD)
        assert player.momentum == 0.5
        rate = 0.1 / 1.00004 ** int(player.iterations.numpy())
        assert float(player.learning_rate) == pytest.approx(rate)
    np.testing.assert_array_equal(model.generate(4, seed=0), again.generate(4, seed=0))


def test_the_rate_falls_by_the_papers_factor_to_its_floor():
    rate = FallingRate()
    assert float(rate(0)) == pytest.approx(0.1)
    assert float(rate(10_000)) == pytest.approx(0.1 / 1.00004**10_000, rel=1e-4)
    assert float(rate(1_000_000)) == pytest.approx(1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"architecture": "max_out"}, "nearest names are maxout.*'max_out'"),
        ({"num_classes": 1}, "num_classes=1"),
        ({"filters": 0}, "filters=0"),
        ({"architecture": "maxout", "latent_dim": 0}, "latent_dim=0"),
        ({"class_names": ["a", "b"]}, "different name for each of the 10"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        CGAN((8, 8, 1), **arguments)


def test_labels_of_validation_data_are_checked(small):
    model = small()
    model.compile()
    with pytest.raises(ValueError, match=r"validation_data.*from 1 to 4"):
        model.fit(images(), LABELS, validation_data=(images(), LABELS + 1), verbose=0)
