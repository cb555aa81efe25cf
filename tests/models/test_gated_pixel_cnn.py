"""GatedPixelCNN: gates that know the class."""

import keras
import numpy as np
import pytest

from kerasgen import models

SHAPE = (4, 5, 1)
RANDOM = np.random.default_rng(0)
ASKED = {"labels": np.array([0, 2, 1] * 4)}


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    names = ["sock", "shoe", "hat"]
    made = models.GatedPixelCNN(
        SHAPE, "bernoulli", 4, 2, num_classes=3, class_names=names, seed=1
    )
    network = made.network("network")
    network.set_weights([RANDOM.normal(0, 0.8, w.shape) for w in network.get_weights()])
    return made


def images_of(n):
    return (255 * RANDOM.integers(0, 2, (n, *SHAPE))).astype("uint8")


def test_layers_that_remember_give_the_images_of_the_plain_loop(model):
    cached = model.generate(seed=3, **ASKED)
    np.testing.assert_array_equal(cached, model.generate(seed=3, cached=False, **ASKED))
    by_name = model.generate(seed=3, labels=["sock", "hat", "shoe"] * 4)
    np.testing.assert_array_equal(cached, by_name)
    assert not np.array_equal(cached, model.generate(12, seed=3, labels=0))


@pytest.mark.filterwarnings("ignore:No complete tensor:UserWarning")
@pytest.mark.filterwarnings("ignore:.*native_serialization:DeprecationWarning")
def test_what_is_exported_takes_labels(model, tmp_path, backend):
    network = model.network("network")
    inputs = images_of(1) / np.float32(127.5) - 1.0, np.eye(3, dtype="float32")[1:2]
    expected = keras.ops.convert_to_numpy(keras.ops.stop_gradient(network(inputs)))
    if backend == "torch":
        import torch

        model.export(tmp_path / "network.pt2", verbose=False)
        program = torch.export.load(tmp_path / "network.pt2").module()
        found = program(tuple(torch.from_numpy(x) for x in inputs)).detach().numpy()
    else:
        tf = pytest.importorskip("tensorflow")
        model.export(tmp_path / "network", verbose=False)
        loaded = tf.saved_model.load(str(tmp_path / "network"))  # holds the weights
        found = loaded.serve(inputs).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_every_gate_of_both_stacks_knows_the_class(model):
    network = model.network("network")
    layers = [*network.vertical, *network.horizontal]
    images, labels = images_of(8), np.arange(8) % 3
    before = model.log_prob(images, labels)
    kept = network.get_weights()
    for layer in layers:
        for half in (0, 4):  # V_f and V_g
            value = layer.of_class.numpy()
            value[:, half : half + 4] += RANDOM.normal(size=(3, 4))
            layer.of_class.assign(value)
            moved = model.log_prob(images, labels)
            # What the vertical stack's last gate gives nobody reads.
            is_read = layer is not network.vertical[-1]
            assert (np.abs(moved - before).max() > 1e-4) == is_read
            network.set_weights(kept)


def test_a_horizontal_layer_in_numpy(model):
    layer = model.network("network").horizontal[1]
    x, linked = (RANDOM.normal(size=(2, 1, 3, n)).astype("float32") for n in (4, 8))
    labels = np.eye(3, dtype="float32")[[2, 0]]
    kernel, bias, one, one_bias = (
        w.numpy() for w in (*layer.look.weights, *layer.widen.weights)
    )
    of_class = layer.of_class.numpy()
    left = np.pad(x, ((0, 0), (0, 0), (1, 0), (0, 0)))[:, :, :-1]
    maps = left @ kernel[0, 0] + x @ kernel[0, 1] + bias + linked
    maps = maps + (labels @ of_class)[:, None, None]
    gated = np.tanh(maps[..., :4]) / (1 + np.exp(-maps[..., 4:]))
    expected = x + gated @ one[0, 0] + one_bias
    found = keras.ops.convert_to_numpy(
        keras.ops.stop_gradient(
            layer(*map(keras.ops.convert_to_tensor, (x, linked, labels)))
        )
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_it_learns_what_classes_look_like():
    """Class 0 is black, 1 white, with a tenth of the pixels turned over."""
    keras.utils.set_random_seed(0)
    model = models.GatedPixelCNN(SHAPE, "bernoulli", 4, 1, num_classes=2, seed=1)
    model.compile(keras.optimizers.Adam(3e-2))
    labels = np.arange(64) % 2
    turned = np.random.default_rng(1).random((64, *SHAPE)) < 0.1
    images = (255 * (labels[:, None, None, None] ^ turned)).astype("uint8")
    model.fit(images, labels, batch_size=64, epochs=60, shuffle=False, verbose=0)
    each = np.stack([model.log_prob(images, np.full(64, k)) for k in (0, 1)])
    np.testing.assert_array_equal(each.argmax(axis=0), labels)
    drawn = model.generate(labels=[0, 0, 1, 1], seed=0)
    bright = (drawn > 0).mean(axis=(1, 2, 3))
    assert bright[:2].max() < 0.4 and bright[2:].min() > 0.6


def test_labels_are_needed_and_checked(model):
    images = images_of(2)
    with pytest.raises(ValueError, match="needs `labels`"):
        model.log_prob(images)
    model.compile()
    with pytest.raises(ValueError, match="needs labels"):
        model.fit(images)
    for call in (model.fit, model.log_prob):
        with pytest.raises(ValueError, match="labels"):
            call(images, np.array([0, 3]))
    with pytest.raises(ValueError, match="labels"):
        model.generate(labels=[3])
    with pytest.raises(ValueError, match="labels"):
        model.generate(labels="glove")


@pytest.mark.host
def test_what_the_constructor_refuses():
    for arguments, message in (
        ({"num_classes": 1}, "`num_classes` must be an integer of at least 2"),
        ({"kernel_size": 4}, "`kernel_size` must be odd"),
        ({"blocks": 0}, "`blocks` must be a positive integer"),
    ):
        with pytest.raises(ValueError, match=message):
            models.GatedPixelCNN(SHAPE, **arguments)
