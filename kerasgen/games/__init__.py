"""Toy games on which collapse, cycling and their cures can be seen in minutes."""

from kerasgen.games.contenders import CONTENDERS, CURES, Contender, get
from kerasgen.games.mixtures import MIXTURES, Coverage, Mixture, grid, ring
from kerasgen.games.picture import samples_over_time, trajectories
from kerasgen.games.pixel_table import PixelTable
from kerasgen.games.play import Run, Score, Settings, Snapshot, play, tournament
from kerasgen.games.saddle import WAYS, Saddle, Trajectory, play_saddle

__all__ = [
    "CONTENDERS",
    "CURES",
    "Contender",
    "Coverage",
    "MIXTURES",
    "Mixture",
    "PixelTable",
    "Run",
    "Saddle",
    "Score",
    "Settings",
    "Snapshot",
    "Trajectory",
    "WAYS",
    "get",
    "grid",
    "play",
    "play_saddle",
    "ring",
    "samples_over_time",
    "tournament",
    "trajectories",
]
