"""What holds for every term: weight, laziness, schedules, players, refusals."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.adversarial import (
    R1,
    Alternating,
    AuxiliaryClassifier,
    HistoricalAveraging,
    MutualInformation,
    PullingAway,
    Term,
    terms,
)
from kerasgen.engine import ByEpoch

PLAYERS = ("discriminator", "generator")
Decay = keras.optimizers.schedules.PolynomialDecay


@keras.saving.register_keras_serializable(package="tests")
class Ones(Term):
    """One for each sample, in the loss of any player."""

    in_evaluation = False

    def __init__(self, weight=1.0, every=1, player="discriminator"):
        super().__init__(weight, every)
        self.player = player

    def call(self, game):
        return ops.ones((ops.shape(game.fake.samples)[0],))

    def get_config(self):
        return {**super().get_config(), "player": self.player}


@pytest.fixture
def added(linear_game, step):
    """What each of `n` steps adds to `player`'s loss, beside one without terms."""

    def measure(term, player, n, **learning):
        model = linear_game(terms=[term], **learning)
        plain = step(linear_game(**learning))
        logs = [step(model) for _ in range(n)]
        name = f"{player}_loss"
        return [each[name] - plain[name] for each in logs]

    return measure


@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
@pytest.mark.parametrize("player", PLAYERS)
def test_a_lazy_term_comes_at_every_nth_update_with_n_times_the_weight(
    added, player, turns
):
    found = added(Ones(0.5, every=3, player=player), player, 7, turns=turns)
    expected = [1.5, 0, 0, 1.5, 0, 0, 1.5]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    (other,) = set(PLAYERS) - {player}
    silent = added(Ones(0.5, every=3, player=player), other, 1, turns=turns)
    assert silent == pytest.approx([0.0], abs=1e-5)


@pytest.mark.parametrize(
    ("player", "expected"),
    [
        # Updates 0 to 5 in three steps, whose losses are means: [3, 0], [0, 3], [0, 0].
        ("discriminator", [1.5, 1.5, 0.0]),
        ("generator", [3.0, 0.0, 0.0]),
    ],
)
def test_each_player_counts_its_own_updates(added, player, expected):
    term = Ones(every=3, player=player)
    found = added(term, player, 3, turns=Alternating(2))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_term_of_both_players_is_in_both_losses(added):
    for player in PLAYERS:
        found = added(Ones(0.25, player=PLAYERS), player, 2)
        np.testing.assert_allclose(found, 0.25, atol=1e-5)


def test_the_count_goes_on_where_a_model_was_saved(linear_game, step, tmp_path):
    plain = step(linear_game())["generator_loss"]
    model = linear_game(terms=[Ones(every=3, player="generator")])
    for _ in range(2):
        step(model)
    model.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    again.inputs = model.inputs  # the same latents
    found = [step(again)["generator_loss"] - plain for _ in range(2)]
    np.testing.assert_allclose(found, [0.0, 3.0], atol=1e-5)


def test_a_schedule_of_weights_counts_steps(added):
    found = added(Ones(Decay(1.0, 4, 0.0)), "discriminator", 6)
    np.testing.assert_allclose(found, [1.0, 0.75, 0.5, 0.25, 0.0, 0.0], atol=1e-5)


def test_steps_are_no_updates_of_a_player(added):
    """Two updates of the discriminator are one step."""
    term = Ones(Decay(1.0, 4, 0.0))
    found = added(term, "discriminator", 3, turns=Alternating(2))
    np.testing.assert_allclose(found, [1.0, 0.75, 0.5], atol=1e-5)


def test_a_schedule_of_weights_may_count_epochs(linear_game, points):
    plain = linear_game().fit(points(), shuffle=False, verbose=0).history
    model = linear_game(terms=[Ones(ByEpoch(Decay(1.0, 2, 0.0)))])
    losses = [
        loss
        for _ in range(2)  # also over two calls
        for loss in model.fit(
            points(), batch_size=16, epochs=2, shuffle=False, verbose=0
        ).history["discriminator_loss"]
    ]
    found = np.array(losses) - plain["discriminator_loss"][0]
    differences = found - found[-1]  # minibatches have latents of their own
    np.testing.assert_allclose(differences, [1.0, 0.5, 0.0, 0.0], atol=1e-4)


