"""Whole files or none: on this disk, in the cache, from the web; no Keras in it."""

from kerasgen.files.cache import cache_folder, clear_cache, list_cache
from kerasgen.files.download import check_address, download
from kerasgen.files.flush import flush
from kerasgen.files.full_disk import naming
from kerasgen.files.lock import locked
from kerasgen.files.replacing import replacing
from kerasgen.files.writable import writable_folder

__all__ = [
    "cache_folder",
    "check_address",
    "clear_cache",
    "download",
    "flush",
    "list_cache",
    "locked",
    "naming",
    "replacing",
    "writable_folder",
]
