import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest

from kerasgen import data


def marks(dataset):
    """Return the marks of the images, in the order of the batches."""
    return [int(mark) for batch in dataset for mark in batch[0][:, 0, 0, 0]]


@pytest.fixture(params=["array", "folder", "uncached folder"])
def ten(request, pixels, folder):
    """Return a function that loads the ten images, in memory and from files."""

    def load(**arguments):
        if request.param == "array":
            return data.load(pixels(10), **arguments)
        if request.param == "uncached folder":
            arguments["cache"] = 0
        return data.load(folder, **arguments)

    return load


def test_a_batch_without_labels_is_a_tuple_of_images(ten):
    batch = ten(batch_size=4)[0]
    assert isinstance(batch, tuple) and len(batch) == 1
    assert batch[0].dtype == np.uint8 and batch[0].shape == (4, 6, 5, 3)


def test_every_image_appears_once_an_epoch(ten):
    dataset = ten(batch_size=5)
    for epoch in range(3):
        dataset.set_epoch(epoch)
        assert sorted(marks(dataset)) == list(range(10))


def test_unshuffled_is_every_image_in_order_and_none_dropped(ten):
    dataset = ten(batch_size=4, shuffle=False)
    assert marks(dataset) == list(range(10))
    assert [len(images) for (images,) in dataset] == [4, 4, 2]


def test_shuffled_drops_the_remainder(ten):
    dataset = ten(batch_size=4)
    assert [len(images) for (images,) in dataset] == [4, 4]
    assert dataset.num_samples == 10


def test_remainder_can_be_kept(ten):
    assert sorted(marks(ten(batch_size=4, drop_remainder=False))) == list(range(10))


def test_order_is_equal_for_equal_seed_and_epoch(ten):
    first, second = ten(batch_size=2, seed=3), ten(batch_size=2, seed=3)
    first.set_epoch(4)
    second.set_epoch(2)
    list(second)
    second.set_epoch(4)
    assert marks(first) == marks(second)


def test_order_differs_between_epochs_and_seeds(ten):
    dataset = ten(batch_size=2)
    orders = [marks(dataset)]
    dataset.set_epoch(1)
    orders += [marks(dataset), marks(ten(batch_size=2, seed=1))]
    assert len({tuple(order) for order in orders}) == 3


