"""One minibatch: what is asked of it, when it is worked out, and how often."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import engine, losses
from kerasgen.adversarial import Game, PullingAway, Term
from kerasgen.adversarial.game import by_name

REAL = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
LABELS = np.array([[1.0, 0.0], [0.0, 1.0]], "float32")


@pytest.fixture
def played():
    """Makes a game in which `3 w` are generated and `10 w x_1` are logits.

    Calls are counted in `calls`.
    """

    def make(players, **arguments):
        w = keras.Variable(1.0)
        calls = {"generate": 0, "judge": []}

        def generate():
            calls["generate"] += 1
            return {"samples": ops.ones((2, 2)) * 3.0 * w.value, "labels": -LABELS}

        def judge(given, training):
            calls["judge"].append(given)
            return {"logits": 10.0 * w.value * given["samples"][:, :1]}

        batch = {"samples": ops.convert_to_tensor(REAL), "labels": LABELS}
        batch |= arguments.pop("batch", {})
        game = Game(batch, generate, judge, players, **arguments)
        return game, calls, w

    return make


def test_nothing_is_worked_out_before_it_is_asked_for_and_all_of_it_once(played):
    game, calls, _ = played("discriminator")
    assert calls == {"generate": 0, "judge": []}
    assert game.scores() == {}
    for _ in range(2):
        assert tuple(game.fake.samples.shape) == (2, 2)
        assert calls == {"generate": 1, "judge": []}
    for _ in range(2):
        assert tuple(game.real.logits.shape) == (2, 1)
    assert calls["generate"] == 1 and len(calls["judge"]) == 1
    assert list(game.real.outputs) == ["logits"]
    assert game.scores().keys() == {"real", "fake"}
    assert len(calls["judge"]) == 2


@pytest.mark.parametrize(
    ("players", "slope"),
    [
        # d(3 w * 10 w)/dw at 1 is 60; samples that do not move leave 30.
        ("discriminator", 30.0),
        (("discriminator",), 30.0),
        ("generator", 60.0),
        (("discriminator", "generator"), 60.0),
    ],
)
def test_generated_samples_are_constants_in_the_discriminators_turn(
    played, players, slope, numpy
):
    game, _, w = played(players)
    _, ((gradient,),), _ = engine.gradients(
        [[w]], lambda: ((ops.mean(game.fake.logits),), None)
    )
    np.testing.assert_allclose(numpy(gradient), slope)


def test_labels_go_with_their_samples_and_weights_do_not(played):
    game, calls, _ = played("generator", batch={"weights": np.ones(2)})
    assert game.real.logits is not None and game.fake.logits is not None
    real, fake = calls["judge"]
    assert real.keys() == fake.keys() == {"samples", "labels"}
    np.testing.assert_array_equal(real["labels"], LABELS)
    np.testing.assert_array_equal(fake["labels"], -LABELS)


def test_the_critic_judges_other_samples_with_the_labels_of_the_real_ones(
    played, numpy
):
    game, calls, _ = played("discriminator", show=lambda given, which: given)
    scores = game.critic(ops.convert_to_tensor(5.0 * REAL))
    np.testing.assert_allclose(numpy(scores), [[50.0], [150.0]])
    np.testing.assert_array_equal(calls["judge"][0]["labels"], LABELS)


def test_the_critic_scores_as_the_objective_does(played, numpy):
    game, _, _ = played("discriminator", score=lambda side: -side.logits)
    np.testing.assert_allclose(
        numpy(game.critic(ops.convert_to_tensor(REAL))), [[-10.0], [-30.0]]
    )


@pytest.mark.parametrize(
    ("player", "expected"), [("discriminator", 2.5), ("generator", 2.0)]
)
def test_means_weigh_the_data_for_the_discriminator_alone(
    played, player, expected, numpy
):
    game, _, _ = played(player, batch={"weights": np.array([1.0, 3.0])})
    assert float(numpy(game.mean(ops.convert_to_tensor([1.0, 3.0])))) == expected
    assert float(numpy(game.mean(ops.convert_to_tensor(7.0)))) == 7.0


def test_a_branch_forgets_what_was_first_asked_for_in_it(played):
    game, calls, _ = played("discriminator")
    real = game.real
    with game.branch():
        first = game.fake
        assert game.real is real and real.logits is not None
        assert game.fake is first
    assert len(calls["judge"]) == 1 and calls["generate"] == 1
    assert game.scores().keys() == {"real"}  # that side was known before the branch
    assert game.fake is not first
    assert len(calls["judge"]) == 2 and calls["generate"] == 2
    with pytest.raises(KeyError), game.branch():
        assert game.fake.logits is not None
        raise KeyError
    assert game.fake.known == {}


class FarApart(Term):
    """In the generator's turn nobody else asks for real samples."""

    player = "generator"

    def call(self, game):
        return game.real.logits[:, 0] - game.fake.logits[:, 0]


class OfReal(losses.Objective):
    """A discriminator that looks at real samples alone."""

    def discriminator(self, game):
        return losses.per_sample(-game.real.logits)

    def generator(self, game):
        return losses.per_sample(-game.fake.logits)


class OfFake(FarApart):
    player = "discriminator"


@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
@pytest.mark.parametrize(
    ("term", "player"),
    [(FarApart(2.0, every=2), "generator"), (OfFake(2.0, every=2), "discriminator")],
)
def test_a_lazy_term_may_be_the_first_to_ask(
    linear_game, latents, points, numpy, step, turns, term, player
):
    """On TensorFlow and JAX a tensor cannot leave the branch it was made in."""
    model = linear_game(loss=OfReal(), terms=[term], turns=turns)
    real = numpy(model.discriminator(points())["logits"]).mean()
    fake = numpy(model.discriminator(model.generator(latents))["logits"]).mean()
    plain = {"discriminator": -real, "generator": -fake}
    for added in (4.0 * (real - fake), 0.0, 4.0 * (real - fake)):
        logs = step(model)
        for name, loss in plain.items():
            expected = loss + (added if name == player else 0.0)
            assert logs[f"{name}_loss"] == pytest.approx(expected, rel=1e-4)


def test_a_lazy_term_of_features_that_no_one_else_reads(linear_game, step):
    class Spread(PullingAway):
        player = ("discriminator", "generator")

    plain = step(linear_game())
    model = linear_game(terms=[Spread(0.5, every=3)])
    added = [step(model)["generator_loss"] - plain["generator_loss"] for _ in range(4)]
    assert added == pytest.approx([added[0], 0, 0, added[0]], abs=1e-5)
    assert added[0] > 0.01


def test_outputs_have_names():
    logits = np.ones((2, 1))
    assert by_name({"a": logits}) == {"a": logits}
    assert by_name(logits).keys() == by_name([logits]).keys() == {"logits"}
    with pytest.raises(ValueError, match="dictionary.*2 outputs without names"):
        by_name([logits, logits])


def test_what_the_discriminator_does_not_say_is_missed(played):
    game, _, _ = played("generator")
    with pytest.raises(ValueError, match="gives 'logits'.*asks for 'codes'"):
        game.fake["codes"]
