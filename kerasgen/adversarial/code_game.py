"""A game about codes: are they draws of a prior, or do they come of samples?"""

from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.rules import Pairing
from kerasgen.kinds import Vectors


class CodeGame(Playing):
    """How a `GenerativeModel` plays whose encoder stands in the generator's place.

    To the discriminator draws of the prior are real, codes are fake. The model has an
    `encoder` and a `latent_dim`.
    """

    def pairing(self, discriminator, judge=None, size=None):
        """The encoder and a discriminator as terms and views see them.

        Args:
            discriminator: Keras model from codes to logits.
            judge: What it says, as of a `Pairing`, where it takes more than codes.
            size: Of what it takes; None for `latent_dim`.
        """
        kind = Vectors(size or self.latent_dim)
        return Pairing.of(self, self.encoder, discriminator, kind, judge)