def test_order_is_the_same_in_another_process(pixels, tmp_path):
    np.save(tmp_path / "ten.npy", pixels(10))
    code = (
        "from kerasgen import data\n"
        f"dataset = data.load({str(tmp_path / 'ten.npy')!r}, batch_size=2, seed=5)\n"
        "dataset.set_epoch(3)\n"
        "print([int(m) for b in dataset for m in b[0][:, 0, 0, 0]])\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    here = data.load(pixels(10), batch_size=2, seed=5)
    here.set_epoch(3)
    assert result.stdout.strip().splitlines()[-1] == str(marks(here))


def test_epoch_end_moves_on_to_the_next_epoch(ten):
    dataset = ten(batch_size=2)
    dataset.set_epoch(6)
    dataset.on_epoch_end()
    assert dataset.epoch == 7
    seen = marks(dataset)
    dataset.set_epoch(7)
    assert marks(dataset) == seen


def test_batches_can_be_asked_for_in_any_order(ten):
    dataset = ten(batch_size=2)
    expected = [images.copy() for (images,) in dataset]
    for index in (4, 0, 3, 3, 1, 2, -1):
        np.testing.assert_array_equal(dataset[index][0], expected[index])


def test_set_epoch_takes_effect_in_the_middle_of_a_pass(ten):
    dataset = ten(batch_size=2)
    dataset.set_epoch(1)
    expected = dataset[2][0].copy()
    dataset.set_epoch(0)
    _ = dataset[0], dataset[1]  # batch 2 of epoch 0 is being made by now
    dataset.set_epoch(1)
    np.testing.assert_array_equal(dataset[2][0], expected)


@pytest.mark.parametrize("index", [3, -4])
def test_a_batch_beyond_the_last_is_an_index_error(ten, index):
    with pytest.raises(IndexError, match=f"3 batches. Received: index={index}"):
        ten(batch_size=4, shuffle=False)[index]


def test_groups_put_several_minibatches_in_a_batch(ten):
    dataset = ten(batch_size=2, groups=2)
    assert [len(images) for (images,) in dataset] == [4, 4]
    assert dataset.batch_size == 2
    assert marks(dataset) == marks(ten(batch_size=4))


def test_labels_stay_with_their_images(pixels):
    dataset = data.load((pixels(10), np.arange(10) % 3), batch_size=5, labels=True)
    dataset.set_epoch(2)
    for images, labels in dataset:
        assert labels.dtype == np.int32
        np.testing.assert_array_equal(labels, images[:, 0, 0, 0] % 3)


def test_flip_mirrors_some_images_and_leaves_the_others(ten, pixels):
    for dataset in [ten(batch_size=10, shuffle=False, flip=True)]:
        images = dataset[0][0]
        mirrored = (images == pixels(10)[:, :, ::-1]).all(axis=(1, 2, 3))
        kept = (images == pixels(10)).all(axis=(1, 2, 3))
        assert (mirrored ^ kept).all()
        assert 0 < mirrored.sum() < 10


def test_flips_belong_to_the_image_and_not_to_its_place(ten):
    def by_mark(dataset):
        images = np.concatenate([images for (images,) in dataset])
        # Image i has the mark i in its first or, mirrored, its last column.
        return {image.tobytes() for image in images}

    shuffled = ten(batch_size=5, flip=True, shuffle=True)
    assert by_mark(shuffled) == by_mark(ten(batch_size=2, flip=True, shuffle=False))


def test_flips_change_with_the_epoch(ten):
    dataset = ten(batch_size=10, shuffle=False, flip=True)
    first = dataset[0][0].copy()
    dataset.set_epoch(1)
    assert (dataset[0][0] != first).any()


def test_flip_leaves_the_callers_array_alone(pixels):
    images = pixels(10)
    _ = data.load(images, batch_size=10, shuffle=False, flip=True)[0]
    np.testing.assert_array_equal(images, pixels(10))


def test_a_set_smaller_than_a_batch_is_refused(ten):
    with pytest.raises(ValueError, match="10 images.*batch_size=4, groups=3"):
        ten(batch_size=4, groups=3)


def test_a_set_smaller_than_a_batch_is_one_short_batch_unshuffled(ten):
    assert [len(images) for (images,) in ten(shuffle=False)] == [10]


@pytest.mark.parametrize("epoch", [-1, 1.5, "1", None])
def test_set_epoch_refuses_what_is_no_epoch(ten, epoch):
    with pytest.raises(ValueError, match="`epoch`"):
        ten(batch_size=2).set_epoch(epoch)


def test_a_pickled_dataset_goes_on_alike(ten):
    dataset = ten(batch_size=2)
    dataset.set_epoch(2)
    _ = dataset[0]
    assert marks(pickle.loads(pickle.dumps(dataset))) == marks(dataset)


def test_next_batches_are_made_in_the_background(folder, monkeypatch):
    monkeypatch.setattr("kerasgen.data.decoder.PROBES", 1)
    dataset = data.load(folder, batch_size=2, cache=0)
    _ = dataset[0]
    ahead = dict(dataset._prefetcher.pending)
    assert sorted(ahead) == [(0, 1), (0, 2)]
    made = ahead[0, 1].result(timeout=30)
    assert dataset[1] is made


def test_batches_in_no_order_are_not_made_ahead(folder):
    dataset = data.load(folder, batch_size=1, cache=0)
    for index in (9, 4, 7, 2):
        _ = dataset[index]
        assert not dataset._prefetcher.pending


def test_two_passes_at_once_are_both_made_ahead(folder):
    dataset = data.load(folder, batch_size=1, cache=0)
    for index in range(4):
        for epoch in (0, 1):
            dataset.set_epoch(epoch)
            _ = dataset[index]
            assert (epoch, index + 1) in dataset._prefetcher.pending


def test_an_error_in_the_background_is_raised_by_its_batch(folder):
    dataset = data.load(folder, batch_size=2, cache=0, shuffle=False)
    (folder / "03.png").write_bytes(b"")
    _ = dataset[0]
    with pytest.raises(ValueError, match=r"03\.png"):
        _ = dataset[1]


class Spy(keras.Model):
    """Learns nothing: counts the marks it sees and keeps those of the last batch."""

    def __init__(self):
        super().__init__()
        still = {"initializer": "zeros", "trainable": False}
        self.seen = self.add_weight(shape=(10,), name="seen", **still)
        self.last = self.add_weight(shape=(5,), name="last", **still)
        self.scale = self.add_weight(shape=(), name="scale")

    def call(self, images):
        marks = images[:, 0, 0, 0]
        counts = keras.ops.one_hot(keras.ops.cast(marks, "int32"), 10)
        self.seen.assign(self.seen + keras.ops.sum(counts, axis=0))
        self.last.assign(keras.ops.cast(marks, "float32"))
        return keras.ops.cast(images, "float32") * self.scale

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        return keras.ops.mean(y_pred)


@pytest.fixture
def spy():
    model = Spy()
    model.build((None, 6, 5, 3))
    model.compile(keras.optimizers.SGD(0.0))
    return model


def test_fit_sees_every_image_once_an_epoch(ten, spy):
    spy.fit(ten(batch_size=5), epochs=3, verbose=0)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(spy.seen), 3)


def test_fit_sees_the_epoch_that_a_callback_sets(ten, spy):
    dataset = ten(batch_size=5)
    last = {}

    class SetEpoch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            dataset.set_epoch(epoch + 40)

        def on_epoch_end(self, epoch, logs=None):
            last[epoch + 40] = keras.ops.convert_to_numpy(spy.last).astype(int)

    # Keras would draw its own order of the batches without `shuffle=False`.
    spy.fit(dataset, epochs=3, verbose=0, shuffle=False, callbacks=[SetEpoch()])
    for epoch in (40, 41, 42):
        dataset.set_epoch(epoch)
        assert last[epoch].tolist() == marks(dataset)[5:]
