"""Information maximising GAN (Chen et al., 2016)."""

import keras
import numpy as np
from keras import ops

from kerasgen import layers
from kerasgen.models import gan_arguments as arguments
from kerasgen.models.cgan import needed
from kerasgen.models.gan import GAN
from kerasgen.models.labelled_gan import check_condition
from kerasgen.models.sampling import philox
from kerasgen.networks.convolutional import check_image_shape, doublings


@keras.saving.register_keras_serializable(package="kerasgen")
class InfoGAN(GAN):
    """Part of the latent is a code that the discriminator's body can read back.

    `min_{G,Q} max_D V(D, G) - lambda L_I(G, Q)`, where `L_I`, the expected
    log-likelihood of the code under `Q(c|x)`, bounds the mutual information between
    code and sample from below, but for the code's constant entropy. Nobody labels
    anything.

    Args:
        image_shape: `(height, width, channels)` of the networks made here, sizes as
            for `DCGAN`; None where networks are given.
        categorical: Number of categories of each categorical code.
        continuous: Number of continuous codes, each uniform on [-1, 1].
        latent_dim: Size of the rest of the latent, the noise.
        filters: Filters at the largest resolution; they double with each halving.
        dense_width: Units of the dense layer between convolutions and vectors.
        categorical_weight, continuous_weight: `lambda` for either kind, at least 0.
        generator: Keras model from `(noise, codes)` to samples, instead.
        discriminator: Keras model from samples to a dictionary of `"logits"` and
            `"codes"`, what Q says: logits for each category, then the mean of each
            continuous code, instead.
        **kwargs: As for `kerasgen.models.GAN`.

    Raises:
        ValueError: If an argument is out of range, or networks do not fit.

    Example:

    ```python
    model = kerasgen.models.InfoGAN((28, 28, 1), filters=8, dense_width=32)
    model.compile()
    model.fit(np.zeros((32, 28, 28, 1), "uint8"), batch_size=16, verbose=0)
    # Category 3 and two continuous codes for each of two samples.
    model.generate(codes=[[3, 0.0, -1.0], [3, 0.0, 1.0]]).shape  # (2, 28, 28, 1)
    ```

    Reference:
        Chen et al., 2016, arXiv:1606.03657, equations 5 and 6; networks and numbers of
        appendix C.1.

    Differences:
        Q's density of a continuous code has a fixed standard deviation of one. Both
        players improve `L_I`, since Q shares the discriminator's body.
    """

    def __init__(
        self,
        image_shape=None,
        categorical=(10,),
        continuous=2,
        latent_dim=62,
        filters=64,
        dense_width=1024,
        categorical_weight=1.0,
        continuous_weight=1.0,
        generator=None,
        discriminator=None,
        **kwargs,
    ):
        categorical = tuple(categorical)
        _check_codes(categorical, continuous)
        code_dim = sum(categorical) + continuous
        if generator is None:
            generator = _generator(
                needed(image_shape), latent_dim, code_dim, filters, dense_width
            )
        if discriminator is None:
            discriminator = _discriminator(
                needed(image_shape), code_dim, filters, dense_width
            )
        check_condition(generator, code_dim, "sum(categorical) + continuous")
        arguments.check_outputs(
            discriminator, ["logits", "codes"], "InfoGAN, for its head Q,"
        )
        arguments.check_weights(
            categorical_weight=categorical_weight, continuous_weight=continuous_weight
        )
        kwargs.setdefault("name", "infogan")
        super().__init__(generator, discriminator, **kwargs)
        self.categorical = categorical
        self.continuous = continuous
        self.categorical_weight = categorical_weight
        self.continuous_weight = continuous_weight

    def default_optimizers(self):
        return {
            "discriminator": keras.optimizers.Adam(2e-4, beta_1=0.5),
            "generator": keras.optimizers.Adam(1e-3, beta_1=0.5),
        }

    def fake_batch(self, real, training=True):
        """Generated samples of codes drawn from their priors, `G(z, c)`."""
        codes = self.sample_codes(real)
        latents = self.sample_latents(real)
        samples = self.generator((latents, codes), training=training)
        return {"samples": samples, "condition": codes}

    def sample_codes(self, real):
        """Random codes as networks take them: `(batch, code_dim)`."""
        n, seed = ops.shape(real["samples"])[0], self.seed_generator
        parts = [
            ops.one_hot(keras.random.randint((n,), 0, k, dtype="int32", seed=seed), k)
            for k in self.categorical
        ]
        if self.continuous:
            parts.append(keras.random.uniform((n, self.continuous), -1, 1, seed=seed))
        return ops.concatenate([ops.cast(p, "float32") for p in parts], axis=-1)

    def auxiliary(self, judged, given):
        """Equation 5, `-lambda L_I` without constants; real samples have no code."""
        if "condition" not in given:
            return 0.0
        said, codes = ops.cast(judged["codes"], "float32"), given["condition"]
        loss, start = 0.0, 0
        for k in self.categorical:
            log_probs = ops.log_softmax(said[:, start : start + k])
            chosen = codes[:, start : start + k]
            likelihood = ops.mean(ops.sum(chosen * log_probs, axis=-1))
            loss = loss - self.categorical_weight * likelihood
            start += k
        if self.continuous:
            squares = 0.5 * ops.square(said[:, start:] - codes[:, start:])
            likelihood = -ops.mean(ops.sum(squares, axis=-1))  # of N(said, 1)
            loss = loss - self.continuous_weight * likelihood
        return loss

    def generate(
        self,
        n=None,
        *,
        seed=None,
        labels=None,
        codes=None,
        latents=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
    ):
        """Draws samples, in the kind of the data.

        Args:
            n: How many; may be left out where `latents` or `codes` are given.
            seed: Integer: the same latents and codes on every backend and machine.
            labels: There are none; categories are codes.
            codes: Array `(n, number of codes)`: the category of each categorical code,
                an integer, then the continuous codes, which are trained in [-1, 1];
                None draws them.
            latents: Array `(n, latent_dim)`, the noise, instead of a random one.
            batch_size, averaged, verbose: As for `kerasgen.models.GAN`.

        Returns:
            uint8 array `(n, height, width, channels)` for images, float32 `(n, ...)`
            for other data.

        Raises:
            ValueError: If an argument does not fit, or there is no average.
        """
        if labels is not None:
            raise ValueError(
                "InfoGAN learns without labels: ask for a category by `codes`. "
                f"Received: labels={labels}"
            )
        if codes is not None:
            codes = self._check_codes(codes)
            n = len(codes) if n is None else n
        random = philox(seed)
        latents = self.host_latents(n, random, latents)
        if codes is None:
            codes = self.host_codes(len(latents), random)
        if len(codes) != len(latents):
            raise ValueError(
                "`n` must be the number of `codes`. "
                f"Received: n={len(latents)} and {len(codes)} codes"
            )
        inputs = (latents, self._encode(codes))
        return self.run_generator(inputs, batch_size, averaged, verbose)

    def host_codes(self, n, random):
        """Codes drawn by a NumPy generator, in the form `generate` takes."""
        columns = [random.integers(0, k, n) for k in self.categorical]
        columns += [random.uniform(-1.0, 1.0, n) for _ in range(self.continuous)]
        return np.stack(columns, axis=1).astype("float32")

    def _encode(self, codes):
        parts = [
            np.eye(k, dtype="float32")[codes[:, i].astype(int)]
            for i, k in enumerate(self.categorical)
        ]
        return np.concatenate([*parts, codes[:, len(self.categorical) :]], axis=1)

    def _check_codes(self, codes):
        codes = np.asarray(codes, "float32")
        width = len(self.categorical) + self.continuous
        if codes.ndim != 2 or codes.shape[1] != width:
            raise ValueError(
                f"`codes` must have shape (n, {width}): {len(self.categorical)} "
                f"categories, then {self.continuous} continuous values. "
                f"Received: shape {codes.shape}"
            )
        if not np.isfinite(codes).all():
            raise ValueError("`codes` must be finite. Received: values that are not")
        for i, k in enumerate(self.categorical):
            column = codes[:, i]
            if ((column != np.floor(column)) | (column < 0) | (column >= k)).any():
                raise ValueError(
                    f"Column {i} of `codes` is a category: an integer in [0, {k}). "
                    f"Received: values from {column.min():g} to {column.max():g}"
                )
        return codes

    def get_config(self):
        return {
            **super().get_config(),
            "categorical": self.categorical,
            "continuous": self.continuous,
            "categorical_weight": self.categorical_weight,
            "continuous_weight": self.continuous_weight,
        }


