"""NumPy's integers, such as `y.max() + 1`, are taken wherever Python's are.

`CALLS` holds an example for everything public that takes an integer; each is called
once with Python's integers and once with NumPy's. What is new enters with one line.
"""

import inspect
import json

import keras
import numpy as np
import pytest

import kerasgen
from kerasgen import (
    adversarial,
    callbacks,
    data,
    engine,
    games,
    inputs,
    kinds,
    latent,
    layers,
    losses,
    metrics,
    models,
    networks,
    penalties,
    pictures,
    zoo,
)

pytestmark = pytest.mark.host

PATH = object()  # stands for a file that may be written
# Names of arguments that are integers, or hold some, though no default says so.
COUNTS = {
    *("n", "seed", "size", "length", "vocabulary", "steps", "modes", "side"),
    *("image_shape", "sample_shape", "voxel_shape", "shape", "units", "num_classes"),
    *("latent_dim", "columns", "limit", "groups", "workers", "kernels", "kernel_dim"),
    *("pieces", "reference_size", "categorical", "coordinate", "code", "eta"),
    *("decay_calls", "num_images", "num_samples", "image_size", "cache", "every"),
}
SHAPE = (8, 8, 1)
SMALL = {"image_shape": SHAPE, "latent_dim": 2, "filters": 1}
IMAGES = np.random.default_rng(0).integers(0, 255, (8, *SHAPE)).astype("uint8")
POINTS = np.random.default_rng(0).normal(size=(8, 3))
PROBS = np.full((8, 2), 0.5)


def model():
    """A model whose latents have two numbers; the same for all that read one."""
    keras.utils.set_random_seed(0)
    return models.DCGAN(SHAPE, 2, filters=1)


def coded():
    keras.utils.set_random_seed(0)
    return models.InfoGAN(SHAPE, (3,), 1, latent_dim=2, filters=1, dense_width=2)


def descent(steps):
    return engine.optimize(keras.ops.sum, np.zeros(2, "float32"), steps)


