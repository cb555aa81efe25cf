"""One step by hand, on a linear generator, and a small set learned by heart."""

import keras
import numpy as np
import pytest

from kerasgen import callbacks, data, latent, models, zoo
from kerasgen.inputs.fitted_codes import gaussian_of
from kerasgen.layers import CodeTable

SHAPE = (4, 4, 1)
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1.0, 1.0, (6, *SHAPE)).astype("float32")
WEIGHTS = RANDOM.normal(size=(3, 16)).astype("float32")
CODES = np.array(
    [[0.1, 0.2, 0.3], [0.5, -0.5, 0.1], [0, 0, 0.9], [-0.7, 0, 0], [0, 0.4, 0], [0] * 3]
)


def by_hand(loss="squared_error", rates=(0.0, 0.0)):
    """Images are `z W`, in the order of their pixels."""
    generator = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(16, use_bias=False),
            keras.layers.Reshape(SHAPE),
        ]
    )
    generator.set_weights([WEIGHTS])
    table = CodeTable(6, 3)
    table.codes.assign(CODES)
    model = models.GLO(generator=generator, codes=table, seed=1)
    sgd = [keras.optimizers.SGD(rate) for rate in rates]
    model.compile(dict(zip(("generator", "codes"), sgd, strict=True)), loss)
    return model


def batch(*indices):
    return {"samples": IMAGES[list(indices)], "indices": np.array(indices, "int32")}


def error(z, i):
    return np.mean((z @ WEIGHTS - IMAGES[i].reshape(-1)) ** 2)


def test_an_image_is_compared_with_that_of_its_own_code():
    model = by_hand()
    logs = model.train_on_batch(batch(4, 1), return_dict=True)
    expected = np.mean([error(CODES[i], i) for i in (4, 1)])
    for name in ("reconstruction", "generator_loss", "codes_loss"):
        assert float(logs[name]) == pytest.approx(expected, rel=1e-4), name


@pytest.mark.parametrize("indices", [(2,), (4, 1), (5, 0, 3)])
def test_a_code_follows_the_loss_of_its_image_whatever_the_size_of_the_batch(indices):
    model = by_hand(rates=(0.0, 2.0))
    model.train_on_batch(batch(*indices))
    found = model.trained_codes()
    for i in range(6):
        z = CODES[i]
        if i in indices:
            rest = z @ WEIGHTS - IMAGES[i].reshape(-1)
            z = z - 2.0 * 2.0 * rest @ WEIGHTS.T / 16
            z = z / max(1.0, np.linalg.norm(z))
        np.testing.assert_allclose(found[i], z, atol=1e-5)
    np.testing.assert_allclose(model.generator.get_weights()[0], WEIGHTS, atol=1e-6)


def test_the_generator_follows_the_mean_over_the_batch():
    model = by_hand(rates=(1.0, 0.0))
    model.train_on_batch(batch(4, 1, 3))
    gradient = np.zeros_like(WEIGHTS)
    for i in (4, 1, 3):
        rest = CODES[i] @ WEIGHTS - IMAGES[i].reshape(-1)
        gradient += 2.0 * np.outer(CODES[i], rest) / 16 / 3
    found = model.generator.get_weights()[0]
    np.testing.assert_allclose(found, WEIGHTS - gradient, atol=1e-5)
    np.testing.assert_allclose(model.trained_codes(), CODES, atol=1e-6)


def test_the_loss_of_the_paper_is_that_of_the_pyramid():
    model = by_hand("laplacian_pyramid")
    logs = model.train_on_batch(batch(0, 5), return_dict=True)
    # Four pixels leave one level: the mean absolute error.
    made = (CODES[[0, 5]] @ WEIGHTS).reshape(2, *SHAPE)
    expected = np.abs(made - IMAGES[[0, 5]]).mean()
    assert float(logs["reconstruction"]) == pytest.approx(expected, rel=1e-4)


def test_weights_count_in_the_loss_of_the_generator():
    model = by_hand()
    weights = np.array([1.0, 3.0], "float32")
    logs = model.train_on_batch(batch(4, 1), sample_weight=weights, return_dict=True)
    expected = (error(CODES[4], 4) + 3.0 * error(CODES[1], 1)) / 4.0
    assert float(logs["generator_loss"]) == pytest.approx(expected, rel=1e-4)


def test_arrays_are_numbered_and_so_is_a_data_set():
    """In any order each image meets its own code."""
    bytes_ = RANDOM.integers(0, 256, (6, *SHAPE)).astype("uint8")
    found = []
    for shuffled in (
        bytes_,
        data.load(bytes_, batch_size=2, indices=True, shuffle=True),
    ):
        model = by_hand(rates=(0.0, 0.5))
        model.fit(shuffled, batch_size=2, verbose=0)
        found.append(model.trained_codes())
    np.testing.assert_allclose(found[0], found[1], atol=1e-5)
    assert not np.allclose(found[0], CODES, atol=1e-3)


# --- after training


@pytest.fixture(scope="module")
def trained():
    """48 images of a plane of 64 pixels, and codes of four numbers."""
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(3)
    plane = 0.3 * random.normal(size=(4, 64))
    images = np.tanh(random.normal(size=(64, 4)) @ plane).reshape(64, 8, 8, 1)
    images = np.rint((images + 1.0) * 127.5).astype("uint8")
    model = models.GLO((8, 8, 1), num_codes=48, latent_dim=6, filters=16, seed=1)
    model.compile({"generator": keras.optimizers.Adam(5e-3)}, average=0.98)
    model.fit(images[:48], batch_size=16, epochs=80, verbose=0)
    return model, images[:48], images[48:]


