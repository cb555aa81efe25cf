"""`fit`, `evaluate` and what they refuse before the first step."""

import math

import keras
import numpy as np

from kerasgen.arguments import check_flags, check_fractions, plain_numbers
from kerasgen.engine import batches, devices
from kerasgen.engine.backend import backend
from kerasgen.engine.fit_arguments import (
    check_arguments,
    check_class_weight,
    check_some_weight,
    listed_callbacks,
)
from kerasgen.engine.fit_callbacks import (
    Announcing,
    DivergenceError,
    DivergenceGuard,
    EpochState,
    Ranks,
    SomeWeight,
)
from kerasgen.engine.keras_private import assert_compiled, is_within_fit
from kerasgen.warned import warn


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
                be a dictionary of `"samples"` or `"image"`, `"labels"` or `"label"`,
                `"indices"` and `"weights"`.
            y: Labels, if `x` is an array.
            nonnegative: Whether float images of which none is below 0 are meant to be
                so. Without it an array of them is refused, and a warning says so of
                the first batch of a data set, for most likely they lie in [0, 1].
            batch_size, callbacks, **kwargs: As in Keras.

        Raises:
            ValueError: If shape, dtype or range of the first batch (of a whole array,
                where one is given) do not fit the model, or the batch does not split
                into its minibatches; after the batch that holds it, if a later one has
                a value out of range.
            DivergenceError: When a loss is no longer finite.
        """
        assert_compiled(self, "fit")
        arguments = {"batch_size": batch_size, "nonnegative": nonnegative, **kwargs}
        check_arguments(Fitting.fit, arguments)
        given = listed_callbacks(callbacks)
        batch, x, whole = batches.first_batch(x)
        check_class_weight(kwargs.get("class_weight"), whole and y is not None)
        if whole:
            x = self._numbered(x)
            x, y, kwargs = self._arranged(x, y, batch_size or 32, kwargs)
            batch = x, y, kwargs["sample_weight"]
        else:
            batch = batch if y is None else (x, y)
            self._check_step(batch)
            # A data set has its own order; Keras would shuffle a PyDataset's batches
            # by the global generator of Python, and warn about any other.
            kwargs.setdefault("shuffle", False)
        self._check_together(batch, x, whole, nonnegative)
        if kwargs.get("validation_data") is not None:
            kwargs["validation_data"] = self._checked(
                kwargs["validation_data"], nonnegative
            )
        callbacks = [
            *([Ranks()] if devices.count() > 1 else []),
            Announcing(self.threads),
            DivergenceGuard(),
            SomeWeight(self._check_seen),
            EpochState(x),
            *given,
        ]
        try:
            return super().fit(
                x, y, batch_size=batch_size, callbacks=callbacks, **kwargs
            )
        except DivergenceError:
            self._check_values("the data")  # which may be to blame
            raise

    @plain_numbers
    def evaluate(self, x=None, y=None, *, nonnegative=False, **kwargs):
        """The players' losses, as `keras.Model.evaluate`; raises as `fit` does."""
        assert_compiled(self, "evaluate")
        if is_within_fit(kwargs):
            self._check_seen("the data")  # of training, before it is forgotten
            results = super().evaluate(x, y, **kwargs)
            self._check_seen("`validation_data`")
            return results
        check_arguments(Fitting.evaluate, {"nonnegative": nonnegative, **kwargs})
        batch, x, whole = batches.first_batch(x)
        if whole:
            x = self._numbered(x)
            batch = _together(x, y, kwargs.get("sample_weight"))
            x, y, kwargs["sample_weight"] = _labeled(*batch)
        elif y is not None:
            batch = (x, y)
        self.check_batch(batch)
        self._check_together(batch, x, whole, nonnegative)
        given = listed_callbacks(kwargs.get("callbacks"))
        kwargs["callbacks"] = [Announcing(self.threads), *given]
        results = super().evaluate(x, y, **kwargs)
        self._check_seen("the data")
        return results

    def train_on_batch(self, x, y=None, *, nonnegative=False, **kwargs):
        """One step on one batch, as in Keras; raises and warns as `fit` does."""
        check_flags(nonnegative=nonnegative)
        check_class_weight(kwargs.get("class_weight"), y is not None)
        data = _together(batches.arrays_of(x), y, kwargs.pop("sample_weight", None))
        self._check_step(data)
        x, y, weights = data
        if not nonnegative:
            samples = batches.parts_of(data)["samples"]
            _refuse_or_warn(False, self.kind.check_set, samples)
        return super().train_on_batch(x, y, sample_weight=weights, **kwargs)

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
        if size == 0:
            raise ValueError(
                f"There must be at least one of the {self.kind.noun}. Received: none"
            )
        if self.indexed and "indices" not in parts:
            raise ValueError(
                f"{type(self).__name__} keeps something for each sample of its set and "
                "must be told which each one is: load data with `indices=True`, or "
                "give `fit` an array. Received: a batch without indices"
            )
        if self.labels is not None:
            found = self.labels.check_batch(parts.get("labels"))
            if len(found) != size:
                raise ValueError(
                    "There must be a label for each sample. Received: "
                    f"{size} samples and {len(found)} labels"
                )
        if "weights" in parts:
            batches.check_weights(parts["weights"], size)

    def _numbered(self, x):
        """Arrays with the place of each sample beside them, if the model reads it."""
        named = x if isinstance(x, dict) else {"samples": x}
        if not self.indexed or {"indices", "index"} & named.keys():
            return x
        return {**named, "indices": np.arange(batches.size_of(x), dtype="int32")}

    def _check_seen(self, where):
        """Refuses what a whole epoch, or evaluation, has seen, where it is no data.

        Args:
            where: Which data it was, for the message.

        Raises:
            ValueError: If there was anything that `check_batch` would have refused, or
                no sample had any weight.
        """
        self._check_values(where)
        self._step_means.data.check_weight(where)

    def _check_values(self, where):
        """Refuses what a step could not read."""
        backend.sync(self)
        self._step_means.data.check(where)

    def _check_step(self, batch):
        """Refuses a batch that `train_step` could not use, as Keras would unpack it."""
        self.check_batch(batch)
        size = batches.size_of(batches.parts_of(batch)["samples"])
        batches.check_groups(size, self.minibatches)

    def _arranged(self, x, y, batch_size, arguments):
        """Arrays in parts for training and validation, once found readable.

        Args:
            x, y: As given to `fit`.
            batch_size: Into how many samples they will be cut.
            arguments: The other arguments of `fit`.

        Returns:
            `(x, y, arguments)` for Keras.
        """
        data = _together(x, y, arguments.get("sample_weight"))
        self.check_batch(data)
        data = _labeled(*data)
        arguments = dict(arguments)
        part = arguments.pop("validation_split", None)
        n = kept = batches.size_of(x)
        if part and arguments.get("validation_data") is None:
            kept = _kept(n, part)
            arguments["validation_data"] = _rows(data, kept, n)
        used = self._used(kept, batch_size)
        x, y, arguments["sample_weight"] = _rows(data, 0, used)
        return x, y, arguments

    def _used(self, n, batch_size):
        """How many of `n` samples leave no batch without equal minibatches."""
        groups = self.minibatches
        if n < groups:
            batches.check_groups(n, groups)
        if batch_size <= n:  # a single shorter batch loses what does not divide
            batches.check_groups(batch_size, groups)
        return n - n % batch_size % groups

    def _check_together(self, batch, data, whole, nonnegative):
        """Refuses arrays whose samples are together what each of them may be alone.

        A first batch may be so by chance, and is warned of.
        """
        parts = batches.parts_of(batch)
        _refuse_or_warn(whole, check_some_weight, parts.get("weights"))
        # Of a data set that knows its `kind` all were looked at when it was loaded.
        if not nonnegative and not hasattr(data, "kind"):
            _refuse_or_warn(whole, self.kind.check_set, parts["samples"])

    def _checked(self, validation_data, nonnegative):
        """The data, once its first batch was found readable."""
        batch, data, whole = batches.first_batch(validation_data, "validation_data")
        batch = data if whole else batch
        try:
            self.check_batch(batch)
            self._check_together(batch, data, whole, nonnegative)
        except ValueError as error:
            raise ValueError(f"In `validation_data`: {error}") from None
        return data


