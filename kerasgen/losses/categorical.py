"""A distribution over the levels of a value, each with a logit of its own."""

from keras import ops

from kerasgen.arguments import is_integer
from kerasgen.losses.likelihood import Likelihood, sum_of_values
from kerasgen.losses.objective import UNBOUNDED
from kerasgen.registered import registered


@registered
class Categorical(Likelihood):
    """Every value of a sample is one of some levels: a softmax over their logits.

    `log p(x|z) = sum over values of log softmax(logits)[level]`, where `levels` values
    are spread evenly over [-1, 1], as those of a byte are over an image. Nothing says
    that neighboring levels are alike: the data does.

    Args:
        levels: How many, at least 2; 256 are those of uint8 images.

    Raises:
        ValueError: If `levels` is out of range.

    Reference:
        van den Oord, Kalchbrenner and Kavukcuoglu, 2016, arXiv:1601.06759, section 2.2.
    """

    names = ("logits",)
    interval = (-1.0, 1.0)

    def __init__(self, levels=256):
        if not is_integer(levels) or not 2 <= levels <= 256:
            raise ValueError(
                "`levels` must be an integer from 2 to 256. "
                f"Received: levels={levels!r}"
            )
        self.levels = int(levels)

    def shapes(self, sample_shape):
        return {"logits": (*sample_shape, self.levels)}

    def expects(self, kind):
        return {"logits": UNBOUNDED}

    def log_prob(self, target, parameters):
        logits = ops.cast(parameters["logits"], "float32")
        place = (ops.cast(target, "float32") + 1.0) * ((self.levels - 1) / 2.0)
        level = ops.cast(ops.round(place), "int32")
        nats = ops.sparse_categorical_crossentropy(level, logits, from_logits=True)
        return -sum_of_values(nats)

    def mean(self, parameters):
        probs = ops.softmax(ops.cast(parameters["logits"], "float32"), axis=-1)
        return ops.sum(probs * ops.linspace(-1.0, 1.0, self.levels), axis=-1)

    def draw(self, parameters, noise, temperature=1.0):
        temperature = ops.expand_dims(temperature, -1)
        logits = ops.cast(parameters["logits"], "float32") / temperature
        below = ops.cumsum(ops.softmax(logits, axis=-1), axis=-1)[..., :-1]
        level = ops.sum(ops.cast(below <= noise[..., None], "float32"), axis=-1)
        return level * (2.0 / (self.levels - 1)) - 1.0

    def get_config(self):
        return {"levels": self.levels}