CALLS = {
    adversarial.Alternating: {"discriminator": 2},
    adversarial.AuxiliaryClassifier: {},
    adversarial.DRAGANPenalty: {},
    adversarial.GradientPenalty: {},
    adversarial.HistoricalAveraging: {},
    adversarial.MutualInformation: {},
    adversarial.PullingAway: {},
    adversarial.R1: {},
    adversarial.R2: {},
    adversarial.SkipWhileAccurate: {"boundary": 0},
    adversarial.SkipWhileAhead: {"margin": 1},
    callbacks.ReconstructionGrid: {"folder": PATH, "samples": IMAGES, "columns": 2},
    callbacks.SampleGrid: {"folder": PATH, "n": 4, "columns": 2},
    callbacks.TranslationGrid: {"folder": PATH, "samples": (IMAGES, IMAGES), "n": 2},
    adversarial.Clip: {"limit": 1},
    data.load: {"name_or_path": IMAGES, "limit": 4, "groups": 2, "hold_out": 2}
    | {"batch_size": 2},
    data.load_pairs: {"name_or_domains": (IMAGES, IMAGES), "limit": 4, "seed": 3},
    descent: {"steps": 2},
    games.PixelTable: {"side": 2, "seed": 1},
    games.grid: {},
    games.play_saddle: {"way": "alternating", "steps": 2},
    games.ring: {},
    inputs.Codes: {},
    inputs.FittedCodes: {"size": 3},
    inputs.FittedMixture: {"size": 3, "components": 2},
    inputs.GaussianPrior: {"size": 3, "deviation": 2},
    inputs.Labels: {"size": 3},
    inputs.Latents: {"size": 3},
    inputs.MixturePrior: {},
    inputs.SpikeAndSlabPrior: {"size": 3},
    inputs.SwissRollPrior: {},
    inputs.answer: {"inputs": (inputs.Latents(2),), "n": 3, "seed": 1},
    inputs.get_prior: {"prior": None, "size": 3},
    inputs.prior_and_size: {"prior": None, "latent_dim": 3},
    kinds.Images: {"shape": SHAPE},
    kinds.Sequences: {"length": 4, "features": 2},
    kinds.Tokens: {"length": 4, "vocabulary": 7},
    kinds.Vectors: {"shape": 3},
    kinds.Voxels: {"shape": (4, 4, 4, 1)},
    kinds.kind_of: {"shape": SHAPE},
    latent.animation: {"model": model, "paths": np.zeros((2, 2)), "file": PATH},
    latent.code_traversal: {"model": coded, "code": 0, "values": [0.0, 1.0]},
    latent.draw: {"model": model, "n": 2},
    latent.invert: {"model": model, "samples": IMAGES[:1], "steps": 1, "restarts": 1},
    latent.linear: {"a": [0.0, 1.0], "b": [1.0, 0.0], "steps": 3},
    latent.manifold: {"model": model, "steps": 2},
    latent.picture: {"model": model, "paths": np.zeros((2, 2))},
    latent.render: {"model": model, "paths": np.zeros((2, 2))},
    latent.spherical: {"a": [0.0, 1.0], "b": [1.0, 0.0], "steps": 3},
    latent.traversal: {"codes": [0.0, 0.0], "coordinate": 1, "values": [1, 2]},
    latent.walk: {"model": model, "a": [0.0, 1.0], "b": [1.0, 0.0], "steps": 2}
    | {"file": PATH},
    layers.AdaptiveAugmentation: {"ramp_samples": 100, "seed": 1},
    layers.CodeTable: {"num_codes": 3, "size": 2, "seed": 1},
    layers.DiagonalBiLSTM: {"filters": 2},
    layers.DifferentiableAugmentation: {"seed": 1},
    layers.GaussianMixture: {"size": 3, "components": 2},
    layers.GaussianNoise: {"stddev": 1, "decay_calls": 3, "seed": 1},
    layers.LatentCategories: {"categories": 2},
    layers.MaskedConv2D: {"filters": 2, "kernel_size": 3},
    layers.Maxout: {"units": 2, "pieces": 3},
    layers.MinibatchDiscrimination: {"kernels": 2, "kernel_dim": 3},
    layers.MinibatchStddev: {"group_size": 2},
    layers.PersistentDropout: {"rate": 0, "seed": 1},
    layers.ReferenceBatch: {"layer": keras.layers.Dense(1), "reference_size": 2},
    layers.ReflectionPadding2D: {},
    layers.RowLSTM: {"filters": 2},
    layers.SamplePool: {"seed": 1},
    layers.ShiftedConv2D: {"filters": 2, "kernel_size": (2, 3)},
    layers.ShiftedConv2DTranspose: {"filters": 2},
    layers.SpectralNormalization: {"layer": keras.layers.Dense(1)},
    layers.VirtualBatchNormalization: {"reference_size": 2},
    losses.BoundaryEquilibrium: {},
    losses.Categorical: {"levels": 4},
    losses.ELBO: {"beta": 2},
    losses.Gaussian: {"variance": 1},
    losses.LogisticMixture: {},
    losses.LeastSquares: {"a": -1, "b": 1, "c": 0},
    metrics.FeatureStatistics: {"size": 3},
    metrics.ScoreStatistics: {"num_images": 8, "splits": 2},
    metrics.density_coverage: {"real": POINTS, "fake": POINTS, "k": 2},
    metrics.inception_score: {"probs": PROBS, "splits": 2},
    metrics.kernel_distance: {"a": POINTS, "b": POINTS, "subset_size": 4},
    metrics.prdc: {"real": POINTS, "fake": POINTS},
    metrics.precision_recall: {"real": POINTS, "fake": POINTS},
    models.ACGAN: SMALL | {"num_classes": 3, "discriminator_filters": 1},
    models.AdversarialAutoencoder: SMALL | {"units": 2, "discriminator_units": 2},
    models.Autoencoder: SMALL | {"units": (2, 3)},
    models.BEGAN: SMALL,
    models.CGAN: SMALL | {"num_classes": 3},
    models.CycleGAN: {"image_shape": (20, 20, 1), "filters": 1, "blocks": 1},
    models.DCGAN: SMALL | {"categories": 2, "minibatch_discrimination": 2, "seed": 3},
    models.DRAGAN: SMALL,
    models.DeepFake: SMALL,
    models.DiscoGAN: {"image_shape": (8, 8, 1), "filters": 1, "bottleneck": 2},
    models.DualGAN: {"image_shape": (8, 8, 1), "filters": 1, "depth": 2, "halvings": 1},
    models.EBGAN: SMALL,
    models.GLO: SMALL | {"num_codes": 3},
    models.GatedPixelCNN: {"filters": 1, "blocks": 1, "num_classes": 2},
    models.InfoGAN: SMALL | {"categorical": (3,), "dense_width": 2},
    models.LSGAN: SMALL,
    models.Pix2Pix: {"image_shape": (8, 8, 1), "filters": 1, "depth": 2, "halvings": 1},
    models.MLPGAN: {"sample_shape": (3,), "units": 2, "discriminator_units": 2},
    models.PixelCNN: {"filters": 1, "blocks": 1, "seed": 2},
    models.PixelCNNPlusPlus: {"image_shape": (4, 4, 1), "filters": 1, "blocks": 1},
    models.PixelRNN: {"filters": 1, "blocks": 1},
    models.SemiSupervisedAAE: SMALL | {"num_classes": 3, "units": 2},
    models.SpikeAndSlabVAE: SMALL | {"units": 2},
    models.ThreeDGAN: {"voxel_shape": (8, 8, 8, 1), "latent_dim": 2, "filters": 1},
    models.VAE: SMALL | {"units": 2, "num_classes": 2},
    models.WGAN: SMALL,
    models.WGANGP: SMALL | {"architecture": "residual"},
    models.WassersteinAutoencoder: SMALL | {"units": 2},
    networks.autoencoder_networks: {"architecture": "mlp", "kind": kinds.Images(SHAPE)},
    networks.check_image_shape: {"image_shape": SHAPE},
    networks.code_discriminator: {"latent_dim": 2, "units": 3},
    networks.convolutional_decoder: {"latent_dim": 2, "outputs": {"mean": SHAPE}},
    networks.convolutional_discriminator: {"image_shape": SHAPE, "heads": {"a": 2}},
    networks.convolutional_encoder: {"image_shape": SHAPE, "heads": {"mean": 2}},
    networks.convolutional_generator: {"image_shape": SHAPE},
    networks.dense_decoder: {"latent_dim": 2, "outputs": {"mean": (3,)}},
    networks.dense_encoder: {"shape": (3,), "heads": {"mean": 2}},
    networks.doublings: {"height": 64, "width": 96, "depth": 128},
    networks.needed: {"image_shape": SHAPE},
    networks.patch_discriminator: {"image_shape": (20, 20, 1)},
    networks.residual_translator: {"image_shape": (20, 20, 1), "channels": 2},
    networks.u_net: {"image_shape": (8, 8, 1), "filters": 1, "depth": 2},
    pictures.image_grid: {"images": IMAGES, "columns": 3},
    pictures.save_animation: {"path": PATH, "images": IMAGES},
    pictures.side_by_side: {"left": IMAGES, "right": IMAGES},
    zoo.adapt: {"recipe_or_model": "dcgan", "data": "fashion_mnist_6k", "seed": 2}
    | {"epochs": 1, "batch_size": 8},
}
# What is public and takes integers, but is tried elsewhere or is no more than a base.
ELSEWHERE = {
    adversarial.GAN: "below, in training",
    adversarial.Game: "made by `compile`",
    adversarial.Penalty: "a base",
    adversarial.Rules: "made by `compile`",
    adversarial.Term: "a base",
    callbacks.Evaluate: "tests/callbacks",
    data.Dataset: "`load` makes it",
    engine.ConstantThenLinear: "below, in training",
    engine.GenerativeModel: "a base",
    engine.optimize: "`descent` calls it",
    games.Coverage: "a result",
    games.Run: "a result",
    games.Saddle: "`play_saddle` makes it",
    games.Settings: "of a play for minutes",
    games.play: "plays for minutes",
    games.samples_over_time: "a picture of such a play",
    inputs.Prior: "a base",
    inputs.latents_of: "where a generator is given",
    inputs.philox: "`answer` calls it",
    kinds.Kind: "a base",
    layers.BatchNormalization: "takes what Keras takes",
    layers.Conv2D: "takes what Keras takes",
    layers.DepthwiseConv2D: "takes what Keras takes",
    layers.Conv3D: "takes what Keras takes",
    layers.GroupNormalization: "takes what Keras takes",
    metrics.Extractor: "tests/metrics",
    metrics.evaluate: "tests/metrics",
    metrics.multiscale_similarity: "tests/metrics",
    metrics.nearest_images: "tests/metrics",
    metrics.sliced_wasserstein_distance: "tests/metrics",
    penalties.dragan: "takes a generator of seeds",
    penalties.r1: "takes a generator of seeds",
    penalties.r2: "takes a generator of seeds",
    penalties.wgan_gp: "takes a generator of seeds",
    zoo.Recipe: "`adapt` makes it",
    zoo.train: "trains",
    zoo.translate: "tests/zoo",
}
ROOMS = [getattr(kerasgen, name) for name in kerasgen.__all__ if name[0] != "_"]


