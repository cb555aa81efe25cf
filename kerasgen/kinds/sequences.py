"""Numbers one after the other."""

from kerasgen.kinds.kind import Kind
from kerasgen.pictures import scores
from kerasgen.registered import registered


@registered
class Sequences(Kind):
    """Steps in time with some features each, float in any range.

    Args:
        length: Number of steps.
        features: Numbers in a step: voices, sensors, the keys of a piano roll.
    """

    noun = "sequences"

    def __init__(self, length, features):
        super().__init__((length, features))

    def views(self, samples):
        """Time from left to right, features from bottom to top, larger is darker."""
        return scores(samples)

    def get_config(self):
        return dict(zip(("length", "features"), self.shape, strict=True))
