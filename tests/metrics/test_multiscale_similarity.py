import keras
import numpy as np
import pytest

from kerasgen.metrics import multiscale_similarity

WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])


def noise(n, side, channels=1, seed=0):
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 200, (n, -(-side // 4), -(-side // 4), channels))
    fine = np.repeat(np.repeat(coarse, 4, axis=1), 4, axis=2)[:, :side, :side]
    return (fine + random.integers(0, 50, fine.shape)).astype("uint8")


def test_equal_images():
    images = np.repeat(noise(1, 64), 10, axis=0)
    assert multiscale_similarity(images, pairs=5) == pytest.approx((1.0, 0.0))


def maps(x, y):
    """Luminance, and contrast with structure, window by window."""
    window = np.exp(-((np.arange(11) - 5.0) ** 2) / 4.5)
    window = np.outer(window, window) / window.sum() ** 2
    c1, c2 = 2.55**2, 7.65**2
    found = []
    for i in range(len(x) - 10):
        for j in range(len(x) - 10):
            a, b = x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11]
            m, n = (window * a).sum(), (window * b).sum()
            covariance = (window * (a - m) * (b - n)).sum()
            variances = (window * ((a - m) ** 2 + (b - n) ** 2)).sum()
            luminance = (2 * m * n + c1) / (m**2 + n**2 + c1)
            found.append((luminance, (2 * covariance + c2) / (variances + c2)))
    return np.array(found).T


def test_one_scale_window_by_window():
    images = noise(2, 13)
    images[1] = images[0] // 2 + images[1] // 2
    luminance, structure = maps(*images[..., 0].astype("float64"))
    found = multiscale_similarity(images, pairs=1).mean
    assert found == pytest.approx((luminance * structure).mean(), rel=1e-9)


def test_two_scales_window_by_window():
    images = noise(2, 24)
    images[1] = images[0] // 2 + images[1] // 2
    fine = images[..., 0].astype("float64")
    coarse = fine.reshape(2, 12, 2, 12, 2).mean((2, 4))
    fine, coarse = maps(*fine), maps(*coarse)
    weights = WEIGHTS[:2] / WEIGHTS[:2].sum()
    expected = fine[1].mean() ** weights[0] * np.prod(coarse, 0).mean() ** weights[1]
    found = multiscale_similarity(images, pairs=1).mean
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("side", [176, 177, 64, 28])
def test_it_is_that_of_tensorflow(side, backend):
    if backend != "tensorflow":
        pytest.skip("tf.image is the reference")
    tf = pytest.importorskip("tensorflow")
    images = noise(2, side, channels=3)
    images[1] = images[0] // 2 + images[1] // 2
    scales = {176: 5, 177: 5, 64: 3, 28: 2}[side]
    expected = tf.image.ssim_multiscale(
        *images, 255, WEIGHTS[:scales] / WEIGHTS[:scales].sum()
    )
    found = multiscale_similarity(images, pairs=1)
    assert found.mean == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize(("side", "scales"), [(21, 1), (22, 2), (28, 2), (64, 3)])
def test_as_many_scales_as_leave_a_window(side, scales):
    images = noise(4, side)
    found = multiscale_similarity(images, pairs=2)
    assert found == multiscale_similarity(images, pairs=2, scales=scales)
    with pytest.raises(ValueError, match=f"at most {scales} .*scales={scales + 1}"):
        multiscale_similarity(images, pairs=2, scales=scales + 1)


def test_more_alike_is_higher():
    images = noise(40, 32)
    alike = (images // 4 + 3 * (images[:1] // 4)).astype("uint8")
    found = multiscale_similarity(alike, 20).mean
    assert found > multiscale_similarity(images, 20).mean + 0.2


def test_opposite_images_count_as_nothing_alike():
    images = noise(1, 16)
    pair = np.concatenate([images, 255 - images])
    assert multiscale_similarity(pair, pairs=1).mean == 0.0


def test_no_image_is_in_two_pairs():
    # Two kinds of images; the only pairs are those of one image with its copy or not.
    images = np.concatenate([noise(1, 16)] * 2)
    assert multiscale_similarity(images, pairs=1, seed=3).mean == pytest.approx(1.0)
    with pytest.raises(ValueError, match="two for each of 2 pairs"):
        multiscale_similarity(np.concatenate([images, images[:1]]), pairs=2)


def test_float_images_are_the_same(images):
    floats = images / np.float32(127.5) - 1
    found = multiscale_similarity(keras.ops.convert_to_tensor(floats), pairs=10)
    assert found == pytest.approx(multiscale_similarity(images, pairs=10), rel=1e-5)


def test_the_seed_fixes_the_pairs(images):
    values = {multiscale_similarity(images, 5, seed=s).mean for s in (1, 1, 2)}
    assert len(values) == 2


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (noise(10, 10), "at least 11 pixels"),
        (noise(10, 16)[..., 0], r"`images` must have shape.*\(10, 16, 16\)"),
        (noise(10, 16).astype("float32"), r"must lie in \[-1, 1\]"),
        (np.full((10, 16, 16, 1), np.nan, "float32"), "must be finite"),
        (noise(10, 16).astype("int32"), "must be uint8 or float"),
    ],
)
def test_bad_images_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        multiscale_similarity(images, pairs=5)


def test_floats_of_which_none_is_below_0_are_refused():
    images = noise(4, 16)
    with pytest.raises(ValueError, match="none of these is below 0"):
        multiscale_similarity(images / 255.0, pairs=2)
    dark = multiscale_similarity((images // 2 + 128).astype("uint8"), pairs=2)
    meant = (images // 2 + 128) / 127.5 - 1.0
    found = multiscale_similarity(meant, pairs=2, nonnegative=True)
    assert found == pytest.approx(dark, rel=1e-6)
