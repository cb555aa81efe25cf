"""How far a reconstruction is from its sample."""

from keras import ops

from kerasgen.by_name import by_name
from kerasgen.losses.objective import per_sample
from kerasgen.losses.perceptual import Perceptual
from kerasgen.registered import registered


class Reconstruction:
    """What an autoencoder minimizes for each sample.

    A subclass defines `compare`, or replaces `__call__` where it is no distance between
    two samples.
    """

    def __call__(self, samples, parameters, likelihood):
        """The loss of each sample.

        Args:
            samples: As networks take them, `(batch, ...)`.
            parameters: Of p(x|z), by name, as a decoder gives them.
            likelihood: The `kerasgen.losses.Likelihood` they belong to, whose mean is
                the reconstruction.

        Returns:
            `(batch,)`, float32.
        """
        samples = ops.cast(samples, "float32")
        return self.compare(samples, likelihood.mean(parameters))

    def compare(self, samples, reconstructions):
        """Of two samples as networks have them, `(batch,)`."""
        raise NotImplementedError(f"{type(self).__name__} must define `compare`.")

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@registered
class SquaredError(Reconstruction):
    """`mean((x - y)^2)` over all values, of images in [-1, 1]."""

    def compare(self, samples, reconstructions):
        return per_sample(ops.square(samples - reconstructions))


@registered
class AbsoluteError(Reconstruction):
    """`mean(|x - y|)` over all values, of images in [-1, 1]."""

    def compare(self, samples, reconstructions):
        return per_sample(ops.abs(samples - reconstructions))


@registered
class NegativeLogLikelihood(Reconstruction):
    """`-log p(x|z)` of the model's likelihood, in nats, the sum over all values.

    Of a Bernoulli decoder it is the cross-entropy of pixels.
    """

    def __call__(self, samples, parameters, likelihood):
        return -likelihood.log_prob(samples, parameters)


@registered
class PerceptualError(Reconstruction):
    """The distance in features of several layers of a fixed network.

    Args:
        extractor, layers, weights: As for `kerasgen.losses.Perceptual`.
    """

    def __init__(self, extractor, layers, weights=None):
        self.distance = Perceptual(extractor, layers, weights)

    def compare(self, samples, reconstructions):
        return self.distance(samples, reconstructions)

    def get_config(self):
        return self.distance.get_config()


RECONSTRUCTIONS = {
    "mse": SquaredError,
    "mae": AbsoluteError,
    "log_likelihood": NegativeLogLikelihood,
    "perceptual": PerceptualError,
}


def get_reconstruction(loss):
    """What an autoencoder minimizes, by name or as it is.

    Args:
        loss: One of `RECONSTRUCTIONS`; a dictionary of such a `"name"` and parameters;
            a `Reconstruction`; or a `Perceptual`.

    Raises:
        ValueError: If the name is unknown, or a parameter is.
    """
    if isinstance(loss, Perceptual):
        return PerceptualError(loss.extractor, loss.layers, loss.weights)
    noun = "a kerasgen.losses.Reconstruction"
    return by_name(loss, RECONSTRUCTIONS, Reconstruction, "loss", noun)
