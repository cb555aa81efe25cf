"""Points: numbers without an order."""

from kerasgen.kinds.kind import Kind, registered


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

    def picture(self, samples, columns=None):
        """The first two coordinates as points; one coordinate along a line."""
        from kerasgen.pictures import scatter

        return scatter(samples[:, :2])
