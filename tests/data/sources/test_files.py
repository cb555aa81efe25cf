import os
import zipfile

import numpy as np
import pytest
from PIL import Image

from kerasgen import data

pytestmark = pytest.mark.host


@pytest.fixture
def tree(tmp_path, pixels, write_png):
    """Return a folder with two splits of two classes and a table."""
    root = tmp_path / "tree"
    for number, image in enumerate(pixels(12)):
        split = "train" if number < 8 else "test"
        name = root / split / ("dog", "cat")[number % 2] / f"{number:02}.png"
        write_png(name, image)
    rows = [
        f"{n:02}.png,{1 if n % 3 == 0 else -1},{1 if n > 5 else -1}" for n in range(12)
    ]
    (root / "attributes.csv").write_text("\n".join(["image_id,Third,Late", *rows]))
    (root / "another.csv").write_text("a,b\n1,2\n")
    return root


def everything(dataset):
    return [np.concatenate(parts) for parts in zip(*dataset, strict=True)]


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_archive_equals_its_folder(tree, zipped, split):
    arguments = {"split": split, "labels": True, "batch_size": 2}
    for one, other in zip(
        everything(data.load(tree, **arguments)),
        everything(data.load(zipped(tree), **arguments)),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_classes_are_the_sorted_folders(tree):
    dataset = data.load(tree, labels=True, shuffle=False)
    images, labels = dataset[0]
    assert dataset.class_names == ["cat", "dog"] and dataset.num_classes == 2
    np.testing.assert_array_equal(labels, 1 - images[:, 0, 0, 0] % 2)


def test_only_the_split_asked_for_is_loaded(tree):
    images, _ = data.load(tree, "test", labels=True)[0]
    assert sorted(images[:, 0, 0, 0]) == [8, 9, 10, 11]


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_attributes_come_from_the_table_inside(tree, zipped, kind):
    path = tree if kind == "folder" else zipped(tree)
    dataset = data.load(path, attributes=["Late", "Third"], batch_size=4)
    assert dataset.attribute_names == ["Late", "Third"]
    for images, labels in dataset:
        marks = images[:, 0, 0, 0]
        expected = np.stack([marks > 5, marks % 3 == 0], axis=1)
        np.testing.assert_array_equal(labels, expected)


def test_attributes_come_from_the_table_given(tree, tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("image_id,Mine\n" + "".join(f"{n:02}.png,1\n" for n in range(12)))
    dataset = data.load(tree, attributes="Mine", attribute_table=table, batch_size=8)
    np.testing.assert_array_equal(dataset[0][1], np.ones((8, 1)))


def test_attributes_without_a_table_are_refused(folder):
    with pytest.raises(ValueError, match="table of attributes"):
        data.load(folder, attributes=["Smiling"], batch_size=2)


@pytest.mark.parametrize("name", ["missing.csv", "", "pipe.csv"])
def test_a_table_that_cannot_be_read_is_named(tree, tmp_path, name):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ValueError, match=f"`attribute_table` must be.*{name}'"):
        data.load(tree, attributes="Mine", attribute_table=tmp_path / name)


def test_unknown_attributes_list_the_nearest(tree):
    with pytest.raises(ValueError, match="nearest names are Third. Rec.*'Thrid'"):
        data.load(tree, attributes=["Thrid"], batch_size=2)


def test_domains_are_splits_paired_by_name(tmp_path, pixels, write_png):
    for number, image in enumerate(pixels(6)):
        domain = "trainA" if number < 3 else "trainB"
        write_png(tmp_path / domain / f"{number % 3}.png", image)
    for domain, first in (("trainA", 0), ("trainB", 3)):
        (images,) = data.load(tmp_path, domain, shuffle=False)[0]
        np.testing.assert_array_equal(images[:, 0, 0, 0], np.arange(3) + first)
    assert data.load(tmp_path, "trainA", batch_size=1).shuffle


def test_an_unknown_split_lists_those_there_are(tree):
    with pytest.raises(ValueError, match="test, train. Received: split='val'"):
        data.load(tree, "val")


def test_a_folder_without_splits_has_only_train(folder):
    with pytest.raises(ValueError, match="has: train. Received: split='test'"):
        data.load(folder, "test")


def test_labels_without_class_folders_are_refused(folder):
    with pytest.raises(ValueError, match="class folders.*Received: labels=True"):
        data.load(folder, labels=True)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="has no files"):
        data.load(tmp_path)


