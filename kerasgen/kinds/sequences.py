"""Numbers one after the other."""

from kerasgen.kinds.kind import Kind, registered


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

    def picture(self, samples, columns=None):
        """Time from left to right, features from bottom to top, larger is darker."""
        from kerasgen.pictures import image_grid, scores

        return image_grid(scores(samples), columns or 1)

    def get_config(self):
        return dict(zip(("length", "features"), self.shape, strict=True))
