import sys

import pytest

import kerasgen


def test_a_model_is_pushed(hugging_face, dcgan):
    address = kerasgen.zoo.push(dcgan(), "hf://me/mine", private=True)
    assert address == f"hf://me/mine@{hugging_face.commit}"
    assert hugging_face.calls == [("create", "me/mine", True, True)]
    files = {"config.json", "weights.h5", "manifest.json", "README.md"}
    assert set(hugging_face.uploaded) == files
    readme = hugging_face.uploaded["README.md"].decode()
    assert readme.startswith("---\nlibrary_name: keras\n")
    for words in ("# mine\n", "`GAN`", "16 x 16 x 1", 'zoo.load("hf://me/mine")'):
        assert words in readme


@pytest.mark.host
def test_an_entry_is_pushed_with_what_belongs_to_it(hugging_face, entry):
    card = '# mine\n\nkerasgen.zoo.load("my_digits")\n'
    (entry / "card.md").write_text(card)
    (entry / "notes.txt").write_text("private")
    before = sorted(path.name for path in entry.iterdir())
    kerasgen.zoo.push(entry, "hf://me/mine")
    assert hugging_face.uploaded["card.md"].decode() == card
    assert "notes.txt" not in hugging_face.uploaded
    readme = hugging_face.uploaded["README.md"].decode()
    assert readme.endswith('---\n# mine\n\nkerasgen.zoo.load("hf://me/mine")\n')
    assert sorted(path.name for path in entry.iterdir()) == before


@pytest.mark.host
def test_a_readme_that_is_there_stays(hugging_face, entry):
    hugging_face.held = ("README.md",)
    kerasgen.zoo.push(entry, "hf://me/mine")
    assert "README.md" not in hugging_face.uploaded


def test_what_was_pushed_is_loaded(hugging_face, dcgan, tmp_path):
    model = dcgan()
    address = kerasgen.zoo.push(model, "hf://me/mine")
    hugging_face.source = tmp_path / "repository"
    hugging_face.source.mkdir()
    for name, data in hugging_face.uploaded.items():
        (hugging_face.source / name).write_bytes(data)
    again = kerasgen.zoo.load(address)
    assert (again.generate(4, seed=0) == model.generate(4, seed=0)).all()


@pytest.mark.host
def test_a_damaged_entry_is_not_pushed(hugging_face, entry):
    (entry / "weights.h5").write_bytes(b"half")
    with pytest.raises(ValueError, match="weights.h5 is cut off"):
        kerasgen.zoo.push(entry, "hf://me/mine")
    assert not hugging_face.calls


@pytest.mark.host
def test_pushing_needs_a_token(hugging_face, tiny):
    hugging_face.token = None
    with pytest.raises(PermissionError, match="hf auth login.*HF_TOKEN"):
        kerasgen.zoo.push(tiny, "hf://me/mine")
    assert not hugging_face.calls


@pytest.mark.host
def test_pushing_needs_the_package(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ImportError, match="`pip install huggingface_hub`"):
        kerasgen.zoo.push(tiny, "hf://me/mine")


@pytest.mark.host
@pytest.mark.parametrize(
    "address", ["me/mine", "hf://me", "hf://me/mine@v1", "kaggle://a/b/keras/c"]
)
def test_pushing_needs_an_address_of_hugging_face(hugging_face, tiny, address):
    with pytest.raises(ValueError, match="must be hf://user/repo"):
        kerasgen.zoo.push(tiny, address)


@pytest.mark.host
def test_a_refused_upload_says_why(hugging_face, tiny):
    with pytest.raises(ConnectionError, match="hf://stranger/x.*403 Forbidden"):
        kerasgen.zoo.push(tiny, "hf://stranger/x")
