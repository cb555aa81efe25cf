import numpy as np
import pytest

from kerasgen.metrics import (
    l1_distance,
    peak_signal_to_noise_ratio,
    structural_similarity,
)

pytestmark = pytest.mark.host
# Of scikit-image 0.26.0: structural_similarity(gaussian_weights=True, sigma=1.5,
# use_sample_covariance=False, data_range=255, channel_axis=-1), and
# peak_signal_noise_ratio.
SSIM = [0.7818136003898317, 0.7869924063612451, 0.7853161507936219]
PSNR = [16.16454610178048, 16.370355496780363, 16.130251219060693]


@pytest.fixture
def pairs():
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (3, 20, 16, 3)).astype("uint8")
    noise = random.integers(-20, 21, x.shape)
    return x, np.clip(x.astype(int) // 2 + 60 + noise, 0, 255).astype("uint8")


def test_numbers_are_those_of_scikit_image(pairs):
    mean, std = structural_similarity(*pairs)
    assert (mean, std) == pytest.approx((np.mean(SSIM), np.std(SSIM)), abs=1e-6)
    mean, std = peak_signal_to_noise_ratio(*pairs)
    assert (mean, std) == pytest.approx((np.mean(PSNR), np.std(PSNR)), abs=1e-6)


def test_distance_is_of_the_range_from_0_to_1(pairs):
    x, y = (each.astype("float64") for each in pairs)
    each = abs(x - y).mean(axis=(1, 2, 3)) / 255
    assert l1_distance(*pairs) == pytest.approx((each.mean(), each.std()))


def test_floats_are_the_same_images(pairs):
    floats = [each / 127.5 - 1.0 for each in pairs]
    for metric in (l1_distance, peak_signal_to_noise_ratio, structural_similarity):
        assert metric(*floats) == pytest.approx(metric(*pairs))


def test_equal_images(pairs):
    x, _ = pairs
    assert l1_distance(x, x) == (0.0, 0.0)
    assert structural_similarity(x, x) == pytest.approx((1.0, 0.0))
    assert peak_signal_to_noise_ratio(x, x)[0] == np.inf


def test_what_are_no_pairs_is_refused(pairs):
    x, y = pairs
    with pytest.raises(ValueError, match=r"one shape.*\(3, 20, 16, 3\) and \(2,"):
        l1_distance(x, y[:2])
    with pytest.raises(ValueError, match="at least 11 pixels"):
        structural_similarity(x[:, :10], y[:, :10])
    with pytest.raises(ValueError, match="`targets`.*none of these is below 0"):
        peak_signal_to_noise_ratio(x, y / 255.0)
