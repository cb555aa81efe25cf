"""Objects of `compile` as recipes say them: in names and literals."""

import types

import keras
import pytest

from kerasgen import losses
from kerasgen.adversarial import Alternating, Clip, constraints, terms, turns, views
from kerasgen.engine import ByEpoch, ByStep, scheduled
from kerasgen.engine.average import averages_of

SMOOTHING = (
    "'hinge' takes no parameters. `label_smoothing` belongs to .*non_saturating.*"
    "Received: label_smoothing=0.1"
)
R1 = {"name": "r1", "weight": 2.0, "every": 16}


def test_a_dictionary_is_a_name_with_parameters():
    made = terms.get(R1)
    assert isinstance(made, terms.R1) and (made.weight, made.every) == (2.0, 16)
    assert losses.get({"name": "ebgan", "margin": 3.0}).margin == 3.0
    assert turns.get({"name": "alternating", "discriminator": 5}).minibatches == 5
    assert constraints.get({"name": "clip", "limit": 0.5}).limit == 0.5


def test_what_is_named_within_may_be_a_dictionary_too():
    skipping = turns.get(
        {
            "name": "skip_while_ahead",
            "margin": 1.0,
            "turns": {"name": "alternating", "discriminator": 2},
        }
    )
    assert skipping.minibatches == 2
    matching = losses.get({"name": "feature_matching", "objective": {"name": "hinge"}})
    assert isinstance(matching.objective, losses.Hinge)


def test_views_draw_by_the_seed_they_are_given():
    pool, again = (views.get({"name": "pool", "capacity": 8}, seed=3) for _ in "ab")
    assert (pool.capacity, pool.seed) == (8, again.seed)
    assert views.get({"name": "color,cutout", "probability": 0.5}).probability == 0.5


def test_an_average_of_chosen_networks():
    (average,) = averages_of({"decay": 0.9, "networks": ["discriminator"]})
    assert (average.decay, average.networks) == (0.9, ["discriminator"])


def test_a_schedule_of_epochs_or_steps():
    decay = {
        "name": "polynomial_decay",
        "initial_learning_rate": 1.0,
        "decay_steps": 10,
        "end_learning_rate": 0.0,
    }
    assert float(scheduled(decay)(5)) == 0.5
    by_epoch = scheduled({**decay, "by": "epoch"})
    by_step = scheduled({**decay, "by": "step"})
    assert isinstance(by_epoch, ByEpoch) and isinstance(by_step, ByStep)
    epochs, steps = (keras.Variable(n, dtype="int32", trainable=False) for n in (2, 4))
    model = types.SimpleNamespace(epochs_seen=epochs, global_step=steps)
    for schedule, expected in ((by_epoch, 0.8), (by_step, 0.6)):
        schedule.bind(model)
        assert float(schedule(9)) == pytest.approx(expected)
    assert isinstance(terms.get({**R1, "weight": decay}).weight, type(scheduled(decay)))
    assert scheduled(0.5) == 0.5
    with pytest.raises(ValueError, match="`by` must be one of.*by='day'"):
        scheduled({**decay, "by": "day"})


def test_objects_pass_as_they_are():
    for get, given in ((turns.get, Alternating()), (constraints.get, Clip(0.1))):
        assert get(given) is given
    with pytest.raises(ValueError, match="Parameters belong.*'margin': 1"):
        losses.get(losses.Hinge(), margin=1)


@pytest.mark.parametrize(
    ("get", "given", "said"),
    [
        (losses.get, "hing", "`loss` must be an objective.*nearest names are hinge"),
        (terms.get, {"name": "r3"}, "`term` must be.*nearest names are r.*term='r3'"),
        (terms.get, {**R1, "gamma": 1}, "'r1' takes the parameters weight, every.*=1"),
        (terms.get, {"weight": 1.0}, "must have a \"name\".*Received: {'weight': 1.0}"),
        (turns.get, 5, "`turns` must be.*Received: turns=5"),
        (views.get, {"name": "pool", "size": 8}, "'pool' takes .*capacity.*size=8"),
        (views.get, {"name": "pol"}, "A view must be.*nearest names are pool"),
        (losses.get, {"name": "hinge", "label_smoothing": 0.1}, SMOOTHING),
        (constraints.get, "clap", "`constraint` must be.*nearest names are clip"),
        (scheduled, {"name": "cosine"}, "nearest names are cosine_decay"),
    ],
)
def test_what_nobody_knows_is_refused(get, given, said):
    with pytest.raises(ValueError, match=said):
        get(given)


@pytest.mark.parametrize(
    "get, name, parameter",
    [(views.get, "noise", "stddev"), (turns.get, "skip_while_ahead", "margin")],
)
def test_a_name_that_needs_a_parameter_says_so(get, name, parameter):
    with pytest.raises(ValueError, match=f"'{name}' needs `{parameter}`.*without it"):
        get(name)


def test_a_model_is_compiled_by_literals():
    from kerasgen.models import GAN

    model = GAN(
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
        defaults={"terms": [R1]},
    )
    model.compile(
        loss={"name": "hinge"},
        constraints={"discriminator": {"name": "clip", "limit": 0.2}},
        average={"decay": 0.5},
    )
    assert [type(term) for term in model.terms] == [terms.R1]
    assert model.constraints["discriminator"].limit == 0.2
    assert model.averages[0].decay == 0.5
    again = GAN.from_config(model.get_config())
    assert again.defaults["terms"] == [R1]
