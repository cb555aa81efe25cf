import math

import pytest

from kerasgen.zoo.training.choice import chosen_epoch

pytestmark = pytest.mark.host
EVERY_THIRD = {"extractor": "mnist", "num_samples": 16, "every": 3}


@pytest.mark.parametrize(
    ("fids", "chosen"),
    [
        ([9.0, 9.0, 5.0, 5.0, 5.0, 4.0], 6),  # repeated in between
        ([9.0, 9.0, 5.0, 1.0, 1.0, 4.0], 6),  # resumed after epoch 3, measured there
        ([9.0, 9.0, 12.0, 1.0], 1),
        ([math.nan, math.nan, 5.0, math.nan], 3),  # as trainings wrote it before
    ],
)
def test_a_training_that_was_resumed_chooses_as_one_that_ran_through(
    recipe, fids, chosen
):
    history = [{"fid_mnist_16": fid} for fid in fids]
    assert chosen_epoch(recipe(choose_by=EVERY_THIRD), history) == chosen
