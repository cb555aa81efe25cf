"""Entries of models that make no images, and of a model that is no GAN."""

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image

import kerasgen
from kerasgen import kinds, zoo
from kerasgen.engine import GenerativeModel, Player
from kerasgen.inputs import Codes, Given, Labels, Latents


class Autoencoder(GenerativeModel):
    """A coder and a decoder that learn together; a decoder gives a mean and a scale."""

    sampler = "decoder"

    def __init__(self, coder, decoder, **kwargs):
        size = decoder.input_shape[-1]
        super().__init__(kinds.Vectors(3), (Latents(size),), **kwargs)
        self.coder = coder
        self.decoder = decoder

    @property
    def networks(self):
        return {"coder": self.coder, "decoder": self.decoder}

    def players(self):
        return {"model": Player((self.coder, self.decoder))}

    def default_optimizers(self):
        return {"model": keras.optimizers.Adam(1e-2)}

    def samples_of(self, outputs):
        return outputs["mean"]

    def error(self, batch):
        rebuilt = self.decoder(self.coder(batch["samples"]))["mean"]
        return ops.mean(ops.square(rebuilt - batch["samples"]))

    def train_step(self, data):
        self.minimize("model", self.error, self.unpack(data))
        return self.logs()

    def get_config(self):
        networks = {"coder": self.coder, "decoder": self.decoder}
        return {**keras.saving.serialize_keras_object(networks), "name": self.name}

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))


@pytest.fixture
def autoencoder(monkeypatch):
    """One, as if it were a model of kerasgen."""
    from kerasgen.zoo.entry import trusted_config

    keras.saving.register_keras_serializable("kerasgen")(Autoencoder)
    monkeypatch.setattr(trusted_config, "OURS", (*trusted_config.OURS, __name__))
    latents, layers = keras.Input((2,)), keras.layers
    outputs = {"mean": layers.Dense(3)(latents), "scale": layers.Dense(3)(latents)}
    yield Autoencoder(
        keras.Sequential([keras.Input((3,)), layers.Dense(2)], name="coder"),
        keras.Model(latents, outputs, name="decoder"),
    )
    del keras.saving.get_custom_objects()["kerasgen>Autoencoder"]


def dense_gan(kind, *inputs, conditions=(), **kwargs):
    """A GAN of dense layers for samples of any kind."""
    given = [keras.Input((each.size,)) for each in inputs]
    joined = keras.layers.Concatenate()(given) if len(given) > 1 else given[0]
    samples = keras.layers.Dense(int(np.prod(kind.shape)), "sigmoid")(joined)
    samples = keras.layers.Reshape(kind.shape)(samples)
    shown = [keras.Input(kind.shape)]
    shown += [keras.Input((each.size,)) for each in inputs if each.name in conditions]
    flat = [keras.layers.Flatten()(each) for each in shown]
    flat = keras.layers.Concatenate()(flat) if len(flat) > 1 else flat[0]
    logits = keras.layers.Dense(1)(flat)
    return kerasgen.models.GAN(
        keras.Model(given, samples, name="generator"),
        keras.Model(shown, logits, name="discriminator"),
        inputs=inputs,
        conditions=conditions,
        kind=kind,
        **kwargs,
    )


def check_same(model, folder):
    """Saved and loaded, a model makes the same samples."""
    zoo.save(model, folder)
    again = zoo.load(folder)
    one, other = (m.generate(4, seed=0, verbose=0) for m in (model, again))
    assert one.dtype == model.kind.dtype and one.shape == (4, *model.kind.shape)
    np.testing.assert_array_equal(one, other)
    told = zoo.info(folder)
    assert (told.kind, told.inputs) == (model.kind, model.inputs)
    assert list(told.parameters) == list(model.networks)
    return told


def test_a_model_of_two_other_networks(autoencoder, tmp_path):
    points = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    autoencoder.compile(average=0.9)
    autoencoder.fit(points, epochs=1, verbose=0)
    told = check_same(autoencoder, tmp_path / "points")
    assert told.model == "Autoencoder" and "Vectors(shape=(3,))" in str(told)
    again = zoo.load(tmp_path / "points")
    for name in ("coder", "decoder"):  # the decoder's average, for it makes samples
        expected = autoencoder.network(name).get_weights()
        for one, other in zip(
            again.networks[name].get_weights(), expected, strict=True
        ):
            np.testing.assert_array_equal(one, other)
    again.compile()
    again.fit(points, epochs=1, verbose=0)  # and learns on


