"""Training of several players on three backends; the only room that names them."""

from kerasgen.engine.autodiff import (
    compiled,
    cond,
    detached,
    gradients,
    inference,
    input_gradients,
    optimize,
)
from kerasgen.engine.average import Average
from kerasgen.engine.constant_then_linear import ConstantThenLinear
from kerasgen.engine.derivatives import in_second_order, second_order
from kerasgen.engine.devices import between_devices, gathered
from kerasgen.engine.fit_callbacks import DivergenceError
from kerasgen.engine.keras_private import with_public_optimizers
from kerasgen.engine.model import GenerativeModel
from kerasgen.engine.player import Player
from kerasgen.engine.player_optimizer import PlayerOptimizer
from kerasgen.engine.schedule import (
    ByEpoch,
    ByPercent,
    ByStep,
    check_scheduled,
    scheduled,
    value_at,
)

__all__ = [
    "Average",
    "ByEpoch",
    "ByPercent",
    "ByStep",
    "ConstantThenLinear",
    "DivergenceError",
    "GenerativeModel",
    "Player",
    "PlayerOptimizer",
    "between_devices",
    "check_scheduled",
    "compiled",
    "cond",
    "detached",
    "gathered",
    "gradients",
    "in_second_order",
    "inference",
    "input_gradients",
    "optimize",
    "scheduled",
    "second_order",
    "value_at",
    "with_public_optimizers",
]
