"""Latents drawn from a mixture of Gaussians that was fitted to codes."""

from kerasgen.arguments import plain_numbers
from kerasgen.inputs.latents import Latents
from kerasgen.registered import registered


@registered
class FittedMixture(Latents):
    """Latents of a mixture of Gaussians, once one was fitted to a model's codes.

    Args:
        size: Numbers in a latent.
        components: Gaussians in the mixture; 0 before there is one.

    Attributes:
        mixture: What has the numbers of the mixture and draws from it, such as a
            `kerasgen.layers.GaussianMixture`; the model sets it.
    """

    mixture = None

    @plain_numbers
    def __init__(self, size, components=0):
        super().__init__(size)
        self.components = components

    @property
    def drawable(self):
        return bool(self.components)

    def draw(self, n, random):
        if not self.drawable:
            raise ValueError(
                "This autoencoder does not know yet how its codes are distributed: "
                "`model.fit_prior(samples)` fits a mixture of Gaussians to the codes "
                "of samples, from then on `generate(n)` draws from it; or pass "
                "`latents=...` of your own. Received: no latents"
            )
        return self.mixture.draw(n, random)

    def get_config(self):
        return {"size": self.size, "components": self.components}
