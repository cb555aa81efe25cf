import numpy as np
import pytest
from PIL import Image

from kerasgen import data
from kerasgen.data.catalog import find_source
from kerasgen.data.sources.source import Source
from kerasgen.data.transform import Transform
from kerasgen.inputs import Labels
from kerasgen.kinds import Images, Vectors, Voxels
from kerasgen.metrics.samples import BLOCK, DrawnSamples, StoredSamples


def noise(n, shape=(4, 4, 1), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), "uint8")


def everything(images):
    return np.concatenate(list(images.blocks()))


class Model:
    """Samples that tell what they were asked for."""

    sampled_kind = Images((4, 4, 1))
    labels = None

    def __init__(self):
        self.asked = []

    def generate(self, n, *, seed=None, labels=None):
        self.asked.append((n, seed, labels))
        return np.random.default_rng(seed).integers(0, 256, (n, 4, 4, 1), "uint8")


def test_every_image_of_a_set_comes_once_and_in_order():
    images = noise(BLOCK + 30)
    dataset = data.load(images, shuffle=True, drop_remainder=True, batch_size=100)
    for form in (images, dataset):
        stored = StoredSamples(form)
        assert len(stored) == BLOCK + 30 and stored.kind == Images((4, 4, 1))
        np.testing.assert_array_equal(everything(stored), images)


def test_a_folder_and_an_archive(tmp_path):
    images = noise(6)
    for i, image in enumerate(images):
        Image.fromarray(image[..., 0]).save(tmp_path / f"{i}.png")
    np.testing.assert_array_equal(everything(StoredSamples(tmp_path)), images)


def test_floats_become_the_nearest_of_256_levels():
    images = noise(5)
    floats = images.astype("float32") / 127.5 - 1.0
    np.testing.assert_array_equal(everything(StoredSamples(floats)), images)
    with pytest.raises(ValueError, match=r"`images` must lie in \[-1, 1\].*\[0, 255\]"):
        StoredSamples(images.astype("float32") * 1.0)
    with pytest.raises(ValueError, match="In the fakes: .*none of these is below 0"):
        StoredSamples(images / 255.0, what="fakes")
    bright = everything(StoredSamples(images / 255.0, nonnegative=True))
    np.testing.assert_allclose(bright, (images / 255.0 + 1) * 127.5, atol=0.51)
    floats[3, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        StoredSamples(floats)


def test_fewer_images_are_spread_evenly_in_an_order_of_the_seed():
    images = np.broadcast_to(
        np.arange(100, dtype="uint8")[:, None, None, None], (100, 4, 4, 1)
    )
    first, again, other = (
        everything(StoredSamples(images).take(20, seed))[:, 0, 0, 0]
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(np.sort(first), np.arange(0, 100, 5))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(np.sort(first), np.sort(other))
    assert np.any(first != other) and np.any(np.diff(first.astype(int)) < 0)


def test_more_images_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="the 5 generated images.*num_samples=6"):
        StoredSamples(noise(5), what="generated images").take(6, 0)


def test_labels_of_a_set_are_found(tmp_path):
    labels = np.arange(6) % 3
    np.savez(tmp_path / "set.npz", x_train=noise(6), y_train=labels)
    np.testing.assert_array_equal(StoredSamples(tmp_path / "set.npz").labels, labels)
    assert StoredSamples(noise(6)).labels is None


def test_the_digest_is_that_of_the_pixels():
    images = noise(5)
    digest = StoredSamples(images).digest()
    assert digest == StoredSamples(data.load(images, shuffle=False)).digest()
    assert digest != StoredSamples(images[:4]).digest()
    assert digest != StoredSamples(images.reshape(5, 2, 8, 1)).digest()
    images[4, 3, 3, 0] ^= 1
    assert digest != StoredSamples(images).digest()


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=str(tmp_path)):
        StoredSamples(tmp_path)


def test_samples_are_those_of_the_seed():
    def samples(seed):
        return everything(DrawnSamples(Model(), BLOCK + 30, seed))

    first = samples(0)
    assert first.shape == (BLOCK + 30, 4, 4, 1)
    np.testing.assert_array_equal(first, samples(0))
    assert np.any(first != samples(1))
    # Blocks of one seed differ, and share nothing with those of its neighbor.
    assert np.any(first[:30] != first[BLOCK:])
    assert np.any(first[BLOCK:] != samples(1)[:30])


