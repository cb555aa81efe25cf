"""A translator that inverts, measured beside what it should make."""

import keras
import numpy as np
import pytest

from kerasgen import data
from kerasgen.callbacks import Evaluate
from kerasgen.metrics import l1_distance, structural_similarity
from kerasgen.metrics.translation import TranslationEvaluator
from kerasgen.models import CycleGAN

SHAPE = (16, 16, 1)


def inverting():
    layer = keras.layers.Conv2D(1, 1, use_bias=False)
    network = keras.Sequential([keras.Input(SHAPE), layer])
    network.set_weights([np.full((1, 1, 1, 1), -1.0)])
    return network


@pytest.fixture(scope="module")
def model():
    networks = {name: inverting() for name in ("generator_ab", "generator_ba")}
    return CycleGAN(SHAPE, filters=1, halvings=1, **networks)


@pytest.fixture(scope="module")
def photos():
    return np.random.default_rng(0).integers(0, 256, (8, *SHAPE)).astype("uint8")


def of_two(a, b, **arguments):
    return data.load_pairs((a, b), shuffle=False, **{"paired": True} | arguments)


def test_a_translation_is_compared_with_its_own_target(model, photos):
    wanted = 255 - photos // 2
    evaluator = TranslationEvaluator(of_two(photos, wanted), ("l1", "psnr", "ssim"))
    found = evaluator(model)
    assert list(found) == ["l1_8", "psnr_8", "ssim_8"]
    assert found["l1_8"] == pytest.approx(l1_distance(255 - photos, wanted)[0])
    assert found["ssim_8"] == structural_similarity(255 - photos, wanted)[0]
    of_four = evaluator(model, 4)
    assert of_four["l1_4"] == pytest.approx(
        l1_distance((255 - photos)[:4], wanted[:4])[0]
    )
    assert found.protocol == {"translated": 8, "seed": 0}


def test_translations_as_a_set_are_measured_against_the_other_domain(
    model, photos, block_means
):
    def fid(b):
        domains = of_two(photos, b, paired=False)
        evaluator = TranslationEvaluator(domains, ("fid",), block_means())
        (value,) = evaluator(model).values()
        return value

    assert fid(255 - photos) == pytest.approx(0.0, abs=1e-3)
    assert fid(photos // 4) > 0.1


def test_an_epoch_logs_them(model, photos, block_means):
    test = of_two(photos, 255 - photos)
    watch = Evaluate(test, ("fid", "l1"), extractor=block_means())
    alone = Evaluate(test, ("l1",))
    for each in (watch, alone):
        each.set_model(model)
        each.on_train_begin()
        each.on_epoch_begin(0)
    logs = {}
    watch.on_epoch_end(0, logs)
    assert list(logs) == ["fid_means_8", "l1_8"]
    assert logs["l1_8"] == pytest.approx(0.0, abs=1e-6)
    alone.on_epoch_end(0, logs)


def test_bad_requests_are_refused(model, photos, points_gan):
    with pytest.raises(ValueError, match="load images with `paired=True`"):
        TranslationEvaluator(of_two(photos, photos, paired=False), ("l1",))
    with pytest.raises(ValueError, match="`metrics` must be one of.*'mse'"):
        TranslationEvaluator(of_two(photos, photos), ("mse",))
    with pytest.raises(ValueError, match="translate one into the other"):
        TranslationEvaluator(of_two(photos, photos), ("l1",))(points_gan())
