import contextlib
import errno
import zipfile

import h5py
import keras
import numpy as np
import pytest

from kerasgen.engine import weights_file


@pytest.fixture
def saved(points_gan, tmp_path):
    """A model and the file of its weights."""
    model = points_gan()
    model.compile()
    model.save_weights(tmp_path / "x.weights.h5")
    return model, tmp_path / "x.weights.h5"


def equal(one, other):
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def other_than(model):
    """A model of the same shapes whose weights are all others."""
    other = keras.models.clone_model(model)
    other.set_weights([w + np.ones((), w.dtype) for w in model.get_weights()])
    return other


def flip(path, place, bit=0):
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << bit
    path.write_bytes(data)


def test_weights_return_as_they_were(saved):
    model, path = saved
    other = other_than(model)
    assert not equal(other, model)
    other.load_weights(path)
    assert equal(other, model)


def test_keras_without_kerasgen_reads_the_file(saved):
    model, path = saved
    other = other_than(model)
    keras.Model.load_weights(other, path)
    assert equal(other, model)
    with h5py.File(path) as file:
        assert len(file) > 0


def test_a_file_of_keras_alone_is_read(saved):
    model, path = saved
    keras.Model.save_weights(model, path)
    assert weights_file.MARK not in path.read_bytes()
    other = other_than(model)
    other.load_weights(path)
    assert equal(other, model)


def test_every_flipped_bit_is_found_or_harmless(saved):
    model, path = saved
    other, before = other_than(model), path.read_bytes()
    weights = other.get_weights()
    kernel = before.index(model.generator.get_weights()[0].tobytes())
    end = len(before)
    for place in (0, 100, kernel, kernel + 3, end - weights_file.SEAL - 1, end - 1):
        flip(path, place)
        with pytest.raises(OSError, match="x.weights.h5 is damaged.*Received: sha256"):
            other.load_weights(path)
        path.write_bytes(before)
    for one, same in zip(other.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, same)
    flip(path, end - weights_file.SEAL)  # the mark itself
    other.load_weights(path)
    assert equal(other, model)


def test_a_backup_takes_the_file_before_a_damaged_one(points_gan, points, tmp_path):
    def train(epochs):
        backup = keras.callbacks.BackupAndRestore(
            tmp_path, double_checkpoint=True, delete_checkpoint=False
        )
        model = points_gan()
        model.compile()
        options = {"shuffle": False, "callbacks": [backup], "verbose": 0}
        return model, model.fit(points, epochs=epochs, **options).epoch

    whole, _ = train(2)
    path = tmp_path / "latest.weights.h5"
    flip(path, path.read_bytes().index(whole.generator.get_weights()[0].tobytes()))
    resumed, epochs = train(2)
    assert epochs == [1]  # the first was done
    assert equal(resumed, whole)


def test_a_full_disk_is_named_and_loses_nothing(saved, monkeypatch):
    model, path = saved
    before = path.read_bytes()

    class Full:
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(
        weights_file, "open", lambda *_: contextlib.nullcontext(Full()), raising=False
    )
    with pytest.raises(OSError, match="x.weights.h5 could not be written") as told:
        model.save_weights(path)
    assert told.value.errno == errno.ENOSPC and str(path.parent) in str(told.value)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_shards_are_written_under_their_own_names(saved):
    model, path = saved
    model.save_weights(path.with_name("y.weights.json"), max_shard_size=0.1)
    names = {each.name for each in path.parent.iterdir()}
    assert names == {path.name, "y.weights.json", "y_00000.weights.h5"}
    other = other_than(model)
    other.load_weights(path.with_name("y.weights.json"))
    assert equal(other, model)


def test_damaged_weights_in_an_archive_are_found(saved, monkeypatch):
    model, path = saved
    seek = zipfile.ZipExtFile.seek

    def seek_as_later_pythons_do(self, *arguments):
        self._expected_crc = None
        return seek(self, *arguments)

    monkeypatch.setattr(zipfile.ZipExtFile, "seek", seek_as_later_pythons_do)
    path = path.with_name("x.keras")
    model.save(path)
    other, before = other_than(model), path.read_bytes()
    weights = other.get_weights()
    other.load_weights(path)
    assert equal(other, model)
    other.set_weights(weights)
    flip(path, before.index(model.generator.get_weights()[0].tobytes()) + 3, bit=6)
    with pytest.raises(ValueError, match="x.keras is damaged: model.weights.h5"):
        keras.saving.load_model(path)
    with pytest.raises(OSError, match="x.keras is damaged: model.weights.h5"):
        other.load_weights(path)
    for one, same in zip(other.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, same)
