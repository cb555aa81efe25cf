import numpy as np
import pytest

from kerasgen.pictures.sheet import Sheet

pytestmark = pytest.mark.host

RED = (200, 0, 0)


def reddish(sheet):
    """Rows and columns that are red."""
    image = sheet.array().astype(int)
    return np.argwhere(image[..., 0] - image[..., 1] > 100)


@pytest.mark.parametrize("finer", [1, 2, 3])
def test_places_do_not_depend_on_how_fine_it_is_drawn(finer):
    sheet = Sheet(60, 40, finer)
    sheet.dot((45, 10), 4, RED)
    found = reddish(sheet)
    assert sheet.array().shape == (40, 60, 3)
    np.testing.assert_allclose(found.mean(axis=0), [10, 45], atol=0.6)
    assert len(found) == pytest.approx(np.pi * 16, rel=0.4)


def test_a_circle_is_empty_and_a_line_is_as_wide_as_asked_for():
    sheet = Sheet(60, 40)
    sheet.circle((20, 20), 10, RED)
    sheet.line([(40, 5), (40, 35)], RED, 4)
    found = reddish(sheet)
    distances = np.hypot(*(found[found[:, 1] < 35] - 20).T)
    assert len(distances) and distances.min() > 8
    columns = found[found[:, 1] > 35][:, 1]
    assert 3 <= len(np.unique(columns)) <= 5  # its edges are paler


def test_edges_are_smooth():
    sheet = Sheet(40, 40)
    sheet.line([(0, 0), (40, 20)], (0, 0, 0))
    assert len(np.unique(sheet.array())) > 2