def _refuse_or_warn(whole, check, values):
    """Has the first batch of a data set checked, or arrays as a whole."""
    try:
        check(values)
    except ValueError as error:
        if whole:
            raise
        warn(f"In the first batch: {error}")


def _rows(data, start, stop):
    """A part of all arrays in a nest, in which some may be None."""

    def part(x):
        # What is taken as a whole need not be copied, nor read from a file.
        return x if x is None or stop - start == len(x) else x[start:stop]

    return keras.tree.map_structure(part, data)


def _kept(n, held_out):
    """How many of `n` samples are trained with, as Keras counts them."""
    check_fractions(validation_split=held_out)
    kept = math.floor(n * (1.0 - held_out))
    if not 0 < kept < n:
        raise ValueError(
            "`validation_split` must leave samples on both sides. "
            f"Received: validation_split={held_out} of {n} samples"
        )
    return kept


def _together(x, y, weights):
    """`(x, y, weights)`, labels and weights as arrays or None."""
    return (
        x,
        batches.labels_of(y, "y"),
        batches.labels_of(weights, "sample_weight"),
    )


def _labeled(x, y, weights):
    """The same, with zeros that nobody reads for labels that weights need in Keras."""
    if y is None and weights is not None:
        y = np.zeros(batches.size_of(x), "uint8")
    return x, y, weights