def test_a_gan_on_voxels_with_classes(tmp_path):
    kind, labels = kinds.Voxels((4, 4, 4, 1)), Labels(2, names=["chair", "table"])
    model = dense_gan(kind, Latents(3), labels, conditions=("labels",))
    told = check_same(model, tmp_path / "solids")
    assert "inputs       Latents" in str(told) and "'chair', 'table'" in str(told)
    again = zoo.load(tmp_path / "solids")
    one, other = (m.generate(2, seed=1, labels="chair") for m in (model, again))
    np.testing.assert_array_equal(one, other)


def test_a_gan_on_vectors_with_codes(tmp_path):
    told = check_same(
        dense_gan(kinds.Vectors(2), Latents(3), Codes((), 1)), tmp_path / "x"
    )
    assert told.inputs[1] == Codes((), 1)


def test_a_readme_says_what_samples_are(tmp_path):
    from kerasgen.zoo.publishing.readme import readme

    zoo.save(dense_gan(kinds.Vectors(2), Latents(3)), tmp_path / "x")
    text = readme(tmp_path / "x", "me/points")
    assert "makes vectors of 2." in text and "image" not in text
    assert "vectors = model.generate(64, seed=0)  # float32 (64, 2)" in text


def test_pictures_show_any_kind_and_its_codes(tmp_path):
    from kerasgen.zoo.publishing.showcase import write_pictures

    kind = kinds.Voxels((4, 4, 4, 1))
    model = dense_gan(kind, Latents(3), Codes((2,), 1))
    write_pictures(model, tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["samples.png", "traversal_1.png"]
    samples = kind.picture(model.generate(64, seed=0, verbose=0))
    np.testing.assert_array_equal(read(tmp_path / "samples.png"), samples)


@pytest.mark.host
@pytest.mark.parametrize(
    ("name", "inputs", "kind", "said"),
    [
        ("samples.png", (), kinds.Vectors(2), "64 samples, seed 0, not selected"),
        ("samples.png", (Labels(3),), kinds.Vectors(2), "selected; in turn: 0 to 2"),
        ("samples.png", (Labels(2, names=["a", "b"]),), kinds.Vectors(2), "turn: a, b"),
        ("traversal_2.png", (), kinds.Voxels((4, 4, 4, 1)), "code 2 from -2 to 2 in c"),
        ("traversal_1.png", (), kinds.Vectors(2), "2 along a path of points for each"),
        (
            "samples.png",
            (Given(kinds.Vectors(2)),),
            kinds.Vectors(2),
            "What is made of samples of the training data, which are not shown",
        ),
    ],
)
def test_a_caption_says_what_is_seen(name, inputs, kind, said):
    from kerasgen.zoo.publishing.showcase import caption

    assert said in caption(name, inputs, kind)


def test_pictures_of_what_is_made_of_given_samples(translator, images, tmp_path):
    from kerasgen.zoo.publishing.showcase import write_pictures

    write_pictures(translator, tmp_path)
    assert not [*tmp_path.iterdir()]
    write_pictures(translator, tmp_path, images=images[:6])
    expected = translator.kind.picture(255 - images[:6])
    np.testing.assert_array_equal(read(tmp_path / "samples.png"), expected)


@pytest.fixture
def solids(monkeypatch):
    """A constructor of GANs on voxels with classes, as if it were published."""

    def solids(voxel_shape, num_classes, **kwargs):
        kind, labels = kinds.Voxels(voxel_shape), Labels(num_classes)
        return dense_gan(kind, Latents(3), labels, conditions=("labels",), **kwargs)

    monkeypatch.setattr("kerasgen.models.Solids", solids, raising=False)
    everything = [*kerasgen.models.__all__, "Solids"]
    monkeypatch.setattr("kerasgen.models.__all__", everything)


def test_from_voxels_to_a_card(solids, tmp_path):
    bodies = np.random.default_rng(0).integers(0, 2, (40, 4, 4, 4, 1), "uint8")
    data = tmp_path / "bodies.npz"
    np.savez(data, x_train=bodies, y_train=np.arange(40) % 3)
    recipe = zoo.adapt("solids", data, epochs=1, batch_size=8)
    assert recipe.arguments == {"voxel_shape": (4, 4, 4, 1), "num_classes": 3}
    run = tmp_path / "run"
    zoo.train(recipe, output=run, verbose=0)
    pictures = ("samples.png", "progress/epoch_0001.png")
    assert all((run / name).stat().st_size for name in pictures)
    card = zoo.card(run)
    for words in (
        "| Voxels | 40 |",
        "| Makes | `Voxels(shape=(4, 4, 4, 1))` |",
        "voxels = model.generate(64, seed=0)  # uint8 (64, 4, 4, 4, 1)",
        "in turn: 0 to 2",
    ):
        assert words in card


def read(path):
    """A picture as the library makes it: `(height, width, 1 or 3)`."""
    with Image.open(path) as file:
        picture = np.asarray(file)
    return picture[..., None] if picture.ndim == 2 else picture
