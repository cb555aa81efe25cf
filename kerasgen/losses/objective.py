"""What every adversarial objective offers."""

import keras
from keras import ops


class Objective:
    """A pair of losses, one for the discriminator and one for the generator.

    Logits are unbounded, of shape `(batch,)`, `(batch, 1)` or, one for each patch,
    `(batch, h, w, 1)`; losses are averaged over patches. Both methods return one loss
    for each sample, `(batch,)`, float32, without any reduction over the batch.

    A subclass defines `discriminator` and `generator` and, if it takes parameters,
    `get_config`. Names in `state` (`k_t` of BEGAN) become variables of the model,
    which passes their values by name and assigns what `next_state` returns.

    Names in `measures` are methods of `(real, fake)` whose scalars the model logs.

    Where `needs_autoencoder` is True the two methods take energies `(batch,)` instead
    of logits, low for real samples: the model passes what
    `energy(samples, reconstruction)` makes of the discriminator's output
    `"reconstruction"`, and refuses a discriminator that has none.

    `boundary` is the logit of a discriminator that is undecided; None where there is
    no such number.
    """

    state = {}  # name -> initial value
    measures = ()
    boundary = None
    needs_autoencoder = False

    def discriminator(self, real, fake, **state):
        """Loss of the discriminator for logits of real and generated samples."""
        raise NotImplementedError(f"{type(self).__name__} must define it.")

    def generator(self, fake, real=None, **state):
        """Loss of the generator for the logits of its samples."""
        raise NotImplementedError(f"{type(self).__name__} must define it.")

    def next_state(self, real, fake, **state):
        """`{name: value}` after a step in which the players saw these logits."""
        return state

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def per_sample(values):
    """Mean over everything but the batch: `(batch, ...)` to `(batch,)`, float32."""
    values = ops.cast(values, "float32")
    axes = tuple(range(1, len(values.shape)))
    return ops.mean(values, axis=axes) if axes else values


def registered(cls):
    """Registers an objective with Keras, so that models that hold it can be saved."""
    return keras.saving.register_keras_serializable(package="kerasgen")(cls)