def public():
    """Everything callable that a room exports."""
    for room in (*ROOMS, games, networks):
        for name in room.__all__:
            if callable(getattr(room, name)):
                yield getattr(room, name)


def integers_of(function):
    """Parameters that are integers by default, or by their name."""
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # an exception of Python's
        return {}
    return {
        name: each.default
        for name, each in parameters.items()
        if type(each.default) is int or name in COUNTS
    }


def as_numpy(value):
    if type(value) is int:
        return np.int64(value)
    if type(value) in (tuple, list):
        return type(value)(map(as_numpy, value))
    if type(value) is dict:
        return {key: as_numpy(each) for key, each in value.items()}
    return value


def result(function, arguments, path):
    """What comes of a call, in a form that can be compared."""
    keras.utils.clear_session(free_memory=False)  # names of layers begin anew
    keras.utils.set_random_seed(0)
    arguments = {k: path if v is PATH else v for k, v in arguments.items()}
    made = arguments.get("model")
    if made is not None:
        arguments["model"] = made()
    return plain(function(**arguments))


def plain(value):
    if hasattr(value, "get_config"):
        found = {type(value).__name__: value.get_config()}
        numbers = keras.tree.flatten(found)
        assert not any(isinstance(each, np.generic) for each in numbers), found
        return json.dumps(keras.saving.serialize_keras_object(value), sort_keys=True)
    if isinstance(value, data.Dataset):
        return [
            keras.tree.map_structure(np.asarray, value[i]) for i in range(len(value))
        ]
    if isinstance(value, dict):
        return {k: str(v) for k, v in value.items()}
    if dataclass := getattr(value, "__dataclass_fields__", None):
        return {name: str(getattr(value, name)) for name in dataclass}
    return value if isinstance(value, (np.ndarray, tuple, int, float)) else None


