"""What is refused before a model is built, however it is made."""

import keras

from kerasgen.arguments import check_training_seeds
from kerasgen.engine.one_process import check_process
from kerasgen.kinds.kind import check_kinds


def check_construction(given):
    """Refuses a setting, a seed or a kind with which no model can be built.

    Args:
        given: Arguments of a constructor, `{name: value}`.

    Raises:
        ValueError: If images have their channels first, `seed` is out of range, or
            `kind` is none.
        RuntimeError: As for `check_process`.
    """
    check_process()
    if keras.config.image_data_format() == "channels_first":
        raise ValueError(
            "kerasgen keeps channels last on every backend: call "
            "keras.config.set_image_data_format('channels_last') first. "
            "Received: image_data_format='channels_first'"
        )
    check_training_seeds(seed=given.get("seed"))
    if given.get("kind") is not None:
        check_kinds(kind=given["kind"])
