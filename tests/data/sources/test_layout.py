import pytest

from kerasgen.data.sources.layout import read_layout

pytestmark = pytest.mark.host


def test_a_flat_folder_is_one_sorted_training_split():
    layout = read_layout(["b.png", "a.jpg", "c.WEBP"])
    assert layout.splits == {"train": ["a.jpg", "b.png", "c.WEBP"]}
    assert layout.classes is None


def test_other_files_are_no_images():
    names = ["a.png", "a.txt", "list.csv", "noext", ".hidden.png", "._a.png"]
    names += ["__MACOSX/._a.png", ".git/b.png"]
    assert read_layout(names).splits == {"train": ["a.png"]}


def test_class_folders_are_sorted_classes():
    layout = read_layout(["dog/1.png", "cat/1.png", "cat/deep/2.png"])
    assert layout.class_names == ["cat", "dog"]
    assert layout.classes["cat/deep/2.png"] == "cat"


def test_split_folders_are_splits():
    layout = read_layout(["train/a.png", "test/b.png", "val/c.png"])
    assert layout.splits == {
        "train": ["train/a.png"],
        "test": ["test/b.png"],
        "val": ["val/c.png"],
    }
    assert layout.classes is None


def test_domains_are_splits():
    names = ["trainA/1.jpg", "trainB/1.jpg", "testA/2.jpg", "testB/2.jpg"]
    layout = read_layout(names)
    assert sorted(layout.splits) == ["testA", "testB", "trainA", "trainB"]
    assert layout.classes is None


def test_classes_are_numbered_over_all_splits():
    names = ["train/b/1.png", "train/c/1.png", "test/a/1.png"]
    assert read_layout(names).class_names == ["a", "b", "c"]


def test_images_beside_split_folders_belong_to_no_split():
    layout = read_layout(["preview.png", "train/a.png"])
    assert layout.splits == {"train": ["train/a.png"]}


@pytest.mark.parametrize("prefix", ["set/", "outer/inner/"])
def test_folders_around_everything_do_not_count(prefix):
    names = [f"{prefix}{name}" for name in ("train/a/1.png", "train/b/1.png")]
    layout = read_layout(names)
    assert list(layout.splits) == ["train"]
    assert layout.class_names == ["a", "b"]


def test_one_folder_is_no_class():
    assert read_layout(["img_align/1.png", "img_align/2.png"]).classes is None


def test_a_folder_around_all_classes_of_all_splits_does_not_count():
    names = [f"{s}/images/{c}/1.png" for s in ("train", "test") for c in "ab"]
    assert read_layout(names).class_names == ["a", "b"]


def test_loose_images_beside_folders_make_no_classes():
    layout = read_layout(["a/1.png", "b/1.png", "loose.png"])
    assert layout.classes is None
    assert len(layout.splits["train"]) == 3


def test_no_images_are_no_splits():
    assert read_layout(["a.txt"]).splits == {}
