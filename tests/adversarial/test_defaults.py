import json

import keras
import pytest

from kerasgen.adversarial import R1, Alternating
from kerasgen.engine import PlayerOptimizer
from kerasgen.models import GAN


@pytest.fixture
def gan():
    """Makes a GAN with defaults."""

    def make(**defaults):
        return GAN(
            keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
            keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
            defaults=defaults,
        )

    return make


def test_every_backend_can_read_an_optimizer(gan):
    model = gan(optimizer={"generator": keras.optimizers.SGD(0.5)})
    (config,) = model.get_config()["defaults"]["optimizer"].values()
    assert (config["module"], config["class_name"]) == ("keras.optimizers", "SGD")
    assert config["registered_name"] is None
    adam = PlayerOptimizer({"generator": keras.optimizers.Adam()}).get_config()
    assert adam["optimizers"]["generator"]["module"] == "keras.optimizers"


def test_equal_defaults_are_equal_configurations(gan):
    one, other = (
        gan(optimizer=keras.optimizers.Adam(1e-4)).get_config()["defaults"]
        for _ in range(2)
    )
    assert one == other
    assert one["optimizer"]["config"]["learning_rate"] == 1e-4


def test_a_configuration_gives_the_same_defaults(gan):
    model = gan(loss="hinge", terms=[R1(2.0)], turns=Alternating(3))
    config = json.loads(json.dumps(model.get_config()))
    again = GAN.from_config(config)
    assert again.get_config()["defaults"] == config["defaults"]
    again.compile()
    assert again.minibatches == 3 and again.terms[0].weight == 2.0


def test_models_share_no_defaults(gan):
    term = R1()
    model = gan(terms=[term], optimizer=keras.optimizers.Adam(0.25))
    one, other = model.defaults, model.defaults
    assert one["terms"][0] is not other["terms"][0]
    assert one["terms"][0] is not term
    model.compile()
    assert float(model.optimizer["generator"].learning_rate) == 0.25


def test_a_model_is_built_where_no_optimizer_could_be(gan):
    config = keras.saving.serialize_keras_object(gan(optimizer=keras.optimizers.Adam()))
    with keras.StatelessScope():  # as `kerasgen.zoo.load` does
        model = keras.saving.deserialize_keras_object(config)
    assert isinstance(model.defaults["optimizer"], keras.optimizers.Adam)
