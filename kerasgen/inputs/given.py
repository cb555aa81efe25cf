"""Samples that a model is given, rather than anything it draws."""

import keras
from keras import ops

from kerasgen.arguments import as_array
from kerasgen.inputs.input import Input, check_rows
from kerasgen.kinds.kind import check_kinds
from kerasgen.registered import registered


@registered
class Given(Input):
    """Samples of some kind to start from: the other domain of a translator.

    Args:
        kind: A `kerasgen.kinds.Kind`.
        name: The argument of `generate`; None takes the kind's noun.
        domain: 0 or 1, which part of a pair it is in the data; None where data is no
            pairs.
    """

    drawable = False

    def __init__(self, kind, name=None, domain=None):
        check_kinds(kind=kind)
        self.kind = kind
        self.name = name or kind.noun
        self.domain = domain

    def draw(self, n, random):
        raise ValueError(
            f"This model makes samples from `{self.name}`, which cannot be drawn: "
            f"pass `{self.name}=...`, {self.kind}. Received: none"
        )

    def check(self, given, n):
        given = as_array(self.name, given)
        self.kind.check_given(given, self.name)
        check_rows(self.name, len(given), n)
        return given

    def encode(self, values):
        return ops.convert_to_numpy(self.kind.to_float(values))

    def in_training(self, n, seed, batch):
        return batch["samples"]

    def get_config(self):
        return {
            "kind": keras.saving.serialize_keras_object(self.kind),
            "name": self.name,
            "domain": self.domain,
        }

    def __repr__(self):
        return f"Given({self.kind!r}, name={self.name!r})"

    @classmethod
    def from_config(cls, config):
        kind = keras.saving.deserialize_keras_object(config["kind"])
        return cls(kind, config["name"], config.get("domain"))
