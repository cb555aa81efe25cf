"""What the scripts of this folder break: small models and their weights."""

import ctypes
import os
import signal
import sys

# Processes are forked here, which only PyTorch's runtime bears, and with one thread.
os.environ["KERAS_BACKEND"] = "torch"
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

import kerasgen


def dcgan(seed=0):
    """A model of 28x28 images; equal seeds make equal weights."""
    import keras

    keras.utils.set_random_seed(seed)
    return kerasgen.models.DCGAN((28, 28, 1), filters=8, latent_dim=16, seed=seed)


def reload(path):
    """The model in a `.keras` file."""
    import keras

    return keras.saving.load_model(path)


def weights(model):
    """A model's weights as bytes: equal models, equal bytes."""
    return b"".join(np.asarray(v).tobytes() for v in model.get_weights())


def forked(work, *arguments):
    """Starts `work` in a process of its own; returns its number.

    It ends with status 0, with 1 where `work` raises an `OSError`, with 2 where it
    raises anything else.
    """
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    status = 2
    try:
        work(*arguments)
        status = 0
    except OSError as error:
        status = 1 if names_a_file(error) else 2
        if status == 2:
            print(f"  {type(error).__name__}: {error}", flush=True)
    except BaseException as error:
        print(f"  {type(error).__name__}: {error}", flush=True)
    finally:
        sys.stdout.flush()
        # As any process ends: libraries tidy up. Python alone would unwind to the end
        # of the script, which belongs to the parent.
        ctypes.CDLL(None).exit(status)


def names_a_file(error):
    """Whether an error of the system says which file in which folder it is about."""
    return "/" in str(error)


def kill(process):
    """Kills a process of `forked` where it stands."""
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def status(process):
    """How a process of `forked` has ended: its status, or less the signal's number."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
