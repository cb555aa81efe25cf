import keras
import numpy as np
import pytest

from kerasgen.kinds import Images, Tokens, Vectors
from kerasgen.metrics import Extractor


def means(images):
    """4x4 block means of uint8 images `(n, 16, 16, 1)`, in float64."""
    return (
        images.reshape(len(images), 4, 4, 4, 4).mean(axis=(2, 4)).reshape(-1, 16) / 255
    )


def colors(n, size=8, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, size, size, 3), "uint8")


def channel_means(**arguments):
    """An extractor of the mean of each channel."""
    inputs = keras.Input((None, None, 3))
    network = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(inputs))
    return Extractor(network, name="channels", **arguments)


@pytest.mark.parametrize("batch_size", [1, 7, 64, 100])
def test_features_are_those_of_every_image_in_order(block_means, images, batch_size):
    found = block_means()(images, batch_size)
    np.testing.assert_allclose(found["features"], means(images), atol=1e-6)
    assert found["features"].dtype == "float32"
    assert found["logits"].shape == (64, 3)


def test_blocks_of_any_size_become_batches_of_one_shape(block_means, images):
    extractor = block_means()
    shapes = []
    run = extractor._run

    def spy(batch):
        shapes.append(batch.shape)
        return run(batch)

    extractor._run = spy
    blocks = [images[:3], images[3:40], images[40:41], images[41:]]
    batches = list(extractor.stream(blocks, batch_size=10))
    assert set(shapes) == {(10, 16, 16, 1)}
    assert [len(batch["features"]) for batch in batches] == [10] * 6 + [4]
    found = np.concatenate([batch["features"] for batch in batches])
    np.testing.assert_allclose(found, means(images), atol=1e-6)


def test_gray_is_repeated_into_color():
    gray = colors(5)[..., :1]
    found = channel_means()(gray)["features"]
    wanted = np.repeat(gray.mean(axis=(1, 2), dtype="float64"), 3, axis=-1)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


@pytest.mark.parametrize("size", [(4, 4), (7, 20), (12, 9)])
def test_a_picture_is_resized_on_the_host_as_in_the_network(size):
    picture = colors(1, 11)[0]
    inputs = keras.Input((*size, 3))
    network = keras.Model(inputs, keras.layers.Flatten()(inputs))
    extractor = Extractor(network, name="pixels", image_size=size)
    wanted = extractor(picture[None])["features"].reshape(*size, 3)
    found = extractor.resize(picture)
    assert found.dtype == "uint8" and np.abs(found - wanted).max() < 0.51
    assert channel_means().resize is None


def test_images_of_one_shape_after_another():
    extractor = channel_means(preprocess=lambda x: x * float(x.shape[1] * x.shape[3]))
    for size, channels in ((8, 3), (9, 3), (10, 1), (11, 3)):
        images = colors(5, size)[..., :channels]
        wanted = images.mean(axis=(1, 2), dtype="float64") * size * 3
        found = extractor(images)["features"]
        np.testing.assert_allclose(found, np.broadcast_to(wanted, (5, 3)), rtol=1e-5)


def test_images_are_resized_and_preprocessed():
    images = colors(3, size=8)
    extractor = channel_means(
        image_size=4, preprocess=lambda x: keras.ops.flip(x[:, :2, :2], -1) - 1
    )
    # Antialiased to half the size: weights 1, 3, 3, 1 around each pair of pixels.
    weights = np.zeros((4, 8))
    for i in range(4):
        for pixel, weight in zip(
            range(2 * i - 1, 2 * i + 3), (1, 3, 3, 1), strict=True
        ):
            if 0 <= pixel < 8:
                weights[i, pixel] = weight
    weights /= weights.sum(axis=1, keepdims=True)
    small = np.einsum("ip,npqc,jq->nijc", weights, images.astype("float64"), weights)
    wanted = small[:, :2, :2, ::-1].mean(axis=(1, 2)) - 1
    np.testing.assert_allclose(extractor(images)["features"], wanted, rtol=1e-4)
    assert extractor.protocol["resizer"].startswith("bilinear to 4x4, antialiased")
    assert "lambda" in extractor.protocol["preprocess"]


def test_a_backbone_with_positions_is_averaged_over_them():
    """As those of keras-hub and keras-cv: a feature map, not a vector."""
    inputs = keras.Input((None, None, 3))
    network = keras.Model(inputs, keras.layers.AveragePooling2D(2)(inputs))
    images = colors(4)
    found = Extractor(network, name="backbone")(images)["features"]
    np.testing.assert_allclose(
        found, images.mean(axis=(1, 2), dtype="float64"), rtol=1e-5
    )


