"""Spreads generated samples over modes."""

from kerasgen import losses
from kerasgen.adversarial.terms.term import Term
from kerasgen.registered import registered


@registered
class PullingAway(Term):
    """Mean squared cosine between the `"features"` of each two generated samples.

    Args:
        weight, every: As for `Term`.

    Reference:
        Zhao et al., 2017, arXiv:1609.03126, section 2.4.
    """

    player = "generator"
    needs = ("features",)

    def __init__(self, weight=0.1, every=1):
        super().__init__(weight, every)

    def call(self, game):
        return losses.pulling_away(game.fake["features"])
