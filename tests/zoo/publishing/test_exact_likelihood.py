import math

import keras
import numpy as np
import pytest

from kerasgen import data, models
from kerasgen.zoo.publishing.exact_likelihood import exact_likelihood

IMAGES = np.random.default_rng(0).integers(0, 2, (6, 4, 4, 1)).astype("uint8") * 255
LABELS = np.array([0, 1, 2, 0, 1, 2])


def test_all_images_are_measured():
    model = models.PixelCNN((4, 4, 1), filters=4, blocks=1, seed=0)
    dataset = data.load(IMAGES, shuffle=False, batch_size=4)
    found = exact_likelihood(model, lambda: dataset, "test images")["likelihood"]
    values = {n: row["test images"] for n, row in found["values"].items()}
    nats = -model.log_prob(IMAGES).mean()
    assert values["nll"] == pytest.approx(nats)
    assert values["bits_per_dim"] == pytest.approx(nats / 16 / math.log(2))
    assert "labels_found" not in values and "The 6 test images" in found["protocol"]


def test_labels_are_found_by_the_likelihood():
    keras.utils.set_random_seed(0)
    model = models.GatedPixelCNN(
        (4, 4, 1), "bernoulli", filters=4, blocks=2, num_classes=3, seed=0
    )
    dataset = data.load((IMAGES, LABELS), shuffle=False, batch_size=4, labels=True)
    found = exact_likelihood(model, lambda: dataset, "test images")["likelihood"]
    values = {n: row["test images"] for n, row in found["values"].items()}
    own = model.log_prob(IMAGES, labels=LABELS)
    assert values["nll"] == pytest.approx(-own.mean())
    others = np.stack([model.log_prob(IMAGES, labels=y) for y in range(3)])
    right = [others[:, i].max() <= own[i] + 1e-6 for i in range(6)]
    assert values["labels_found"] == pytest.approx(np.mean(right))
    without = np.log(np.exp(others.astype("float64")).mean(axis=0))
    assert values["label_nats"] == pytest.approx(np.mean(own - without), abs=1e-4)


def test_models_without_a_likelihood_have_no_such_numbers():
    gan = models.DCGAN((8, 8, 1), filters=2, latent_dim=2)
    assert exact_likelihood(gan, None, "test images") == {}
