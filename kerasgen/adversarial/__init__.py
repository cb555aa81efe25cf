"""The game of a generator against a discriminator, and how it is played."""

from kerasgen.adversarial.code_game import CodeGame
from kerasgen.adversarial.constraints import Clip
from kerasgen.adversarial.constructor import makes_gan
from kerasgen.adversarial.game import Game, Side
from kerasgen.adversarial.gan import GAN
from kerasgen.adversarial.playing import Playing
from kerasgen.adversarial.rules import Pairing, Rules
from kerasgen.adversarial.terms import (
    R1,
    R2,
    AuxiliaryClassifier,
    DRAGANPenalty,
    GradientPenalty,
    HistoricalAveraging,
    MutualInformation,
    Penalty,
    PullingAway,
    Term,
)
from kerasgen.adversarial.turns import (
    Alternating,
    Simultaneous,
    SkipWhileAccurate,
    SkipWhileAhead,
    Turns,
)

__all__ = [
    "Alternating",
    "AuxiliaryClassifier",
    "Clip",
    "CodeGame",
    "DRAGANPenalty",
    "GAN",
    "Game",
    "GradientPenalty",
    "HistoricalAveraging",
    "MutualInformation",
    "Pairing",
    "Penalty",
    "Playing",
    "PullingAway",
    "R1",
    "R2",
    "Rules",
    "Side",
    "Simultaneous",
    "SkipWhileAccurate",
    "SkipWhileAhead",
    "Term",
    "Turns",
    "makes_gan",
]
