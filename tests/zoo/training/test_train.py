import json
import shutil

import numpy as np
import pytest

import kerasgen
from kerasgen.extractors import efficientnet_lite0
from kerasgen.extractors.packaged_weights import PackagedWeights


def state(model):
    return [v.numpy() for v in (*model.variables, *model.optimizer.variables)]


@pytest.fixture(scope="module")
def trained_once(recipe, squares, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "run"
    kerasgen.zoo.train(recipe(), squares, folder, verbose=0)
    return folder


@pytest.fixture
def trained(trained_once, tmp_path):
    """A copy of the folder of a training of two epochs, to go on in."""
    return shutil.copytree(trained_once, tmp_path / "run")


def test_a_training_leaves_an_entry(trained):
    model = kerasgen.zoo.load(trained)
    assert model.generate(4, seed=0).shape == (4, 16, 16, 1)
    info = kerasgen.zoo.info(trained)
    assert (info.recipe.name, info.model) == ("dcgan_squares", "DCGAN")
    for name in ("samples.png", "progress/epoch_0002.png", "progress/checkpoint.keras"):
        assert (trained / name).stat().st_size > 0
    assert not (trained / "progress" / "epoch_0003.png").exists()


def test_the_record_says_where_and_how_long(trained, backend):
    record = json.loads((trained / "training.json").read_text())
    assert (record["backend"], record["seed"], record["epochs"]) == (backend, 0, 2)
    assert record["samples"] == 64 and record["cores"] >= 1
    seconds = [epoch["seconds"] for epoch in record["history"]]
    assert len(seconds) == 2
    assert record["seconds"] == pytest.approx(sum(seconds), abs=0.1)
    assert all(np.isfinite(e["generator_loss"]) for e in record["history"])
    assert record["recipe"]["model"] == "DCGAN"


def test_a_record_counts_samples_once(recipe, squares, tmp_path):
    twice = recipe(epochs=1, data_arguments={"passes": 2})
    model = kerasgen.zoo.train(twice, squares, tmp_path / "run", verbose=0)
    assert kerasgen.zoo.info(tmp_path / "run").training["samples"] == 64
    assert int(model.global_step.numpy()) == 2 * 64 // twice.batch_size


def test_an_interrupted_training_goes_on_exactly(recipe, images, tmp_path):
    import keras

    whole = kerasgen.zoo.train(recipe(epochs=3), images, tmp_path / "whole", verbose=0)

    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if self.model.optimizer.iterations >= 5:  # in the third epoch
                raise KeyboardInterrupt

    run = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        kerasgen.zoo.train(
            recipe(epochs=3), images, run, callbacks=[Interrupt()], verbose=0
        )
    assert not (run / "weights.h5").exists()
    resumed = kerasgen.zoo.train(recipe(epochs=3), images, run, verbose=0)
    for one, other in zip(state(whole), state(resumed), strict=True):
        np.testing.assert_array_equal(one, other)
    history = json.loads((run / "training.json").read_text())["history"]
    expected = json.loads((tmp_path / "whole/training.json").read_text())["history"]
    for epoch in (*history, *expected):
        assert epoch.pop("seconds") > 0
    assert history == expected and len(history) == 3


def test_a_finished_training_is_not_trained_again(trained, recipe, images):
    weights = (trained / "weights.h5").read_bytes()
    path = trained / "training.json"
    elsewhere = json.loads(path.read_text()) | {"backend": "theano"}
    path.write_text(json.dumps(elsewhere))
    kerasgen.zoo.train(recipe(), images, trained, verbose=0)
    assert (trained / "weights.h5").read_bytes() == weights
    assert json.loads(path.read_text())["backend"] == "theano"


def test_an_epoch_on_another_backend_is_recorded(trained, recipe, images, backend):
    path = trained / "training.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"backend": "theano"}))
    kerasgen.zoo.train(recipe(), images, trained, epochs=3, verbose=0)
    assert json.loads(path.read_text())["backend"] == f"theano, {backend}"


def test_more_epochs_go_on(trained, recipe, images):
    model = kerasgen.zoo.train(recipe(), images, trained, epochs=3, verbose=0)
    assert int(model.epochs_seen.numpy()) == 3


def test_the_recipe_decides_how_it_learns(recipe, images, tmp_path):
    learning = {
        "loss": {"name": "least_squares", "a": -1.0, "b": 1.0, "c": 0.0},
        "terms": [{"name": "r1", "weight": 2.0, "every": 4}],
        "views": [{"name": "pool", "capacity": 32}],
        "turns": {"name": "alternating", "discriminator": 2},
        "constraints": {"discriminator": {"name": "clip", "limit": 0.5}},
        "average": [0.9, 0.5],
    }
    falling = {"name": "polynomial_decay", "initial_learning_rate": 0.5, "by": "epoch"}
    optimizers = {
        "generator": {"learning_rate": {**falling, "decay_steps": 4}, "beta_1": 0.1},
        "discriminator": {"optimizer": "sgd", "learning_rate": 0.25},
    }
    changes = {"learning": learning, "optimizers": optimizers, "seed": 7, "epochs": 1}
    model = kerasgen.zoo.train(
        recipe(**changes, batch_size=16), images, tmp_path / "run", verbose=0
    )
    assert model.seed == 7 and model.optimizer["generator"].beta_1 == 0.1
    assert type(model.optimizer["discriminator"]).__name__ == "SGD"
    assert float(model.optimizer["discriminator"].learning_rate) == 0.25
    assert (model.objective.a, model.objective.b) == (-1.0, 1.0)
    assert [(term.weight, term.every) for term in model.terms] == [(2.0, 4)]
    assert model.views[0].capacity == 32 and model.minibatches == 2
    assert model.constraints["discriminator"].limit == 0.5
    assert [average.decay for average in model.averages] == [0.9, 0.5]
    rate = float(model.optimizer["generator"].learning_rate)  # after one epoch of four
    assert rate == pytest.approx(0.5 * 3 / 4, abs=1e-4)
    assert kerasgen.zoo.info(tmp_path / "run").recipe.learning == learning


def test_an_unknown_word_of_learning_lists_the_nearest(recipe, images, tmp_path):
    other = recipe(learning={"term": ["r1"]})
    with pytest.raises(ValueError, match="nearest names are terms.*learning with 'te"):
        kerasgen.zoo.train(other, images, tmp_path, verbose=0)


def test_a_record_of_the_older_form_goes_on(trained, recipe, images):
    path = trained / "training.json"
    record = json.loads(path.read_text())
    values = record["recipe"]
    values["arguments"] |= values.pop("learning")  # {"average": 0.9}
    path.write_text(json.dumps(record))
    kerasgen.zoo.train(recipe(), images, trained, verbose=0)
    other = recipe(learning={"average": 0.5})
    path.write_text(json.dumps(record))
    with pytest.raises(ValueError, match="another recipe.*learning: {'average': 0.9}"):
        kerasgen.zoo.train(other, images, trained, verbose=0)


def test_the_folder_of_another_training_is_refused(trained, recipe, images):
    with pytest.raises(ValueError, match="another recipe.*seed: 0 there, 1 here"):
        kerasgen.zoo.train(recipe(seed=1), images, trained, verbose=0)


def test_a_finished_entry_is_not_overwritten(entry, recipe, images):
    with pytest.raises(ValueError, match="finished model and no checkpoint"):
        kerasgen.zoo.train(recipe(), images, entry, verbose=0)


def test_an_unknown_model_lists_the_nearest(recipe, images, tmp_path):
    with pytest.raises(ValueError, match="nearest names are DCGAN.*model='DCGANN'"):
        kerasgen.zoo.train(recipe(model="DCGANN"), images, tmp_path, verbose=0)


def test_data_and_file_of_a_recipe(tmp_path, images):
    np.savez(tmp_path / "squares.npz", x_train=images)
    file = tmp_path / "recipe.py"
    file.write_text(
        "recipe = Recipe(name='r', model='DCGAN', data='squares', epochs=1,\n"
        " arguments={'image_shape': (16, 16, 1), 'filters': 4}, batch_size=32)\n"
    )
    kerasgen.zoo.train(file, tmp_path / "squares.npz", tmp_path / "run", verbose=0)
    record = json.loads((tmp_path / "run" / "training.json").read_text())
    assert record["data"] == "squares.npz"  # not where it lies
    assert record["samples"] == 64


def test_a_training_in_mixed_precision_publishes_a_float32_model(
    recipe, images, tmp_path
):
    import keras

    run = tmp_path / "run"
    mixed = kerasgen.zoo.train(
        recipe(precision="mixed_bfloat16", epochs=1), images, run, verbose=0
    )
    convolutions = [la for la in mixed.generator.layers if "conv" in la.name]
    assert {la.compute_dtype for la in convolutions} == {"bfloat16"}
    assert keras.config.dtype_policy().name == "float32"
    published = kerasgen.zoo.load(run)
    assert {la.compute_dtype for la in published.generator.layers} == {"float32"}


CHOOSE_BY = {"extractor": "mnist", "num_samples": 16, "seed": 1}


@pytest.fixture(scope="module")
def chosen_once(recipe, squares, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chosen") / "run"
    choosy = recipe(choose_by=CHOOSE_BY, epochs=3)
    kerasgen.zoo.train(choosy, squares, folder, verbose=0)
    return folder


@pytest.fixture
def chosen(chosen_once, tmp_path):
    """A copy of a training of three epochs, the one with the lowest FID published."""
    return shutil.copytree(chosen_once, tmp_path / "chosen")


def test_the_epoch_with_the_lowest_number_is_published(
    chosen, recipe, images, tmp_path
):
    record = json.loads((chosen / "training.json").read_text())
    numbers = [epoch["fid_mnist_16"] for epoch in record["history"]]
    best = int(np.argmin(numbers)) + 1
    assert record["chosen_epoch"] == best
    # One that ends there has the same weights, without a choice.
    other = tmp_path / "other"
    kerasgen.zoo.train(recipe(epochs=best), images, other, verbose=0)
    one, two = (kerasgen.zoo.load(path) for path in (chosen, other))
    for name, network in one.networks.items():
        weights = network.get_weights(), two.networks[name].get_weights()
        for a, b in zip(*weights, strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)


def test_a_choice_survives_an_interruption(chosen, recipe, images, tmp_path):
    choosy = recipe(choose_by=CHOOSE_BY, epochs=3)
    kerasgen.zoo.train(choosy, images, tmp_path / "run", epochs=1, verbose=0)
    kerasgen.zoo.train(choosy, images, tmp_path / "run", verbose=0)
    weights = [(run / "weights.h5").read_bytes() for run in (chosen, tmp_path / "run")]
    assert weights[0] == weights[1]


def test_a_finished_training_can_be_chosen_from_otherwise(chosen, recipe, images):
    last = kerasgen.zoo.train(recipe(epochs=3), images, chosen, verbose=0)
    record = json.loads((chosen / "training.json").read_text())
    assert record["chosen_epoch"] == 3 and record["recipe"]["choose_by"] == {}
    ours = kerasgen.zoo.load(chosen).generator.get_weights()
    average = last.network("generator", averaged=True).get_weights()
    for one, other in zip(ours, average, strict=True):
        np.testing.assert_array_equal(one, other)


def test_another_choice_than_was_measured_is_refused(chosen, recipe, images):
    other = recipe(choose_by={**CHOOSE_BY, "seed": 2}, epochs=4)
    with pytest.raises(ValueError, match="another recipe.*choose_by.*'seed': 2"):
        kerasgen.zoo.train(other, images, chosen, verbose=0)


def test_data_is_read_as_what_the_model_makes(recipe, tmp_path):
    """Bytes of three axes, which are images unless a model says otherwise."""
    solids = np.random.default_rng(0).integers(0, 2, (8, 8, 8, 8), "uint8")
    of_solids = recipe(
        model="MLPGAN",
        arguments={"sample_shape": (8, 8, 8, 1), "units": 8, "latent_dim": 4},
        optimizers={},
        batch_size=4,
        epochs=1,
    )
    kerasgen.zoo.train(of_solids, solids, tmp_path / "run", verbose=0)
    assert kerasgen.zoo.load(tmp_path / "run").generate(2).shape == (2, 8, 8, 8, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"choose_by": {**CHOOSE_BY, "every": 9}}, "every=9, epochs=2"),
        ({"choose_by": {"number": "fid"}}, "does not log.*number='fid'"),
        ({"choose_by": {**CHOOSE_BY, "steps": 3}}, "`argument` must be.*'steps'"),
    ],
)
def test_what_cannot_be_chosen_is_said_before_training(
    recipe, images, tmp_path, changes, message
):
    with pytest.raises(ValueError, match=message):
        kerasgen.zoo.train(recipe(**changes), images, tmp_path, verbose=0)
    assert not (tmp_path / "training.json").exists()


