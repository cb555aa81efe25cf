import keras
import pytest

from kerasgen.engine.files import replacing


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


@pytest.mark.parametrize("name", ["model.keras", "model.weights.h5"])
def test_an_interrupted_save_leaves_the_last_checkpoint_whole(
    dcgan, tmp_path, monkeypatch, name
):
    model = dcgan()
    model.compile()
    write = model.save if name.endswith(".keras") else model.save_weights
    write(tmp_path / name)
    before = (tmp_path / name).read_bytes()

    def interrupted(self, store):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(model), "save_own_variables", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / name)
    assert (tmp_path / name).read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_checkpoint_within_an_epoch_holds_the_weights_of_that_step(
    dcgan, images, tmp_path
):
    model = dcgan()
    model.compile()
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "{batch}.weights.h5", save_freq=2, save_weights_only=True
    )
    model.fit(images, batch_size=16, callbacks=[checkpoint], verbose=0)
    last = dcgan()
    last.load_weights(tmp_path / "4.weights.h5")
    assert (last.generate(2, seed=0) == model.generate(2, seed=0)).all()
