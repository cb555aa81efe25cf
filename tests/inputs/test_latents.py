import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.inputs import Latents, answer, latents_of, philox


@pytest.mark.parametrize(
    ("distribution", "deviation", "largest"),
    [("normal", 1.0, np.inf), ("uniform", 1 / np.sqrt(3), 1.0)],
)
def test_both_draws_have_the_distribution(distribution, deviation, largest):
    latents = Latents(5, distribution)
    seed = keras.random.SeedGenerator(0)
    for drawn in (
        latents.draw(2000, philox(0)),
        ops.convert_to_numpy(latents.in_training(2000, seed)),
    ):
        assert drawn.shape == (2000, 5) and drawn.dtype == "float32"
        assert drawn.std() == pytest.approx(deviation, rel=0.03)
        assert drawn.mean() == pytest.approx(0.0, abs=0.03)
        assert 0.9 * min(largest, 3.0) < np.abs(drawn).max() <= largest


def test_the_host_draws_the_same_everywhere():
    drawn = answer((Latents(2),), 2, seed=3)["latents"]
    expected = np.random.Generator(np.random.Philox(3)).standard_normal((2, 2))
    np.testing.assert_array_equal(drawn, expected.astype("float32"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "latent_dim=0"),
        ({"size": 2.0}, "latent_dim=2.0"),
        ({"size": True}, "latent_dim=True"),
        ({"size": 2, "distribution": "normall"}, "nearest names are normal.*'normall'"),
    ],
)
def test_latents_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Latents(**arguments)


def test_a_generator_says_the_size_of_its_latents():
    z, c = keras.Input((7,)), keras.Input((3,))
    both = keras.Model((z, c), keras.layers.Concatenate()([z, c]))
    assert latents_of(keras.Model(z, keras.layers.Dense(1)(z)), 4).size == 7
    assert latents_of(both, 4, "uniform").size == 7
    assert latents_of(keras.Sequential([keras.layers.Dense(1)]), 4).size == 4
