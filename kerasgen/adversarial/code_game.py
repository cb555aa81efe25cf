"""A game about codes: are they draws of a prior, or do they come of samples?"""

from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.rules import Pairing
from kerasgen.engine import Player
from kerasgen.kinds import Vectors


class CodeGame(Playing):
    """How a `GenerativeModel` plays whose encoder stands in the generator's place.

    To the discriminator draws of the prior are real, codes are fake. The model has an
    `encoder`, a `discriminator` and a `latent_dim`.
    """

    def pairing(self, judge):
        """The encoder and the discriminator as terms and views see them.

        Args:
            judge: What the discriminator says, as of a `Pairing`.
        """
        networks = {"discriminator": self.discriminator, "generator": self.encoder}
        return Pairing(
            self,
            networks=networks,
            players=lambda: {name: Player(each) for name, each in networks.items()},
            judge=judge,
            kind=Vectors(self.latent_dim),
            inputs=(),
        )
