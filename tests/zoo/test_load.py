import importlib
import json

import keras
import numpy as np
import pytest

import kerasgen
from kerasgen.zoo.entry.manifest import Manifest, StoredFile
from kerasgen.zoo.load import verified_config


def test_samples_agree_on_all_backends(tiny):
    expected = np.load(tiny / "samples.npy").astype(int)
    assert expected.std() > 50  # patterns, not gray
    samples = kerasgen.zoo.load(tiny).generate(8, seed=0)
    assert samples.dtype == "uint8"
    assert np.abs(samples - expected).max() <= 2


def test_an_archive_is_loaded(archive, tiny):
    model = kerasgen.zoo.load(archive)
    expected = kerasgen.zoo.load(tiny).generate(4, seed=0)
    assert (model.generate(4, seed=0) == expected).all()


def test_no_weights_are_drawn_to_be_replaced(tiny, monkeypatch):
    used = []
    initialize = keras.Variable._initialize_with_initializer

    def record(self, initializer):
        used.append(type(initializer).__name__)
        initialize(self, initializer)

    monkeypatch.setattr(keras.Variable, "_initialize_with_initializer", record)
    kerasgen.zoo.load(tiny)
    assert used.count("_Stored") > 10
    assert not {"GlorotUniform", "RandomNormal"} & set(used)


@pytest.mark.host
@pytest.mark.parametrize("name", ["config.json", "weights.h5"])
def test_a_cut_off_file_is_named_with_size_and_digest(entry, name):
    path = entry / name
    expected = Manifest.read(entry).files[name]
    path.write_bytes(path.read_bytes()[:-100])
    found = StoredFile.of(path)
    with pytest.raises(ValueError, match=f"{name} is cut off") as caught:
        kerasgen.zoo.load(entry)
    for part in (expected.sha256, found.sha256, f"{expected.bytes:,}"):
        assert part in str(caught.value)


