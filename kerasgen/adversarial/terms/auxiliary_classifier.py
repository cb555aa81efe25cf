"""The discriminator names the class as well."""

from keras import ops

from kerasgen.adversarial.terms.term import Term
from kerasgen.losses.objective import UNBOUNDED
from kerasgen.registered import registered


@registered
class AuxiliaryClassifier(Term):
    """`-L_C`: cross-entropy of the discriminator's `"classes"`, in nats.

    The discriminator learns it from real and from generated samples, the generator from
    its own. A real sample without a class does not count; weights of the data are those
    of real samples alone.

    Args:
        weight, every: As for `Term`.

    Reference:
        Odena et al., 2017, arXiv:1610.09585, section 3, equation 3.
    """

    player = ("discriminator", "generator")
    needs = ("classes",)
    reads = ("labels",)

    def expects(self, kind):
        return {"classes": UNBOUNDED}  # log_softmax follows here

    def call(self, game):
        fake = ops.mean(cross_entropy(game.fake))
        if game.player == "generator":
            return fake
        return game.mean(cross_entropy(game.real)) + fake


def cross_entropy(side):
    """`-log p(class | sample)` for each sample."""
    log_probs = ops.log_softmax(ops.cast(side["classes"], "float32"))
    return -ops.sum(side.given["labels"] * log_probs, axis=-1)
