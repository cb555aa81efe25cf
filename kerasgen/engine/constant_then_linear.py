"""The learning rate of image-to-image models."""

import keras
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.registered import registered


@registered
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """A number that stays, and then falls to zero on a straight line.

    Of epochs, it is the learning rate of pix2pix and CycleGAN:

    ```python
    rate = kerasgen.engine.ConstantThenLinear(2e-4, constant=100, linear=100)
    adam = keras.optimizers.Adam(kerasgen.engine.ByEpoch(rate), beta_1=0.5)
    ```

    Args:
        value: At first.
        constant: For how many steps it stays.
        linear: In how many further steps it falls to zero.

    Raises:
        ValueError: If a number of steps is not a positive integer.

    Reference:
        Zhu et al., 2017, arXiv:1703.10593, appendix 7.1: 100 epochs of each.
    """

    def __init__(self, value, constant, linear):
        check_positive(constant=constant, linear=linear)
        self.value = value
        self.constant = constant
        self.linear = linear

    def __call__(self, step):
        left = self.constant + self.linear - ops.cast(step, "float32")
        return self.value * ops.clip(left / self.linear, 0.0, 1.0)

    def get_config(self):
        return {"value": self.value, "constant": self.constant, "linear": self.linear}
