import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.latent import draw, invert


def decoded(model, latents, labels=None):
    inputs = ops.convert_to_tensor(latents)
    if labels is not None:
        inputs = (ops.convert_to_tensor(np.eye(3, dtype="float32")[labels]), inputs)
    return ops.convert_to_numpy(model.decode(inputs))


def test_finds_the_latents_that_made_the_images(linear_model):
    model = linear_model()
    latents = np.random.default_rng(1).uniform(-1, 1, (5, 3)).astype("float32")
    found = invert(model, decoded(model, latents), steps=150, restarts=2)
    np.testing.assert_allclose(found.latents, latents, atol=1e-2)
    assert found.errors.shape == (5,) and found.errors.max() < 1e-5


def test_takes_uint8_and_what_is_held(linear_model):
    model = linear_model(labels=True)
    latents = np.random.default_rng(1).uniform(-1, 1, (2, 3)).astype("float32")
    images = np.rint((decoded(model, latents, [1, 2]) + 1) * 127.5).astype("uint8")
    found = invert(model, images, 150, restarts=2, labels=[1, 2])
    np.testing.assert_allclose(found.latents, latents, atol=0.05)
    wrong = invert(model, images, 150, restarts=2, labels=0)
    assert wrong.errors.min() > 10 * found.errors.max()


def test_inverts_samples_of_another_kind(points_gan):
    model = points_gan()
    points = model.generate(3, seed=1)
    found = invert(model, points, steps=300)
    again = model.generate(latents=found.latents)
    np.testing.assert_allclose(again, points, atol=0.05)


def test_keeps_the_best_restart_of_each_image(linear_model):
    def decode(latents):  # two valleys: only starts above zero reach the right one
        z = latents[:, :1]
        return ops.reshape(ops.tile(z**3 / 4 - z * 3 / 4, (1, 4)), (-1, 2, 2, 1))

    model = linear_model()
    model.decode = decode
    images = np.ones((3, 2, 2, 1), "float32")  # z = 2.1 or so; valley at z = -1: 0.5
    once = [invert(model, images, 100, 1, seed=s).errors for s in range(3)]
    assert np.max(once) > 0.1
    assert invert(model, images, 100, restarts=12).errors.max() < 1e-3


def test_takes_an_optimizer(linear_model):
    images = np.zeros((1, 2, 2, 1), "float32")
    still = keras.optimizers.SGD(0.0)
    a, b = (invert(linear_model(), images, s, 1, still).latents for s in (1, 3))
    np.testing.assert_array_equal(a, b)


def test_starts_where_the_seed_says(linear_model):
    images = np.zeros((1, 2, 2, 1), "float32")
    still = keras.optimizers.SGD(0.0)
    a, b, c = (invert(linear_model(), images, 1, 1, still, seed=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(a.latents, b.latents)
    assert not np.array_equal(a.latents, c.latents)


def test_inverts_a_network(dcgan):
    model = dcgan()
    for kernel in (w for w in model.generator.weights if w.name == "kernel"):
        kernel.assign(kernel * 10.0)  # untrained, its images would be all but gray
    latents = ops.convert_to_tensor(draw(model, 2, seed=1))
    images = ops.convert_to_numpy(ops.stop_gradient(model.decode(latents)))
    before, after = (
        invert(model, images, steps, restarts=1).errors.mean() for steps in (1, 40)
    )
    assert after < before / 4


@pytest.mark.parametrize(
    ("images", "arguments", "said"),
    [
        (np.zeros((1, 2, 3, 1), "uint8"), {}, "`images` must have shape"),
        (np.full((1, 2, 2, 1), 7.0), {}, r"must lie in \[-1, 1\]"),
        (np.full((1, 2, 2, 1), np.nan), {}, "must be finite"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"restarts": 0}, "restarts=0"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"steps": 0}, "steps=0"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"steps": 1.5}, "steps=1.5"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"seed": "a"}, "seed='a'"),
        (
            np.zeros((1, 2, 2, 1), "uint8"),
            {"optimizer": "adan"},
            "the name of .*'adan'",
        ),
        (np.zeros((0, 2, 2, 1), "uint8"), {}, "number_of_samples=0"),
        ([[1.0], [1.0, 2.0]], {}, "`samples` must be an array of numbers"),
        (np.zeros((1, 2, 2, 1), "uint8"), {"labels": 3}, "makes samples from latents"),
    ],
)
def test_bad_input(linear_model, images, arguments, said):
    with pytest.raises(ValueError, match=said):
        invert(linear_model(), images, **arguments)


def test_what_is_no_model_is_refused():
    with pytest.raises(ValueError, match="`model` must be a model of kerasgen.*=3"):
        invert(3, np.zeros((1, 2, 2, 1), "uint8"))


def test_images_that_most_likely_lie_in_0_to_1_are_warned_of(linear_model):
    bright = np.linspace(0.0, 1.0, 4).reshape(1, 2, 2, 1)
    with pytest.warns(UserWarning, match="`images` lie in .*below 0"):
        invert(linear_model(), bright, steps=1, restarts=1)


def test_what_is_not_held_is_named(linear_model):
    with pytest.raises(ValueError, match="give `labels`"):
        invert(linear_model(labels=True), np.zeros((1, 2, 2, 1), "uint8"))


def test_an_optimizer_may_be_given_by_name(linear_model):
    images = np.zeros((1, 2, 2, 1), "uint8")
    by_name, as_object = (
        invert(linear_model(), images, steps=2, restarts=1, optimizer=each).latents
        for each in ("adam", keras.optimizers.Adam())
    )
    np.testing.assert_array_equal(by_name, as_object)
