import importlib.util
import json
import pathlib

import numpy as np
import pytest

import kerasgen
from kerasgen.inputs import GaussianPrior, philox
from kerasgen.zoo.training.recipe import Recipe

pytestmark = pytest.mark.host  # a maintainers' tool, run on one backend
FILE = pathlib.Path(__file__).parents[2] / "tools" / "judge_codes.py"


@pytest.fixture(scope="module")
def judge_codes():
    spec = importlib.util.spec_from_file_location("judge_codes", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Encoder:
    """Codes are the samples, moved."""

    def __init__(self, shift):
        self.shift = shift
        self.inputs = (GaussianPrior(3, 2.0),)

    def encode(self, samples, verbose):
        return samples + self.shift


@pytest.mark.parametrize(("shift", "fits"), [(0.0, True), (1.0, False)])
def test_codes_of_the_prior_are_told_from_others(judge_codes, shift, fits):
    codes = GaussianPrior(3, 2.0).draw(300, philox(5))
    codes[:60, 0] = -shift
    values = judge_codes.judge_encoder(Encoder(shift), codes, pairs=20)["values"]
    chance = values["discrepancy of draws, 99th percentile"]
    assert (values["discrepancy"] < 2.0 * chance) == fits
    assert values["share of zeros"] == pytest.approx(60 / 900)


def test_an_entry_of_glo_is_judged_by_its_codes_and_by_others(judge_codes, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 1)).astype("uint8")
    recipe = Recipe(
        name="glo_noise",
        model="GLO",
        arguments={"image_shape": (8, 8, 1), "num_codes": 8, "filters": 4},
        data="none",
        data_arguments={"indices": True, "hold_out": 4},
        batch_size=4,
    )
    kerasgen.zoo.train(recipe, images, tmp_path / "entry", verbose=0)
    found = judge_codes.judge_entry(tmp_path / "entry", images)
    kept = json.loads((tmp_path / "entry" / "metrics.json").read_text())["codes"]
    assert {n: row["codes"] for n, row in kept["values"].items()} == found["values"]
    assert kept["weights_sha256"] == kerasgen.zoo.info(tmp_path / "entry").sha256
    assert "| psnr of other codes | " in kerasgen.zoo.card(tmp_path / "entry")
    names = {"psnr", "psnr of unseen images"}
    others = {"psnr of other codes", "psnr of unseen images, other codes"}
    assert set(found["values"]) == names | others
    assert "of the 8 training images" in found["protocol"]
    assert "of 4 unseen images" in found["protocol"]


def test_the_ratio_is_that_of_the_mean_squared_error(judge_codes):
    images = np.zeros((2, 4, 4, 1), "uint8")
    others = images + np.array([10, 20], "uint8")[:, None, None, None]
    expected = np.mean(20 * np.log10(255 / np.array([10, 20])))
    assert judge_codes.psnr(images, others) == pytest.approx(expected)
