"""How a trained model is asked for samples."""

import functools

import keras
import numpy as np
from keras import ops

from kerasgen import inputs as model_inputs
from kerasgen.arguments import check_one_of, check_positive, check_verbose
from kerasgen.engine import autodiff, batches
from kerasgen.engine.backend import backend
from kerasgen.engine.forward import forward
from kerasgen.engine.keras_private import SEED_STATE
from kerasgen.engine.scope import Carried


class Sampling:
    """What a `GenerativeModel` does after training.

    The model declares `kind`, `inputs`, `networks`, `sampler` and `averages`.
    """

    def generate(
        self,
        n=None,
        *,
        seed=None,
        batch_size=64,
        averaged=None,
        verbose="auto",
        **given,
    ):
        """Draws samples, in the kind of the data.

        Args:
            n: How many; may be left out where something that is given says it.
            seed: Integer: the same latents on every backend and machine. Randomness
                inside a network is fixed by it too, on one backend.
            batch_size: Samples at a time.
            averaged: Whether the average of the network makes them; None: if there is
                one. A decay chooses among several.
            verbose: 1 shows a progress bar, 0 does not; "auto" does from 1,000 samples.
            **given: What samples are made from, by the names of the model's `inputs`:
                `latents`, an array `(n, latent_dim)`; `labels`, integers `(n,)`, one
                integer, names, or `(n, num_classes)` zeros and ones; `codes`. Latents
                and codes that are not given are drawn, labels are taken in turn.

        Returns:
            Array `(n, ...)` of the dtype of the data: uint8 for images.

        Raises:
            ValueError: If an argument does not fit, or there is no average.
        """
        values = model_inputs.answer(self.inputs, n, seed, **given)
        network = self.network(self.sampler, averaged)
        return self.run(
            network, values, batch_size, verbose, seed, self._to_host, self._encoded
        )

    def _encoded(self, values):
        """What the sampler takes for values of its inputs."""
        encoded = tuple(each.encode(values[each.name]) for each in self.inputs)
        return encoded if len(encoded) > 1 else encoded[0]

    def _to_host(self, outputs):
        samples = self.samples_of(outputs)
        samples = keras.tree.map_structure(ops.convert_to_numpy, samples)
        return self.sampled_kind.to_host(samples)

    def decode(self, inputs, averaged=None):
        """Samples as float tensors, differentiable in `inputs`; images in [-1, 1].

        Args:
            inputs: What the network takes: latents `(batch, latent_dim)`, or a tuple of
                latents and encoded labels or codes.
            averaged: As in `generate`.
        """
        network = self.network(self.sampler, averaged)
        with self.beside_training():
            return self.samples_of(network(inputs, training=False))

    def network(self, name, averaged=None):
        """One of the networks, or an average that follows it.

        Args:
            name: As in `networks`.
            averaged: As in `generate`.

        Raises:
            ValueError: If there is no such network, or no such average.
        """
        check_one_of(list(self.networks), name=name)
        copies = {a.decay: a.copies[name] for a in self.averages if name in a.copies}
        if averaged is None or (averaged is True and copies):
            return next(iter(copies.values()), self.networks[name])
        if averaged is False:
            return self.networks[name]
        if averaged not in copies:
            kept = ", ".join(map(str, copies)) or "none"
            raise ValueError(
                f"This model keeps no such average of its {name}: "
                "`compile(average=0.99)` begins one. "
                f"Received: averaged={averaged}, averages: {kept}"
            )
        return copies[averaged]

    def export(self, filepath, format=None, **kwargs):
        """Writes the network that makes samples for use without Keras.

        Args:
            filepath: A folder, or for PyTorch a file that ends in `.pt2`.
            format: As in `keras.Model.export`. None is `"torch"` for a file that ends
                in `.pt2`, else `"tf_saved_model"`: TensorFlow and JAX write the latter,
                PyTorch the former.
            **kwargs: As in `keras.Model.export`.

        Raises:
            ValueError: If the backend does not write the format.
        """
        backend.sync(self)
        network = self.network(self.sampler)
        if format is None:
            format = "torch" if str(filepath).endswith(".pt2") else "tf_saved_model"
        options = {**backend.export_options(network, format), **kwargs}
        return network.export(filepath, format, **options)

    def run(
        self,
        function,
        inputs,
        batch_size=64,
        verbose=0,
        seed=None,
        to_host=None,
        encode=None,
    ):
        """Passes arrays through networks in batches of one size, compiled once.

        Randomness inside the networks differs from batch to batch, and leaves that of
        training as it was.

        Args:
            function: One of the model's networks, or a function of tensors that calls
                some of them; it may return any nest of tensors.
            inputs: Array `(n, ...)` or a nest of such arrays, n at least 1.
            batch_size: Samples at a time.
            verbose: 1 shows a progress bar; "auto" does from 1,000 samples.
            seed: Integer that fixes the randomness inside the networks.
            to_host: Applied to what comes back of each batch; None makes it float32.
            encode: Applied to each batch before, on the host, so that data of a byte
                need not lie in memory as floats all at once.

        Returns:
            Arrays `(n, ...)` in the structure of the outputs.

        Raises:
            ValueError: If the arrays differ in length or are empty, or `batch_size` is
                not a positive integer.
        """
        n = batches.size_of(inputs)
        check_positive(n=n, batch_size=batch_size)
        check_verbose(verbose)
        predict = self._predictors.of(function, self)
        batch_size = min(n, batch_size)
        verbose = int(n >= 1000) if verbose == "auto" else verbose
        bar = keras.utils.Progbar(n, unit_name="sample") if verbose else None
        whole = None
        state = _Seeded(seed)
        backend.sync(self)
        with self.beside_training():
            for start in range(0, n, batch_size):
                # The last batch is filled up: no backend compiles a second time.
                rows = np.arange(start, start + batch_size) % n
                batch = keras.tree.map_structure(lambda x, rows=rows: x[rows], inputs)
                outputs = predict(encode(batch) if encode else batch, state)
                part = (to_host or _float32)(outputs)
                # One array for all, in its final dtype: no second copy is ever held.
                whole = batches.room_for(n, part) if whole is None else whole
                batches.put(part, whole, start)
                if bar:
                    bar.update(min(start + batch_size, n))
        return whole


class Predictors:
    """Functions compiled for sampling.

    Keras would look for layers in a dictionary.
    """

    def __init__(self):
        self.known = {}

    def of(self, function, model):
        """`predict(inputs, state)` of a network or of a function that calls some."""
        if function not in self.known:
            variables = _variables(function, model)
            call = _at_inference(function)
            self.known[function] = autodiff.inference(call, variables)
        return self.known[function]


def _variables(function, model):
    """What a function reads, as far as it can be known: of all networks, or its own."""
    if isinstance(function, keras.Layer):
        return function.variables
    networks = [*model.networks.values()]
    networks += [copy for each in model.averages for copy in each.copies.values()]
    return [v for network in networks for v in network.variables]


def _at_inference(function):
    if isinstance(function, keras.Layer):
        function = functools.partial(function, training=False)
    return lambda inputs: forward(call=lambda: function(inputs))


class _Seeded(Carried):
    """Carried values in which one number fixes the seeds of networks."""

    def __init__(self, seed):
        super().__init__()
        self.random = model_inputs.philox(seed)

    def first(self, variable):
        if variable.name == SEED_STATE:
            return np.array([self.random.integers(2**31), 0], variable.dtype)
        return super().first(variable)


def _float32(outputs):
    return keras.tree.map_structure(lambda x: np.asarray(x, "float32"), outputs)