def _generator(image_shape, latent_dim, code_dim, filters, dense_width):
    """Appendix C.1, table 1, right column."""
    height, width, channels = check_image_shape(image_shape)
    m = doublings(height, width)
    base = (height // 2**m, width // 2**m)
    noise = keras.Input((latent_dim,), name="latents")
    codes = keras.Input((code_dim,), name="condition")
    x = keras.layers.Concatenate()([noise, codes])
    x = _rectified(keras.layers.Dense(dense_width, use_bias=False)(x))
    top = filters * 2 ** (m - 1)
    x = _rectified(keras.layers.Dense(base[0] * base[1] * top, use_bias=False)(x))
    x = keras.layers.Reshape((*base, top))(x)
    for i in reversed(range(m - 1)):
        x = layers.Conv2DTranspose(
            filters * 2**i, 4, strides=2, padding="same", use_bias=False
        )(x)
        x = _rectified(x)
    x = layers.Conv2DTranspose(channels, 4, strides=2, padding="same")(x)
    x = keras.layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model((noise, codes), x, name="generator")


def _discriminator(image_shape, code_dim, filters, dense_width):
    """Appendix C.1, table 1, left column; D and Q share all but the last layers."""
    height, width, _ = check_image_shape(image_shape)
    images = keras.Input(image_shape, name="images")
    x = layers.Conv2D(filters, 4, strides=2, padding="same")(images)
    x = keras.layers.LeakyReLU(negative_slope=0.1)(x)
    for i in range(1, doublings(height, width)):
        x = layers.Conv2D(filters * 2**i, 4, strides=2, padding="same", use_bias=False)(
            x
        )
        x = _leaky(x)
    x = keras.layers.Flatten()(x)
    features = _leaky(keras.layers.Dense(dense_width, use_bias=False)(x))
    logits = keras.layers.Dense(1, dtype="float32", name="logits")(features)
    hidden = _leaky(keras.layers.Dense(128, use_bias=False)(features))
    codes = keras.layers.Dense(code_dim, dtype="float32", name="codes")(hidden)
    outputs = {"logits": logits, "codes": codes, "features": features}
    return keras.Model(images, outputs, name="discriminator")


def _rectified(x):
    return keras.layers.ReLU()(_batch_norm()(x))


def _leaky(x):
    return keras.layers.LeakyReLU(negative_slope=0.1)(_batch_norm()(x))


def _batch_norm():
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)


def _check_codes(categorical, continuous):
    if not all(isinstance(k, int) and k >= 2 for k in categorical):
        raise ValueError(
            "`categorical` must hold the number of categories of each code, at least "
            f"2. Received: categorical={categorical}"
        )
    if not isinstance(continuous, int) or continuous < 0:
        raise ValueError(
            "`continuous` must be the number of continuous codes. "
            f"Received: continuous={continuous}"
        )
    if not categorical and not continuous:
        raise ValueError("There must be a code. Received: categorical=(), continuous=0")
