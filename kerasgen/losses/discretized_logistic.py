"""A logistic distribution over the 256 levels of a byte."""

from keras import ops

from kerasgen.losses.likelihood import LOG_VARIANCE, Likelihood, sum_of_values
from kerasgen.registered import registered

TOP = 255  # the brightest of the levels 0 to 255
LOG_SCALES = (-7.0, 15.0)  # beyond the first a level has all the mass already


@registered
class DiscretizedLogistic(Likelihood):
    """Every pixel is a level of 256, which has the mass a logistic gives its bin.

    With `m` the network's `"mean"` and `s = exp(log_scale)`, for a level x in [-1, 1]

        P(x|z) = sigmoid((x + 1/255 - m) / s) - sigmoid((x - 1/255 - m) / s)

    where the first term is 1 for the brightest level and the second 0 for the darkest,
    so that the 256 masses sum to one whatever the parameters. It is a probability and
    no density: the log-likelihood of an image is below zero, and compares with that of
    other models of bytes, in bits a dimension.

    The mean that samples show is `m`. `log_scale` is kept in [-7, 15].

    Reference:
        Kingma et al., 2016, arXiv:1606.04934, section 5.2.1; the masses at the ends:
        Salimans et al., 2017, arXiv:1701.05517, section 2.1.
    """

    names = ("mean", "log_scale")
    interval = (-1.0, 1.0)

    def expects(self, kind):
        return {"mean": kind.interval or self.interval, "log_scale": LOG_VARIANCE}

    def log_prob(self, target, parameters):
        mean, log_scale = (parameters[name] for name in self.names)
        return sum_of_values(log_mass(target, mean, log_scale))

    def mean(self, parameters):
        return ops.cast(parameters["mean"], "float32")


def log_mass(values, mean, log_scale):
    """Logarithm of the mass of a logistic in the bin of each level.

    Args:
        values: Levels, `2 k / 255 - 1` with k from 0 to 255; others are rounded.
        mean, log_scale: Of the logistic, of shapes that go with it.

    Returns:
        In nats, float32, finite for all finite parameters.
    """
    level = ops.round((ops.cast(values, "float32") + 1.0) * (TOP / 2))  # 0 to 255
    mean = ops.cast(mean, "float32")
    log_scale = ops.clip(ops.cast(log_scale, "float32"), *LOG_SCALES)
    inverse = ops.exp(-log_scale)
    # Of whole numbers, so that the upper edge of a bin is the lower of the next one.
    above = ((2.0 * level + 1.0 - TOP) / TOP - mean) * inverse
    below = ((2.0 * level - 1.0 - TOP) / TOP - mean) * inverse
    # sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - exp(b - a)), each factor of
    # which has an exact logarithm where the difference would round to zero.
    log_left = -ops.softplus(-above)  # log sigmoid(a): all mass below the upper edge
    log_right = -ops.softplus(below)  # log sigmoid(-b): all mass above the lower edge
    inside = log_left + log_right + ops.log(-ops.expm1(-2.0 / TOP * inverse))
    result = ops.where(level < 0.5, log_left, inside)
    return ops.where(level > TOP - 0.5, log_right, result)
