"""A mixture of discretized logistics for the colors of a pixel."""

from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.losses.discretized_logistic import LOG_SCALES, TOP, log_mass
from kerasgen.losses.likelihood import LOG_VARIANCE, Likelihood, sum_of_values
from kerasgen.losses.objective import UNBOUNDED
from kerasgen.registered import registered

TAIL = 1e-5  # of a logistic, at both ends, that is not drawn from
TINY = 1e-30  # in place of the share of a component that has none


@registered
class LogisticMixture(Likelihood):
    """All colors of a pixel come from one of K components, a logistic for each color.

        P(x) = sum over k of pi_k prod over colors c of P(x_c | m_ck, s_ck)

    where `P(x_c | m, s)` is the mass that a logistic gives the bin of a level, as in
    `DiscretizedLogistic`. The means of later colors are linear in earlier ones,

        m_r = mean_r,  m_g = mean_g + a r,  m_b = mean_b + b r + c g

    with a, b, c between -1 and 1, so that a network that sees none of a pixel's colors
    can still give all of them at once.

    Parameters for a sample `(height, width, channels)`: `"logits"` of pi, `(height,
    width, K)`; `"mean"` and `"log_scale"`, `(height, width, channels, K)`; and of
    several channels `"coefficients"`, before a tanh makes a, b and c of them, `(height,
    width, channels (channels - 1) / 2, K)`.

    Args:
        components: K, at least 1.

    Raises:
        ValueError: If `components` is not a positive integer.

    Reference:
        Salimans et al., 2017, arXiv:1701.05517, sections 2.1 and 2.2.

    Differences:
        Masses are exact, so that those of all levels sum to one; the authors' code
        takes the density where a mass is below 1e-5. A color is drawn as a level before
        the next one depends on it.
    """

    interval = (-1.0, 1.0)
    levels = 256
    names = ("logits", "mean", "log_scale", "coefficients")

    def __init__(self, components=10):
        check_positive(components=components)
        self.components = int(components)

    def shapes(self, sample_shape):
        *pixels, channels = sample_shape
        of_colors = (*pixels, channels, self.components)
        shapes = {
            "logits": (*pixels, self.components),
            "mean": of_colors,
            "log_scale": of_colors,
        }
        if channels > 1:
            pairs = channels * (channels - 1) // 2
            shapes["coefficients"] = (*pixels, pairs, self.components)
        return shapes

    def expects(self, kind):
        return {
            "logits": UNBOUNDED,
            "mean": self.interval,
            "log_scale": LOG_VARIANCE,
            "coefficients": UNBOUNDED,
        }

    def log_prob(self, target, parameters):
        p = _in_float32(parameters)
        target = ops.cast(target, "float32")
        colors = [target[..., c : c + 1] for c in range(target.shape[-1])]
        log_joint = ops.log_softmax(p["logits"], axis=-1)  # of x and k, once summed
        for c, x in enumerate(colors):
            log_scale = p["log_scale"][..., c, :]
            log_joint = log_joint + log_mass(x, _mean(p, c, colors), log_scale)
        return sum_of_values(ops.logsumexp(log_joint, axis=-1))

    def mean(self, parameters):
        p = _in_float32(parameters)
        pi = ops.softmax(p["logits"], axis=-1)
        means = []  # of each component
        for c in range(p["mean"].shape[-2]):
            means.append(_mean(p, c, means))
        return ops.stack([ops.sum(pi * m, axis=-1) for m in means], axis=-1)

    def draw(self, parameters, noise, temperature=1.0):
        p = _in_float32(parameters)
        pi = ops.softmax(p["logits"] / temperature, axis=-1)
        ends = ops.cumsum(pi, axis=-1)
        u = noise[..., :1]
        k = ops.sum(ops.cast(ends[..., :-1] <= u, "int32"), axis=-1)
        chosen = ops.one_hot(k, self.components, dtype="float32")

        def of_chosen(values):
            return ops.sum(chosen * values, axis=-1, keepdims=True)

        # Where a number lies within the share of its component is uniform again.
        u = (u - of_chosen(ends - pi)) / ops.maximum(of_chosen(pi), TINY)
        uniforms = ops.concatenate([u, noise[..., 1:]], axis=-1)
        uniforms = ops.clip(uniforms, TAIL, 1.0 - TAIL)
        standard = ops.log(uniforms) - ops.log1p(-uniforms)
        colors = []
        for c in range(p["mean"].shape[-2]):
            log_scale = ops.clip(p["log_scale"][..., c, :], *LOG_SCALES)
            scale = temperature * ops.exp(of_chosen(log_scale))
            mean = of_chosen(_mean(p, c, colors))
            x = mean + scale * standard[..., c : c + 1]
            level = ops.round((ops.clip(x, -1.0, 1.0) + 1.0) * (TOP / 2))
            colors.append(level * (2 / TOP) - 1.0)
        return ops.concatenate(colors, axis=-1)

    def get_config(self):
        return {"components": self.components}


def _in_float32(parameters):
    return {name: ops.cast(value, "float32") for name, value in parameters.items()}


def _mean(parameters, c, colors):
    """`m_c` of each component, `(..., K)`, given the colors before it."""
    mean = parameters["mean"][..., c, :]
    first = c * (c - 1) // 2  # none of the first color, a of the second, then b and c
    for d in range(c):
        coefficient = ops.tanh(parameters["coefficients"][..., first + d, :])
        mean = mean + coefficient * colors[d]
    return mean
