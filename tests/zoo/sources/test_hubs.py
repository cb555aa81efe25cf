"""With stand-ins for huggingface_hub and kagglehub, of the same signatures."""

import sys
import types

import pytest

import kerasgen
from kerasgen.zoo.entry.manifest import CONTENTS, StoredFile

pytestmark = pytest.mark.host


class KaggleHub(types.ModuleType):
    def __init__(self, source):
        super().__init__("kagglehub")
        self.source, self.calls = source, []

    def model_download(self, handle, *, force_download=False):
        self.calls.append((handle, force_download))
        return str(self.source)


@pytest.fixture
def kaggle(tiny, monkeypatch):
    module = KaggleHub(tiny)
    monkeypatch.setitem(sys.modules, "kagglehub", module)
    return module


@pytest.mark.parametrize(
    ("address", "revision"),
    [("hf://me/faces", None), ("hf://me/faces@v1.0", "v1.0")],
)
def test_an_entry_of_hugging_face(hugging_face, home, address, revision):
    assert kerasgen.zoo.info(address).inputs[0].size == 8
    assert hugging_face.calls == [("snapshot", "me/faces", revision, False)]
    assert hugging_face.patterns == list(CONTENTS)
    folder = home / "kerasgen" / "zoo" / "hugging_face"
    assert kerasgen.zoo.info(address).folder.parent == folder


def test_a_damaged_copy_is_fetched_once_more(hugging_face):
    hugging_face.damaged = 1
    assert kerasgen.zoo.info("hf://me/faces").inputs[0].size == 8
    assert [call[-1] for call in hugging_face.calls] == [False, True]


def test_a_copy_that_stays_damaged_is_refused(hugging_face):
    hugging_face.damaged = 2
    with pytest.raises(ValueError, match="weights.h5 is cut off"):
        kerasgen.zoo.load("hf://me/faces")


def test_what_cannot_be_fetched_says_why(hugging_face):
    hugging_face.source = None
    with pytest.raises(
        ConnectionError, match="hf://me/faces is not on this.*RuntimeError: offline"
    ):
        kerasgen.zoo.load("hf://me/faces")


def test_the_manifest_of_a_hub_can_be_pinned(hugging_face, tiny):
    digest = StoredFile.of(tiny / "manifest.json").sha256
    assert kerasgen.zoo.info("hf://me/faces", digest).name == "hf://me/faces"
    with pytest.raises(ValueError, match=f"hf://me/faces is not.*expected {'0' * 64}"):
        kerasgen.zoo.load("hf://me/faces", "0" * 64)


@pytest.mark.parametrize("handle", ["me/gan/keras/faces", "me/gan/keras/faces/3"])
def test_an_entry_of_kaggle(kaggle, handle):
    assert kerasgen.zoo.info(f"kaggle://{handle}").inputs[0].size == 8
    assert kaggle.calls == [(handle, False)]


def test_a_damaged_copy_of_kaggle_is_fetched_once_more(kaggle, entry):
    (entry / "weights.h5").write_bytes(b"half")
    kaggle.source = entry
    with pytest.raises(ValueError, match="weights.h5 is cut off"):
        kerasgen.zoo.load("kaggle://me/gan/keras/faces")
    assert [again for _, again in kaggle.calls] == [False, True]


@pytest.mark.parametrize(
    ("module", "address"),
    [
        ("huggingface_hub", "hf://me/faces"),
        ("kagglehub", "kaggle://me/gan/keras/faces"),
    ],
)
def test_a_missing_package_is_named(monkeypatch, module, address):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=f"`pip install {module}`"):
        kerasgen.zoo.load(address)
