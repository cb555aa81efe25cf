import pytest

import kerasgen
from kerasgen.zoo.entry.manifest import StoredFile

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("https://example.org/x.zip", "`sha256` is required.*sha256=None"),
        ("http://example.org/x.zip", "must begin with https://.*on the way"),
        ("https:///x.zip", "must begin with https://"),
        ("ftp://example.org/x.zip", "must be one of https://.*hf://.*kaggle://"),
        ("file:///etc/passwd", "must be one of https://"),
        ("hf://repo", "must be hf://user/repo.*Received: hf://repo"),
        ("hf://user/repo@", "must be hf://user/repo"),
        ("hf://user/../repo", "must be hf://user/repo"),
        ("hf://user/repo/folder", "must be hf://user/repo"),
        ("kaggle://owner/model", "must be kaggle://owner/model/keras/variation"),
        ("kaggle://owner/model/pytorch/x", "must be kaggle://owner"),
        ("kaggle://owner/model/keras/x/latest", "must be kaggle://owner"),
        ("nowhere.zip", "the folder or zip archive.*Received: name='nowhere.zip'"),
    ],
)
def test_sources_that_are_none(source, said):
    for use in (kerasgen.zoo.load, kerasgen.zoo.info):
        with pytest.raises(ValueError, match=said):
            use(source)


@pytest.mark.parametrize("sha256", ["", "abc", "g" * 64, 7, "0" * 65])
def test_digests_that_are_none(tiny, sha256):
    with pytest.raises(ValueError, match="must be 64 hexadecimal digits.*Received: "):
        kerasgen.zoo.load(tiny, sha256)


def test_a_folder_is_compared_with_the_digest_of_its_manifest(entry):
    found = StoredFile.of(entry / "manifest.json").sha256
    assert kerasgen.zoo.info(entry, found).inputs[0].size == 8
    (entry / "manifest.json").write_text("{}")
    changed = StoredFile.of(entry / "manifest.json").sha256
    with pytest.raises(ValueError, match=f"sha256 {changed}, expected {found}"):
        kerasgen.zoo.info(entry, found)


def test_a_name_is_compared_with_the_digest_of_its_manifest():
    with pytest.raises(ValueError, match=f"expected {'0' * 64}"):
        kerasgen.zoo.load("dcgan_mnist", "0" * 64)
