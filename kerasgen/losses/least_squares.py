"""Regression of the discriminator's output on a number for each kind of sample."""

import math

from keras import ops

from kerasgen.arguments import check_above_zero
from kerasgen.losses.objective import Objective, per_sample
from kerasgen.registered import registered


@registered
class LeastSquares(Objective):
    """Squared distances to a target, halved, for both players (LSGAN).

    Discriminator `(D(x) - b)^2 / 2 + (D(G(z)) - a)^2 / 2`, generator
    `(D(G(z)) - c)^2 / 2`, on the unbounded output `D` of the discriminator.

    Args:
        a: Target of generated samples for the discriminator.
        b: Target of real samples. With `b - c = 1` and `b - a = 2` (such as
            `a=-1, b=1, c=0`) the game minimizes the Pearson divergence between
            the mixture of both distributions and twice the generated one.
        c: What the generator wants the discriminator to say of its samples.
        factor: Of all squares, above 0; where nothing else is added to a loss, it is a
            matter of the learning rate alone.

    Raises:
        ValueError: If a target is not finite, the discriminator's two are equal, or the
            factor is not above 0.

    Reference:
        Mao et al., 2017, arXiv:1611.04076, equation 2; the default is its 0-1 coding,
        equation 9.
    """

    def __init__(self, a=0.0, b=1.0, c=1.0, factor=0.5):
        super().__init__()
        check_above_zero(factor=factor)
        if not all(math.isfinite(target) for target in (a, b, c)) or a == b:
            raise ValueError(
                "`a`, `b` and `c` must be finite, and `a` and `b` differ. "
                f"Received: a={a}, b={b}, c={c}"
            )
        self.a = a
        self.b = b
        self.c = c
        self.factor = factor

    @property
    def boundary(self):
        return (self.a + self.b) / 2

    @property
    def reach(self):
        """The targets: a sigmoid has those of the 0-1 coding."""
        return min(self.a, self.b, self.c), max(self.a, self.b, self.c)

    def discriminator(self, game):
        real, fake = game.real.logits, game.fake.logits
        return self._square(real, self.b) + self._square(fake, self.a)

    def generator(self, game):
        return self._square(game.fake.logits, self.c)

    def _square(self, logits, target):
        return self.factor * per_sample(ops.square(logits - target))

    def get_config(self):
        return {"a": self.a, "b": self.b, "c": self.c, "factor": self.factor}
