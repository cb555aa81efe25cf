"""Functions called as one layer."""

import keras


class Forward(keras.layers.Layer):
    """Calls a function as one layer.

    Outside any layer Keras drops, at each call of a network, the losses that its layers
    added in earlier calls. Of a discriminator called on real and on generated images
    only the second call's `add_loss` would count; and a thread that draws samples would
    take those of a thread that trains.
    """

    def __init__(self):
        super().__init__(name="step", dtype="float32", autocast=False)

    def call(self, call):
        return call()


forward = Forward()
