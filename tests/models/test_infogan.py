import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.models import InfoGAN

LATENTS = np.random.default_rng(1).normal(size=(4, 2)).astype("float32")
CODES = np.array(
    [
        [1, 0, 0, 1, 0, 0.5],
        [0, 1, 0, 0, 1, -0.9],
        [0, 0, 1, 0, 1, 0.0],
        [0, 1, 0, 1, 0, 0.1],
    ],
    "float32",
)


@pytest.fixture
def linear(conditional_generator, headed_discriminator):
    """Codes of three and of two categories, and a continuous one."""

    def make(hidden=0, **arguments):
        keras.utils.set_random_seed(2)
        return InfoGAN(
            categorical=(3, 2),
            continuous=1,
            generator=conditional_generator(6, hidden=hidden),
            discriminator=headed_discriminator("codes", 6, hidden=hidden),
            **{"seed": 0, **arguments},
        )

    return make


def negative_log_likelihoods(said):
    """Means over the batch of `-log Q(c|x)`, categorical and continuous."""

    def entropy(said, codes):
        log_probs = said - np.log(np.exp(said).sum(axis=1, keepdims=True))
        return -(codes * log_probs).sum(axis=1).mean()

    categorical = entropy(said[:, :3], CODES[:, :3])
    categorical += entropy(said[:, 3:5], CODES[:, 3:5])
    return categorical, 0.5 * ((said[:, 5:] - CODES[:, 5:]) ** 2).sum(axis=1).mean()


def step(model):
    model.sample_latents = lambda real: ops.convert_to_tensor(LATENTS)
    model.sample_codes = lambda real: ops.convert_to_tensor(CODES)
    model.compile(keras.optimizers.SGD(0.0))
    logs = model.train_on_batch(np.ones((4, 2), "float32"), return_dict=True)
    return {name: float(value) for name, value in logs.items()}


def test_both_players_pay_for_codes_that_q_does_not_read_back(linear):
    model = linear(categorical_weight=0.7, continuous_weight=0.3)
    (w,) = model.generator.get_weights()
    (v,) = model.discriminator.get_layer("codes").get_weights()
    fake = np.concatenate([LATENTS, CODES], axis=1).astype("float64") @ w
    categorical, continuous = negative_log_likelihoods(fake @ v)
    logs = step(model)
    plain = step(linear(categorical_weight=0.0, continuous_weight=0.0))
    for name in logs:
        added = logs[name] - plain[name]
        assert added == pytest.approx(0.7 * categorical + 0.3 * continuous, rel=1e-4)


def test_drawn_codes_have_their_priors(linear):
    codes = ops.convert_to_numpy(
        linear().sample_codes({"samples": ops.zeros((3000, 2))})
    )
    assert codes.shape == (3000, 6)
    np.testing.assert_allclose(codes[:, :3].mean(axis=0), 1 / 3, atol=0.05)
    np.testing.assert_array_equal(codes[:, 3:5].sum(axis=1), 1)
    assert -1 <= codes[:, 5].min() < -0.9 and 0.9 < codes[:, 5].max() <= 1


def test_q_learns_to_read_the_codes(linear):
    model = linear(hidden=16)
    x = np.random.default_rng(0).normal(size=(512, 2)).astype("float32")

    def unread():
        fake = model.fake_batch({"samples": ops.zeros((500, 2))}, training=False)
        return float(ops.stop_gradient(model.auxiliary(model.judge(fake, False), fake)))

    start = unread()
    model.compile(keras.optimizers.Adam(0.01, beta_1=0.5))
    model.fit(x, batch_size=64, epochs=8, verbose=0)
    assert unread() < 0.6 * start


def test_equal_seeds_give_equal_codes_and_samples(linear):
    model = linear()
    np.testing.assert_array_equal(model.generate(5, seed=3), model.generate(5, seed=3))
    assert not np.array_equal(model.generate(5, seed=3), model.generate(5, seed=4))
    random = np.random.Generator(np.random.Philox(3))
    latents = random.standard_normal((5, 2)).astype("float32")
    codes = model.host_codes(5, random)
    assert codes.shape == (5, 3)
    np.testing.assert_array_equal(
        model.generate(latents=latents, codes=codes), model.generate(5, seed=3)
    )


def test_a_code_changes_the_sample(linear):
    latents = np.zeros((3, 2), "float32")
    made = linear().generate(latents=latents, codes=[[0, 1, 0], [2, 1, 0], [2, 1, 0.5]])
    assert np.abs(np.diff(made, axis=0)).max(axis=1).min() > 1e-3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"codes": [[0, 1]]}, r"\(n, 3\).*\(1, 2\)"),
        ({"codes": [0, 1, 0.5]}, r"\(3,\)"),
        ({"codes": [[0.5, 1, 0]]}, "Column 0"),
        ({"codes": [[0, 2, 0]]}, r"Column 1 .*\[0, 2\)"),
        ({"codes": [[-1, 0, 0]]}, "Column 0"),
        ({"codes": [[0, 0, np.nan]]}, "finite"),
        ({"codes": [[np.nan, 0, 0]]}, "finite"),
        ({"n": 2, "codes": [[0, 0, 0]]}, "n=2 and 1 codes"),
        ({"n": 2, "labels": [0, 1]}, "`codes`"),
        ({}, "n=None"),
    ],
)
def test_generate_refuses_what_does_not_fit(linear, arguments, message):
    with pytest.raises(ValueError, match=message):
        linear().generate(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"categorical": (1,)}, r"categorical=\(1,\)"),
        ({"continuous": -1}, "continuous=-1"),
        ({"categorical": (), "continuous": 0}, "must be a code"),
        ({"categorical_weight": -1.0}, "categorical_weight=-1.0"),
    ],
)
def test_codes_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        InfoGAN((8, 8, 1), filters=2, dense_width=4, **arguments)


def test_a_discriminator_without_q_is_refused(
    conditional_generator, headed_discriminator
):
    with pytest.raises(ValueError, match="Q, needs .*'codes'"):
        InfoGAN(
            categorical=(3,),
            continuous=0,
            generator=conditional_generator(3),
            discriminator=headed_discriminator("classes", 3),
        )


def test_its_own_networks_train_and_are_saved(tmp_path):
    model = InfoGAN((8, 8, 1), latent_dim=4, filters=2, dense_width=8, seed=0)
    model.compile()
    images = np.random.default_rng(0).integers(0, 255, (8, 8, 8, 1)).astype("uint8")
    history = model.fit(images, verbose=0).history
    assert all(np.isfinite(values[0]) for values in history.values())
    model.save(tmp_path / "infogan.keras")
    again = keras.saving.load_model(tmp_path / "infogan.keras")
    assert (again.categorical, again.continuous) == ((10,), 2)
    np.testing.assert_array_equal(model.generate(4, seed=0), again.generate(4, seed=0))
