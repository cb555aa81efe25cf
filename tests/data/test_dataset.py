import pickle
import subprocess
import sys

import numpy as np
import pytest

from kerasgen import data
from kerasgen.kinds import Images, Vectors

pytestmark = pytest.mark.host


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


def test_order_and_flips_are_the_same_in_another_process(pixels, tmp_path):
    np.save(tmp_path / "a.npy", pixels(10))
    np.save(tmp_path / "b.npy", pixels(7))
    code = (
        "import sys\n"
        "from kerasgen import data\n"
        "arguments = {'flip': True, 'seed': 5, 'batch_size': 2}\n"
        "one = data.load(sys.argv[1], **arguments)\n"
        "two = data.load_pairs(tuple(sys.argv[1:]), **arguments)\n"
        "for dataset in one, two:\n"
        "    dataset.set_epoch(3)\n"
        "parts = [batch[0] for batch in one]\n"
        "parts += [part for batch in two for part in batch[0]]\n"
        "print(b''.join(part.tobytes() for part in parts).hex())\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    command += [str(tmp_path / "a.npy"), str(tmp_path / "b.npy")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    arguments = {"flip": True, "seed": 5, "batch_size": 2}
    one = data.load(pixels(10), **arguments)
    two = data.load_pairs((pixels(10), pixels(7)), **arguments)
    for dataset in one, two:
        dataset.set_epoch(3)
    parts = [batch[0] for batch in one]
    parts += [part for batch in two for part in batch[0]]
    here = b"".join(part.tobytes() for part in parts).hex()
    assert result.stdout.split()[-1] == here


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


@pytest.mark.parametrize("index", [slice(0, 2), 1.5, "a", True])
def test_what_is_no_number_of_a_batch_is_refused(ten, index):
    with pytest.raises(ValueError, match="`index` must.*`limit`.*Received: index="):
        ten(batch_size=4)[index]


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


def test_indices_are_the_places_of_samples_in_the_set(pixels):
    labels = np.arange(10) % 3
    arguments = {"limit": 5, "batch_size": 5, "indices": True}
    dataset = data.load((pixels(10), labels), labels=True, **arguments)
    batch = dataset[0]
    assert batch["indices"].dtype == np.int32
    assert sorted(batch["indices"]) == list(range(5)) != batch["indices"].tolist()
    # Of ten samples every second was taken.
    np.testing.assert_array_equal(batch["samples"][:, 0, 0, 0], batch["indices"] * 2)
    np.testing.assert_array_equal(batch["labels"], batch["indices"] * 2 % 3)
    without = data.load((pixels(10), labels), **arguments)[0]
    assert sorted(without) == ["indices", "samples"]


def test_a_set_says_what_its_samples_are(ten):
    dataset = ten(batch_size=2)
    assert dataset.kind == Images((6, 5, 3)) and dataset.image_shape == (6, 5, 3)
    points = data.load(np.zeros((4, 2)), batch_size=2)
    assert points.kind == Vectors(2) and not hasattr(points, "image_shape")


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