def test_a_folder_without_images_is_refused(tmp_path):
    (tmp_path / "readme.txt").write_text("no pictures")
    with pytest.raises(ValueError, match="has 1 files, no images"):
        data.load(tmp_path)


def test_a_cut_off_archive_is_refused(folder, zipped):
    path = zipped(folder)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"images\.zip is not a whole zip archive"):
        data.load(path)


def test_a_damaged_member_is_named(folder, zipped):
    path = zipped(folder)
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"IDAT") + 8] ^= 255  # in the first file
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match=r"00\.png in .*CRC"):
        data.load(path)


def test_members_that_point_outside_are_only_read(tmp_path, folder):
    inside = tmp_path / "deep" / "set.zip"
    inside.parent.mkdir()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.write(folder / "04.png", "../outside.png")
    before = sorted(tmp_path.rglob("*"))
    (images,) = data.load(inside, shuffle=False)[0]
    assert images[0, 0, 0, 0] == 4
    assert sorted(tmp_path.rglob("*")) == before


def test_skip_leaves_whole_batches_and_matching_labels(tree):
    (tree / "train" / "cat" / "03.png").write_bytes(b"broken")
    with pytest.warns(UserWarning, match=r"1 of 8 images .*03\.png"):
        dataset = data.load(
            tree, labels=True, on_error="skip", batch_size=7, drop_remainder=True
        )
    images, labels = dataset[0]
    assert sorted(images[:, 0, 0, 0]) == [0, 1, 2, 4, 5, 6, 7]
    np.testing.assert_array_equal(labels, 1 - images[:, 0, 0, 0] % 2)


def test_exif_orientation_is_applied(tmp_path, pixels):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    image = pixels(1)[0]
    Image.fromarray(image).save(tmp_path / "a.png", exif=exif)
    (images,) = data.load(tmp_path, shuffle=False)[0]
    np.testing.assert_array_equal(images[0], np.rot90(image, -1))


@pytest.mark.parametrize("suffix", ["png", "webp", "bmp", "tif", "ppm"])
def test_lossless_formats_come_back_as_written(tmp_path, pixels, suffix):
    lossless = {"lossless": True, "exact": True} if suffix == "webp" else {}
    Image.fromarray(pixels(1)[0]).save(tmp_path / f"a.{suffix}", **lossless)
    (images,) = data.load(tmp_path, shuffle=False)[0]
    np.testing.assert_array_equal(images, pixels(1))


def test_jpeg_comes_back_nearly_as_written(tmp_path):
    image = np.full((8, 8, 3), (200, 100, 50), np.uint8)
    Image.fromarray(image).save(tmp_path / "a.JPG", quality=95)
    (images,) = data.load(tmp_path, shuffle=False)[0]
    assert np.abs(images[0].astype(int) - image).max() < 4


def test_a_pipe_among_images_is_none(folder):
    os.mkfifo(folder / "10.png")
    with pytest.raises(ValueError, match=r"10\.png.* is not a file but .*pipe"):
        data.load(folder)


def test_an_archive_of_windows_has_folders(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for number, file in enumerate(sorted(folder.iterdir())):
            name = f"set\\{('dog', 'cat')[number % 2]}\\{file.name}"
            archive.writestr(zipfile.ZipInfo(name), file.read_bytes())
    dataset = data.load(tmp_path / "set.zip", labels=True, shuffle=False)
    assert dataset.class_names == ["cat", "dog"]
    np.testing.assert_array_equal(dataset[0][1], [0] * 5 + [1] * 5)
