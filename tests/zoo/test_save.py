import json
import os

import keras
import numpy as np
import pytest

import kerasgen


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_saving_and_loading_gives_equal_samples(dcgan, tmp_path):
    model = dcgan()
    kerasgen.zoo.save(model, tmp_path / "entry")
    again = kerasgen.zoo.load(tmp_path / "entry")
    assert type(again) is kerasgen.models.GAN and not again.compiled
    np.testing.assert_array_equal(again.generate(4, seed=0), model.generate(4, seed=0))
    for one, other in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_averages_become_the_networks(dcgan, images, tmp_path):
    model = dcgan()
    model.compile(average={"decay": 0.9, "networks": ["generator", "discriminator"]})
    model.fit(images, epochs=1, verbose=0)
    kerasgen.zoo.save(model, tmp_path / "entry")
    again = kerasgen.zoo.load(tmp_path / "entry")
    assert again.averages == []
    for name, network in again.networks.items():
        average = model.network(name, averaged=True).get_weights()
        for one, other in zip(network.get_weights(), average, strict=True):
            np.testing.assert_array_equal(one, other)
        latest = model.network(name, averaged=False).get_weights()
        assert np.any(network.get_weights()[0] != latest[0])


def test_a_loaded_model_trains_on(dcgan, images, tmp_path):
    kerasgen.zoo.save(dcgan(), tmp_path / "entry")
    model = kerasgen.zoo.load(tmp_path / "entry")
    before = [v.numpy() for v in model.trainable_variables]
    model.compile()
    model.fit(images, epochs=1, verbose=0)
    for one, other in zip(before, model.trainable_variables, strict=True):
        assert np.any(one != other.numpy()), other.path


def test_half_precision_halves_the_weights(dcgan, tmp_path):
    import h5py

    model = dcgan(filters=16)
    whole = kerasgen.zoo.save(model, tmp_path / "whole")
    half = kerasgen.zoo.save(model, tmp_path / "half", half_precision=True)
    assert half.files["weights.h5"].bytes < 0.7 * whole.files["weights.h5"].bytes
    with h5py.File(tmp_path / "half" / "weights.h5") as file:
        assert file["generator/000_dense_kernel"].dtype == "float16"
    kernel = kerasgen.zoo.load(tmp_path / "half").generator.weights[0].numpy()
    np.testing.assert_array_equal(
        kernel, model.generator.weights[0].numpy().astype("float16")
    )


def test_names_do_not_count_what_was_built_before(dcgan, tmp_path):
    from kerasgen.zoo.entry.weights import named_variables, networks

    dcgan()
    names = list(named_variables(networks(dcgan())))
    assert names[:3] == [
        "generator/000_dense_kernel",
        "generator/001_batch_normalization_gamma",
        "generator/002_batch_normalization_beta",
    ]
    assert names[-1].startswith("discriminator/") and names[-1].endswith("logits_bias")


def test_the_optimizers_are_not_saved(dcgan, tmp_path):
    model = dcgan()
    model.compile()
    assert "Adam" in json.dumps(model.get_compile_config())
    kerasgen.zoo.save(model, tmp_path / "entry")
    text = (tmp_path / "entry" / "config.json").read_text()
    assert "compile_config" not in text and "Adam" not in text


def test_other_files_of_the_folder_stay(dcgan, entry):
    (entry / "recipe.py").write_text("# mine")
    before = contents(entry)
    kerasgen.zoo.save(dcgan(), entry)
    after = contents(entry)
    assert before.keys() == after.keys()
    assert after["recipe.py"] == b"# mine"
    assert after["weights.h5"] != before["weights.h5"]
    kerasgen.zoo.load(entry)


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_failure_leaves_the_old_entry_or_the_new(dcgan, entry, monkeypatch, failing):
    before, model = contents(entry), dcgan()
    old = kerasgen.zoo.load(entry).generate(2, seed=0)
    replace, calls = os.replace, []

    def breaks(source, target):
        calls.append(target)
        if len(calls) == failing:
            raise OSError("broken")
        replace(source, target)

    monkeypatch.setattr(os, "replace", breaks)
    if failing == 1:  # the switch
        with pytest.raises(OSError, match="broken"):
            kerasgen.zoo.save(model, entry)
        assert contents(entry) == before
    else:
        kerasgen.zoo.save(model, entry)
    monkeypatch.undo()
    found = kerasgen.zoo.load(entry).generate(2, seed=0)
    assert np.array_equal(found, old) == (failing == 1)
    assert np.array_equal(found, model.generate(2, seed=0)) == (failing > 1)


def test_a_folder_that_cannot_be_written_to(dcgan, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="`folder` must be a folder that can be written"):
        kerasgen.zoo.save(dcgan(), tmp_path / "file" / "entry")


@pytest.mark.parametrize("folder", [None, 3])
def test_what_is_no_path_is_refused(dcgan, folder):
    with pytest.raises(ValueError, match=f"`folder` must be a path.*folder={folder}"):
        kerasgen.zoo.save(dcgan(), folder)


def test_half_precision_is_yes_or_no(dcgan, tmp_path):
    with pytest.raises(ValueError, match="`half_precision` must be True or F.*='no'"):
        kerasgen.zoo.save(dcgan(), tmp_path / "entry", half_precision="no")
    assert not (tmp_path / "entry").exists()


