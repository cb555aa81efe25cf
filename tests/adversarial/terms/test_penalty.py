"""Slopes of critics whose slopes are known."""

import keras
import numpy as np
import pytest

from kerasgen.adversarial import R1, R2, DRAGANPenalty, GradientPenalty
from kerasgen.adversarial.terms.penalty import Penalty


@pytest.fixture
def slope_of_five():
    """Makes a critic `3 x_1 + 4 x_2`."""

    def make():
        critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        critic.set_weights([np.array([[3.0], [4.0]]), np.zeros(1)])
        return critic

    return make


@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (R1(), 5.0 * 25),
        (R2(2.0), 2.0 * 25),
        (GradientPenalty(), 10.0 * (5 - 1) ** 2),
        (GradientPenalty(1.0, target=5.0), 0.0),
        (DRAGANPenalty(0.5), 0.5 * (5 - 1) ** 2),
        (DRAGANPenalty(2.0, scale=0.1, target=3.0), 2.0 * (5 - 3) ** 2),
    ],
)
def test_the_penalty_of_a_known_slope(
    game_of, slope_of_five, step, term, expected, turns
):
    logs = [
        step(
            game_of(slope_of_five(), 0.3, loss="wasserstein", terms=terms, turns=turns)
        )
        for terms in ([], [term])
    ]
    added = {name: logs[1][name] - logs[0][name] for name in logs[0]}
    assert added["discriminator_loss"] == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert added["generator_loss"] == 0.0


@pytest.mark.parametrize("name", ["wgan_gp", "dragan", "r1", "r2"])
@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
def test_every_penalty_trains(linear_game, points, name, turns):
    model = linear_game(0.01, terms=[name], turns=turns)
    before = model.discriminator.get_weights()
    history = model.fit(points(), batch_size=16, verbose=0).history
    assert all(np.isfinite(values[0]) for values in history.values())
    assert not np.allclose(before[0], model.discriminator.get_weights()[0])


def test_a_lazy_penalty_comes_every_nth_update_with_n_times_the_weight(
    linear_game, step
):
    # R1 of a critic at the real points does not depend on the latents.
    plain, full = (step(linear_game(terms=t)) for t in ([], [R1(1.0)]))
    model = linear_game(terms=[R1(1.0, every=2)])
    lazy = [step(model)["discriminator_loss"] for _ in range(3)]
    plain, full = plain["discriminator_loss"], full["discriminator_loss"]
    assert full > plain
    np.testing.assert_allclose(
        lazy, [plain + 2 * (full - plain), plain, plain + 2 * (full - plain)], rtol=1e-4
    )


def test_wgan_gp_pulls_the_slope_towards_one(game_of, slope_of_five, points):
    critic = slope_of_five()
    model = game_of(critic)
    # Each step of the critic takes away 200 * 0.002 of what is too much of a slope.
    rates = {"discriminator": 0.002, "generator": 0.0}
    model.compile(
        {name: keras.optimizers.SGD(rate) for name, rate in rates.items()},
        "wasserstein",
        terms=[GradientPenalty(100.0)],
    )
    model.fit(points(), batch_size=4, epochs=2, verbose=0)
    slope = np.linalg.norm(critic.layers[0].kernel.numpy())
    assert abs(slope - 1.0) < 0.1


def test_parameters_are_saved():
    for term in (GradientPenalty(3.0, 2, target=0.5), DRAGANPenalty(1.0, 4, 0.1, 2.0)):
        again = type(term).from_config(term.get_config())
        assert again.get_config() == term.get_config()
        assert again.penalty.keywords == term.penalty.keywords != {}


def test_a_penalty_of_one_s_own_names_its_function(linear_game, step):
    class Wide(Penalty):
        function = "dragan"

    model = linear_game(terms=[Wide(1.0, scale=3.0)])
    assert np.isfinite(step(model)["discriminator_loss"])
    with pytest.raises(ValueError, match=r"takes the parameters \['scale', 'target'\]"):
        Wide(width=3.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: R1(-1.0), "weight=-1.0"),
        (lambda: R1(1.0, every=0), "every=0"),
        (lambda: GradientPenalty(target=-1.0), "target=-1.0"),
        (lambda: DRAGANPenalty(scale=-1.0), "scale=-1.0"),
        (lambda: DRAGANPenalty(target=float("nan")), "target=nan"),
    ],
)
def test_numbers_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_batch_norm_is_refused_under_wgan_gp_alone(game_of):
    critic = keras.Sequential(
        [
            keras.Input((2,)),
            keras.Sequential(
                [keras.layers.Dense(8), keras.layers.BatchNormalization()]
            ),
            keras.layers.Dense(1),
        ]
    )
    with pytest.raises(ValueError, match="each sample alone.*batch_normalization"):
        game_of(critic, terms=["wgan_gp"])
    game_of(critic, terms=["dragan"])
