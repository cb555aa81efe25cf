"""Generative latent optimization (Bojanowski, Joulin, Lopez-Paz and Szlam, 2017)."""

import keras
import numpy as np
from keras import ops

from kerasgen.arguments import (
    as_array,
    check_above_zero,
    check_counts,
    check_one_of,
    check_positive,
)
from kerasgen.engine import GenerativeModel, Player, optimize
from kerasgen.engine.batches import arrays_of, is_arrays, parts_of, size_of
from kerasgen.inputs import FittedCodes
from kerasgen.kinds import Images
from kerasgen.kinds.kind import check_range
from kerasgen.layers import CodeTable, UnitBall
from kerasgen.losses import (
    laplacian_pyramid_distance,
    per_sample,
    weighted_mean,
)
from kerasgen.networks import check_image_shape, convolutional_generator
from kerasgen.networks.shapes import output_shapes
from kerasgen.registered import registered

PLAYERS = ("generator", "codes")


def mean_squared_error(x, y):
    """The mean over all values of an image, `(batch,)`."""
    return per_sample(ops.square(ops.cast(x, "float32") - ops.cast(y, "float32")))


LOSSES = {
    "laplacian_pyramid": laplacian_pyramid_distance,
    "squared_error": mean_squared_error,
}


@registered
class GLO(GenerativeModel):
    """A generator and a code for each image, found together by gradient descent.

    There is neither an encoder nor a discriminator: generator and codes minimize

        1/N sum_i l(g(z_i), x_i),   |z_i| <= 1

    where each code is moved by the loss of its own image alone, and projected onto the
    ball after each update, `z / max(1, |z|)`. Samples are decoded from the normal
    distribution with the mean and the full covariance of all codes, which are saved
    with the model.

    A batch must say which images it holds: `kerasgen.data.load(..., indices=True)`;
    arrays are numbered by `fit`. The model is made for a set of that size.

    Args:
        image_shape: `(height, width, channels)`, sizes as for `DCGAN`; None takes that
            of a generator.
        num_codes: Number of images in the set that it is trained on; None takes that
            of a table.
        latent_dim: Size of a code; that of a table where one is given.
        filters: Filters of the generator at the largest resolution.
        generator: Keras model from codes to images in [-1, 1], instead.
        codes: A `kerasgen.layers.CodeTable`, instead.
        seed: Seed of the first codes.

    Raises:
        ValueError: If an argument is out of range, or the generator does not take the
            codes.

    Example:

    ```python
    images = np.zeros((32, 28, 28, 1), "uint8")
    model = kerasgen.models.GLO((28, 28, 1), num_codes=32, latent_dim=8, filters=4)
    model.compile()
    model.fit(images, batch_size=16, verbose=0)
    model.generate(4).shape  # (4, 28, 28, 1)
    model.encode(images[:2], steps=5).shape  # (2, 8)
    ```

    Reference:
        Bojanowski et al., 2017, arXiv:1707.05776: equation 2, section 2; the generator
        is that of DCGAN, samples are those of section 4.

    Differences:
        Adam of rate 1e-3 for the generator in place of SGD. The loss of an image is its
        mean over pixels, so the rate of the codes is larger by as much. The first
        codes are normal and projected, where the paper begins with principal
        components for some of its experiments.
    """

    averaged = ("generator",)
    indexed = True
    logged = ("reconstruction",)

    def __init__(
        self,
        image_shape=None,
        num_codes=None,
        latent_dim=64,
        filters=64,
        generator=None,
        codes=None,
        seed=None,
        **kwargs,
    ):
        if codes is None:
            _check_known(num_codes=num_codes)
            codes = CodeTable(num_codes, latent_dim, seed=seed, name="codes")
        if generator is None:
            _check_known(image_shape=image_shape)
            check_image_shape(image_shape)
            generator = convolutional_generator(image_shape, codes.size, filters)
        shape = output_shapes(generator, "generator", [(codes.size,)])
        super().__init__(Images(shape), (FittedCodes(codes.size),), seed=seed, **kwargs)
        self.generator = generator
        self.codes = codes
        self.inputs[0].codes = self.trained_codes

    def call(self, inputs, training=False):
        """Images of codes."""
        return self.generator(inputs, training=training)

    @property
    def networks(self):
        return {"generator": self.generator, "codes": self.codes}

    # --- how it learns

    def players(self):
        return {
            "generator": Player(self.generator),
            "codes": Player(self.codes, UnitBall()),
        }

    def default_optimizers(self):
        return {
            "generator": keras.optimizers.Adam(1e-3),
            # Adam would move the codes of images that are not in the batch.
            "codes": keras.optimizers.SGD(1.0),
        }

    def compile(
        self, optimizer=None, loss="laplacian_pyramid", *, average=None, **execution
    ):
        """Prepares training.

        Args:
            optimizer: One optimizer (copied for both players), or a dictionary by
                player: `"generator"` and `"codes"`. None is Adam of rate 1e-3 for the
                first, plain SGD of rate 1 for the second.
            loss: `"laplacian_pyramid"`, the paper's, see
                `kerasgen.losses.laplacian_pyramid_distance`, or `"squared_error"`.
            average: As for `kerasgen.engine.GenerativeModel`.
            **execution: `run_eagerly`, `steps_per_execution`, `jit_compile`.

        Raises:
            ValueError: If the loss is unknown.
        """
        check_one_of(LOSSES, loss=loss)
        self.prepare(distance=loss)
        super().compile(optimizer, average=average, **execution)

    distance = "laplacian_pyramid"

    def compile_objects(self):
        return {**super().compile_objects(), "loss": self.distance}

    # --- training

    def train_step(self, data):
        batch = self.unpack(data)  # x_i, and which i they are
        n = ops.cast(ops.shape(batch["samples"])[0], "float32")
        losses, grads, distances = self.gradients(PLAYERS, self.losses_of, batch)
        self.apply("generator", grads["generator"])
        # The mean over the batch would move a code the less the larger the batch is.
        self.apply("codes", [n * ops.convert_to_tensor(g) for g in grads["codes"]])
        self.log_losses(losses)
        self.log("reconstruction", distances, batch.get("weights"))
        return self.logs()

    def test_step(self, data):
        batch = self.unpack(data)
        _, distances = self.measure(PLAYERS, self.losses_of, batch, False)
        self.log("reconstruction", distances, batch.get("weights"))
        return self.logs()

    def losses_of(self, batch, training=True):
        """The loss, which both players minimize, and that of each image."""
        codes = self.codes(batch["indices"])  # z_i
        images = self.generator(codes, training=training)  # g(z_i)
        distances = LOSSES[self.distance](images, batch["samples"])
        loss = weighted_mean(distances, batch.get("weights"))
        return dict.fromkeys(PLAYERS, loss), distances

    # --- its data: one image for each code

    def fit(self, x=None, y=None, **arguments):
        """As for any model; `x` must hold as many images as there are codes."""
        self._check_number(x)
        return super().fit(x, y, **arguments)

    def _check_number(self, x):
        n = _number_of(x)
        if n not in (None, self.num_codes):
            raise ValueError(
                "There must be a code for each image of the set: "
                f"GLO(..., num_codes={n}). "
                f"Received: {n} images and num_codes={self.num_codes}"
            )

    def check_batch(self, batch):
        super().check_batch(batch)
        _check_indices(parts_of(batch)["indices"], self.num_codes)

    def bounds(self, parts):
        found = super().bounds(parts)
        return [*found, ("indices", parts["indices"], 0, self.num_codes - 1)]

    @property
    def num_codes(self):
        return self.codes.num_codes

    # --- after training

    def trained_codes(self, indices=None):
        """Codes of images of the set.

        Args:
            indices: Integers `(n,)`, places of images in the set; None for all.

        Returns:
            float32 array `(n, latent_dim)`.

        Raises:
            ValueError: If there are no such images.
        """
        with self.as_of_now():
            codes = self.codes.codes.numpy()
        if indices is None:
            return codes
        indices = as_array("indices", indices)
        _check_indices(indices, len(codes))
        return codes[indices]

    def encode(
        self, samples, *, steps=200, rate=0.1, batch_size=256, averaged=None, verbose=0
    ):
        """Codes of new images, by gradient descent on the loss of training.

        `argmin_z l(g(z), x)` in the unit ball, by Adam, from the mean of the trained
        codes.

        Args:
            samples: Images `(n, height, width, channels)`, as in the data.
            steps: Updates of the codes.
            rate: Of Adam at the start; it falls to zero along half a cosine.
            batch_size: Images at a time.
            averaged: As for `generate`.
            verbose: 1 shows a progress bar.

        Returns:
            float32 array `(n, latent_dim)`, in the unit ball.

        Raises:
            ValueError: If samples are of another kind, or a number is out of range.
        """
        samples = as_array("samples", samples)
        self.kind.check_given(samples)
        check_positive(
            batch_size=batch_size, steps=steps, number_of_images=len(samples)
        )
        check_above_zero(rate=rate)
        check_counts(verbose=verbose)
        start = self.trained_codes().mean(axis=0)
        bar = keras.utils.Progbar(len(samples)) if verbose else None
        found = []
        for i in range(0, len(samples), batch_size):
            part = samples[i : i + batch_size]
            found.append(self._fitted(part, start, steps, rate, averaged))
            if bar:
                bar.update(i + len(part))
        return np.concatenate(found)

    def _fitted(self, samples, start, steps, rate, averaged):
        targets = self.kind.to_float(ops.convert_to_tensor(samples))
        project = UnitBall()

        def loss(codes):
            images = self.decode(project(codes), averaged)
            return ops.sum(LOSSES[self.distance](images, targets))

        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
        begin = np.tile(start, (len(samples), 1))
        codes, _ = optimize(loss, begin, steps, keras.optimizers.Adam(rate))
        return ops.convert_to_numpy(project(ops.convert_to_tensor(codes)))

    def reconstruct(self, samples, **arguments):
        """Images of the codes of new images.

        Args:
            samples, **arguments: As for `encode`.

        Returns:
            uint8 array `(n, height, width, channels)`.
        """
        codes = self.encode(samples, **arguments)
        return self.generate(latents=codes, averaged=arguments.get("averaged"))

    def get_config(self):
        return {
            **keras.saving.serialize_keras_object(self.networks),
            "seed": self.seed,
            "name": self.name,
        }


def _number_of(x):
    """How many images a set has that can be asked, else None."""
    if is_arrays(x):
        return size_of(arrays_of(x))
    samples = getattr(x, "samples", None)  # of a kerasgen.data.Dataset
    return len(samples) if hasattr(samples, "kind") else None


def _check_indices(indices, num_codes):
    indices = ops.convert_to_numpy(indices)
    if indices.dtype.kind not in "iu" or not indices.size:
        raise ValueError(f"`indices` must be integers. Received: dtype {indices.dtype}")
    last = num_codes - 1
    check_range(indices, 0, last, f"`indices` must lie in [0, {last}].")


def _check_known(**arguments):
    for name, value in arguments.items():
        if value is None:
            raise ValueError(
                f"`{name}` is needed unless networks are given. Received: {name}=None"
            )