def test_weights_that_are_not_finite_are_refused(dcgan, entry):
    before = contents(entry)
    model = dcgan()
    weight = model.generator.weights[0]
    weight.assign(keras.ops.full(weight.shape, 1e5))
    with pytest.raises(ValueError, match="finite in float16.*000_dense.*100000"):
        kerasgen.zoo.save(model, entry, half_precision=True)
    assert contents(entry) == before
    kerasgen.zoo.save(model, entry)  # float32 holds them


@pytest.mark.parametrize(
    "make",
    [
        lambda: "model",
        lambda: keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
    ],
)
def test_a_kind_that_cannot_be_saved(tmp_path, make):
    with pytest.raises(ValueError, match="Received: a (str|Sequential)"):
        kerasgen.zoo.save(make(), tmp_path / "entry")
    assert not (tmp_path / "entry").exists()


def test_weights_outside_the_networks_cannot_be_saved(tmp_path):
    @keras.saving.register_keras_serializable(package="test_save")
    class Mine(kerasgen.models.GAN):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.extra = self.add_weight(shape=(), name="extra")

    model = Mine(
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
    )
    with pytest.raises(ValueError, match="extra is in none of them.*networks.*a Mine"):
        kerasgen.zoo.save(model, tmp_path / "entry")


@pytest.mark.parametrize(
    "learning",
    [
        {"loss": kerasgen.losses.BoundaryEquilibrium(0.5)},  # has k_t
        {"views": [{"name": "pool", "capacity": 4}, "adaptive"]},
        {"terms": [{"name": "historical_averaging", "weight": 1.0}]},
    ],
)
def test_state_of_the_training_is_left_out(tmp_path, learning):
    model = kerasgen.models.BEGAN((8, 8, 1), filters=2, latent_dim=2)
    model.compile(**{"loss": "began", "turns": "alternating", **learning})
    kerasgen.zoo.save(model, tmp_path / "entry")
    again = kerasgen.zoo.load(tmp_path / "entry")
    for name, network in model.networks.items():
        weights = network.get_weights(), again.networks[name].get_weights()
        for one, other in zip(*weights, strict=True):
            np.testing.assert_array_equal(one, other)


PUBLISHED = {
    "ACGAN": {"image_shape": (8, 8, 1), "num_classes": 3, "filters": 2},
    "BEGAN": {"image_shape": (8, 8, 1), "latent_dim": 2, "filters": 2},
    "CGAN": {"image_shape": (4, 4, 1), "num_classes": 2, "architecture": "maxout"},
    "DRAGAN": {"image_shape": (8, 8, 1), "filters": 2},
    "EBGAN": {"image_shape": (8, 8, 1), "filters": 2},
    "InfoGAN": {"image_shape": (8, 8, 1), "filters": 2, "dense_width": 4},
    "LSGAN": {"image_shape": (8, 8, 1), "latent_dim": 2, "filters": 2},
    "WGAN": {"image_shape": (8, 8, 1), "filters": 2},
    "WGANGP": {"image_shape": (8, 8, 1), "filters": 2},
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_a_model_learns_by_can_be_trusted_on_every_backend(name, tmp_path):
    model = getattr(kerasgen.models, name)(**PUBLISHED[name])
    kerasgen.zoo.save(model, tmp_path / "entry")
    again = kerasgen.zoo.load(tmp_path / "entry")
    assert again.get_config()["defaults"] == model.get_config()["defaults"]
    assert "keras.src.backend" not in (tmp_path / "entry" / "config.json").read_text()


def test_own_layers_and_lambdas_cannot_be_saved(tmp_path):
    model = kerasgen.models.GAN(
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
        keras.Sequential(
            [
                keras.Input((2,)),
                keras.layers.Lambda(lambda x: x, output_shape=(2,)),
                keras.layers.Dense(1),
            ]
        ),
    )
    with pytest.raises(ValueError, match="Keras and kerasgen alone.*Lambda"):
        kerasgen.zoo.save(model, tmp_path / "entry")
    assert not (tmp_path / "entry").exists()


def test_the_manifest_says_what_the_model_is(dcgan, tmp_path):
    kerasgen.zoo.save(dcgan(), tmp_path / "entry")
    values = json.loads((tmp_path / "entry" / "manifest.json").read_text())
    assert values["format"] == 2
    assert values["kind"]["config"] == {"shape": [16, 16, 1]}
    assert values["inputs"][0]["config"]["distribution"] == "uniform"
    assert values["keras"] == keras.__version__
    # Convolutions 4x4 of 1 -> 4 with bias and 4 -> 8, batch norm, 4 * 4 * 8 -> 1.
    assert values["parameters"]["discriminator"] == 68 + 512 + 32 + 129


def test_an_archive_is_written_and_loaded(dcgan, tmp_path):
    model = dcgan()
    kerasgen.zoo.save(model, tmp_path / "new" / "mine.zip")
    assert contents(tmp_path / "new").keys() == {"mine.zip"}
    again = kerasgen.zoo.load(tmp_path / "new" / "mine.zip")
    np.testing.assert_array_equal(again.generate(4, seed=0), model.generate(4, seed=0))


def test_a_folder_called_zip_stays_a_folder(dcgan, tmp_path):
    (tmp_path / "mine.zip").mkdir()
    kerasgen.zoo.save(dcgan(), tmp_path / "mine.zip")
    assert "manifest.json" in contents(tmp_path / "mine.zip")


def test_a_failure_leaves_the_old_archive(dcgan, archive):
    before = archive.read_bytes()
    model = dcgan()
    weight = model.generator.weights[0]
    weight.assign(keras.ops.full(weight.shape, float("nan")))
    with pytest.raises(ValueError, match="must be finite"):
        kerasgen.zoo.save(model, archive)
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
