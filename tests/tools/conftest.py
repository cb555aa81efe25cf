import pytest


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """An empty folder of Keras."""
    folder = tmp_path_factory.mktemp("keras")
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder
