import keras
import numpy as np
import pytest
from PIL import Image

from kerasgen import data
from kerasgen.callbacks import TranslationGrid
from kerasgen.models import CycleGAN, Pix2Pix
from kerasgen.pictures import image_grid, side_by_side

SHAPE = (6, 8, 1)


def times(factor, channels=1):
    layer = keras.layers.Conv2D(1, 1, use_bias=False)
    network = keras.Sequential([keras.Input((*SHAPE[:2], channels)), layer])
    network.set_weights([np.full((1, 1, channels, 1), factor)])
    return network


@pytest.fixture(scope="module")
def two_ways():
    return CycleGAN(
        generator_ab=times(-1.0),
        generator_ba=times(0.5),
        discriminator_a=times(1.0),
        discriminator_b=times(1.0),
    )


@pytest.fixture(scope="module")
def one_way():
    return Pix2Pix(SHAPE, generator=times(-1.0), discriminator=times(1.0, 2))


@pytest.fixture
def domains():
    random = np.random.default_rng(0)
    return tuple(random.integers(0, 256, (6, *SHAPE)).astype("uint8") for _ in "AB")


def rows(*pictures):
    first, second, third = pictures
    return side_by_side(side_by_side(first, second), third)


def drawn(model, *arguments, **options):
    grid = TranslationGrid(*arguments, **options)
    grid.set_model(model)
    grid.on_train_begin()
    return grid.picture()


def test_both_ways_and_back(two_ways, domains, tmp_path):
    a, b = (each[[0, 2, 4]] for each in domains)  # evenly spread
    to_b = two_ways.translate(a)
    to_a = two_ways.translate(b, to="A")
    wanted = np.concatenate(
        [
            rows(a, to_b, two_ways.translate(to_b, to="A")),
            rows(b, to_a, two_ways.translate(to_a, to="B")),
        ]
    )
    found = drawn(two_ways, tmp_path, domains, n=3)
    np.testing.assert_array_equal(found, image_grid(wanted, 1, padding=4))
    only = drawn(two_ways, tmp_path, domains, n=3, to="A", columns=2)
    np.testing.assert_array_equal(only, image_grid(wanted[3:], 2, padding=4))


def test_pairs_stand_beside_their_target(one_way, two_ways, domains, tmp_path):
    a, b = (each[:2] for each in domains)
    wanted = image_grid(rows(a, 255 - a, b), 1, padding=4)
    np.testing.assert_array_equal(drawn(one_way, tmp_path, (a, b), n=2), wanted)
    pairs = data.load_pairs((a, b), paired=True, shuffle=False)
    found = drawn(two_ways, tmp_path, pairs, n=2, to="B")
    np.testing.assert_array_equal(found, wanted)


def test_a_picture_after_each_epoch(two_ways, domains, tmp_path):
    two_ways.compile(keras.optimizers.SGD(0.0))
    watch = TranslationGrid(tmp_path / "pictures", domains, n=2, animation=False)
    two_ways.fit(domains, batch_size=3, epochs=2, callbacks=[watch], verbose=0)
    names = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert names == ["epoch_0001.png", "epoch_0002.png"]
    with Image.open(tmp_path / "pictures" / names[-1]) as picture:
        np.testing.assert_array_equal(np.asarray(picture), watch.picture()[..., 0])


def test_bad_arguments_are_refused(dcgan, domains, tmp_path):
    with pytest.raises(ValueError, match="`to` must be one of.*'C'"):
        TranslationGrid(tmp_path, domains, to="C")
    with pytest.raises(ValueError, match="n=0"):
        TranslationGrid(tmp_path, domains, n=0)
    with pytest.raises(ValueError, match="of two domains"):
        TranslationGrid(tmp_path, data.load(domains[0], batch_size=2))
    with pytest.raises(ValueError, match="translates has translations.*GAN"):
        drawn(dcgan(), tmp_path, domains)
