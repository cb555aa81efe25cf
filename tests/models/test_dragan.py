import keras
import numpy as np
import pytest

from kerasgen import losses
from kerasgen.models import DRAGAN


def small(**arguments):
    return DRAGAN((8, 8, 1), **{"filters": 2, "latent_dim": 3} | arguments)


def norms(model):
    kind = keras.layers.BatchNormalization
    return sum(isinstance(layer, kind) for layer in model.discriminator.layers)


def test_the_game_is_that_of_the_authors_code_also_after_loading(tmp_path):
    model = small()
    model.save(tmp_path / "model.keras")
    for each in (model, keras.saving.load_model(tmp_path / "model.keras")):
        each.compile()
        assert isinstance(each.objective, losses.NonSaturating)
        (term,) = each.terms
        assert (type(term).__name__, term.weight, term.every) == (
            ("DRAGANPenalty", 10.0, 1)
        )
        assert term.parameters == {"scale": 0.5, "target": 1.0}
        assert (each.turns.discriminator, each.turns.generator) == (1, 1)
        assert each.inputs[0].distribution == "uniform"
        for optimizer in each.optimizer.optimizers:
            config = optimizer.get_config()
            assert isinstance(optimizer, keras.optimizers.Adam)
            assert config["learning_rate"] == pytest.approx(1e-4)
            assert (config["beta_1"], config["beta_2"]) == (0.5, 0.9)


def test_the_discriminator_has_no_batch_norm_unless_asked():
    assert norms(DRAGAN((16, 16, 1), filters=2)) == 0
    assert norms(DRAGAN((16, 16, 1), filters=2, normalization="batch")) == 1


def test_a_flat_discriminator_pays_ten_for_its_slope():
    model = small()
    logits = model.discriminator.get_layer("logits")
    logits.set_weights([np.zeros_like(w) for w in logits.get_weights()])
    model.compile(keras.optimizers.SGD(0.0))
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 1)).astype("uint8")
    logs = model.train_on_batch(images, return_dict=True)
    expected = 2 * np.log(2) + 10.0  # slope 0 instead of 1
    assert float(logs["discriminator_loss"]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (9, 9, 1)}, "height=9"),
        ({"normalization": "group"}, "normalization='group'"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DRAGAN(**{"image_shape": (8, 8, 1)} | arguments)
