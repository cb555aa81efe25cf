"""Threads that share a model: one trains it, others look on."""

import contextlib
import functools
import threading

from kerasgen.engine.fair_lock import FairLock
from kerasgen.engine.one_process import check_process


class Threads:
    """Who is at work on a model.

    Attributes:
        lock: Held by a step of training while it changes the model.
        trainer: Identity of the thread that is in `fit` or the like, or None.
    """

    def __init__(self):
        self.lock = FairLock()
        self.trainer = None
        self._entry = threading.Lock()

    @property
    def is_trainer(self):
        """Whether it is the calling thread that is in `fit` or the like."""
        return self.trainer == threading.get_ident()

    @property
    def is_trained_elsewhere(self):
        """Whether it is another thread."""
        return self.trainer is not None and not self.is_trainer

    def enter(self, method):
        """Makes the calling thread the trainer; whether it was not so already.

        Raises:
            RuntimeError: If another thread is.
        """
        check_process()
        with self._entry:
            if self.is_trained_elsewhere:
                raise RuntimeError(
                    "Another thread is training or evaluating this model, and goes "
                    f"on: `{method}` must wait until it has ended. Beside it other "
                    "threads can call `generate`, `run`, `save` and `save_weights`. "
                    f"Received: a call of `{method}` in the thread "
                    f"{threading.current_thread().name!r}"
                )
            entered = self.trainer is None
            self.trainer = threading.get_ident()
            return entered

    def before_step(self):
        """Called before each step of a loop of Keras."""

    def leave(self):
        """Lets others train."""
        self.trainer = None


# What changes a model, or the values that Keras keeps while it is in a loop.
ALONE = (
    "compile",
    "evaluate",
    "export",
    "fit",
    "load_weights",
    "predict",
    "predict_on_batch",
    "test_on_batch",
    "train_on_batch",
)


def alone(method):
    """A method of a model in which there is one thread at a time; it may nest."""

    @functools.wraps(method)
    def guarded(self, *args, **kwargs):
        entered = self.threads.enter(method.__name__)
        try:
            return method(self, *args, **kwargs)
        finally:
            if entered:
                self.threads.leave()

    guarded.is_alone = True
    return guarded


class Sharing:
    """What a model does so that threads can look on while one trains it.

    Attributes:
        threads: `Threads`, set by the model's `__init__`.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in ALONE:
            method = getattr(cls, name, None)
            if method is not None and not hasattr(method, "is_alone"):
                setattr(cls, name, alone(method))

    def make_train_function(self, force=False):
        """As in Keras; a step holds the lock."""
        if force or self.train_function is None:
            super().make_train_function(force)
            self.train_function = self.locked(self.train_function)

    def locked(self, function):
        """A function that Keras calls for a step, of which threads see no half."""

        def step(*args):
            with self.threads.lock:
                return function(*args)

        return step

    @contextlib.contextmanager
    def as_of_now(self):
        """A context in which the model stays as it is, for the calling thread.

        For what must not be a mixture of two moments where another thread trains the
        model, such as a checkpoint: the training waits at its next step.
        """
        with self.threads.lock:
            yield

    def beside_training(self):
        """A context in which samples are drawn while another thread trains the model.

        It does not wait. Under JAX the weights are those of one moment, and what is
        assigned to variables is dropped at the end; under TensorFlow and PyTorch
        weights move meanwhile.
        """
        return contextlib.nullcontext()
