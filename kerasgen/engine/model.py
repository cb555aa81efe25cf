"""The base of all models: players, steps, state."""

import keras
import numpy as np

from kerasgen.engine import autodiff, batches
from kerasgen.engine.backend import backend
from kerasgen.engine.fit_callbacks import DivergenceGuard, EpochState
from kerasgen.engine.player_optimizer import PlayerOptimizer
from kerasgen.engine.training_step import Means, TrainingStep
from kerasgen.files import replacing


class GenerativeModel(TrainingStep, keras.Model):
    """A model whose players minimise their own losses, under plain `fit`.

    A subclass names its `players()` and `default_optimizers()` and writes
    `train_step(self, data)` as the algorithm of its paper, with `unpack`, `split`,
    `minimize` and `logs`:

    ```python
    def train_step(self, data):
        real, _, _ = self.unpack(data)
        self.minimize("discriminator", self.discriminator_loss, real)
        self.minimize("generator", self.generator_loss, real)
        return self.logs()
    ```

    The same code runs on TensorFlow, JAX and PyTorch, and `super().train_step(data)`
    inside a running step works. All networks must be built in `__init__`.

    Args:
        sample_shape: Shape of one sample of the data. Three dimensions are an image:
            uint8, or float in [-1, 1].
        seed: Seed of the randomness in training; None draws one from Python's
            generator, which `keras.utils.set_random_seed` fixes.
    """

    logged = ()  # names a step passes to `log`, beside the losses of its players

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in ("train_step", "test_step"):
            if name in vars(cls):
                setattr(cls, name, backend.step(vars(cls)[name]))

    def __init__(self, sample_shape, seed=None, **kwargs):
        super().__init__(**kwargs)
        if keras.config.image_data_format() == "channels_first":
            raise ValueError(
                "kerasgen keeps channels last on every backend: call "
                "keras.config.set_image_data_format('channels_last') first. "
                "Received: image_data_format='channels_first'"
            )
        self.sample_shape = tuple(sample_shape)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.epochs_seen = self.add_weight(
            name="epochs_seen",
            shape=(),
            initializer="zeros",
            dtype="int32",
            trainable=False,
        )
        self._step_means = Means(())
        self._inference = {}
        self.built = True  # networks are built in `__init__`; subclasses may add more

    # --- what a subclass says of itself

    def players(self):
        """`{name: Player}` in the order of their turns."""
        raise NotImplementedError(f"{type(self).__name__} must define `players`.")

    def default_optimizers(self):
        """`{name: keras.optimizers.Optimizer}` of the paper."""
        raise NotImplementedError(
            f"{type(self).__name__} must define `default_optimizers`."
        )

    # --- compiling

    def compile(
        self,
        optimizer=None,
        *,
        run_eagerly=False,
        steps_per_execution=1,
        jit_compile="auto",
    ):
        """Prepares training.

        Args:
            optimizer: None for those of the paper, one optimizer (copied for each
                player) or a dictionary by player, in which players may be missing.
            run_eagerly, steps_per_execution, jit_compile: As in `keras.Model.compile`.

        Raises:
            ValueError: If a player is unknown or the policy is `mixed_float16`.
        """
        if "float16" in {layer.compute_dtype for layer in self._flatten_layers()}:
            raise ValueError(
                "mixed_float16 needs a loss scale for each player and is not "
                "supported; use keras.mixed_precision.set_global_policy("
                "'mixed_bfloat16'), which needs none. Received: a layer that "
                "computes in float16"
            )
        players = self.players()
        optimizers = self._optimizers_by_player(optimizer, players)
        self._compile_arguments = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        super().compile(
            optimizer=PlayerOptimizer(optimizers), **self._compile_arguments
        )
        self.optimizer.attach(players)
        names = [f"{player}_loss" for player in players] + list(self.logged)
        self._step_means = Means(names)

    def _optimizers_by_player(self, optimizer, players):
        defaults = self.default_optimizers()
        if optimizer is None:
            return defaults
        if isinstance(optimizer, PlayerOptimizer):
            optimizer = {o.name: o for o in optimizer.optimizers}
        if isinstance(optimizer, dict):
            for name in optimizer:
                if name not in players:
                    raise ValueError(
                        f"`optimizer` must be keyed by the players {list(players)}. "
                        f"Received: optimizer with key {name!r}"
                    )
            return {
                name: keras.optimizers.get(optimizer.get(name, defaults[name]))
                for name in players
            }
        return {name: keras.optimizers.get(optimizer) for name in players}

    def get_compile_config(self):
        if not self.compiled:
            return {}
        optimizer = keras.optimizers.serialize(self.optimizer)
        return {"optimizer": optimizer, **self._compile_arguments}

    def compile_from_config(self, config):
        config = dict(config)
        optimizer = keras.optimizers.deserialize(config.pop("optimizer"))
        self.compile(optimizer, **config)

    @property
    def metrics(self):
        return list(self._step_means.by_name.values())

    # --- data

    def fit(self, x=None, y=None, *, batch_size=None, callbacks=None, **kwargs):
        """Trains as `keras.Model.fit`, which see.

        Args:
            x: Images or other samples: an array, `kerasgen.data.load(...)`, or any
                data set Keras takes. Samples are uint8 or float in [-1, 1] for images.
            y: Labels, if `x` is an array.
            batch_size, callbacks, **kwargs: As in Keras.

        Raises:
            ValueError: If shape, dtype or range of the first batch (of a whole array,
                where one is given) do not fit the model, or the batch does not split
                into its minibatches.
            DivergenceError: When a loss is no longer finite.
        """
        self._assert_compile_called("fit")  # private: keeps Keras's own message
        batch, x, whole = batches.first_batch(x, batch_size)
        batch = batch if y is None else (batch, y)
        self._check_step(batch, (batch_size or 32) if whole else None)
        y = _labels(x, y, kwargs)
        if kwargs.get("validation_data") is not None:
            kwargs["validation_data"] = self._checked(kwargs["validation_data"])
        if whole and self.minibatches > 1:
            x, y, kwargs = self._cut(x, y, batch_size or 32, kwargs)
        if not whole:
            # A data set has its own order; Keras would shuffle a PyDataset's batches
            # by the global generator of Python, and warn about any other.
            kwargs.setdefault("shuffle", False)
        if isinstance(callbacks, keras.callbacks.CallbackList):
            callbacks.append(EpochState(x))
            callbacks.append(DivergenceGuard())
        else:
            given = callbacks or []
            given = given if isinstance(given, (list, tuple)) else [given]
            callbacks = [DivergenceGuard(), EpochState(x), *given]
        return super().fit(x, y, batch_size=batch_size, callbacks=callbacks, **kwargs)

    def evaluate(self, x=None, y=None, **kwargs):
        """The players' losses, as `keras.Model.evaluate`; raises as `fit` does."""
        self._assert_compile_called("evaluate")  # private: keeps Keras's own message
        if not kwargs.get("_use_cached_eval_dataset"):
            batch, x, whole = batches.first_batch(x)
            self.check_batch(batch if y is None else (batch, y))
        return super().evaluate(x, _labels(x, y, kwargs), **kwargs)

    def train_on_batch(self, x, y=None, **kwargs):
        """One step on one batch, as in Keras; raises as `fit` does."""
        self._check_step(x if y is None else (x, y))
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
        samples, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        batches.check_images(samples, self.sample_shape)

    def _check_step(self, batch, batch_size=None):
        """Refuses a batch that `train_step` could not use; None takes all of it."""
        self.check_batch(batch)
        samples, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        batches.check_groups(batch_size or len(samples), self.minibatches)

    def _checked(self, validation_data):
        """The data, once its first batch was found readable."""
        batch, data, _ = batches.first_batch(validation_data)
        try:
            self.check_batch(batch)
        except ValueError as error:
            raise ValueError(f"In `validation_data`: {error}") from None
        return data

    def _cut(self, x, y, batch_size, kwargs):
        """Drops what would leave the last batch of an array without equal parts."""
        keep = len(x) - len(x) % batch_size % self.minibatches
        if kwargs.get("sample_weight") is not None:
            kwargs = {**kwargs, "sample_weight": kwargs["sample_weight"][:keep]}
        return x[:keep], (None if y is None else y[:keep]), kwargs

    # --- state

    def save(self, filepath, overwrite=True, **kwargs):
        """As `keras.Model.save`; a file that is there stays whole until it is replaced.

        So a checkpoint survives an interruption while the next one is written.
        """
        self._write(super().save, filepath, overwrite, kwargs)

    def save_weights(self, filepath, overwrite=True, **kwargs):
        """As `keras.Model.save_weights`, and as safe as `save`."""
        self._write(super().save_weights, filepath, overwrite, kwargs)

    def _write(self, write, filepath, overwrite, kwargs):
        backend.sync(self)
        remote = "://" in str(filepath)
        if remote or not overwrite or not str(filepath).endswith((".keras", ".h5")):
            write(filepath, overwrite=overwrite, **kwargs)
            return
        with replacing(filepath) as temporary:
            write(str(temporary), overwrite=True, **kwargs)

    def _named_state(self):
        """Variables of the model itself: counters and the state of seed generators."""
        weights = {id(v) for v in self.weights} - {id(v) for v in self._own_weights()}
        return [v for v in self.variables if id(v) not in weights]

    def _own_weights(self):
        nested = {id(v) for layer in self.layers for v in layer.weights}
        return [v for v in self.weights if id(v) not in nested]

    def save_own_variables(self, store):
        # Keras does not save the state of seed generators, whose next numbers belong
        # to a training run as much as its weights.
        for i, variable in enumerate(self._named_state()):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store):
        for i, variable in enumerate(self._named_state()):
            if str(i) in store.keys():
                variable.assign(store[str(i)])

    # --- sampling

    def run(self, network, inputs, batch_size, verbose=0):
        """Passes arrays through `network` in batches of one size, compiled once.

        Args:
            network: One of the model's networks.
            inputs: Array `(n, ...)` or a tuple of such arrays, n at least 1.
            batch_size: Samples at a time.
            verbose: 1 shows a progress bar.

        Returns:
            float32 array `(n, ...)`.
        """
        backend.sync(self)
        if id(network) not in self._inference:
            self._inference[id(network)] = autodiff.inference(network)
        predict = self._inference[id(network)]
        n = len(keras.tree.flatten(inputs)[0])
        batch_size = min(n, batch_size)
        bar = keras.utils.Progbar(n, unit_name="sample") if verbose else None
        outputs = []
        for start in range(0, n, batch_size):
            # The last batch is filled up, so that no backend compiles a second time.
            rows = np.arange(start, start + batch_size) % n
            batch = keras.tree.map_structure(lambda x, rows=rows: x[rows], inputs)
            outputs.append(np.asarray(predict(batch), "float32"))
            if bar:
                bar.update(min(start + batch_size, n))
        return np.concatenate(outputs)[:n]


def _labels(x, y, arguments):
    """`y`, or zeros that nobody reads: without labels Keras drops `sample_weight`."""
    if y is None and arguments.get("sample_weight") is not None:
        return np.zeros(len(x), "uint8")
    return y
