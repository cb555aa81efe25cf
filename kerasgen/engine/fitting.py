"""`fit`, `evaluate` and what they refuse before the first step."""

import warnings

import keras
import numpy as np

from kerasgen.arguments import plain_numbers
from kerasgen.engine import batches, devices
from kerasgen.engine.fit_callbacks import DivergenceGuard, EpochState, Ranks
from kerasgen.engine.keras_private import assert_compiled, is_within_fit


class Fitting:
    """How a `GenerativeModel` takes data: arrays, nests of arrays, any data set."""

    @plain_numbers
    def fit(
        self,
        x=None,
        y=None,
        *,
        batch_size=None,
        callbacks=None,
        nonnegative=False,
        **kwargs,
    ):
        """Trains as `keras.Model.fit` does.

        Args:
            x: Samples: an array or a nest of arrays, `kerasgen.data.load(...)`, or any
                data set Keras takes. Images are uint8 or float in [-1, 1]. A batch may
                be a dictionary of `"samples"`, `"labels"`, `"indices"`, `"weights"`.
            y: Labels, if `x` is an array.
            nonnegative: Whether float images of which none is below 0 are meant to be
                so. Without it an array of them is refused, and a warning says so of
                the first batch of a data set, for most likely they lie in [0, 1].
            batch_size, callbacks, **kwargs: As in Keras.

        Raises:
            ValueError: If shape, dtype or range of the first batch (of a whole array,
                where one is given) do not fit the model, or the batch does not split
                into its minibatches.
            DivergenceError: When a loss is no longer finite.
        """
        assert_compiled(self, "fit")
        batch, x, whole = batches.first_batch(x)
        batch = batch if y is None else (x, y)
        self._check_step(batch, (batch_size or 32) if whole else None)
        if not nonnegative:
            self._check_range(batch, x, whole)
        y = _labels(x, y, kwargs)
        if kwargs.get("validation_data") is not None:
            kwargs["validation_data"] = self._checked(
                kwargs["validation_data"], nonnegative
            )
        if whole and self.minibatches > 1:
            x, y, kwargs = self._cut(x, y, batch_size or 32, kwargs)
        if not whole:
            # A data set has its own order; Keras would shuffle a PyDataset's batches
            # by the global generator of Python, and warn about any other.
            kwargs.setdefault("shuffle", False)
        given = getattr(callbacks, "callbacks", callbacks) or []  # of a CallbackList
        given = given if isinstance(given, (list, tuple)) else [given]
        ranks = [Ranks()] if devices.count() > 1 else []
        callbacks = [*ranks, DivergenceGuard(), EpochState(x), *given]
        return super().fit(x, y, batch_size=batch_size, callbacks=callbacks, **kwargs)

    @plain_numbers
    def evaluate(self, x=None, y=None, *, nonnegative=False, **kwargs):
        """The players' losses, as `keras.Model.evaluate`; raises as `fit` does."""
        assert_compiled(self, "evaluate")
        if not is_within_fit(kwargs):
            batch, x, whole = batches.first_batch(x)
            batch = batch if y is None else (x, y)
            self.check_batch(batch)
            if not nonnegative:
                self._check_range(batch, x, whole)
        return super().evaluate(x, _labels(x, y, kwargs), **kwargs)

    def train_on_batch(self, x, y=None, *, nonnegative=False, **kwargs):
        """One step on one batch, as in Keras; raises and warns as `fit` does."""
        batch = keras.utils.pack_x_y_sample_weight(x, y)
        self._check_step(batch)
        if not nonnegative:
            self._check_range(batch, x, whole=False)
        return super().train_on_batch(x, y, **kwargs)

    @property
    def minibatches(self):
        """Into how many equal parts one step cuts its batch."""
        return 1

    def check_batch(self, batch):
        """Refuses, on the host, a batch that the model could not read.

        Args:
            batch: As Keras would unpack it.
        """
        parts = batches.parts_of(batch)
        self.kind.check(parts["samples"])
        size = batches.size_of([parts["samples"], parts.get("indices")])
        if self.labels is not None:
            found = self.labels.check_batch(parts.get("labels"))
            if len(found) != size:
                raise ValueError(
                    "There must be a label for each sample. Received: "
                    f"{size} samples and {len(found)} labels"
                )

    def _check_step(self, batch, batch_size=None):
        """Refuses a batch that `train_step` could not use.

        Args:
            batch: As Keras would unpack it.
            batch_size: Into how many samples it will be cut; None takes it as it is.
        """
        self.check_batch(batch)
        size = batches.size_of(batches.parts_of(batch)["samples"])
        if batch_size is None or size < self.minibatches:
            batches.check_groups(size, self.minibatches)
        elif batch_size <= size:  # a single shorter batch loses what does not divide
            batches.check_groups(batch_size, self.minibatches)

    def _check_range(self, batch, data, whole):
        """Refuses an array that looks like data of another range, warns of a batch.

        A batch alone may look so by chance. Of a data set that knows its `kind` all
        samples were looked at when it was loaded.
        """
        if hasattr(data, "kind"):
            return
        try:
            self.kind.check_set(batches.parts_of(batch)["samples"])
        except ValueError as error:
            if whole:
                raise
            warnings.warn(f"In the first batch: {error}", stacklevel=3)

    def _checked(self, validation_data, nonnegative):
        """The data, once its first batch was found readable."""
        batch, data, whole = batches.first_batch(validation_data)
        batch = validation_data if whole else batch
        try:
            self.check_batch(batch)
            if not nonnegative:
                self._check_range(batch, data, whole)
        except ValueError as error:
            raise ValueError(f"In `validation_data`: {error}") from None
        return data

    def _cut(self, x, y, batch_size, kwargs):
        """Drops what would leave the last batch of arrays without equal parts."""
        n = batches.size_of(x)
        keep = n - n % batch_size % self.minibatches

        def cut(arrays):
            return keras.tree.map_structure(lambda a: a[:keep], arrays)

        if kwargs.get("sample_weight") is not None:
            kwargs = {**kwargs, "sample_weight": cut(kwargs["sample_weight"])}
        return cut(x), (None if y is None else cut(y)), kwargs


def _labels(x, y, arguments):
    """`y`, or zeros that nobody reads: without labels Keras drops `sample_weight`."""
    if y is None and arguments.get("sample_weight") is not None:
        return np.zeros(batches.size_of(x), "uint8")
    return y
