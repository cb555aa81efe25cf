import json
import shutil

import pytest

from kerasgen import zoo
from kerasgen.zoo.entry import registry
from kerasgen.zoo.publishing.publish import BEGIN, END, publish

RECIPE = """recipe = Recipe(
    name="dcgan_squares", model="DCGAN", data="squares", batch_size=32, epochs=2,
    arguments={"image_shape": (16, 16, 1), "filters": 4, "latent_dim": 8},
    learning={"average": 0.9},
    optimizers={"generator": {"learning_rate": 1e-3, "beta_1": 0.5}},
    summary="Bright squares.", data_license="CC0", license="Apache-2.0",
    limits=("Squares alone.",),
)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A zoo with one recipe and no model."""
    folder = tmp_path / "zoo"
    (folder / "dcgan_squares").mkdir(parents=True)
    (folder / "dcgan_squares" / "recipe.py").write_text(RECIPE)
    (folder / "README.md").write_text(f"Above\n{BEGIN}\nold\n{END}\nBelow\n")
    monkeypatch.setattr(registry, "FILE", tmp_path / "registry.json")
    return folder


@pytest.fixture(scope="module")
def run_once(recipe, squares, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "run"
    zoo.train(recipe(), squares, folder, verbose=0)
    return folder


@pytest.fixture
def run(run_once, tmp_path):
    return shutil.copytree(run_once, tmp_path / "run")


def test_publishing(folder, run):
    publish(run, zoo=folder)
    entry = folder / "dcgan_squares"
    assert zoo.load(entry).inputs[0].size == 8
    assert not (entry / "progress").exists()
    assert (entry / "card.md").read_text() == zoo.card(entry)
    readme = (folder / "README.md").read_text()
    assert readme.startswith("Above\n") and readme.endswith("Below\n")
    assert "old" not in readme and "[`dcgan_squares`](dcgan_squares/card.md)" in readme
    digests = registry.read()["dcgan_squares"]
    assert digests["weights.h5"] == zoo.info(entry).sha256


def test_the_card_says_what_the_files_say(folder, run):
    publish(run, zoo=folder)
    entry = folder / "dcgan_squares"
    assert "Not measured yet." in zoo.card(entry)
    values = {"share": {"generated": 0.98765, "real": 1}, "classes": {"real": [1, 2]}}
    result = {"protocol": "Counted by hand.", "values": values}
    (entry / "metrics.json").write_text(json.dumps({"judge_4": result}))
    card = zoo.card(entry)
    for part in (
        "# dcgan_squares\n\nBright squares.",
        "kerasgen.models.DCGAN(image_shape=(16, 16, 1), filters=4",
        zoo.info(entry).sha256,
        "| License of the data | CC0 |",
        "| License of the weights | Apache-2.0, see LICENSE |",
        "| Images | 64 |",
        "| Average | 0.9 |",
        "| From | `Latents(size=8, distribution='uniform', name='latents')` |",
        "| Optimizer, generator | adam(learning_rate=0.001, beta_1=0.5) |",
        "| Runs tried | 1 |",
        "### judge_4\n\nCounted by hand.",
        "|  | generated | real |\n| --- | --- | --- |\n| share | 0.9877 | 1 |",
        "| classes |  | 1 2 |",
        "- Squares alone.",
    ):
        assert part in card, part


def test_a_card_needs_a_recipe(tiny):
    with pytest.raises(ValueError, match="A card needs"):
        zoo.card(tiny)


def test_a_run_of_other_numbers_is_refused(folder, run):
    recipe = folder / "dcgan_squares" / "recipe.py"
    recipe.write_text(RECIPE.replace("batch_size=32", "batch_size=64"))
    with pytest.raises(ValueError, match="batch_size: 32 there, 64 here"):
        publish(run, zoo=folder)
    recipe.write_text(RECIPE.replace("epochs=2", "epochs=3"))
    with pytest.raises(ValueError, match="2 of 3 epochs"):
        publish(run, zoo=folder)
    assert not (folder / "dcgan_squares" / "weights.h5").exists()


def test_a_damaged_run_is_refused(folder, run):
    shutil.copyfile(run / "samples.png", run / "weights.h5")
    with pytest.raises(ValueError, match="weights.h5"):
        publish(run, zoo=folder)


def test_a_run_of_the_older_form_is_published(folder, run):
    path = run / "training.json"
    record = json.loads(path.read_text())
    values = record["recipe"]
    values["arguments"] |= values.pop("learning")
    path.write_text(json.dumps(record))
    publish(run, zoo=folder)
    assert zoo.info(folder / "dcgan_squares").recipe.learning == {"average": 0.9}


def test_what_the_run_did_otherwise_stands_beside_it(folder, run):
    publish(run, zoo=folder)
    entry = folder / "dcgan_squares"
    as_run = """as_run={"average": "begun late", "epochs": "one twice",
        "record": "its note"}, limits=("""
    (entry / "recipe.py").write_text(RECIPE.replace("limits=(", as_run))
    card = zoo.card(entry)
    assert "| Average | 0.9 |\n| Average, as run | begun late |" in card
    assert "| Epochs, as run | one twice |" in card
    assert "| `training.json`, edited | its note |" in card