@pytest.mark.host
@pytest.mark.parametrize("name", ["config.json", "weights.h5"])
def test_an_altered_file_is_noticed_before_anything_is_built(entry, name, monkeypatch):
    data = bytearray((entry / name).read_bytes())
    data[len(data) // 2] ^= 1
    (entry / name).write_bytes(data)
    monkeypatch.setattr(importlib.import_module("kerasgen.zoo.load"), "_built", None)
    with pytest.raises(ValueError, match=f"{name} is not the file that was saved"):
        kerasgen.zoo.load(entry)


@pytest.mark.host
@pytest.mark.parametrize("name", ["manifest.json", "config.json", "weights.h5"])
def test_a_missing_file_is_named(entry, name):
    (entry / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing"):
        kerasgen.zoo.load(entry)


@pytest.mark.host
def test_a_shipped_entry_is_compared_with_the_registry(entry, monkeypatch):
    from kerasgen.zoo.entry import registry
    from kerasgen.zoo.sources import catalog

    path = entry.parent / "registry.json"
    monkeypatch.setattr(catalog, "shipped_folder", lambda: entry.parent)
    monkeypatch.setattr(registry, "FILE", path)
    registry.write(entry.parent)
    verified_config(entry)
    path.write_text(path.read_text().replace('"weights.h5": "', '"weights.h5": "0'))
    with pytest.raises(ValueError, match="is not the entry that came with"):
        kerasgen.zoo.load("entry")
    path.write_text("{}")
    with pytest.raises(ValueError, match="expected None"):
        kerasgen.zoo.load("entry")


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="an order of PyTorch")
def test_kernels_lie_in_memory_as_in_a_model_made_here(tiny):
    loaded = kerasgen.zoo.load(tiny)
    made = type(loaded).from_config(loaded.get_config())
    for one, other in zip(loaded.variables, made.variables, strict=True):
        if len(one.shape) == 4:
            assert one.value.stride() == other.value.stride()
            assert not one.value.is_contiguous()


def test_a_keras_that_takes_no_weights_is_noticed(tiny, monkeypatch):
    monkeypatch.setattr("kerasgen.zoo.entry.weights.first_value", lambda *_: None)
    with pytest.raises(RuntimeError, match="gave discriminator/.* other values than"):
        kerasgen.zoo.load(tiny)


def test_weights_of_another_model_name_variable_and_shapes(entry, dcgan, resign):
    other = entry.parent / "other"
    kerasgen.zoo.save(dcgan(filters=8), other)
    (entry / "weights.h5").write_bytes((other / "weights.h5").read_bytes())
    resign(entry)
    with pytest.raises(
        ValueError,
        match=r"another model.*generator/000_dense_kernel of shape \(8, 256\), "
        r"expected \(8, 128\)",
    ):
        kerasgen.zoo.load(entry)


def test_missing_and_surplus_variables_are_named(entry, resign):
    import h5py

    with h5py.File(entry / "weights.h5", "a") as file:
        file.move("generator/000_dense_kernel", "generator/000_other_kernel")
    resign(entry)
    with pytest.raises(
        ValueError, match="lacks generator/000_dense_kernel.*no generator/000_other"
    ):
        kerasgen.zoo.load(entry)


@pytest.mark.host
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', "\x00"])
def test_an_unreadable_manifest(entry, text):
    (entry / "manifest.json").write_text(text)
    with pytest.raises(ValueError, match="manifest.json is not"):
        kerasgen.zoo.load(entry)


def with_format(entry, number):
    path = entry / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": number}))
    return entry


@pytest.mark.host
def test_a_newer_format_asks_for_a_newer_kerasgen(entry):
    with pytest.raises(
        ValueError, match="install a newer one.*Received: format=3, expected 2"
    ):
        kerasgen.zoo.load(with_format(entry, 3))


@pytest.mark.host
def test_the_old_format_says_how_to_convert_it(entry, archive):
    from kerasgen.zoo.entry.archive import pack

    said = r"convert_entry.py .*entry.*the same weights.*Received: format=1, expected 2"
    with pytest.raises(ValueError, match=said):
        kerasgen.zoo.load(with_format(entry, 1))
    pack(entry, archive)
    with pytest.raises(ValueError, match="convert_entry.py.*Received: format=1"):
        kerasgen.zoo.load(archive)


@pytest.mark.host
def test_a_config_of_foreign_classes_is_refused(entry, resign):
    path = entry / "config.json"
    path.write_text(path.read_text().replace('"keras.layers"', '"os"', 1))
    resign(entry)
    with pytest.raises(ValueError, match="config.json must be made of layers of Keras"):
        kerasgen.zoo.load(entry)


def test_layers_that_keras_refuses_are_an_error_of_the_entry(entry, resign):
    path = entry / "config.json"
    path.write_text(path.read_text().replace('"units": 128', '"units": -1', 1))
    resign(entry)
    with pytest.raises(ValueError, match="config.json describes no model that this"):
        kerasgen.zoo.load(entry)


@pytest.mark.parametrize("units", [10**8, 2**63])
def test_no_variable_has_a_value_before_all_fit_the_file(
    entry, resign, units, monkeypatch
):
    def initialize(self, initializer):
        raise AssertionError(f"{self.path} of shape {self.shape} gets a value")

    path = entry / "config.json"
    path.write_text(path.read_text().replace('"units": 128', f'"units": {units}', 1))
    resign(entry)
    with monkeypatch.context() as patched:
        patched.setattr(keras.Variable, "_initialize_with_initializer", initialize)
        with pytest.raises(ValueError, match="weights of a smaller model: the variab"):
            kerasgen.zoo.load(entry)


def test_a_refused_entry_leaves_nothing_behind(entry, tiny, resign):
    path = entry / "config.json"
    path.write_text(path.read_text().replace('"units": 128', f'"units": {2**63}', 1))
    resign(entry)
    with pytest.raises(ValueError, match="config.json"):
        kerasgen.zoo.load(entry)
    assert kerasgen.zoo.load(tiny).generate(1, seed=0).shape == (1, 16, 16, 1)


def test_more_variables_than_a_file_has_arrays_are_refused(entry, resign, monkeypatch):
    monkeypatch.setattr("kerasgen.zoo.entry.weights.BESIDE", -5)
    with pytest.raises(ValueError, match="weights of a smaller model"):
        kerasgen.zoo.load(entry)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(entry, resign, value):
    import h5py

    with h5py.File(entry / "weights.h5", "a") as file:
        file["discriminator/000_conv2d_kernel"][0, 0, 0, 1] = value
    resign(entry)
    with pytest.raises(
        ValueError, match="finite.*discriminator/000_conv2d_kernel, with 1 of 64 NaN or"
    ):
        kerasgen.zoo.load(entry)


def test_what_is_no_model_of_ours_is_refused(entry, resign):
    network = keras.saving.serialize_keras_object(keras.layers.Dense(1))
    (entry / "config.json").write_text(json.dumps(network))
    resign(entry)
    with pytest.raises(
        ValueError, match="must describe one of kerasgen.models. Rec.*D"
    ):
        kerasgen.zoo.load(entry)
