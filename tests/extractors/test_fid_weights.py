import hashlib

import pytest

from kerasgen.extractors import fid_weights as module
from kerasgen.extractors.fid_weights import fid_weights

pytestmark = pytest.mark.host

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A file in place of the published one, and an empty cache."""
    path = tmp_path / "release.pth"
    path.write_bytes(CONTENT)
    monkeypatch.setattr(module, "URL", path.as_uri())
    monkeypatch.setattr(module, "BYTES", len(CONTENT))
    monkeypatch.setattr(module, "SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    return path


def test_the_digest_begins_as_the_published_name_says():
    assert module.SHA256[:8] in module.NAME and len(module.SHA256) == 64


def test_downloads_into_the_cache_of_keras(release, tmp_path):
    path = fid_weights()
    assert path == tmp_path / "home" / "kerasgen" / module.NAME
    assert path.read_bytes() == CONTENT


def test_downloads_once(release):
    path = fid_weights()
    release.unlink()
    assert fid_weights() == path


def test_a_download_with_another_digest_leaves_nothing_behind(release, tmp_path):
    release.write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(ValueError, match=r"release.pth is not the published file"):
        fid_weights()
    assert not list((tmp_path / "home" / "kerasgen").iterdir())


def test_without_a_network_says_what_to_get_and_where_to_put_it(release, tmp_path):
    release.unlink()
    with pytest.raises(ConnectionError) as caught:
        fid_weights()
    message = str(caught.value)
    assert module.URL in message
    assert str(tmp_path / "home" / "kerasgen" / module.NAME) in message
    assert "'mnist', 'fashion_mnist' and 'cifar10'" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [(CONTENT[:100], "is cut off"), (CONTENT + b"?", "is not the published file")],
)
def test_a_damaged_file_in_the_cache_is_refused(release, content, said):
    path = fid_weights()
    path.write_bytes(content)
    found = hashlib.sha256(content).hexdigest()
    with pytest.raises(
        ValueError, match=f"{path} {said}.*{len(content):,} bytes.*{found}"
    ):
        fid_weights()
