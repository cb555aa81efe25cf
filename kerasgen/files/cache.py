"""Where kerasgen keeps what it has fetched or worked out."""

import os
import pathlib


def cache_folder(*parts):
    """`kerasgen` in the folder of Keras: `~/.keras`, unless KERAS_HOME says otherwise.

    Args:
        *parts: Names of folders inside it.
    """
    home = os.environ.get("KERAS_HOME") or "~/.keras"
    return pathlib.Path(home).expanduser().joinpath("kerasgen", *parts)