def test_labels_are_asked_for_as_often_as_the_real_set_has_them():
    labels = np.repeat([0, 1, 2], [700, 300, 0])
    model = Model()
    model.labels = Labels(3)
    everything(DrawnSamples(model, 2000, 0, labels))
    asked = np.concatenate([labels for _, _, labels in model.asked])
    assert abs(np.mean(asked == 0) - 0.7) < 0.04  # four standard errors
    assert set(asked) == {0, 1}


def test_a_model_without_classes_is_asked_for_none():
    model = Model()
    everything(DrawnSamples(model, 3, 0, np.zeros(5, int)))
    assert [labels for _, _, labels in model.asked] == [None]


def test_samples_that_are_no_images_are_refused():
    model = Model()
    model.generate = lambda n, seed: np.zeros((n, 2), "float32")
    with pytest.raises(ValueError, match=r"`generate` must give uint8.*\(3, 2\)"):
        everything(DrawnSamples(model, 3, 0))


# --- other kinds than images


def test_an_array_of_any_kind_is_kept_as_its_kind_has_it():
    points = np.random.default_rng(0).normal(size=(BLOCK + 5, 2))
    stored = StoredSamples(points, kind=Vectors(2))
    assert stored.kind == Vectors(2) and stored.labels is None
    np.testing.assert_array_equal(everything(stored), points.astype("float32"))
    occupied = np.random.default_rng(0).random((5, 4, 4, 4, 1))
    voxels = everything(StoredSamples(occupied, kind=Voxels((4, 4, 4, 1))))
    np.testing.assert_array_equal(voxels, occupied > 0.5)
    assert voxels.dtype == "uint8"


def test_the_digest_is_that_of_the_values():
    points = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    digest = StoredSamples(points, kind=Vectors(2)).digest()
    assert digest == StoredSamples(points.copy(), kind=Vectors(2)).digest()
    points[4, 1] += 1e-6
    assert digest != StoredSamples(points, kind=Vectors(2)).digest()


def test_a_file_and_a_data_set_of_another_kind(tmp_path):
    points = np.random.default_rng(0).normal(size=(9, 2)).astype("float32")
    np.save(tmp_path / "points.npy", points)
    dataset = data.load((points, np.arange(9) % 3), batch_size=4, labels=True)
    for form in (tmp_path / "points.npy", dataset):
        stored = StoredSamples(form, kind=Vectors(2))
        np.testing.assert_array_equal(everything(stored), points)
    np.testing.assert_array_equal(stored.labels, np.arange(9) % 3)


def test_pairs_of_two_domains_are_refused():
    pairs = data.load_pairs((noise(4), noise(4)))
    with pytest.raises(ValueError, match="In the real images: .*one domain"):
        StoredSamples(pairs, what="real images")


def test_a_value_that_is_wrong_anywhere_is_found():
    points = np.zeros((3 * BLOCK, 2), "float32")
    points[-1, 0] = np.inf
    with pytest.raises(ValueError, match="In the real vectors: .*finite"):
        StoredSamples(points, what="real vectors", kind=Vectors(2))


def test_a_few_are_spread_over_the_set():
    images = np.arange(100, dtype="uint8").reshape(100, 1, 1, 1)
    found = StoredSamples(images).spread(4)
    np.testing.assert_array_equal(found.ravel(), [0, 25, 50, 75])
    assert len(StoredSamples(images[:3]).spread(4)) == 3


def test_samples_of_a_model_of_another_kind(points_gan):
    model = points_gan()
    drawn = DrawnSamples(model, BLOCK + 5, 0)
    samples = everything(drawn)
    assert drawn.kind == Vectors(2) and samples.shape == (BLOCK + 5, 2)
    seed = int(np.random.Generator(np.random.Philox(0)).integers(2**63))
    np.testing.assert_array_equal(samples[:BLOCK], model.generate(BLOCK, seed=seed))


def test_samples_that_are_none_of_the_model_are_refused():
    model = Model()
    model.sampled_kind = Vectors(2)
    with pytest.raises(ValueError, match="`vectors of the model's `generate``"):
        everything(DrawnSamples(model, 3, 0))


