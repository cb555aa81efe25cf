"""What a GAN is compiled with: defaults, what replaces them, what does not fit."""

import keras
import pytest

from kerasgen import engine, layers, losses
from kerasgen.adversarial import (
    GAN,
    R1,
    Alternating,
    Clip,
    HistoricalAveraging,
    PullingAway,
    Simultaneous,
)


def test_the_defaults_of_a_model_are_those_of_its_paper(networks):
    defaults = {
        "optimizer": {"discriminator": keras.optimizers.SGD(0.5)},
        "loss": "hinge",
        "terms": [PullingAway(0.3)],
        "views": [layers.GaussianNoise(0.2)],
        "turns": Alternating(2),
        "constraints": {"discriminator": Clip(0.1)},
        "average": 0.9,
    }
    model = GAN(*networks(), defaults=defaults)
    model.compile()
    assert isinstance(model.objective, losses.Hinge)
    assert [term.weight for term in model.terms] == [0.3]
    assert [view.stddev for view in model.views] == [0.2]
    assert model.turns.discriminator == 2
    assert model.constraints["discriminator"].limit == 0.1
    assert [average.decay for average in model.averages] == [0.9]
    of_discriminator, of_generator = model.optimizer.optimizers
    assert isinstance(of_discriminator, keras.optimizers.SGD)
    # The player that the defaults leave out has what any GAN has.
    assert isinstance(of_generator, keras.optimizers.Adam)
    model.compile(
        loss="minimax", terms=[], views=[], turns="simultaneous", constraints={}
    )
    assert isinstance(model.objective, losses.Minimax)
    assert isinstance(model.turns, Simultaneous)
    assert (model.terms, model.views, model.constraints) == ([], [], {})
    assert [average.decay for average in model.averages] == [0.9]
    model.compile(average=False)
    assert model.averages == []


def test_one_alone_needs_no_list(linear_game):
    model = linear_game(terms="r1", views=layers.GaussianNoise(0.1), average=0.9)
    assert [type(term) for term in model.terms] == [R1]
    assert [view.stddev for view in model.views] == [0.1]
    model.compile(terms={"name": "r1", "weight": 2.0}, views={"name": "pool"})
    assert [term.weight for term in model.terms] == [2.0]
    assert [view.capacity for view in model.views] == [50]


def test_a_plain_gan_is_that_of_the_first_paper(networks):
    model = GAN(*networks())
    model.compile()
    assert isinstance(model.objective, losses.NonSaturating)
    assert (model.terms, model.views, model.averages) == ([], [], [])
    assert (model.turns.discriminator, model.turns.generator) == (1, 1)
    for optimizer in model.optimizer.optimizers:
        config = optimizer.get_config()
        assert config["learning_rate"] == pytest.approx(2e-4)
        assert config["beta_1"] == 0.5


def test_what_compile_makes_replaces_what_an_earlier_one_made(linear_game, points):
    model = linear_game(rate=0.1)
    plain = [v.path for v in model.variables]
    learning = {
        "loss": "wasserstein",
        "terms": [HistoricalAveraging(0.1)],
        "views": [layers.SamplePool(3), layers.GaussianNoise(0.1)],
        "average": [0.9, 0.99],
    }
    counts = []
    for _ in range(2):
        model.compile(keras.optimizers.SGD(0.1), **learning)
        # Means of four weights, the pool's two places and count, that of the noise, a
        # seed each, and twice the generator's two weights.
        assert int(model.views[0].stored.numpy()) == 0
        counts.append(len(model.variables))
        assert len({id(v) for v in model.variables}) == counts[-1]
        model.fit(points(), batch_size=16, verbose=0)
        assert int(model.views[0].stored.numpy()) == 3
    assert counts == [len(plain) + 6 + 4 + 2 + 2 * 2] * 2
    assert int(model.global_step.numpy()) == 4  # the model itself goes on
    model.compile()
    assert [v.path for v in model.variables] == plain


