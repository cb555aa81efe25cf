import dataclasses
import json

import keras
import pytest

from kerasgen import inputs, kinds
from kerasgen.zoo.entry.manifest import Manifest

pytestmark = pytest.mark.host


def described(name, module, **config):
    """A class of kerasgen as a configuration."""
    return {
        "class_name": name,
        "module": f"kerasgen.{module}",
        "registered_name": f"kerasgen>{name}",
        "config": config,
    }


@pytest.fixture
def read_with(entry):
    """Reads the manifest of the entry with a change to its values."""
    path = entry / "manifest.json"

    def read_with(change):
        values = json.loads(path.read_text())
        change(values)
        path.write_text(json.dumps(values))
        return Manifest.read(entry)

    return read_with


PAIR = kinds.Pair(kinds.Images((8, 8, 3)), kinds.Voxels((4, 4, 4, 1)))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"inputs": ()},
        {"kind": kinds.Tokens(8, 3), "sampled_kind": kinds.Sequences(8, 2)},
        {"kind": PAIR, "inputs": (inputs.Given(PAIR.b), inputs.Codes((3,), 1))},
        {"inputs": (inputs.Latents(3), inputs.Labels(2, names=["a", "b"]))},
    ],
)
def test_what_was_written_is_read(entry, tmp_path, changes):
    manifest = dataclasses.replace(Manifest.read(entry), **changes)
    (tmp_path / "manifest.json").write_bytes(manifest.to_json())
    assert Manifest.read(tmp_path) == manifest


def test_nothing_is_built_of_what_describes_no_sample(read_with, monkeypatch):
    monkeypatch.setattr(keras.saving, "deserialize_keras_object", None)
    with pytest.raises(ValueError, match="`kind` is not what.*Received: kind={'class"):
        read_with(lambda values: values["kind"].update(class_name="GAN"))


@pytest.mark.parametrize(
    "name", ["../weights.h5", "/etc/passwd", "C:\\x", "recipe.py", ""]
)
def test_no_other_files_are_listed(read_with, name):
    def change(values):
        values["files"][name] = values["files"]["config.json"]

    with pytest.raises(ValueError, match="`files` is not what kerasgen.zoo.save"):
        read_with(change)


@pytest.mark.parametrize("field", ["bytes", "sha256"])
@pytest.mark.parametrize("value", [-1, 2**60, 1.5, True, None, "x", "../x", []])
def test_absurd_sizes_and_digests(read_with, field, value):
    def change(values):
        values["files"]["weights.h5"][field] = value

    with pytest.raises(ValueError, match="`files` is not what kerasgen.zoo.save"):
        read_with(change)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", described("Images", "kinds.images", shape=["a", 1, 1])),
        ("kind", described("Images", "kinds.images", shape=[-1, 1, 1])),
        ("kind", described("Images", "kinds.images", size=3)),
        ("kind", described("Latents", "inputs.latents", size=3)),
        ("kind", described("GAN", "adversarial.gan")),
        ("kind", [described("Images", "kinds.images", shape=[1, 1, 1])]),
        ("kind", {"class_name": "Lambda", "module": "keras.layers", "config": {}}),
        ("kind", "Images"),
        ("kind", {}),
        ("sampled_kind", None),
        ("inputs", [described("Images", "kinds.images", shape=[1, 1, 1])]),
        ("inputs", [described("Latents", "inputs.latents", size="8")]),
        ("inputs", "latents"),
        ("parameters", {"generator": "many"}),
        ("parameters", []),
        ("model", ["GAN"]),
    ],
)
def test_values_of_another_kind(read_with, field, value):
    with pytest.raises(ValueError, match=f"`{field}` is not what.*Received: {field}="):
        read_with(lambda values: values.update({field: value}))


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.update(files=[]),
        lambda v: v.update(files={"weights.h5": {}}),
        lambda v: v.pop("kind"),
        lambda v: v.update(command="rm"),
        lambda v: v.pop("model"),
        lambda v: v["files"].pop("config.json"),
        lambda v: v["files"]["config.json"].update(url="https://example.org"),
    ],
)
def test_fields_that_are_missing_or_too_many(read_with, change):
    with pytest.raises(ValueError, match="manifest.json is not complete"):
        read_with(change)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '"' + "x" * 2**20 + '"', "NaN", "\x00", '{"format": [}']
)
def test_texts_that_are_no_manifest(entry, text):
    (entry / "manifest.json").write_text(text)
    with pytest.raises(ValueError, match="is not the manifest of a zoo entry"):
        Manifest.read(entry)
