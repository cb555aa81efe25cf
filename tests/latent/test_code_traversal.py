import numpy as np
import pytest

from kerasgen.inputs import Codes
from kerasgen.latent import code_traversal, draw
from kerasgen.models import InfoGAN


@pytest.fixture(scope="module")
def info():
    return InfoGAN(
        (16, 16, 1), (3,), continuous=2, latent_dim=4, filters=2, dense_width=8
    )


def test_rows_are_categories_and_columns_values_of_one_noise(info, tmp_path):
    file = tmp_path / "code.png"
    grid = code_traversal(info, 1, [-1.0, 0.5], file, seed=7)
    codes = [[row, 0.0, value] for row in range(3) for value in (-1.0, 0.5)]
    noise = np.repeat(draw(info, 1, seed=7), 6, axis=0)
    samples = info.generate(codes=codes, latents=noise)
    np.testing.assert_array_equal(grid, info.kind.picture(samples, 2))
    assert file.exists()


def test_values_reach_to_twice_the_range_of_training(info):
    assert code_traversal(info, 0).shape == (3 * 18 + 2, 9 * 18 + 2, 1)


@pytest.mark.parametrize(
    ("codes", "rows"), [(Codes((), 2), 1), (Codes((4, 2), 2), 4)], ids=["none", "two"]
)
def test_rows_are_the_first_categories_if_there_are_any(painter, codes, rows):
    model = painter("latents", "codes")
    model.inputs = (model.inputs[0], codes)
    grid = code_traversal(model, 1, [0.0, 5.0], padding=1)
    assert grid.shape == (2 * rows + 1, 5, 3)


@pytest.mark.parametrize("code", [-1, 2, 0.0])
def test_a_code_that_is_not_there(info, code):
    with pytest.raises(ValueError, match=f"2 continuous codes.*code={code}"):
        code_traversal(info, code)


def test_a_model_without_codes_has_no_traversal(dcgan):
    with pytest.raises(ValueError, match="not made from codes, but from latents"):
        code_traversal(dcgan(), 0)
