import pytest

from kerasgen.files.replacing import replacing


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_is_as_readable_as_any_other(tmp_path):
    (tmp_path / "plain").touch()
    with replacing(tmp_path / "x.weights.h5") as temporary:
        assert temporary.name.endswith(".weights.h5")
        temporary.write_text("new")
    modes = [(tmp_path / name).stat().st_mode for name in ("plain", "x.weights.h5")]
    assert modes[0] == modes[1]