def test_outputs_are_chosen_by_their_names():
    inputs = keras.Input((None, None, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(inputs)
    network = keras.Model(inputs, {"P3": pooled, "P4": 2.0 * pooled})
    extractor = Extractor(network, name="pyramid", features="P4", logits="P3")
    found = extractor(colors(2))
    np.testing.assert_allclose(found["features"], 2.0 * found["logits"], rtol=1e-6)
    with pytest.raises(ValueError, match="nearest names are P.*features='P5'"):
        Extractor(network, name="pyramid", features="P5")(colors(2))


@pytest.mark.slow
def test_a_network_of_keras_applications():
    network = keras.applications.VGG16(
        weights=None, include_top=False, input_shape=(32, 32, 3)
    )
    extractor = Extractor(
        network,
        name="vgg16",
        image_size=32,
        preprocess=keras.applications.vgg16.preprocess_input,
    )
    images = colors(2, size=32)
    mean = np.float32([103.939, 116.779, 123.68])  # blue, green, red of ImageNet
    wanted = network.predict(images[..., ::-1] - mean, verbose=0)
    found = extractor(images, batch_size=2)["features"]
    np.testing.assert_allclose(found, wanted.reshape(2, 512), rtol=1e-3, atol=1e-5)
    assert "vgg16.preprocess_input" in extractor.protocol["preprocess"]


def test_features_that_are_not_finite_name_their_batch(block_means, images):
    extractor = block_means(preprocess=lambda x: x / keras.ops.max(x, (1, 2, 3), True))
    images[23] = 0
    with pytest.raises(ValueError, match=r"batch 2 \(images 20 to 29\)"):
        extractor(images, batch_size=10)


def test_the_digest_is_that_of_the_weights(block_means):
    one, other = (block_means() for _ in range(2))
    assert len(one.digest) == 64 and one.digest != other.digest
    other.network.set_weights(one.network.get_weights())
    other._digest = None
    assert one.digest == other.digest


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 16, 16, 3), "uint8"), "hide every fault of color"),
        (np.zeros((2, 16, 16, 2), "uint8"), "gray .1 channel. or in color"),
        (np.zeros((2, 16, 16, 1), "float32"), "uint8.*float32"),
        (np.zeros((16, 16, 1), "uint8"), r"\(16, 16, 1\)"),
        ("images", "uint8"),
    ],
)
def test_other_images_are_refused(block_means, images, message):
    with pytest.raises(ValueError, match=message):
        block_means()(images)


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "Inception V3"},
        {"channels": 4},
        {"image_size": 0},
        {"image_size": (8, 8, 3)},
    ],
)
def test_arguments_out_of_range_are_refused(block_means, arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=f"`{name}` must.*Received: {name}="):
        block_means(**arguments)


def test_a_network_without_weights_yet_is_refused():
    with pytest.raises(ValueError, match="`network` must be a built Keras model"):
        Extractor(keras.Sequential([keras.layers.Dense(2)]), name="unbuilt")


# --- other kinds than images


def test_samples_of_a_kind_reach_the_network_as_a_model_would_get_them():
    tokens = np.random.default_rng(0).integers(0, 5, (9, 4))
    inputs = keras.Input((4,), dtype="int32")
    network = keras.Model(inputs, keras.layers.Embedding(5, 3)(inputs))
    extractor = Extractor(network, name="words", kind=Tokens(4, 5))
    table = network.layers[1].embeddings.numpy()
    found = extractor(tokens, batch_size=4)["features"]
    np.testing.assert_allclose(found, table[tokens].mean(axis=1), rtol=1e-6)
    assert extractor.outputs(Tokens(4, 5)) == ["features"]
    assert extractor.protocol["resizer"] == "none"


def test_samples_of_another_kind_are_refused():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    extractor = Extractor(network, name="points", kind=Vectors(2))
    with pytest.raises(ValueError, match="`vectors` must have shape"):
        extractor(np.zeros((4, 3), "float32"))
    with pytest.raises(ValueError, match="must be finite"):
        extractor(np.full((4, 2), np.nan, "float32"))
    for kind in (Vectors(3), Images((2, 2, 1))):
        with pytest.raises(ValueError, match="'points' takes Vectors.*its faults"):
            extractor.check_kind(kind, "its faults")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "vectors"}, "`kind` must be.*'vectors'"),
        ({"kind": Images((8, 8, 1))}, "`kind` must be.*no images"),
        ({"kind": Vectors(2), "image_size": 8}, "Only images can be resized"),
    ],
)
def test_a_kind_that_does_not_fit_is_refused(arguments, message):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=message):
        Extractor(network, name="points", **arguments)
