import sys

import pytest

import kerasgen
from kerasgen.zoo.manifest import CONTENTS


def test_a_model_is_pushed(hugging_face, dcgan):
    address = kerasgen.zoo.push(dcgan(), "hf://me/mine", private=True)
    assert address == f"hf://me/mine@{hugging_face.commit}"
    assert hugging_face.calls == [("create", "me/mine", True, True)]
    assert set(hugging_face.uploaded) == {"config.json", "weights.h5", "manifest.json"}


def test_an_entry_is_pushed_with_what_belongs_to_it(hugging_face, entry):
    (entry / "card.md").write_text("# mine")
    kerasgen.zoo.push(entry, "hf://me/mine")
    assert hugging_face.uploaded["card.md"] == b"# mine"
    assert hugging_face.patterns == list(CONTENTS)


def test_what_was_pushed_is_loaded(hugging_face, dcgan, tmp_path):
    model = dcgan()
    address = kerasgen.zoo.push(model, "hf://me/mine")
    hugging_face.source = tmp_path / "repository"
    hugging_face.source.mkdir()
    for name, data in hugging_face.uploaded.items():
        (hugging_face.source / name).write_bytes(data)
    again = kerasgen.zoo.load(address)
    assert (again.generate(4, seed=0) == model.generate(4, seed=0)).all()


def test_a_damaged_entry_is_not_pushed(hugging_face, entry):
    (entry / "weights.h5").write_bytes(b"half")
    with pytest.raises(ValueError, match="weights.h5 is cut off"):
        kerasgen.zoo.push(entry, "hf://me/mine")
    assert not hugging_face.calls


def test_pushing_needs_a_token(hugging_face, tiny):
    hugging_face.token = None
    with pytest.raises(PermissionError, match="hf auth login.*HF_TOKEN"):
        kerasgen.zoo.push(tiny, "hf://me/mine")
    assert not hugging_face.calls


def test_pushing_needs_the_package(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ImportError, match=r"pip install 'kerasgen\[hf\]'"):
        kerasgen.zoo.push(tiny, "hf://me/mine")


@pytest.mark.parametrize(
    "address", ["me/mine", "hf://me", "hf://me/mine@v1", "kaggle://a/b/keras/c"]
)
def test_pushing_needs_an_address_of_hugging_face(hugging_face, tiny, address):
    with pytest.raises(ValueError, match="must be hf://user/repo"):
        kerasgen.zoo.push(tiny, address)


def test_a_refused_upload_says_why(hugging_face, tiny):
    with pytest.raises(ConnectionError, match="hf://stranger/x.*403 Forbidden"):
        kerasgen.zoo.push(tiny, "hf://stranger/x")
