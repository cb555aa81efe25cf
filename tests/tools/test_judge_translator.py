import importlib.util
import json
import pathlib

import keras
import numpy as np
import pytest

import kerasgen
from kerasgen.zoo.publishing.measure import measure

pytestmark = pytest.mark.host  # a maintainers' tool, run on one backend
FILE = pathlib.Path(__file__).parents[2] / "tools" / "judge_translator.py"
SHAPE = (16, 16, 1)


@pytest.fixture(scope="module")
def judge_translator():
    spec = importlib.util.spec_from_file_location("judge_translator", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pictures(tmp_path):
    """Dark pictures, and beside each its bright negative."""
    arrays = {}
    for split, n in (("train", 60), ("test", 12)):
        dark = np.random.default_rng(n).integers(0, 100, (n, *SHAPE))
        arrays |= {f"x_{split}A": dark, f"x_{split}B": 255 - dark}
    arrays = {name: x.astype("uint8") for name, x in arrays.items()}
    np.savez(tmp_path / "pictures.npz", **arrays)
    return tmp_path / "pictures.npz"


def times(factor):
    layer = keras.layers.Conv2D(1, 1, use_bias=False)
    network = keras.Sequential([keras.Input(SHAPE), layer])
    network.set_weights([np.full((1, 1, 1, 1), factor)])
    return network


def judged(judge_translator, model, folder, data, arguments, *options):
    kerasgen.zoo.save(model, folder)
    (folder / "recipe.py").write_text(
        f"recipe = Recipe(name='entry', model='{type(model).__name__}', data='x', "
        f"data_arguments={arguments})\n"
    )
    judge_translator.main(
        [str(folder), "--data", str(data), "--epochs", "12", *options]
    )
    return json.loads((folder / "metrics.json").read_text())


def test_a_model_of_pairs_is_compared_with_its_targets(
    judge_translator, pictures, tmp_path
):
    generator = times(-1.0)
    model = kerasgen.models.Pix2Pix(SHAPE, generator=generator, filters=1, halvings=1)
    found = judged(
        judge_translator, model, tmp_path / "entry", pictures, {"paired": True}
    )
    values = found["translation_of_pairs"]["values"]
    assert values["l1"]["translated"] == pytest.approx(0.0, abs=1e-6)
    assert values["l1"]["of another map"] > values["l1"]["mean picture"] > 0.05
    assert values["ssim"]["translated"] == pytest.approx(1.0)
    assert values["sharpness"]["translated"] == pytest.approx(1.0)
    assert values["sharpness"]["mean picture"] < 0.5
    with pytest.raises(ValueError, match="tools/judge_translator.py"):
        measure(tmp_path / "entry")


def test_a_model_without_pairs_is_judged_by_a_classifier(
    judge_translator, pictures, tmp_path
):
    networks = {"generator_ab": times(-1.0), "generator_ba": times(1.0)}
    model = kerasgen.models.CycleGAN(SHAPE, filters=1, halvings=1, **networks)
    found = judged(judge_translator, model, tmp_path / "entry", pictures, {})
    values = found["translation"]["values"]
    # One network inverts, which makes bright of dark; the other changes nothing.
    assert values["taken_for_the_target"] == {"to B": 1.0, "to A": 0.0}
    real = values["real_pictures_of_the_target_taken_for_it"]
    assert real == {"to B": 1.0, "to A": 1.0}
    assert values["cycle_l1"]["to B"] > 0.4
    assert "l1_to_the_other_half" not in values


def test_a_model_without_pairs_is_compared_with_the_pairs_it_did_not_see(
    judge_translator, pictures, tmp_path
):
    networks = {"generator_ab": times(-1.0), "generator_ba": times(1.0)}
    model = kerasgen.models.CycleGAN(SHAPE, filters=1, halvings=1, **networks)
    folder = tmp_path / "entry"
    found = judged(judge_translator, model, folder, pictures, {}, "--matched")
    values = found["translation"]["values"]
    assert values["l1_to_the_other_half"]["to B"] == pytest.approx(0.0, abs=1e-6)
    assert values["l1_of_another_to_it"]["to B"] > 0.05
    assert values["l1_to_the_other_half"]["to A"] > 0.4
    assert "truly belongs" in found["translation"]["protocol"]