def test_objects_are_copied(linear_game, points):
    objects = {
        "loss": losses.Hinge(),
        "terms": [R1(1.0)],
        "views": [layers.SamplePool(4, seed=1)],
        "average": engine.Average(0.9),
    }
    one, other = linear_game(**objects), linear_game(**objects)
    one.fit(points(), verbose=0)
    assert int(one.views[0].stored.numpy()) == 4
    assert int(other.views[0].stored.numpy()) == 0
    assert not objects["views"][0].built
    held = [
        {id(m.objective), id(m.terms[0]), id(m.views[0]), id(m.averages[0])}
        for m in (one, other)
    ]
    given = {id(each) for each in keras.tree.flatten(list(objects.values()))}
    assert not held[0] & held[1] and not (held[0] | held[1]) & given


@pytest.mark.parametrize(
    ("learning", "message"),
    [
        ({"loss": "hing"}, "nearest names are hinge.*'hing'"),
        ({"loss": "ebgan"}, "EnergyMargin needs .*'reconstruction'"),
        ({"loss": "began"}, "BoundaryEquilibrium needs .*'reconstruction'"),
        ({"average": 1.0}, "average=1.0"),
        ({"average": engine.Average(0.9, "encoder")}, "'encoder'"),
        ({"optimizer": {"critic": "adam"}}, "'critic'"),
    ],
)
def test_what_does_not_fit_the_networks_is_refused(linear_game, learning, message):
    model = linear_game()
    with pytest.raises(ValueError, match=message):
        model.compile(**learning)


def test_a_loss_needs_outputs_that_are_there(networks, sums):
    model = GAN(networks()[0], sums())
    with pytest.raises(ValueError, match="FeatureMatching needs .*'features'"):
        model.compile(loss="feature_matching")


@pytest.mark.parametrize(
    "wrong",
    [
        {"optimizer": "adm"},
        {"optimizer": {"critic": "adam"}},
        {"average": 2.0},
        {"views": ["pol"]},
        {"constraints": {"critic": Clip()}},
        {"constraints": "clip"},
        {"jit_compyle": True},
    ],
)
def test_a_compile_that_fails_changes_nothing(linear_game, points, wrong):
    model = linear_game(loss="hinge", terms=[R1(2.0)], views=["pool"], average=0.9)
    model.train_on_batch(points())
    before = model.get_compile_config()
    variables = {id(v) for v in model.variables + model.optimizer.variables}
    arguments = {
        "loss": "wasserstein",
        "terms": [],
        "views": [],
        "turns": Alternating(2),
        "constraints": {"generator": Clip(0.3)},
        "average": False,
        **wrong,
    }
    with pytest.raises((TypeError, ValueError)):
        model.compile(**arguments)
    assert model.get_compile_config() == before
    assert {id(v) for v in model.variables + model.optimizer.variables} == variables
    assert isinstance(model.objective, losses.Hinge) and model.minibatches == 1
    model.train_on_batch(points())
    model.compile(loss="minimax")
    assert (model.terms, model.views, model.averages) == ([], [], [])
    assert model.constraints == {} and model.minibatches == 1


class Subclassed(keras.Model):
    """Says what it returns only when it is called."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)

    def call(self, x):
        return {"logits": self.dense(x)}


def test_outputs_of_a_subclassed_network_are_known_once_it_was_called(networks):
    model = GAN(networks()[0], Subclassed())
    with pytest.raises(ValueError, match="PullingAway needs .*'features'"):
        model.compile(terms=[PullingAway()])


def test_outputs_that_nobody_could_know_are_missed_in_training(networks, points):
    discriminator = Subclassed()
    discriminator(points())
    model = GAN(networks()[0], discriminator)
    model.compile(terms=[PullingAway()])
    with pytest.raises(ValueError, match="gives 'logits'.*asks for 'features'"):
        model.train_on_batch(points())
