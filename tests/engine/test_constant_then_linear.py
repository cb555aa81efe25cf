import keras
import pytest

from kerasgen.engine import ByEpoch, ConstantThenLinear, scheduled


def test_it_stays_and_then_falls_to_zero():
    rate = ConstantThenLinear(2e-4, constant=100, linear=50)
    steps = {0: 2e-4, 100: 2e-4, 101: 1.96e-4, 125: 1e-4, 149: 4e-6, 150: 0.0, 900: 0.0}
    for step, expected in steps.items():
        assert float(rate(step)) == pytest.approx(expected, abs=1e-10), step


def test_it_is_saved_and_has_a_name():
    rate = ByEpoch(ConstantThenLinear(1e-3, constant=2, linear=4))
    again = keras.optimizers.Adam.from_config(
        keras.optimizers.Adam(rate).get_config()
    ).get_config()["learning_rate"]
    named = scheduled(
        {
            "name": "constant_then_linear",
            "value": 1e-3,
            "constant": 2,
            "linear": 4,
            "by": "epoch",
        }
    )
    assert again == keras.saving.serialize_keras_object(named)


@pytest.mark.parametrize("name", ["constant", "linear"])
def test_bad_arguments_are_refused(name):
    with pytest.raises(ValueError, match=f"{name}=0"):
        ConstantThenLinear(1.0, **{"constant": 1, "linear": 1, name: 0})
