import keras
import pytest


@pytest.mark.parametrize("name", ["model.keras", "model.weights.h5"])
def test_an_interrupted_save_leaves_the_last_checkpoint_whole(
    points_gan, tmp_path, monkeypatch, name
):
    model = points_gan()
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
    points_gan, points, tmp_path
):
    model = points_gan()
    model.compile()
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "{batch}.weights.h5", save_freq=2, save_weights_only=True
    )
    model.fit(points, batch_size=16, callbacks=[checkpoint], verbose=0)
    last = points_gan()
    last.load_weights(tmp_path / "4.weights.h5")
    assert (last.generate(2, seed=0) == model.generate(2, seed=0)).all()
