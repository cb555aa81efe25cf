"""Points: numbers without an order."""

from kerasgen.kinds.kind import Kind
from kerasgen.pictures import scatter, scores
from kerasgen.registered import registered


@registered
class Vectors(Kind):
    """Points of a space, float in any range, in data and networks alike.

    Args:
        shape: `(dim,)`, or the integer alone.
    """

    noun = "vectors"

    def __init__(self, shape):
        super().__init__((shape,) if hasattr(shape, "__index__") else shape)
        if len(self.shape) != 1:
            raise ValueError(
                f"A vector has the shape (dim,). Received: shape={self.shape}"
            )

    def views(self, samples):
        """A row of squares, a shade for each number."""
        return scores(samples[:, :, None])

    def picture(self, samples, columns=None, padding=2):
        """All as points: the first two coordinates, or one along a line."""
        return scatter(samples[:, :2])
