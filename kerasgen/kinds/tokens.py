"""Words, notes or gray levels by number."""

import numpy as np
from keras import ops

from kerasgen.arguments import check_positive
from kerasgen.kinds.kind import Kind, check_range
from kerasgen.pictures import scores
from kerasgen.registered import registered


@registered
class Tokens(Kind):
    """Integers below the size of a vocabulary, one after the other.

    Data is integers `(batch, length)`, which networks take as they are. Networks make
    scores `(batch, length, vocabulary)`, of which samples are the largest, or tokens;
    samples come back as int32.

    Args:
        length: Tokens in a sample.
        vocabulary: How many tokens there are.
    """

    noun = "tokens"
    dtype = "int32"

    def __init__(self, length, vocabulary):
        super().__init__((length,))
        check_positive(vocabulary=vocabulary)
        self.vocabulary = vocabulary

    def check_dtype(self, dtype, name):
        if "int" not in dtype:
            raise ValueError(f"`{name}` must be integers. Received: dtype {dtype}")

    def limits(self, dtype):
        return 0, self.vocabulary - 1

    def check_values(self, values, name):
        check_range(
            values,
            *self.limits("int32"),
            f"`{name}` must lie in [0, {self.vocabulary}), the vocabulary.",
        )

    def to_float(self, samples):
        return ops.cast(samples, "int32")

    def to_host(self, samples):
        samples = np.asarray(samples)
        if samples.ndim == 3:
            samples = samples.argmax(axis=-1)
        return np.rint(samples).astype("int32")

    def views(self, samples):
        """A row of squares, a shade for each token."""
        return scores(samples[:, :, None], (0, self.vocabulary - 1))

    def get_config(self):
        return {"length": self.shape[0], "vocabulary": self.vocabulary}