def test_what_is_given_comes_in_turn(translator, images):
    drawn = DrawnSamples(translator, BLOCK + 50, 0, given={"images": images})
    rows = np.arange(BLOCK + 50) % len(images)
    np.testing.assert_array_equal(everything(drawn), 255 - images[rows])


def test_one_value_is_given_for_all(points_gan):
    model = points_gan(classes=4)
    real = np.zeros(9, int)
    threes = everything(DrawnSamples(model, 20, 0, real, given={"labels": 3}))
    zeros = everything(DrawnSamples(model, 20, 0, real))
    seed = int(np.random.Generator(np.random.Philox(0)).integers(2**63))
    np.testing.assert_array_equal(threes, model.generate(20, seed=seed, labels=3))
    np.testing.assert_array_equal(zeros, model.generate(20, seed=seed, labels=0))


def test_samples_without_a_class_are_not_asked_for():
    model = Model()
    model.labels = Labels(3)
    everything(DrawnSamples(model, 50, 0, np.array([-1, 2, -1, 1])))
    assert set(model.asked[0][2]) == {1, 2}
    everything(DrawnSamples(model, 5, 0, np.array([-1, -1])))
    assert model.asked[1][2] is None


def test_classes_the_model_does_not_have_are_found_at_once(points_gan):
    with pytest.raises(ValueError, match=r"`labels` must lie in \[0, 4\)"):
        DrawnSamples(points_gan(classes=4), 20, 0, np.arange(5)).check()


# --- pictures that are not alike


def corner(picture):
    """The left upper pixels."""
    return picture[:2, :3]


def write(folder, *pictures):
    folder.mkdir()
    for i, picture in enumerate(pictures):
        picture = picture[..., 0] if picture.shape[-1] == 1 else picture
        Image.fromarray(picture).save(folder / f"{i}.png")
    return folder


def test_a_gray_picture_in_a_set_of_color_is_taken_for_color(tmp_path):
    (gray,), (color,) = noise(1), noise(1, (4, 4, 3))
    stored = StoredSamples(write(tmp_path / "set", gray, color))
    wanted = [np.repeat(gray, 3, axis=-1), color]
    np.testing.assert_array_equal(everything(stored), wanted)
    assert stored.preparation == "gray ones in color"


def test_pictures_of_several_sizes_are_resized_one_by_one(tmp_path):
    large, small = noise(1, (8, 6, 1))[0], noise(1)[0]
    folder = write(tmp_path / "set", large, small)
    stored = StoredSamples(folder, resize=corner)
    assert stored.preparation.startswith("2 sizes, each resized on the host")
    with pytest.raises(ValueError, match="In the images: .*`image_size` must be given"):
        StoredSamples(folder)
    np.testing.assert_array_equal(everything(stored), [corner(large), corner(small)])


def test_a_size_and_channels_that_were_asked_for_come_first(tmp_path):
    folder = write(tmp_path / "set", noise(1, (8, 6, 3))[0], noise(1)[0])
    (wanted,) = data.load(folder, image_size=4, channels=1, shuffle=False)[0]
    for form in (folder, data.load(folder, image_size=8, channels=3, shuffle=False)):
        stored = StoredSamples(
            form, transform=Transform(None, (4, 4), 1), resize=corner
        )
        assert stored.kind == Images((4, 4, 1)) and stored.preparation is None
    np.testing.assert_array_equal(
        everything(StoredSamples(folder, transform=Transform(None, (4, 4), 1))), wanted
    )


def test_pictures_that_are_turned_have_another_size(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 6
    folder = write(tmp_path / "set", noise(1, (4, 6, 1))[0])
    for suffix in ("png", "jpg"):
        image = Image.fromarray(noise(1, (4, 6, 1))[0, ..., 0])
        image.save(folder / f"turned.{suffix}", exif=turned)
    source = find_source(folder, "train")
    assert [source.form(i) for i in range(3)] == [(4, 6, 1), (6, 4, 1), (6, 4, 1)]
    decoded = [Source.form(source, i) for i in range(3)]
    assert decoded == [source.form(i) for i in range(3)]


def test_many_pictures_of_one_form_are_left_as_they_are(tmp_path):
    stored = StoredSamples(write(tmp_path / "set", *noise(3)), resize=corner)
    assert stored.kind == Images((4, 4, 1)) and stored.preparation is None