def test_evaluation_counts_what_wants_to_be_counted(linear_game, points):
    class Counted(Ones):
        in_evaluation = True

    def loss(*added):
        model = linear_game(terms=list(added))
        logs = model.evaluate(points(), batch_size=32, return_dict=True, verbose=0)
        return logs["discriminator_loss"]

    assert loss(Ones(7.0)) == pytest.approx(loss())
    # A lazy term counts in each batch, with its own weight.
    assert loss(Counted(7.0, every=3)) == pytest.approx(loss() + 7.0)


def test_samples_weigh_in_terms_of_the_discriminator_too(linear_game, points, step):
    class Firsts(Ones):
        def call(self, game):
            return game.real.samples[:, 0]

    x, weights = points(4), np.array([1, 0, 0, 3], "float32")
    losses = [
        step(linear_game(terms=added), x, sample_weight=weights)["discriminator_loss"]
        for added in ([], [Firsts()])
    ]
    expected = (x[0, 0] + 3 * x[3, 0]) / 4
    assert losses[1] - losses[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", terms.TERMS)
def test_every_term_has_a_name_and_comes_back_as_it_was(name):
    term = terms.get(name, weight=0.5, every=2)
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(term)
    )
    assert type(again) is type(term)
    assert again.get_config() == term.get_config()
    assert (again.weight, again.every) == (0.5, 2)
    assert terms.get(term) is term


def test_a_schedule_comes_back_as_it_was():
    term = R1(ByEpoch(Decay(1.0, 4, 0.5)), every=2)
    again = R1.from_config(term.get_config())
    assert isinstance(again.weight, ByEpoch)
    assert again.get_config() == term.get_config()


# --- refusals


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(ValueError, match="nearest names are wgan_gp.*'wgan_gpp'"):
        terms.get("wgan_gpp")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weight": -1.0}, "weight=-1.0"),
        ({"weight": float("inf")}, "weight=inf"),
        ({"weight": float("nan")}, "weight=nan"),
        ({"weight": "much"}, "weight='much'"),
        ({"every": 0}, "every=0"),
        ({"every": -3}, "every=-3"),
        ({"every": 1.5}, "every=1.5"),
        ({"weight": Decay(1.0, 100, -0.5)}, "weight at step 100=-0.5"),
        ({"weight": ByEpoch(Decay(1.0, 10, -2.0))}, "weight at step 10=-2.0"),
        (
            {"weight": keras.optimizers.schedules.ExponentialDecay(1.0, 10, 1e6)},
            "finite. Received: weight at step 100=",
        ),
    ],
)
def test_numbers_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Ones(**arguments)


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (Ones(player="critic"), "joins the loss of 'critic'.*player='critic'"),
        (Ones(player=("generator", "encoder")), "player='encoder'"),
        (HistoricalAveraging(player="critic"), "player='critic'"),
        (AuxiliaryClassifier(), "needs .*'classes'.*'features', 'logits'"),
        (MutualInformation(), "needs .*'codes'"),
    ],
)
def test_a_term_that_does_not_fit_the_model_is_refused(linear_game, term, message):
    with pytest.raises(ValueError, match=message):
        linear_game(terms=[term])


@pytest.mark.parametrize("read", ["labels", "codes"])
def test_a_term_of_labels_or_codes_needs_a_model_that_has_them(linear_game, read):
    class Reading(Ones):
        reads = (read,)

    with pytest.raises(ValueError, match=f"made from latents. .* reads '{read}'"):
        linear_game(terms=[Reading()])


def test_a_term_of_features_needs_a_discriminator_that_gives_them(game_of, sums):
    with pytest.raises(ValueError, match="PullingAway needs .*'features'.*'logits'"):
        game_of(sums(), terms=[PullingAway()])
