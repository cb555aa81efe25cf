"""A sample tells the code that it was made from."""

from keras import ops

from kerasgen.adversarial.terms.term import Term
from kerasgen.arguments import check_factors
from kerasgen.losses.objective import UNBOUNDED
from kerasgen.registered import registered


@registered
class MutualInformation(Term):
    """`-L_I(G, Q)`: minus the expected log-likelihood of the code under `Q(c|x)`.

    It bounds the mutual information between code and sample from below, but for the
    code's constant entropy. `Q` is the discriminator's output `"codes"`: logits for
    each category, then the means of the continuous codes, whose density has a standard
    deviation of one. Both players improve it, since Q shares the discriminator's body.

    Args:
        weight, every: As for `Term`: `lambda` of all codes.
        categorical_weight, continuous_weight: Further factors for either kind.

    Reference:
        Chen et al., 2016, arXiv:1606.03657, equations 4 to 6.
    """

    player = ("discriminator", "generator")
    needs = ("codes",)
    reads = ("codes",)

    def __init__(
        self, weight=1.0, every=1, categorical_weight=1.0, continuous_weight=1.0
    ):
        super().__init__(weight, every)
        check_factors(
            categorical_weight=categorical_weight, continuous_weight=continuous_weight
        )
        self.categorical_weight = categorical_weight
        self.continuous_weight = continuous_weight
        self.categorical = ()

    def expects(self, kind):
        # Means of codes in [-1, 1], and logits of categories where there are any.
        return {"codes": UNBOUNDED if self.categorical else (-1.0, 1.0)}

    def attach(self, model):
        (codes,) = (each for each in model.inputs if each.name == "codes")
        self.categorical = codes.categorical

    def call(self, game):
        said = ops.cast(game.fake["codes"], "float32")
        codes = game.fake.given["codes"]
        loss, start = 0.0, 0
        for k in self.categorical:
            log_probs = ops.log_softmax(said[:, start : start + k])
            likelihood = ops.sum(codes[:, start : start + k] * log_probs, axis=-1)
            loss = loss - self.categorical_weight * likelihood
            start += k
        # log N(code; said, 1) without its constant; no codes leave a sum of nothing
        squares = 0.5 * ops.square(said[:, start:] - codes[:, start:])
        return loss + self.continuous_weight * ops.sum(squares, axis=-1)

    def get_config(self):
        return {
            **super().get_config(),
            "categorical_weight": self.categorical_weight,
            "continuous_weight": self.continuous_weight,
        }