@pytest.mark.host
def test_weights_that_a_choice_needs_are_missing(recipe, images, tmp_path, monkeypatch):
    elsewhere = efficientnet_lite0.WEIGHTS._replace(module="nobody_installed_this")
    monkeypatch.setattr(efficientnet_lite0, "WEIGHTS", elsewhere)
    by_photographs = recipe(choose_by={**CHOOSE_BY, "extractor": "efficientnet_lite0"})
    with pytest.raises(ValueError, match="not on this machine. Install them with `pip"):
        kerasgen.zoo.train(by_photographs, images, tmp_path, verbose=0)
    assert not (tmp_path / "training.json").exists()


@pytest.mark.host
def test_an_epoch_is_chosen_by_the_extractor_of_photographs(
    recipe, images, tmp_path, monkeypatch
):
    # The published network, with the random weights it is made with.
    monkeypatch.setattr(efficientnet_lite0, "load", lambda network, path: None)
    monkeypatch.setattr(PackagedWeights, "find", lambda weights, path: path)
    number = "kid_efficientnet_lite0_4"  # FID of 1,280 features takes seconds
    choose_by = {"extractor": "efficientnet_lite0", "num_samples": 4, "batch_size": 4}
    choose_by |= {"metrics": ["kid"], "number": number}
    by_photographs = recipe(choose_by=choose_by, batch_size=4, epochs=1)
    kerasgen.zoo.train(by_photographs, images[:4], tmp_path, verbose=0)
    record = json.loads((tmp_path / "training.json").read_text())
    assert np.isfinite(record["history"][0][number])
    assert record["chosen_epoch"] == 1


