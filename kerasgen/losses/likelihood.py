"""What a decoder says of a sample: the distribution p(x|z)."""

import math

from keras import ops

from kerasgen.arguments import check_above_zero
from kerasgen.losses.objective import UNBOUNDED
from kerasgen.registered import registered

LEARNED = "learned"
LOG_VARIANCE = (-1.0, 0.0)  # what the logarithm of a variance reaches, at the least


class Likelihood:
    """A distribution over samples, whose parameters a network gives.

    A subclass defines `log_prob`, `mean` and `get_config`.

    Attributes:
        names: Of the parameters, each of the shape of a sample unless `shapes` says
            otherwise. A network that returns a lone tensor gives the first.
        interval: `(low, high)` of the samples it is a distribution over; None for any.
        levels: How many values it gives a probability, evenly spread over [-1, 1]; None
            where it is a density. These can be drawn.
    """

    names = ()
    interval = None
    levels = None

    @classmethod
    def defaults(cls, kind):
        """Parameters that follow from the kind of sample, where none are given."""
        return {}

    def shapes(self, sample_shape):
        """`{name: shape}` of the parameters of one sample."""
        return dict.fromkeys(self.names, tuple(sample_shape))

    def named(self, outputs):
        """What a network returns as `{name: tensor}`."""
        return outputs if isinstance(outputs, dict) else {self.names[0]: outputs}

    def expects(self, kind):
        """`{parameter: (low, high)}`: what outputs of the network must reach.

        `compile` warns of a last activation that forbids it.

        Args:
            kind: The `kerasgen.kinds.Kind` of the samples.
        """
        return {}

    def log_prob(self, target, parameters):
        """Log-likelihood of samples, in nats.

        Args:
            target: Samples as networks take them, `(batch, ...)`.
            parameters: `{name: tensor}`, as the network gave them.

        Returns:
            `(batch,)`, float32: the sum over all values of a sample.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `log_prob`.")

    def mean(self, parameters):
        """The mean of the distribution: a sample as networks take it."""
        raise NotImplementedError(f"{type(self).__name__} must define `mean`.")

    def draw(self, parameters, noise, temperature=1.0):
        """Samples, as networks take them, by inversion of distribution functions.

        Args:
            parameters: `{name: tensor}`, as the network gave them.
            noise: Uniform on [0, 1), of the shape of the samples.
            temperature: Above 0; logits are divided by it, scales multiplied.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `draw`.")

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def __repr__(self):
        values = ", ".join(f"{k}={v!r}" for k, v in self.get_config().items())
        return f"{type(self).__name__}({values})"


@registered
class Bernoulli(Likelihood):
    """Every value of a sample is the probability of a one, or a one or a zero.

    `log p(x|z) = sum(t log p + (1 - t) log(1 - p))`, where `t` in [0, 1] is the value,
    `(x + 1) / 2` of an image, and `p` the sigmoid of the network's logits. Nothing is
    made binary here. Of values between zero and one this is the usual cross-entropy:
    the mean log-likelihood of the binary samples that such probabilities draw, and no
    density of the values themselves.

    Args:
        interval: `(low, high)`, the values that count as zero and as one: (-1, 1) for
            images, (0, 1) for voxels.

    Raises:
        ValueError: If the interval is empty.

    Reference:
        Kingma and Welling, 2013, arXiv:1312.6114, appendix C.1.
    """

    names = ("logits",)
    levels = 2

    def __init__(self, interval=(-1.0, 1.0)):
        low, high = interval or (0.0, 0.0)
        if not -math.inf < low < high < math.inf:
            raise ValueError(
                "`interval` must be (low, high), the values that count as zero and as "
                "one: `kerasgen.losses.Bernoulli((0, 1))`. "
                f"Received: interval={interval}"
            )
        self.interval = (float(low), float(high))

    @classmethod
    def defaults(cls, kind):
        return {"interval": kind.interval}

    def expects(self, kind):
        return {"logits": UNBOUNDED}

    def log_prob(self, target, parameters):
        low, high = self.interval
        logits = ops.cast(parameters["logits"], "float32")
        t = (ops.cast(target, "float32") - low) / (high - low)
        # log p = logits - softplus(logits), log(1 - p) = -softplus(logits)
        return sum_of_values(t * logits - ops.softplus(logits))

    def mean(self, parameters):
        low, high = self.interval
        logits = ops.cast(parameters["logits"], "float32")
        return low + (high - low) * ops.sigmoid(logits)

    def draw(self, parameters, noise, temperature=1.0):
        low, high = self.interval
        logits = ops.cast(parameters["logits"], "float32") / temperature
        return ops.where(noise < ops.sigmoid(logits), high, low)

    def get_config(self):
        return {"interval": self.interval}


@registered
class Gaussian(Likelihood):
    """Every value is normal around its mean, independently of the others.

    `log p(x|z) = -1/2 sum(log(2 pi s^2) + (x - m)^2 / s^2)`: a density of values as
    networks take them, so for images of [-1, 1]. It may be above one, and its logarithm
    above zero.

    Args:
        variance: Of each value, a number above zero; or `"learned"`: the network gives
            `"log_var"` beside `"mean"`, for each value of its own.
        smallest_variance: Added to a learned variance. Without it the density of what
            is constant in the data, such as a white border, grows without bound. The
            default is a standard deviation of about one gray level of an image.

    Raises:
        ValueError: If a variance is not above zero.

    Reference:
        Kingma and Welling, 2013, arXiv:1312.6114, appendix C.2.
    """

    def __init__(self, variance=LEARNED, smallest_variance=1e-4):
        check_above_zero(smallest_variance=smallest_variance)
        if variance != LEARNED:
            check_above_zero(variance=variance)
        self.variance = variance
        self.smallest_variance = smallest_variance
        self.names = ("mean", "log_var") if variance == LEARNED else ("mean",)

    def expects(self, kind):
        means = {} if kind.interval is None else {"mean": kind.interval}
        return {**means, "log_var": LOG_VARIANCE}

    def log_prob(self, target, parameters):
        error = ops.cast(target, "float32") - self.mean(parameters)
        variance = self._variance(parameters)
        density = ops.log(2.0 * math.pi * variance) + ops.square(error) / variance
        return -0.5 * sum_of_values(density)

    def mean(self, parameters):
        return ops.cast(parameters["mean"], "float32")

    def _variance(self, parameters):
        if self.variance != LEARNED:
            return float(self.variance)
        log_var = ops.cast(parameters["log_var"], "float32")
        return ops.exp(log_var) + self.smallest_variance

    def get_config(self):
        return {
            "variance": self.variance,
            "smallest_variance": self.smallest_variance,
        }


def sum_of_values(values):
    """Sum over all but the batch: `(batch, ...)` to `(batch,)`."""
    return ops.sum(values, axis=tuple(range(1, len(values.shape))))