def psnr(a, b):
    errors = np.square(a.astype("float64") - b).mean(axis=(1, 2, 3))
    return np.mean(10 * np.log10(255.0**2 / errors))


def test_codes_belong_to_their_images(trained):
    model, images, _ = trained
    codes = model.trained_codes()
    own = psnr(model.generate(latents=codes), images)
    dealt = psnr(model.generate(latents=np.roll(codes, 1, axis=0)), images)
    assert own > dealt + 4.0
    np.testing.assert_array_equal(model.trained_codes([5, 2]), codes[[5, 2]])
    assert np.linalg.norm(codes, axis=1).max() <= 1.0 + 1e-5


def test_codes_of_new_images_are_found_by_descent(trained):
    model, _, new = trained
    codes = model.encode(new, steps=60, batch_size=10)
    assert codes.shape == (16, 6) and codes.dtype == "float32"
    assert np.linalg.norm(codes, axis=1).max() <= 1.0 + 1e-5
    start = np.tile(model.trained_codes().mean(axis=0), (16, 1))
    before = psnr(model.generate(latents=start), new)
    assert psnr(model.generate(latents=codes), new) > before + 1.5
    np.testing.assert_array_equal(
        model.generate(latents=codes),
        model.reconstruct(new, steps=60, batch_size=10),
    )


def test_reconstructions_are_pictured(trained, tmp_path):
    model, images, new = trained
    grid = callbacks.ReconstructionGrid(tmp_path, new[:2], animation=False)
    grid.set_model(model)
    shape = (2 * 8, 4 * 8)  # at the least: two images, each beside its reconstruction
    assert np.prod(grid.picture().shape[:2]) >= np.prod(shape) / 2


def test_samples_are_of_the_gaussian_of_all_codes(trained):
    model, *_ = trained
    mean, root = gaussian_of(model.trained_codes())
    drawn = latent.draw(model, 20_000, seed=2)
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.02)
    np.testing.assert_allclose(np.cov(drawn.T), root @ root.T, atol=0.02)
    np.testing.assert_array_equal(
        model.generate(5, seed=2), model.generate(latents=latent.draw(model, 5, 2))
    )


def test_codes_are_kept_in_files_and_in_the_zoo(trained, tmp_path):
    model, images, _ = trained
    model.save(tmp_path / "model.keras")
    zoo.save(model, tmp_path / "glo")
    for again in (
        keras.saving.load_model(tmp_path / "model.keras"),
        zoo.load(tmp_path / "glo"),
    ):
        np.testing.assert_array_equal(again.trained_codes(), model.trained_codes())
        samples = model.generate(3, seed=1), again.generate(3, seed=1)
        np.testing.assert_array_equal(*samples)
    again.compile()
    again.fit(images, batch_size=16, verbose=0)


# --- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (8, 8, 1)}, "`num_codes` is needed.*Received: num_codes=None"),
        ({"num_codes": 4}, "`image_shape` is needed"),
        ({"image_shape": (8, 8, 1), "num_codes": 0}, "num_codes=0"),
        (
            {"image_shape": (8, 8, 1), "num_codes": 4, "latent_dim": 0},
            "latent_dim=0",
        ),
    ],
    ids=str,
)
def test_models_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.GLO(filters=2, **arguments)


@pytest.mark.parametrize("n", [5, 7])
def test_there_is_a_code_for_each_image(n):
    model, images = by_hand(), np.zeros((n, *SHAPE), "uint8")
    message = f"num_codes={n}.*Received: {n} images and num_codes=6"
    with pytest.raises(ValueError, match=message):
        model.fit(images, verbose=0)
    with pytest.raises(ValueError, match=message):
        model.fit(data.load(images, batch_size=1, indices=True), verbose=0)


def test_a_batch_says_which_images_it_holds():
    model, images = by_hand(), np.zeros((6, *SHAPE), "uint8")
    with pytest.raises(ValueError, match="`indices=True`.*without indices"):
        model.fit(data.load(images, batch_size=2), verbose=0)
    with pytest.raises(ValueError, match="without indices"):
        model.train_on_batch(images)
    with pytest.raises(ValueError, match="In `validation_data`.*without indices"):
        model.fit(images, validation_data=images[:2], verbose=0)
    with pytest.raises(ValueError, match="`indices` must be integers.*float"):
        model.train_on_batch({"samples": images, "indices": np.arange(6) / 2})
    beyond = {"samples": images, "indices": np.arange(1, 7)}
    message = r"`indices` must lie in \[0, 5\]. Received: .*6"
    with pytest.raises(ValueError, match=message):
        model.fit(iter([beyond]), steps_per_epoch=1, verbose=0)
    with pytest.raises(ValueError, match=f"In batch 2 of the data: {message}"):
        model.fit(iter([batch(*range(6)), beyond]), steps_per_epoch=2, verbose=0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.encode(IMAGES[:2], steps=0), "steps=0"),
        (lambda m: m.encode(IMAGES[:2], rate=-0.1), "rate=-0.1"),
        (lambda m: m.encode(IMAGES[:2, :2]), "must have shape"),
        (lambda m: m.encode(IMAGES[:0]), "number_of_images=0"),
        (lambda m: m.trained_codes([6]), r"`indices` must lie in \[0, 5\]"),
        (lambda m: m.trained_codes([0.5]), "must be integers"),
        (lambda m: m.compile(loss="mse2"), "`loss` must be one of"),
    ],
    ids=["steps", "rate", "shape", "none", "beyond", "floats", "loss"],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(by_hand())
