"""What may stand for an entry besides its name."""

import dataclasses
import pathlib
import re

from kerasgen.files import check_address
from kerasgen.nearest import nearest
from kerasgen.zoo.entry.manifest import FILE, StoredFile
from kerasgen.zoo.sources import cache, hubs


@dataclasses.dataclass(frozen=True)
class Source:
    """Where an entry is.

    Args:
        place: Path of a folder or an archive, or an address.
        sha256: Digest of the archive, or of `manifest.json`; None accepts any.
    """

    place: pathlib.Path | str
    sha256: str | None = None

    @classmethod
    def parse(cls, source, sha256=None, names=()):
        """Makes a source of what a user gives; nothing is fetched.

        Args:
            source: Path or address.
            sha256: Digest, or None.
            names: Those of the zoo, for the message.

        Raises:
            ValueError: If it is none, or needs a digest and has none.
        """
        sha256 = checked_digest(sha256)
        scheme, is_address, _ = str(source).partition("://")
        if is_address:
            _check(scheme, str(source), sha256)
            return cls(str(source), sha256)
        path = pathlib.Path(source).expanduser()
        if path.exists():
            return cls(path.resolve(), sha256)
        raise ValueError(
            "`name` must be one of kerasgen.zoo.list(), the folder or zip archive of "
            f"an entry, or an address ({', '.join(ADDRESSES.values())}). "
            f"{nearest(source, names)}Received: name={str(source)!r}"
        )

    def folder(self):
        """The folder of the entry, fetched if it is elsewhere."""
        if isinstance(self.place, pathlib.Path):
            if not self.place.is_dir():
                return cache.from_archive(self.place, self.sha256)
            return self._compared(self.place)
        scheme = self.place.partition("://")[0]
        if scheme == "hf":
            return self._compared(hubs.from_hugging_face(self.place))
        if scheme == "kaggle":
            return self._compared(hubs.from_kaggle(self.place))
        return cache.from_web(self.place, self.sha256)

    def _compared(self, folder):
        if self.sha256 is not None:
            found = StoredFile.of(folder / FILE).sha256
            if found != self.sha256:
                raise ValueError(
                    f"{self.place} is not the entry of that digest, which is that of "
                    f"its {FILE}. Received: sha256 {found}, expected {self.sha256}"
                )
        return folder


ADDRESSES = {
    "https": "https://host/entry.zip",
    "hf": "hf://user/repo",
    "kaggle": "kaggle://owner/model/keras/variation",
}


def checked_digest(sha256):
    """A digest in lower case, or None.

    Raises:
        ValueError: If it is not one.
    """
    if sha256 is None or re.fullmatch("[0-9a-fA-F]{64}", str(sha256)):
        return sha256 and sha256.lower()
    raise ValueError(
        "`sha256` must be 64 hexadecimal digits, as `sha256sum` prints them. "
        f"Received: sha256={sha256!r}"
    )


def _check(scheme, address, sha256):
    if scheme == "hf":
        hubs.parse_hugging_face(address)
    elif scheme == "kaggle":
        hubs.parse_kaggle(address)
    elif scheme not in ("https", "http"):
        raise ValueError(
            f"An address must be one of {', '.join(ADDRESSES.values())}. "
            f"Received: {address}"
        )
    else:
        check_address(address)
        if sha256 is None:
            raise ValueError(
                "`sha256` is required for an address on the web: the digest of the "
                "archive, from whoever published it. A server can send anything. "
                f"Received: sha256=None, source={address!r}"
            )