def name_of(function):
    return getattr(function, "__name__", str(function))


@pytest.mark.parametrize("function", CALLS, ids=name_of)
def test_numpy_integers_are_as_good_as_those_of_python(function, tmp_path):
    defaults = {
        name: default
        for name, default in integers_of(function).items()
        if type(default) is int
    }
    arguments = defaults | CALLS[function]
    expected = result(function, arguments, tmp_path / "a.gif")
    found = result(function, as_numpy(arguments), tmp_path / "b.gif")
    np.testing.assert_equal(found, expected)


def test_nothing_that_takes_integers_is_forgotten():
    takes = {each for each in public() if integers_of(each)}
    assert {name_of(each) for each in takes - {*CALLS, *ELSEWHERE}} == set()


def test_training_takes_numpy_integers():
    def history(integer):
        gan = models.GAN(
            keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
            keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
            inputs=integer(2),
            seed=integer(3),
        )
        rate = engine.ConstantThenLinear(0.1, integer(2), integer(2))
        gan.compile(
            keras.optimizers.SGD(rate),
            terms=[{"name": "r1", "every": integer(2)}],
            turns={"name": "alternating", "discriminator": integer(2)},
            steps_per_execution=integer(1),
        )
        points = POINTS[:, :2].astype("float32")
        gan.fit(points, batch_size=integer(4), epochs=integer(1), verbose=0)
        return gan.generate(integer(3), seed=integer(1), batch_size=integer(2))

    found = []
    for integer in (int, np.int64):
        keras.utils.set_random_seed(0)
        found.append(history(integer))
    np.testing.assert_array_equal(*found)
