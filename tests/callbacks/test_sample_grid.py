import numpy as np
import pytest
from PIL import Image

from kerasgen.callbacks import SampleGrid
from kerasgen.pictures import image_grid


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture)[..., None]


def test_a_grid_every_other_epoch_and_an_animation(dcgan, images, tmp_path):
    model = dcgan()
    model.compile()
    grids = SampleGrid(tmp_path / "samples", every=2, n=9)
    model.fit(images, epochs=4, callbacks=[grids], verbose=0)
    names = sorted(p.name for p in (tmp_path / "samples").iterdir())
    assert names == ["epoch_0002.png", "epoch_0004.png", "training.gif"]
    last = image_grid(model.generate(9, seed=0))
    np.testing.assert_array_equal(read(tmp_path / "samples/epoch_0004.png"), last)


def test_a_grid_every_two_steps_shows_the_weights_of_that_moment(
    dcgan, images, tmp_path
):
    model = dcgan()
    model.compile()
    grids = SampleGrid(tmp_path, every=2, unit="step", n=4, animation=False)
    model.fit(images, batch_size=16, epochs=1, callbacks=[grids], verbose=0)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["step_0000002.png", "step_0000004.png"]
    first, last = (read(tmp_path / name) for name in names)
    assert not np.array_equal(first, last)
    np.testing.assert_array_equal(last, image_grid(model.generate(4, seed=0)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"every": 0}, "every=0"), ({"n": 0}, "n=0"), ({"unit": "batch"}, "'batch'")],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        SampleGrid("samples", **arguments)


def test_a_folder_that_cannot_be_written_fails_before_training(dcgan, images, tmp_path):
    (tmp_path / "samples").write_text("a file is in the way")
    model = dcgan()
    model.compile()
    with pytest.raises(OSError):
        model.fit(images, callbacks=[SampleGrid(tmp_path / "samples")], verbose=0)
    assert int(model.optimizer["generator"].iterations.numpy()) == 0
