"""The same weights give the same images, losses and updates on the three backends."""

import importlib.util
import itertools
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops

import kerasgen

pytestmark = pytest.mark.host  # once: it runs the other backends by itself

BACKENDS = ("tensorflow", "jax", "torch")
PAIRS = list(itertools.combinations(BACKENDS, 2))
GAMES = {
    "dragan": {"loss": "minimax", "terms": ["dragan"]},
    "wgan_gp": {"loss": "wasserstein", "terms": ["wgan_gp"], "average": 0.5},
}
NORMALIZATIONS = {"dragan": "batch", "wgan_gp": None}


def measure(folder):
    """What this backend makes of the models in `folder`, arrays by name."""
    results = images_and_losses(folder / "model.keras")
    for name in GAMES:
        steps = variables_after_a_step(folder / f"{name}.keras")
        results |= {f"{name}/{path}": value for path, value in steps.items()}
    return results


def images_and_losses(path):
    model = keras.saving.load_model(path)
    random = np.random.default_rng(0)
    real = random.uniform(-1, 1, (8, 28, 28, 1)).astype("float32")
    latents = random.uniform(-1, 1, (8, 100)).astype("float32")
    model.inputs[0].in_training = lambda n, seed, batch: ops.convert_to_tensor(latents)
    batch = {"samples": ops.convert_to_tensor(real)}
    losses, scores = model.losses_of(("discriminator", "generator"), batch)
    values = {**losses, **scores}
    assert sorted(values) == ["discriminator", "fake", "generator", "real"]
    return {"images": model.generate(64, seed=0)} | {
        f"losses/{name}": ops.convert_to_numpy(ops.stop_gradient(value))
        for name, value in values.items()
    }


def variables_after_a_step(path):
    """Weights, batch statistics, slots, counters and seeds, in the model's order."""
    model = keras.saving.load_model(path)
    drawn = keras.random.normal, keras.random.uniform
    keras.random.normal, keras.random.uniform = fixed_normal, fixed_uniform
    try:
        images = np.random.default_rng(1).integers(0, 255, (8, 16, 16, 1))
        model.train_on_batch(images.astype("uint8"))
    finally:
        keras.random.normal, keras.random.uniform = drawn
    variables = [*model.variables, *model.optimizer.variables]
    return {f"{i}_{v.name}": v.numpy() for i, v in enumerate(variables)}


def fixed_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    return mean + stddev * fixed("normal", shape, dtype, seed)


def fixed_uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    return minval + (maxval - minval) * fixed("random", shape, dtype, seed)


def fixed(kind, shape, dtype, seed):
    """Numbers that depend on the shape alone; the seed advances as it would."""
    seed.next()
    shape = tuple(int(n) for n in shape)
    values = getattr(np.random.default_rng(sum(shape)), kind)(size=shape)
    return ops.convert_to_tensor(values.astype("float32"), dtype)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agreement")
    keras.utils.set_random_seed(2)
    model = kerasgen.models.DCGAN((28, 28, 1), filters=16, seed=0)
    # Larger weights than at the start, so that images have contrast.
    for variable in model.generator.trainable_variables:
        if variable.name == "kernel":
            variable.assign(variable.value * 4.0)
    model.compile()
    model.save(folder / "model.keras")
    for name, game in GAMES.items():
        model = kerasgen.models.DCGAN(
            (16, 16, 1), filters=4, seed=0, normalization=NORMALIZATIONS[name]
        )
        # With its usual epsilon the first update of Adam is the sign of the gradient,
        # that is the sign of a rounding error where the gradient is zero; and the
        # float32 of 1 - 0.999, which Keras takes, is off by 5e-5.
        adam = keras.optimizers.Adam(1e-2, beta_1=0.5, beta_2=0.5, epsilon=1e-2)
        model.compile(adam, **game)
        model.save(folder / f"{name}.keras")
    return folder


@pytest.fixture(scope="module")
def results(saved):
    """What every backend that is installed makes of them."""
    ours = keras.backend.backend()
    found = {ours: measure(saved)}
    for other in BACKENDS:
        if other == ours or importlib.util.find_spec(other) is None:
            continue
        result = saved / f"{other}.npz"
        done = subprocess.run(
            [sys.executable, __file__, str(saved), str(result)],
            env={**os.environ, "KERAS_BACKEND": other},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        with np.load(result) as arrays:
            found[other] = dict(arrays)
    return found


def results_of(results, *backends):
    for backend in backends:
        if backend not in results:
            pytest.skip(f"{backend} is not installed")
    return [results[backend] for backend in backends]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_images_and_losses_agree(results, pair):
    ours, theirs = results_of(results, *pair)
    images = theirs["images"].astype(int)
    assert images.std() > 10
    assert np.abs(images - ours["images"].astype(int)).max() <= 2
    for name in (name for name in ours if name.startswith("losses")):
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-4, err_msg=name)


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_variable_agrees_after_a_step(results, pair, game):
    ours, theirs = results_of(results, *pair)
    names = [name for name in ours if name.startswith(f"{game}/")]
    assert names == [name for name in theirs if name.startswith(f"{game}/")]
    assert any("seed_generator_state" in name for name in names)
    for name in names:
        a, b = ours[name].astype("float64"), theirs[name].astype("float64")
        # A bias whose gradients cancel is all rounding: below 1e-2 it counts as that.
        scale = max(np.abs(a).max(initial=0.0), 1e-2)
        np.testing.assert_allclose(a / scale, b / scale, atol=3e-5, err_msg=name)


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_step_moved_every_weight(saved, results, backend, game):
    model = keras.saving.load_model(saved / f"{game}.keras")
    (after,) = results_of(results, backend)
    # The bias of a Wasserstein critic cancels.
    still = {"epochs_seen"} | ({"logits/bias"} if game == "wgan_gp" else set())
    for i, variable in enumerate(model.variables):
        name = f"{game}/{i}_{variable.name}"
        moved = not np.array_equal(after[name], variable.numpy())
        assert moved != (variable.path.removeprefix("dcgan/") in still), variable.path


if __name__ == "__main__":
    np.savez(pathlib.Path(sys.argv[2]), **measure(pathlib.Path(sys.argv[1])))
