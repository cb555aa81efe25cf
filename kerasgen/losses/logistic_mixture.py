"""A mixture of discretized logistics for the colors of a pixel."""

from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.losses.discretized_logistic import log_mass
from kerasgen.losses.likelihood import LOG_VARIANCE, Likelihood, sum_of_values
from kerasgen.losses.objective import UNBOUNDED
from kerasgen.registered import registered

SMALLEST_LOG_SCALE = -7.0  # of what is drawn, as of what is scored
SURE = 1e-5  # uniform numbers as near to 0 or 1 draw what this one does


@registered
class LogisticMixture(Likelihood):
    """All colors of a pixel come from one of K logistics each, the same k for all.

        P(x) = sum over k of pi_k prod over colors of P(x_c | m_ck, s_ck)

    where `P(x_c | m, s)` is the mass that a logistic gives the bin of a level, as in
    `DiscretizedLogistic`, and the means of later colors depend on earlier ones,

        m_g = mean_g + a r,  m_b = mean_b + b r + c g

    with a, b, c between -1 and 1: the network need not tell apart all colors.

    Parameters for a sample `(height, width, channels)`: `"logits"` of pi, `(height,
    width, K)`; `"mean"` and `"log_scale"`, `(height, width, channels, K)`; and with
    several channels `"coefficients"` before their tanh, `(height, width, channels
    (channels - 1) / 2, K)`.

    Args:
        components: K, at least 1.

    Reference:
        Salimans et al., 2017, arXiv:1701.05517, sections 2.1 and 2.2.

    Differences:
        Masses are exact, so that those of all levels sum to one; the authors' code
        takes the density where a mass is below 1e-5. What is drawn is a level before
        the next color depends on it.
    """

    interval = (-1.0, 1.0)
    levels = 256
    draws_pixels = True

    def __init__(self, components=10):
        check_positive(components=components)
        self.components = components
        self.names = ("logits", "mean", "log_scale", "coefficients")

    def shapes(self, sample_shape):
        *pixels, channels = sample_shape
        each = (*pixels, channels, self.components)
        shapes = {
            "logits": (*pixels, self.components),
            "mean": each,
            "log_scale": each,
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
        }

    def log_prob(self, target, parameters):
        target = ops.cast(target, "float32")
        colors = [target[..., c : c + 1] for c in range(target.shape[-1])]
        p = {name: ops.cast(value, "float32") for name, value in parameters.items()}
        log_pi = ops.log_softmax(p["logits"], axis=-1)
        joint = log_pi + sum(
            log_mass(x, self._mean(p, c, colors), p["log_scale"][..., c, :])
            for c, x in enumerate(colors)
        )
        return sum_of_values(ops.logsumexp(joint, axis=-1))

    def _mean(self, parameters, c, colors):
        """`m_c` of each component, `(..., K)`, given the colors before it."""
        mean = parameters["mean"][..., c, :]
        first = c * (c - 1) // 2  # a, then b and c
        for d in range(c):
            coefficient = ops.tanh(parameters["coefficients"][..., first + d, :])
            mean = mean + coefficient * colors[d]
        return mean

    def mean(self, parameters):
        p = {name: ops.cast(value, "float32") for name, value in parameters.items()}
        pi = ops.softmax(p["logits"], axis=-1)
        means = []
        for c in range(p["mean"].shape[-2]):
            means.append(self._mean(p, c, means))
        return ops.stack([ops.sum(pi * m, axis=-1) for m in means], axis=-1)

    def uniforms(self, channels):
        return 1 + channels  # the first chooses the component

    def draw(self, parameters, noise, temperature=1.0):
        p = {name: ops.cast(value, "float32") for name, value in parameters.items()}
        pi = ops.softmax(p["logits"] / temperature, axis=-1)
        below = ops.cumsum(pi, axis=-1)[..., :-1]
        k = ops.sum(ops.cast(below <= noise[..., :1], "int32"), axis=-1)
        chosen = ops.one_hot(k, self.components, dtype="float32")
        colors = []
        for c in range(p["mean"].shape[-2]):
            mean = self._mean(p, c, colors)
            u = ops.clip(noise[..., 1 + c : 2 + c], SURE, 1.0 - SURE)
            log_scale = ops.maximum(p["log_scale"][..., c, :], SMALLEST_LOG_SCALE)
            x = mean + temperature * ops.exp(log_scale) * (ops.log(u) - ops.log1p(-u))
            x = ops.sum(chosen * x, axis=-1, keepdims=True)
            level = ops.round((ops.clip(x, -1.0, 1.0) + 1.0) * 127.5)
            colors.append(level / 127.5 - 1.0)
        return ops.concatenate(colors, axis=-1)

    def get_config(self):
        return {"components": self.components}