def test_a_folder_that_cannot_be_written_is_said_before_training(
    recipe, images, tmp_path
):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "progress").write_text("a file is in the way")
    with pytest.raises(OSError, match="`folder` must be a folder.*progress"):
        kerasgen.zoo.train(recipe(), images, tmp_path / "run", verbose=0)
    assert not (tmp_path / "run" / "training.json").exists()


def test_names_of_classes_come_from_the_data(recipe, images, tmp_path):
    classes = np.arange(64) % 2
    np.savez(
        tmp_path / "pets.npz",
        x_train=images,
        y_train=classes,
        class_names=["cats", "dogs"],
    )
    arguments = {"image_shape": (16, 16, 1), "num_classes": 2, "filters": 4}
    changes = {"model": "CGAN", "data_arguments": {"labels": True}, "epochs": 1}
    kerasgen.zoo.train(
        recipe(arguments=arguments, **changes),
        tmp_path / "pets.npz",
        tmp_path / "run",
        verbose=0,
    )
    dogs = kerasgen.zoo.load(tmp_path / "run")
    np.testing.assert_array_equal(
        dogs.generate(2, seed=0, labels="dogs"), dogs.generate(2, seed=0, labels=1)
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (lambda images: 255 - images, "64 samples, which are others"),
        (lambda images: images[::-1], "64 samples, which are others"),
        (lambda images: images[:48], "of 64 samples.*of 48 samples"),
    ],
    ids=["negatives", "reversed", "fewer"],
)
def test_other_data_is_refused(trained, recipe, images, changed, message):
    record = (trained / "training.json").read_text()
    with pytest.raises(ValueError, match=f"training on other data.*{message}"):
        kerasgen.zoo.train(recipe(), changed(images), trained, epochs=3, verbose=0)
    assert (trained / "training.json").read_text() == record


def test_data_that_was_decoded_a_little_otherwise_is_the_same(trained, recipe, images):
    images[:, ::2] = np.minimum(images[:, ::2], 254) + 1
    kerasgen.zoo.train(recipe(), images, trained, epochs=3, verbose=0)
    path = trained / "training.json"
    old = {k: v for k, v in json.loads(path.read_text()).items() if k != "probe"}
    path.write_text(json.dumps(old))  # of a version that did not look at the data
    kerasgen.zoo.train(recipe(), images, trained, epochs=3, verbose=0)
    assert len(json.loads(path.read_text())["probe"]) == 16


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "training.json is not JSON"),
        ("[" * 100_000, "training.json is not JSON"),
        ("[]", "must hold an object of JSON. Received: \\["),
        ("{}", "restore it, or choose another folder. Received: recipe=None"),
        ('{"recipe": {}, "backend": "jax", "history": [{}]}', "history="),
        ('{"recipe": {}, "backend": "jax", "history": []}', "This is no recipe"),
    ],
)
def test_a_damaged_record_is_refused(trained, recipe, images, text, message):
    (trained / "training.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        kerasgen.zoo.train(recipe(), images, trained, verbose=0)
