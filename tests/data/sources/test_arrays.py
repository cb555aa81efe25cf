import zipfile

import numpy as np
import pytest

from kerasgen import data

pytestmark = pytest.mark.host


@pytest.fixture
def npz(tmp_path, pixels):
    path = tmp_path / "set.npz"
    images = pixels(10)
    labels = np.arange(10, dtype=np.uint8)
    arrays = {"x_train": images, "y_train": labels}
    np.savez(path, x_test=images[:4], y_test=labels[:4], x_val=images[:3], **arrays)
    return path


def test_gray_arrays_gain_a_channel(pixels):
    assert data.load(pixels(9)[..., 0], batch_size=3).image_shape == (6, 5, 1)


def test_any_number_of_channels_is_kept(pixels):
    dataset = data.load(pixels(9, channels=2), batch_size=9, shuffle=False)
    np.testing.assert_array_equal(dataset[0][0], pixels(9, channels=2))


def test_arrays_are_cropped_and_resized_like_files(pixels, folder):
    arguments = {"crop": 5, "image_size": 4, "shuffle": False}
    (from_array,) = data.load(pixels(10), **arguments)[0]
    (from_folder,) = data.load(folder, **arguments)[0]
    assert from_array.shape == (10, 4, 4, 3)
    np.testing.assert_array_equal(from_array, from_folder)


def test_gray_arrays_become_color(pixels):
    gray = pixels(4, channels=1)
    (images,) = data.load(gray, channels=3, shuffle=False)[0]
    np.testing.assert_array_equal(images, np.repeat(gray, 3, axis=-1))


def test_resizing_two_channels_is_refused(pixels):
    with pytest.raises(ValueError, match="1 or 3 channels"):
        data.load(pixels(4, channels=2), image_size=4, shuffle=False)


@pytest.mark.parametrize(
    ("array", "advice"),
    [
        (np.linspace(0, 1, 48).reshape(1, 4, 4, 3), r"images \* 255"),
        (np.linspace(-1, 1, 48).reshape(1, 4, 4, 3), r"images \+ 1"),
        (np.linspace(0, 255, 48).reshape(1, 4, 4, 3), r"images\.round"),
        (np.zeros((1, 4, 4, 3), bool), r"'uint8'\) \* 255"),
        (np.full((1, 4, 4, 3), 200), "uint8 from 0 to 255"),
    ],
)
def test_other_dtypes_are_refused_with_advice(array, advice):
    with pytest.raises(ValueError, match=advice):
        data.load(array)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 4, 4, 3), np.uint8),
        np.float32(1.0),
        np.array(["a", "b"]),
        np.zeros((2, 3), complex),
    ],
)
def test_what_holds_no_numbers_is_refused(array):
    with pytest.raises(ValueError, match="at least one sample, an array of numbers"):
        data.load(array)


def test_labels_of_shape_n_1_are_flattened(pixels):
    pair = (pixels(4), np.array([[0], [2], [1], [0]]))
    _, labels = data.load(pair, labels=True, shuffle=False)[0]
    np.testing.assert_array_equal(labels, [0, 2, 1, 0])


def test_labels_n_k_of_0_and_1_are_float32(pixels):
    flags = np.array([[0, 1], [1, 1], [0, 0]])
    _, labels = data.load((pixels(3), flags), labels=True, shuffle=False)[0]
    assert labels.dtype == np.float32
    np.testing.assert_array_equal(labels, flags)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.arange(3), "one label for each of 4"),
        (np.linspace(0, 1, 4), "integers"),
        (np.full((4, 2), 2), "integers"),
        (np.array([0, -2, 0, 0]), "from 0"),
        (np.array(["a", "b", "a", "a"]), "integers"),
        (3, "one label for each of 4"),
    ],
)
def test_wrong_labels_are_refused(pixels, labels, message):
    with pytest.raises(ValueError, match=message):
        data.load((pixels(4), labels), labels=True)


def test_labels_of_samples_without_a_class_pass_through(pixels):
    labels = np.array([1, -1, 0, -1])
    dataset = data.load((pixels(4), labels), labels=True, batch_size=4)
    images, found = dataset[0]
    assert found.dtype == np.int32 and dataset.num_classes == 2
    np.testing.assert_array_equal(found, labels[images[:, 0, 0, 0]])


def test_a_set_without_any_class_has_no_number_of_classes(pixels):
    assert data.load((pixels(4), np.full(4, -1)), shuffle=False).num_classes is None


