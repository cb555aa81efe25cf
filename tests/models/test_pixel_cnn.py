"""PixelCNN: what it says is a probability, and how it is asked for images."""

import keras
import numpy as np
import pytest

from kerasgen import models, zoo

SHAPE = (5, 6, 3)
LEVELS = {"name": "categorical", "levels": 4}
RANDOM = np.random.default_rng(0)


def images_of(n, shape=SHAPE, levels=4):
    steps = RANDOM.integers(0, levels, (n, *shape))
    return np.rint(steps * 255 / (levels - 1)).astype("uint8")


@pytest.fixture(scope="module")
def colored():
    """Two residual blocks, weights far from zero, four levels of three colors."""
    keras.utils.set_random_seed(0)
    model = models.PixelCNN(SHAPE, LEVELS, filters=6, blocks=2, seed=1)
    network = model.network("network")
    network.set_weights([RANDOM.normal(0, 0.3, w.shape) for w in network.get_weights()])
    return model


@pytest.fixture(scope="module")
def binary():
    keras.utils.set_random_seed(0)
    return models.PixelCNN((4, 5, 1), filters=4, blocks=1, seed=1)


# --- likelihood


def test_log_prob_is_that_of_each_number_given_those_before(colored):
    images = images_of(3)
    logits = colored.network("network")(images / np.float32(127.5) - 1)
    logits = keras.ops.convert_to_numpy(keras.ops.stop_gradient(logits))
    assert logits.shape == (3, *SHAPE, 4)
    logits = logits.astype("float64")
    level = np.rint(images / 85).astype(int)[..., None]
    nats = (
        np.log(np.exp(logits).sum(-1)) - np.take_along_axis(logits, level, -1)[..., 0]
    )
    found = colored.log_prob(images)
    np.testing.assert_allclose(found, -nats.sum(axis=(1, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(colored.log_prob(images / 127.5 - 1), found, rtol=1e-4)


def test_fit_and_evaluate_log_nats_and_bits(binary):
    binary.compile(keras.optimizers.SGD(0.0))
    images = images_of(6, (4, 5, 1), 2)
    nats = -binary.log_prob(images).mean()
    history = binary.fit(images, batch_size=4, verbose=0).history
    logs = binary.evaluate(images, batch_size=4, return_dict=True, verbose=0)
    for bits in (history["bits_per_dim"][0], logs["bits_per_dim"]):
        assert bits == pytest.approx(nats / (20 * np.log(2)), rel=1e-4)
    assert set(logs) == {"network_loss", "bits_per_dim"}


# --- samples


def test_layers_that_remember_give_the_images_of_the_plain_loop(colored):
    cached = colored.generate(6, seed=3)
    np.testing.assert_array_equal(cached, colored.generate(6, seed=3, cached=False))
    assert not np.array_equal(cached, colored.generate(6, seed=4))
    assert set(np.unique(cached)) == {0, 85, 170, 255}


def test_a_completed_image_keeps_what_was_given(colored):
    given = images_of(6)
    mask = np.zeros((6, *SHAPE[:2]), bool)
    mask[:3, :2] = True  # the upper rows
    mask[3:, :, ::2] = True  # every other column
    completed = colored.generate(given=given, mask=mask, seed=3)
    np.testing.assert_array_equal(completed[mask], given[mask])
    assert (completed[~mask] != given[~mask]).mean() > 0.5
    plain = colored.generate(given=given, mask=mask, seed=3, cached=False)
    np.testing.assert_array_equal(completed, plain)
    # What comes before the first given pixel is as it would be without it.
    mask[:] = False
    mask[:, -1] = 1
    upper = colored.generate(given=given, mask=mask, seed=3)[:, :-1]
    np.testing.assert_array_equal(upper, colored.generate(6, seed=3)[:, :-1])


def test_a_low_temperature_draws_what_is_likeliest(colored):
    cold = [colored.generate(6, seed=s, temperature=1e-4) for s in (0, 1)]
    np.testing.assert_array_equal(*cold)
    assert (cold[0] == cold[0][:1]).all()
    assert (
        len(np.unique(colored.generate(6, temperature=1.0).reshape(6, -1), axis=0)) == 6
    )


def test_one_mask_stands_for_all_images(binary):
    given = images_of(3, (4, 5, 1), 2)
    mask = np.zeros((4, 5))
    mask[:2] = 1
    completed = binary.generate(3, given=given, mask=mask, seed=0)
    np.testing.assert_array_equal(completed[:, :2], given[:, :2])


def test_an_entry_of_the_zoo_draws_the_same(binary, tmp_path):
    zoo.save(binary, tmp_path / "entry")
    again = zoo.load(tmp_path / "entry")
    np.testing.assert_array_equal(binary.generate(4, seed=0), again.generate(4, seed=0))
    assert again.inputs == ()


# --- what it refuses

GIVEN = np.zeros((2, 4, 5, 1), "uint8")
MASK = np.zeros((4, 5), bool)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({}, "`n` must be a positive integer"),
        ({"n": 2, "temperature": 0.0}, "`temperature` must be positive"),
        ({"n": 2, "temperature": -1.0}, "`temperature` must be positive"),
        ({"n": 2, "latents": np.zeros((2, 3))}, "takes no `latents`"),
        ({"n": 2, "labels": 1}, "takes no `labels`"),
        ({"given": GIVEN}, "`given` and `mask` go together"),
        ({"n": 2, "mask": MASK}, "`given` and `mask` go together"),
        ({"given": GIVEN[:, :3], "mask": MASK}, "must have shape"),
        ({"given": GIVEN + 7, "mask": MASK}, "`given` must have the 2 levels"),
        ({"given": GIVEN, "mask": MASK[:3]}, "`mask` must hold True or False"),
        ({"given": GIVEN, "mask": MASK[None]}, "`mask` must hold True or False"),
        ({"given": GIVEN, "mask": MASK + 0.5}, "`mask` must hold True or False"),
        ({"n": 3, "given": GIVEN, "mask": MASK}, "`n` must be the number of `given`"),
    ],
)
@pytest.mark.host
def test_what_generate_refuses(arguments, message):
    model = models.PixelCNN((4, 5, 1), filters=1, blocks=1)
    with pytest.raises(ValueError, match=message):
        model.generate(**arguments)


def test_grays_are_refused_by_a_model_of_two_levels(binary):
    grays = np.full((8, 4, 5, 1), 128, "uint8")
    binary.compile()
    for call in (binary.fit, binary.evaluate, binary.log_prob):
        with pytest.raises(ValueError, match="`images` must have the 2 levels"):
            call(grays)

    def batches():
        yield (grays // 128 * 255,)
        yield (grays,)

    with pytest.raises(ValueError, match="batch 2 .*distance to a level"):
        binary.fit(batches(), steps_per_epoch=2, verbose=0)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"filters": 0}, "`filters` must be a positive integer"),
        ({"blocks": 0}, "`blocks` must be a positive integer"),
        ({"image_shape": (8, 8)}, "`image_shape` must be"),
        ({"image_shape": (8, 8, 3), "filters": 4}, "multiple of the image's channels"),
        ({"likelihood": "gaussian"}, "`likelihood` must be a likelihood with levels"),
        ({"likelihood": {"name": "bernoulli", "interval": (0, 1)}}, "from -1 to 1"),
    ],
)
@pytest.mark.host
def test_what_the_constructor_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.PixelCNN(**arguments)


@pytest.mark.host
def test_there_is_nothing_to_decode():
    with pytest.raises(ValueError, match="PixelCNN has no latents"):
        models.PixelCNN((4, 5, 1), filters=1, blocks=1).decode(np.zeros((1, 2)))
