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
    samples = render(painter(), PATHS, codes=[[0]], labels=labels)
    np.testing.assert_array_equal(samples[..., 0, 0, 1], 40)


def test_one_label_for_each_path(painter):
    samples = render(painter(), PATHS, codes=[[0]], labels=[4, 7])
    np.testing.assert_array_equal(samples[..., 0, 0, 1], [[40] * 3, [70] * 3])


def test_along_codes_with_latents_held(painter):
    samples = render(painter(), PATHS, along="codes", latents=[[1, 0], [2, 0]])
    np.testing.assert_array_equal(samples[..., 0, 0, 2], [[0, 1, 2], [5, 6, 7]])
    np.testing.assert_array_equal(samples[..., 0, 0, 0], [[138] * 3, [148] * 3])


def test_batch_size_is_passed_on(painter):
    model = painter()
    render(model, PATHS, batch_size=2, codes=[[0]])
    assert model.batch_size == 2


class Unconditional:
    def generate(self, *, latents, batch_size):
        return latents


def test_other_data_than_images():
    paths = linear(np.zeros((2, 3)), np.ones((2, 3)), 4)
    np.testing.assert_array_equal(render(Unconditional(), paths), paths)


def test_what_a_model_would_choose_by_itself_must_be_held(painter):
    class Conditional(painter):
        num_classes = 10

    with pytest.raises(ValueError, match="give `labels`"):
        render(Conditional(), PATHS, codes=[[0]])


def test_codes_and_latents_are_held_too(painter):
    with pytest.raises(ValueError, match="give `codes`.*none held"):
        render(painter(), PATHS)
    with pytest.raises(ValueError, match="but the codes must stay: give `latents`"):
        render(painter(), PATHS, along="codes")


@pytest.mark.parametrize(
    "paths", [np.zeros(3), np.zeros((0, 2)), np.zeros((1, 1, 1, 1))]
)
def test_paths_of_another_shape(painter, paths):
    with pytest.raises(ValueError, match="`paths` must have shape"):
        render(painter(), paths, codes=[[0]])


def test_an_argument_the_model_does_not_take(painter):
    with pytest.raises(ValueError, match="Received: colour"):
        render(painter(), PATHS, codes=[[0]], colour=3)


def test_neither_one_for_all_nor_one_for_each(painter):
    with pytest.raises(ValueError, match=r"`labels` must be.*each of the 2"):
        render(painter(), PATHS, codes=[[0]], labels=[1, 2, 3])
