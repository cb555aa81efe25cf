"""A GAN that can be asked for a class: what all of them have in common."""

import keras

from kerasgen.models.gan import GAN
from kerasgen.models.labels import Labels
from kerasgen.models.sampling import philox


class LabelledGAN(GAN):
    """Reads labels in `fit` and takes them in `generate`.

    A subclass says where the labels enter the game.

    Args:
        generator: Keras model from `(latents, labels)`, labels `(batch, num_classes)`
            zeros and ones, to samples.
        discriminator: What the subclass needs.
        num_classes: Number of classes, or of attributes.
        class_names: What they are called, in their order: `generate` takes these names
            too. None if they have numbers only.
        **kwargs: As for `kerasgen.models.GAN`.
    """

    several = True  # whether a sample may have several ones in its labels

    def __init__(
        self, generator, discriminator, num_classes, class_names=None, **kwargs
    ):
        labels = Labels(num_classes, self.several, class_names)
        check_condition(generator, num_classes, "num_classes")
        super().__init__(generator, discriminator, **kwargs)
        self.num_classes = num_classes
        self.labels = labels

    def check_batch(self, batch):
        super().check_batch(batch)
        samples, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
        found = self.labels.check(labels)
        if len(found) != len(samples):
            raise ValueError(
                "There must be a label for each sample. Received: "
                f"{len(samples)} samples and {len(found)} labels"
            )

    def real_batch(self, data):
        """`{"samples": images, "condition": labels}`, and `"weights"` if there are."""
        _, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        return {**super().real_batch(data), "condition": self.labels.encode(labels)}

    def generate(
        self,
        n=None,
        *,
        seed=None,
        labels=None,
        latents=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
    ):
        """Draws samples of the classes asked for, in the kind of the data.

        Args:
            n: How many; may be left out where `latents` or `labels` are given.
            seed: Integer: the same latents on every backend and machine.
            labels: Integers `(n,)` in [0, `num_classes`), one integer for all samples,
                or `(n, num_classes)` zeros and ones; with `class_names` also a name or
                a set of names, which the sample has and no others, or a list of `n`.
                None takes all classes in turn.
            latents: Array `(n, latent_dim)` to decode instead of random ones.
            batch_size, averaged, verbose: As for `kerasgen.models.GAN`.

        Returns:
            uint8 array `(n, height, width, channels)` for images, float32 `(n, ...)`
            for other data.

        Raises:
            ValueError: If an argument does not fit, or there is no average.
        """
        if n is None and latents is not None:
            n = len(latents)
        condition = self.labels.on_host(labels, n)
        latents = self.host_latents(len(condition), philox(seed), latents)
        return self.run_generator((latents, condition), batch_size, averaged, verbose)

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "class_names": self.labels.names,
        }


def check_condition(generator, size, name):
    """The generator takes `(latents, condition)`, the condition of this size."""
    shapes = getattr(generator, "input_shape", None)
    pair = isinstance(shapes, (list, tuple)) and isinstance(shapes[0], (list, tuple))
    if not pair or len(shapes) != 2 or shapes[1][-1] != size:
        raise ValueError(
            "`generator` must be a built model of the tuple (latents, condition), the "
            f"condition of shape (batch, {size}) for {name}={size}. "
            f"Received: generator={generator.name!r} with inputs of shape {shapes}"
        )
