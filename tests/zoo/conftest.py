import hashlib
import json
import pathlib
import shutil
import sys
import types

import pytest

TINY = pathlib.Path(__file__).parent / "tiny_digits"


@pytest.fixture
def tiny():
    """A stored entry; see make_tiny_entry.py."""
    return TINY


@pytest.fixture
def entry(tmp_path):
    """A copy of the stored entry, to damage."""
    return shutil.copytree(TINY, tmp_path / "entry")


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch):
    monkeypatch.setattr("kerasgen.zoo.sources.catalog._registered", {})


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """An empty folder of Keras."""
    folder = tmp_path_factory.mktemp("keras")
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder


@pytest.fixture
def archive(tiny, tmp_path):
    """The stored entry as an archive."""
    from kerasgen.zoo.entry.archive import pack

    pack(tiny, tmp_path / "tiny.zip")
    return tmp_path / "tiny.zip"


@pytest.fixture
def resign():
    """Makes the manifest of an entry fit its files as they are."""

    def resign(entry):
        path = entry / "manifest.json"
        values = json.loads(path.read_text())
        for name in values["files"]:
            data = (entry / name).read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            values["files"][name] = {"bytes": len(data), "sha256": digest}
        path.write_text(json.dumps(values))

    return resign


@pytest.fixture(scope="session")
def recipe():
    """Makes a recipe that trains in a second on the fixture `images`."""
    from kerasgen.zoo import Recipe

    def make(**changes):
        arguments = {"image_shape": (16, 16, 1), "filters": 4, "latent_dim": 8}
        values = {
            "name": "dcgan_squares",
            "model": "DCGAN",
            "data": "squares",
            "arguments": arguments,
            "learning": {"average": 0.9},
            "optimizers": {"generator": {"learning_rate": 1e-3, "beta_1": 0.5}},
            "batch_size": 32,
            "epochs": 2,
            "summary": "Bright squares.",
            "limits": ("Squares alone.",),
        }
        return Recipe(**(values | changes))

    return make


class HuggingFaceHub(types.ModuleType):
    """Stands for the package: serves a folder and takes uploads.

    `damaged` is how many copies come broken, `held` what a repository holds already.
    """

    commit = "91c54ad1727ee830252e457677f467be0bfd8a57"

    def __init__(self, source):
        super().__init__("huggingface_hub")
        self.source, self.damaged, self.calls, self.token = source, 0, [], "secret"
        self.held = ()

    def snapshot_download(
        self, repo_id, *, revision, cache_dir, allow_patterns, force_download
    ):
        self.calls.append(("snapshot", repo_id, revision, force_download))
        self.patterns = allow_patterns
        target = pathlib.Path(cache_dir) / repo_id.replace("/", "--")
        if force_download:
            shutil.rmtree(target)
        if not target.exists():
            if self.source is None:
                raise RuntimeError("offline")
            shutil.copytree(self.source, target)
            if self.damaged:
                self.damaged -= 1
                (target / "weights.h5").write_bytes(b"half")
        return str(target)

    def get_token(self):
        return self.token

    def create_repo(self, repo_id, *, private, exist_ok):
        self.calls.append(("create", repo_id, private, exist_ok))

    def file_exists(self, repo_id, filename):
        return filename in self.held

    def upload_folder(self, *, repo_id, folder_path, commit_message):
        if repo_id.startswith("stranger/"):
            raise RuntimeError("403 Forbidden")
        self.uploaded = {p.name: p.read_bytes() for p in folder_path.iterdir()}
        return types.SimpleNamespace(oid=self.commit)


@pytest.fixture
def hugging_face(tiny, monkeypatch):
    module = HuggingFaceHub(tiny)
    monkeypatch.setitem(sys.modules, "huggingface_hub", module)
    return module
