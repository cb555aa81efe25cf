"""Whole files or none: on this disk, in the cache, from the web; no Keras in it."""

from kerasgen.files.cache import cache_folder
from kerasgen.files.download import check_address, download
from kerasgen.files.lock import locked
from kerasgen.files.replacing import replacing

__all__ = ["cache_folder", "check_address", "download", "locked", "replacing"]
