"""The base of all models: what a model says of itself, compiling, state."""

import inspect
import uuid
from os.path import exists, isfile

import keras
import numpy as np

from kerasgen.arguments import check_known, names_of, names_taken, plain_numbers
from kerasgen.engine import devices, weights_file
from kerasgen.engine.average import averages_of, check_distinct
from kerasgen.engine.backend import backend
from kerasgen.engine.construction import check_construction
from kerasgen.engine.fit_arguments import check_execution
from kerasgen.engine.fitting import Fitting
from kerasgen.engine.keras_private import all_layers
from kerasgen.engine.player_optimizer import PlayerOptimizer, optimizers_of
from kerasgen.engine.sampling import Predictors, Sampling
from kerasgen.engine.schedule import bind_rates
from kerasgen.engine.training_step import Means, TrainingStep, counted, whole
from kerasgen.files import replacing
from kerasgen.nearest import similar

TRAINING = "training"  # the name of `training_id` in files
OF_KERAS = ("name", "dtype", "trainable", "autocast")  # arguments of any model


class GenerativeModel(TrainingStep, Fitting, Sampling, backend.Sharing, keras.Model):
    """A model whose players minimize their own losses, under plain `fit`.

    A subclass says what it is: a sample's `kind`, the `inputs` that samples are made
    from, its `networks`, the `sampler` among them, its `players()` and
    `default_optimizers()`. Then it writes `train_step(self, data)` as the algorithm of
    its paper, with `unpack`, `split`, `minimize` and `logs`:

    ```python
    def train_step(self, data):
        batch = self.unpack(data)
        self.minimize("discriminator", self.discriminator_loss, batch)
        self.minimize("generator", self.generator_loss, batch)
        return self.logs()
    ```

    The same code runs on TensorFlow, JAX and PyTorch, and `super().train_step(data)`
    inside a running step works. All networks must be built in `__init__`.

    Args:
        kind: A `kerasgen.kinds.Kind`: what one sample of the data is.
        inputs: Tuple of `kerasgen.inputs.Input`, in the order in which the sampler
            takes them.
        seed: Seed of the randomness in training; None draws one from Python's
            generator, which `keras.utils.set_random_seed` fixes.

    Attributes:
        epochs_seen, global_step: Epochs and training steps so far, saved with the
            model.
        averages: List of `Average`, networks that follow those of the model.
        training_id: What tells this training from all others, whatever their seeds;
            saved with the model, so that a training that is resumed keeps it.
    """

    sampler = "generator"  # the network that makes samples of `inputs`
    averaged = ()  # the networks that `average` follows; none is the sampler alone
    indexed = False  # whether a step reads which sample of its set each one is
    filled = ()  # arguments of an abstract base that its subclasses fill in
    logged = ()  # names a step passes to `log`, beside the losses of its players

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "compile" in vars(cls):
            cls.compile = devices.placed(cls.compile)
        if "train_step" in vars(cls):
            cls.train_step = backend.step(counted(cls.train_step))
        if "test_step" in vars(cls):
            cls.test_step = backend.step(whole(cls.test_step))

    @plain_numbers
    def __init__(self, kind, inputs=(), seed=None, **kwargs):
        unknown = {n: given for n, given in kwargs.items() if n not in OF_KERAS}
        self.check_construction({"kind": kind, "seed": seed}, unknown)
        super().__init__(**kwargs)
        self.kind = kind
        self.inputs = tuple(inputs)
        self.seed = seed
        self.training_id = uuid.uuid4().hex
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.epochs_seen = self._counter("epochs_seen")
        self.global_step = self._counter("global_step")
        self.averages = []
        self._prepared = Prepared()
        self._step_means = Means(())
        self._predictors = Predictors()
        self.threads = backend.Threads()
        self.built = True  # networks are built in `__init__`; subclasses may add more

    @classmethod
    def argument_names(cls):
        """Names of the arguments of the constructor, those it hands on among them."""
        names = names_taken(cls, GenerativeModel, ("seed", *OF_KERAS))
        filled = set(cls.filled) - set(names_of(cls.__init__))
        return [name for name in names if name not in filled]

    @classmethod
    def check_construction(cls, given, unknown):
        """Refuses, before anything is built, what no model can be made of.

        Args:
            given: Arguments of a constructor, `{name: value}`.
            unknown: Those that it does not know, which may be none.

        Raises:
            TypeError: If there are any of the latter: says which ones there are.
            ValueError: As for `kerasgen.engine.construction.check_construction`.
        """
        check_known(cls.__name__, cls.argument_names(), unknown)
        check_construction(given)

    # --- what a subclass says of itself

    @property
    def networks(self):
        """`{name: network}` of all that the model is made of."""
        raise NotImplementedError(f"{type(self).__name__} must define `networks`.")

    def players(self):
        """`{name: Player}` in the order of their turns."""
        raise NotImplementedError(f"{type(self).__name__} must define `players`.")

    def default_optimizers(self):
        """`{name: keras.optimizers.Optimizer}` of the paper."""
        raise NotImplementedError(
            f"{type(self).__name__} must define `default_optimizers`."
        )

    def samples_of(self, outputs):
        """Samples, as networks take them, of what the sampler gives.

        A decoder gives the parameters of a distribution: its mean is the sample.
        """
        return outputs

    @property
    def sampled_kind(self):
        """The kind of what `generate` returns, where it is not that of the data."""
        return self.kind

    @property
    def labels(self):
        """The `Labels` among the inputs, or None."""
        found = (each for each in self.inputs if each.name == "labels")
        return next(found, None)

    # --- compiling

    @devices.placed
    def compile(
        self,
        optimizer=None,
        *,
        average=None,
        run_eagerly=False,
        steps_per_execution=1,
        jit_compile="auto",
        **unknown,
    ):
        """Prepares training. What an earlier `compile` made begins anew.

        Under `torch.distributed` every rank must compile: all get the weights and
        other state of rank 0. After an error the model is as it was before.

        Args:
            optimizer: None for those of the paper, one optimizer (copied for each
                player) or a dictionary by player, in which players may be missing.
            average: Decay of an exponential moving average of the network that makes
                samples, which then makes them, a `kerasgen.engine.Average`, or a list
                of several, of which the first makes samples; None or False for none.
            run_eagerly, steps_per_execution, jit_compile: As in `keras.Model.compile`.

        Raises:
            ValueError: If an argument is out of range, a player or an averaged network
                is unknown, two averages are the same, an optimizer is none, expects a
                scaled loss or does what Keras cannot do under `tf.distribute`, the
                policy is `mixed_float16`, or ranks differ in their model.
            TypeError: If an argument is unknown: says which ones there are.
        """
        self._refuse(unknown)
        check_execution(run_eagerly, steps_per_execution, jit_compile)
        if "float16" in {layer.compute_dtype for layer in all_layers(self)}:
            raise ValueError(
                "mixed_float16 needs a loss scale for each player and is not "
                "supported; use keras.mixed_precision.set_global_policy("
                "'mixed_bfloat16'), which needs none. Received: a layer that "
                "computes in float16"
            )
        averages = averages_of(average)
        for each in averages:
            each.follow(self)
        check_distinct(averages)
        players = self.players()
        optimizers = optimizers_of(optimizer, players, self.default_optimizers)
        devices.check_optimizers(optimizers.values())
        optimizers = PlayerOptimizer(optimizers)
        optimizers.attach(players)
        arguments = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        super().compile(optimizer=optimizers, **arguments)
        # Nothing fails any more: now what was made takes its place.
        self._compile_arguments = arguments
        self.prepare(averages=averages)
        self._put_in_place()
        bind_rates(self.optimizer.optimizers, self)
        names = [f"{player}_loss" for player in players] + list(self.logged)
        self._step_means = Means(names)
        self._predictors = Predictors()
        devices.start_equal(self)

    def _refuse(self, unknown):
        """Says what `compile` takes instead of arguments that it does not know."""
        methods = (type(self).compile, GenerativeModel.compile)
        takes = {
            name: None
            for method in methods
            for name, each in inspect.signature(method).parameters.items()
            if name != "self" and each.kind is not each.VAR_KEYWORD
        }
        for name in unknown:
            by_player = ", ".join(f"{player!r}: ..." for player in self.players())
            raise TypeError(
                f"`compile` of this model takes {', '.join(takes)}; `optimizer` is one "
                f"for all players, or {{{by_player}}}. {similar(name, takes)}"
                f"Received: {name}={unknown[name]!r}"
            )

    def prepare(self, **made):
        """Hands on what the `compile` of a subclass made, to become attributes.

        They take the place of earlier ones only once all arguments of `compile` were
        found right, so that a call that fails changes nothing.

        Args:
            **made: Attributes by name; layers that keep any state come in a list.
        """
        self._prepared.attributes.update(made)

    def _put_in_place(self):
        for name, made in self._prepared.attributes.items():
            held = getattr(self, name, None)
            if isinstance(held, list):
                held.clear()  # or Keras goes on tracking the layers it held
            setattr(self, name, list(made) if isinstance(made, list) else made)
        self._prepared = Prepared()

    @property
    def followers(self):
        """What `after_update(player, model)` is called of, after each update."""
        return self.averages

    def compile_objects(self):
        """`{argument: objects}` of `compile` that are saved beside the optimizers."""
        return {"average": list(self.averages)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A model of what `get_config` says, networks and other objects included."""
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects))

    def get_compile_config(self):
        if not self.compiled:
            return {}
        objects = {"optimizer": self.optimizer, **self.compile_objects()}
        return {
            **keras.saving.serialize_keras_object(objects),
            **self._compile_arguments,
        }

    def compile_from_config(self, config):
        config = keras.saving.deserialize_keras_object(config)
        with devices.alone():  # one rank may load what others do not
            self.compile(**config)

    @property
    def metrics(self):
        return self._step_means.metrics

    # --- state

    def _counter(self, name):
        return self.add_weight(
            (), initializer="zeros", dtype="int32", trainable=False, name=name
        )

    def save(self, filepath, overwrite=True, **kwargs):
        """As `keras.Model.save`; a file that is there stays whole until it is replaced.

        So a checkpoint survives an interruption while the next one is written.

        Raises:
            ValueError: If the file is not `.keras`: HDF5 has no place for what
                `compile` made, nor for a model of this kind to be loaded from.
            OSError: If the file cannot be written, because the disk is full for
                example. A file that was there before is as it was.
        """
        zipped = kwargs.get("zipped")
        if zipped is None:
            zipped = not str(filepath).startswith("hf://")  # there it is a folder
        if zipped and not str(filepath).endswith(".keras"):
            raise ValueError(
                "A model is saved in a file that ends in `.keras`; `save_weights` "
                "writes the weights alone to one that ends in `.weights.h5`. "
                f"Received: filepath={str(filepath)!r}"
            )
        with self.as_of_now():
            if not zipped or _keras_writes(filepath, overwrite):
                super().save(filepath, overwrite=overwrite, **kwargs)
                return
            with replacing(filepath) as temporary:
                super().save(str(temporary), **kwargs)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None):
        """As `keras.Model.save_weights`, and as safe as `save`.

        `.weights.h5` is built in memory and ends in a digest, which `load_weights`
        compares. In shards the weights are as safe as Keras makes them: a full disk
        can end the process.

        Raises:
            OSError: As `save`.
        """
        whole = max_shard_size is None and str(filepath).endswith(".weights.h5")
        with self.as_of_now():
            if not whole or _keras_writes(filepath, overwrite):
                super().save_weights(filepath, overwrite, max_shard_size)
                return
            weights_file.write(super().save_weights, filepath)

    def load_weights(self, filepath, *args, **kwargs):
        """As `keras.Model.load_weights`, after a look at the file.

        Raises:
            OSError: If the file is not as `save` or `save_weights` wrote it; the model
                is then as it was.
        """
        if str(filepath).endswith((".weights.h5", ".keras")) and isfile(filepath):
            weights_file.check(filepath)
        super().load_weights(filepath, *args, **kwargs)

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
        store[TRAINING] = np.frombuffer(bytes.fromhex(self.training_id), "uint8")

    def load_own_variables(self, store):
        weights_file.check_store(store)
        for i, variable in enumerate(self._named_state()):
            if str(i) in store.keys():
                variable.assign(store[str(i)])
        if TRAINING in store.keys():
            self.training_id = bytes(np.asarray(store[TRAINING], "uint8")).hex()


class Prepared:
    """What `compile` has made and not yet put in place.

    Of a dictionary Keras would take the layers for those of the model.
    """

    def __init__(self):
        self.attributes = {}


def _keras_writes(filepath, overwrite):
    """Whether a file is elsewhere, or Keras has to ask whether it may be replaced."""
    return "://" in str(filepath) or (not overwrite and exists(filepath))
