import numpy as np
import pytest

from kerasgen.latent import linear, render

PATHS = np.array([[[0, 0], [1, 0], [2, 0]], [[5, 0], [6, 0], [7, 0]]])


def test_a_sample_for_every_code_of_every_path(painter):
    samples = render(painter(), PATHS, codes=[[0]])
    assert samples.shape == (2, 3, 1, 1, 3)
    expected = [[128, 138, 148], [178, 188, 198]]
    np.testing.assert_array_equal(samples[:, :, 0, 0, 0], expected)


def test_one_path_alone(painter):
    assert render(painter(), PATHS[0], codes=[[0]]).shape == (1, 3, 1, 1, 3)


@pytest.mark.parametrize("labels", [4, [4], [4, 4]])
def test_one_label_for_all_paths(painter, labels):
    samples = render(painter("latents", "labels"), PATHS, labels=labels)
    np.testing.assert_array_equal(samples[..., 0, 0, 1], 40)


def test_one_label_for_each_path(painter):
    samples = render(painter("latents", "labels"), PATHS, labels=[4, 7])
    np.testing.assert_array_equal(samples[..., 0, 0, 1], [[40] * 3, [70] * 3])


def test_along_codes_with_latents_held(painter):
    samples = render(painter(), PATHS, along="codes", latents=[[1, 0], [2, 0]])
    np.testing.assert_array_equal(samples[..., 0, 0, 2], [[0, 1, 2], [5, 6, 7]])
    np.testing.assert_array_equal(samples[..., 0, 0, 0], [[138] * 3, [148] * 3])


def test_batch_size_is_passed_on(painter):
    model = painter()
    render(model, PATHS, batch_size=2, codes=[[0]])
    assert model.batch_size == 2


def test_other_data_than_images(points_gan):
    model = points_gan()
    paths = linear(np.zeros((2, 3)), np.ones((2, 3)), 4)
    samples = render(model, paths)
    assert samples.shape == (2, 4, 2)
    # On some processors sums are rounded otherwise in a batch of another size.
    alone = model.generate(latents=paths[1])
    np.testing.assert_allclose(samples[1], alone, rtol=1e-6)


def test_names_may_be_held(points_gan):
    model = points_gan(classes=3)
    model.inputs[1].names = ["a", "b", "c"]
    path = linear(np.zeros(3), np.ones(3), 4)
    for found in (render(model, path, labels="b"), render(model, path, labels={"b"})):
        np.testing.assert_array_equal(found, render(model, path, labels=1))


@pytest.mark.parametrize("name", ["codes", "labels", "images"])
def test_all_inputs_but_the_one_that_moves_must_be_held(painter, name):
    with pytest.raises(ValueError, match=f"give `{name}`.*none held"):
        render(painter("latents", name), PATHS)


def test_latents_are_held_too(painter):
    with pytest.raises(ValueError, match="While the codes move.*give `latents`"):
        render(painter(), PATHS, along="codes")


@pytest.mark.parametrize(
    "paths", [np.zeros(3), np.zeros((0, 2)), np.zeros((1, 1, 1, 1))]
)
def test_paths_of_another_shape(painter, paths):
    with pytest.raises(ValueError, match="`paths` must have shape"):
        render(painter(), paths, codes=[[0]])


def test_an_argument_the_model_does_not_take(painter):
    with pytest.raises(ValueError, match="from latents, codes.*Received: color"):
        render(painter(), PATHS, codes=[[0]], color=3)
    with pytest.raises(ValueError, match="nearest names are latents.*: latent$"):
        render(painter(), PATHS, along="latent", codes=[[0]])


def test_neither_one_for_all_nor_one_for_each(painter):
    with pytest.raises(ValueError, match=r"`labels` must be.*each of the 2"):
        render(painter("latents", "labels"), PATHS, labels=[1, 2, 3])
