"""The same weights give the same images and losses on the three backends."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops

import kerasgen

BACKENDS = ("tensorflow", "jax", "torch")


def measure(path):
    """Images, losses and logits of the model saved at `path`, float64."""
    model = keras.saving.load_model(path)
    random = np.random.default_rng(0)
    real = random.uniform(-1, 1, (8, 28, 28, 1)).astype("float32")
    latents = random.uniform(-1, 1, (8, 100)).astype("float32")
    model.sample_latents = lambda like: ops.convert_to_tensor(latents)
    losses, _ = model.both_losses({"real": ops.convert_to_tensor(real)})
    return {
        "images": model.generate(64, seed=0),
        "losses": np.array(
            [ops.convert_to_numpy(ops.stop_gradient(v)) for v in losses.values()]
        ),
    }


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("agreement") / "model.keras"
    keras.utils.set_random_seed(2)
    model = kerasgen.models.DCGAN((28, 28, 1), filters=16, seed=0)
    # Larger weights than at the start, so that images have contrast.
    for variable in model.generator.trainable_variables:
        if variable.name == "kernel":
            variable.assign(variable.value * 4.0)
    model.compile()
    model.save(path)
    return path


@pytest.mark.parametrize("other", BACKENDS)
def test_images_and_losses_agree(saved, backend, other):
    if other == backend or importlib.util.find_spec(other) is None:
        pytest.skip("nothing to compare with")
    result = saved.with_name(f"{other}.npz")
    done = subprocess.run(
        [sys.executable, __file__, str(saved), str(result)],
        env={**os.environ, "KERAS_BACKEND": other},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    ours = measure(saved)
    with np.load(result) as theirs:
        images = theirs["images"].astype(int)
        losses = theirs["losses"]
    assert images.std() > 10
    assert np.abs(images - ours["images"].astype(int)).max() <= 2
    np.testing.assert_allclose(ours["losses"], losses, atol=1e-4)


if __name__ == "__main__":
    np.savez(pathlib.Path(sys.argv[2]), **measure(sys.argv[1]))