def test_number_of_classes_is_the_largest_label_plus_one(pixels):
    pair = (pixels(4), np.array([0, 5, 1, 1]))
    assert data.load(pair, shuffle=False).num_classes == 6


def test_npy_is_mapped_and_equals_its_array(tmp_path, pixels):
    np.save(tmp_path / "set.npy", pixels(10))
    dataset = data.load(tmp_path / "set.npy", shuffle=False)
    np.testing.assert_array_equal(dataset[0][0], pixels(10))
    assert isinstance(dataset.samples.samples, np.memmap)
    assert type(dataset[0][0]) is np.ndarray


@pytest.mark.parametrize(("split", "count"), [("train", 10), ("test", 4), ("val", 3)])
def test_npz_has_the_splits_of_its_keys(npz, pixels, split, count):
    dataset = data.load(npz, split, shuffle=False)
    np.testing.assert_array_equal(dataset[0][0], pixels(10)[:count])


def test_npz_has_as_many_classes_in_every_split(npz):
    assert data.load(npz, "test").num_classes == 10


def test_npz_holds_any_kind_of_sample(tmp_path):
    bodies = np.random.default_rng(0).integers(0, 2, (5, 3, 4, 2)).astype(bool)
    np.savez(tmp_path / "a.npz", x_train=bodies)
    dataset = data.load(tmp_path / "a.npz", kind="voxels", shuffle=False)
    np.testing.assert_array_equal(dataset[0][0], bodies[..., None])


def test_npz_with_names_for_labels_is_refused(tmp_path, pixels):
    np.savez(tmp_path / "a.npz", x_train=pixels(5), y_train=np.array(list("abcab")))
    with pytest.raises(ValueError, match=r"integers.*Received: <U1.*a\.npz"):
        data.load(tmp_path / "a.npz", labels=True)


def test_npz_names_its_classes(tmp_path, pixels):
    names = np.array(["cat", "dog"])
    labels = np.array([0, 1, 0])
    np.savez(tmp_path / "a.npz", x_train=pixels(3), y_train=labels, class_names=names)
    dataset = data.load(tmp_path / "a.npz", shuffle=False)
    assert dataset.class_names == ["cat", "dog"]


def test_npz_without_the_split_lists_those_it_has(npz):
    with pytest.raises(ValueError, match="test, train, val. Received: split='dev'"):
        data.load(npz, "dev")


def test_npz_without_labels_says_so(npz):
    with pytest.raises(ValueError, match="labels=True"):
        data.load(npz, "val", labels=True)


@pytest.mark.parametrize("name", ["set.npz", "set.npy"])
@pytest.mark.parametrize("content", [b"", b"rubbish", None])
def test_a_broken_file_is_named(npz, tmp_path, pixels, name, content):
    np.save(tmp_path / "set.npy", pixels(10))
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-200] if content is None else content)
    with pytest.raises(ValueError, match=f"{name} is not a readable"):
        data.load(path)


def test_pickled_objects_are_never_loaded(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=np.array([{}, {}], dtype=object))
    with pytest.raises(ValueError, match="Python objects"):
        data.load(tmp_path / "a.npz")


def test_labels_that_are_names_must_be_numbered(tmp_path, pixels):
    names = np.array(["cat", "dog", "cat"])
    np.savez(tmp_path / "a.npz", x_train=pixels(3), y_train=names)
    with pytest.raises(
        ValueError, match=r"integers.*np.unique.*<U3 \(3,\) from .*a.npz"
    ):
        data.load(tmp_path / "a.npz", labels=True)


@pytest.mark.parametrize("names", [np.array("cat"), np.arange(2)])
def test_class_names_are_a_list_of_names(tmp_path, pixels, names):
    labels = np.array([0, 1, 0])
    np.savez(tmp_path / "a.npz", x_train=pixels(3), y_train=labels, class_names=names)
    with pytest.raises(ValueError, match="`class_names` must be an array of str"):
        data.load(tmp_path / "a.npz", labels=True)


def test_a_table_of_more_than_numbers_is_refused():
    table = np.array([[1.0, "a"], [2.0, "b"]], dtype=object)
    with pytest.raises(ValueError, match=r"select_dtypes\('number'\).*object \(2, 2\)"):
        data.load(table)


def test_a_shape_that_no_file_can_hold_is_refused(tmp_path):
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**13, 2)}
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        with archive.open("x_train.npy", "w") as member:
            np.lib.format.write_array_header_1_0(member, header)
    with pytest.raises(
        ValueError, match=r"a\.npz is not a readable .npz file.*allocate"
    ):
        data.load(tmp_path / "a.npz")
