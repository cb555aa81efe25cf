"""Terms that need the discriminator's gradients with respect to samples."""

import keras

from kerasgen import penalties
from kerasgen.adversarial.terms.term import Term
from kerasgen.arguments import check_factors
from kerasgen.engine.keras_private import all_layers
from kerasgen.registered import registered


class Penalty(Term):
    """A function of `kerasgen.penalties` in the discriminator's loss.

    A subclass names the function, and passes its parameters. Gradients are those of the
    discriminator's score: the logit, or minus the energy.

    Args:
        weight, every: As for `Term`.
        **parameters: Of the function.
    """

    function = None
    in_evaluation = False

    def __init__(self, weight=10.0, every=1, **parameters):
        super().__init__(weight, every)
        self.parameters = parameters
        self.penalty = penalties.get(self.function, **parameters)

    def call(self, game):
        real, fake = game.real.samples, game.fake.samples
        return self.penalty(game.critic, real, fake, seed=game.seed)

    def get_config(self):
        return {**super().get_config(), **self.parameters}


@registered
class R1(Penalty):
    """`|grad D(x)|^2` on real samples.

    Args:
        weight: `gamma / 2` of the paper, whose `gamma` is 10.
        every: As for `Term`.

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, section 4.1.
    """

    function = "r1"

    def __init__(self, weight=5.0, every=1):
        super().__init__(weight, every)


@registered
class R2(Penalty):
    """`|grad D(G(z))|^2` on generated samples; see `R1`."""

    function = "r2"

    def __init__(self, weight=5.0, every=1):
        super().__init__(weight, every)


@registered
class GradientPenalty(Penalty):
    """`(|grad D(x_hat)| - target)^2` between real and generated samples (WGAN-GP).

    Args:
        weight: `lambda` of the paper.
        every: As for `Term`.
        target: The slope that the critic should have, at least 0.

    Raises:
        ValueError: If a number is out of range; when a model is compiled, if its
            discriminator has batch normalization: samples must not depend on one
            another.

    Reference:
        Gulrajani et al., 2017, arXiv:1704.00028, equation 3.
    """

    function = "wgan_gp"

    def __init__(self, weight=10.0, every=1, target=1.0):
        check_factors(target=target)
        super().__init__(weight, every, target=target)

    def attach(self, model):
        for layer in all_layers(model.networks["discriminator"]):
            if isinstance(layer, keras.layers.BatchNormalization):
                raise ValueError(
                    "The penalty of WGAN-GP takes the gradient for each sample alone, "
                    "and batch normalization makes samples depend on one another: use "
                    "layer normalization, or none (arXiv:1704.00028, section 4). "
                    f"Received: a discriminator with the layer {layer.name!r}"
                )


@registered
class DRAGANPenalty(Penalty):
    """`(|grad D(x + delta)| - target)^2` around real samples.

    Args:
        weight: `lambda` of the paper.
        every: As for `Term`.
        scale: Size of the perturbation in standard deviations of the data.
        target: The slope that the discriminator should have.

    Reference:
        Kodali et al., 2017, arXiv:1705.07215.
    """

    function = "dragan"

    def __init__(self, weight=10.0, every=1, scale=0.5, target=1.0):
        check_factors(scale=scale, target=target)
        super().__init__(weight, every, scale=scale, target=target)
