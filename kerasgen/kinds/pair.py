"""Two samples that belong together, or stand side by side."""

import keras

from kerasgen.kinds.kind import Kind, check_kinds
from kerasgen.pictures import side_by_side
from kerasgen.registered import registered


@registered
class Pair(Kind):
    """A sample of one kind beside a sample of another: two domains.

    Data is a tuple `(a, b)` of arrays of equal length.

    Args:
        a, b: Their kinds.
    """

    noun = "pairs"

    def __init__(self, a, b):
        check_kinds(a=a, b=b)
        self.a, self.b = a, b
        self.shape = (a.shape, b.shape)

    def check(self, samples, name=None):
        if not isinstance(samples, (tuple, list)) or len(samples) != 2:
            raise ValueError(
                "A batch must be a tuple (a, b) of two domains. "
                f"Received: a {type(samples).__name__}"
            )
        for kind, part, name in self._parts(samples):
            kind.check(part, name)

    def check_set(self, samples, name=None, if_meant="pass `nonnegative=True`"):
        for kind, part, name in self._parts(samples):
            kind.check_set(part, name, if_meant)

    def bounds(self, samples, name=None):
        for kind, part, name in self._parts(samples):
            yield from kind.bounds(part, name)

    def _parts(self, samples):
        for kind, part, letter in zip((self.a, self.b), samples, "AB", strict=True):
            yield kind, part, f"{kind.noun} of domain {letter}"

    def unpaired(self, batch):
        """Samples of A and of B of a batch, which do not belong together.

        Raises:
            ValueError: If the batch has weights.
        """
        if "weights" in batch:
            raise ValueError(
                "Samples of A and B that are no pairs cannot share weights: draw "
                "important ones more often instead. Received: sample_weight"
            )
        return batch["samples"]

    def to_float(self, samples):
        a, b = samples
        return self.a.to_float(a), self.b.to_float(b)

    def to_host(self, samples):
        a, b = samples
        return self.a.to_host(a), self.b.to_host(b)

    def as_data(self, samples):
        a, b = samples
        return self.a.as_data(a), self.b.as_data(b)

    def views(self, samples):
        """Each sample of A beside its sample of B."""
        a, b = samples
        return side_by_side(self.a.views(a), self.b.views(b))

    def get_config(self):
        return {
            "a": keras.saving.serialize_keras_object(self.a),
            "b": keras.saving.serialize_keras_object(self.b),
        }

    @classmethod
    def from_config(cls, config):
        return cls(*(keras.saving.deserialize_keras_object(config[k]) for k in "ab"))

    def __repr__(self):
        return f"Pair({self.a!r}, {self.b!r})"

    def __eq__(self, other):
        return type(self) is type(other) and (self.a, self.b) == (other.a, other.b)

    def __hash__(self):
        return hash((self.a, self.b))
