"""Numbers that never travel without their protocol."""

import json
from collections.abc import Mapping

from kerasgen.files import replacing


class Evaluation(Mapping):
    """What `kerasgen.metrics.evaluate` found: a mapping from names to numbers.

    Attributes:
        protocol: Dictionary: extractor with version and digest, resizer, counts, seed,
            splits, subsets, neighbors, backend, versions.
    """

    def __init__(self, numbers, protocol):
        self._numbers = dict(numbers)
        self.protocol = dict(protocol)

    def __getitem__(self, name):
        return self._numbers[name]

    def __iter__(self):
        return iter(self._numbers)

    def __len__(self):
        return len(self._numbers)

    def __repr__(self):
        numbers = ", ".join(f"{name}: {value:.6g}" for name, value in self.items())
        return f"<Evaluation {numbers}>"

    def save(self, path):
        """Writes `{"values": ..., "protocol": ...}` as JSON, whole or not at all."""
        told = {"values": self._numbers, "protocol": self.protocol}
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
