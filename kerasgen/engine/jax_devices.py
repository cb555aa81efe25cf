"""One program on all devices, see `kerasgen.engine.devices`.

Where `count()` is 1 nothing else is called.
"""


def count():
    """The compiler cuts the program into parts, of which the step knows nothing."""
    return 1


def index():
    """Which of them this is."""
    return 0


def placed(method):
    """Variables need no scope."""
    return method


def check_optimizers(optimizers):
    """All of them will do."""


def mean(tensors):
    """Means over one."""
    return tensors


def first(tensors):
    """Those of the only one."""
    return tensors


def gather(tensor):
    """The batch is whole."""
    return tensor


def gather_objects(value):
    """What is equal in all processes is not asked."""
    return [value]
