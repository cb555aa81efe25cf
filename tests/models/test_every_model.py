"""What holds for every model, whatever its samples, inputs and networks are.

A model enters with one line of `MODELS`.
"""

import dataclasses
import functools
import inspect
from collections.abc import Callable

import keras
import numpy as np
import pytest

from kerasgen import layers, models
from kerasgen.adversarial import R1, Alternating, HistoricalAveraging, PullingAway
from kerasgen.engine import Average, ByEpoch
from kerasgen.kinds import Images, Pair, Tokens, Voxels

Falling = keras.optimizers.schedules.PolynomialDecay

SHAPE = (16, 16, 1)
SMALL = {"latent_dim": 4, "filters": 2, "seed": 1}
# All that `compile` can make for a GAN, at once.
EVERY_STATE = {
    "optimizer": keras.optimizers.Adam(ByEpoch(Falling(1e-3, 4, 1e-4)), beta_1=0.5),
    "terms": [
        R1(5.0, every=3),
        HistoricalAveraging(Falling(1e-1, 6, 1e-3)),
        PullingAway(0.1, every=2),
    ],
    "views": [
        layers.SamplePool(10, seed=2),
        layers.AdaptiveAugmentation("flip", -0.9, ramp_samples=200, interval=3, seed=3),
        layers.GaussianNoise(0.5, decay_calls=100, seed=4),
    ],
    "average": [0.9, Average(0.99, ["generator", "discriminator"])],
}


def gan(shape, **arguments):
    """A GAN of samples of any shape: dense layers around a hidden one."""
    size = int(np.prod(shape))
    generator = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, "relu"),
            keras.layers.Dense(size, "sigmoid"),
            keras.layers.Reshape(shape),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Flatten(),
            keras.layers.Dense(8, "leaky_relu"),
            keras.layers.Dense(1, name="logits"),
        ]
    )
    return models.GAN(generator, discriminator, seed=1, **arguments)


@dataclasses.dataclass
class Case:
    """The smallest model of a name, and how it learns where its paper takes long.

    `still` ends the paths of weights that cannot move: the bias of a critic's score
    cancels from the difference of its means.
    """

    make: Callable
    learning: dict = dataclasses.field(default_factory=dict)
    still: str | None = None


# By the name in `kerasgen.models`, or another that begins with one.
MODELS = {
    "ACGAN": Case(
        # Half of the convolutions that it has at 16x16: XLA compiles them slowly.
        lambda: models.ACGAN((8, 8, 1), 3, discriminator_filters=2, **SMALL)
    ),
    "AdversarialAutoencoder": Case(
        lambda: models.AdversarialAutoencoder(
            SHAPE, 4, filters=2, units=8, discriminator_units=8, seed=1
        ),
        {"average": 0.9},
    ),
    "Autoencoder": Case(
        lambda: models.Autoencoder(SHAPE, **SMALL),
        {"loss": "mae", "views": [layers.GaussianNoise(0.3, seed=5)], "average": 0.9},
    ),
    "BEGAN": Case(lambda: models.BEGAN(SHAPE, **SMALL)),
    "CGAN": Case(lambda: models.CGAN(SHAPE, num_classes=3, **SMALL)),
    "CycleGAN": Case(
        lambda: models.CycleGAN(SHAPE, filters=2, blocks=1, halvings=2, seed=1)
    ),
    "DCGAN": Case(lambda: models.DCGAN(SHAPE, **SMALL)),
    "DCGAN with every state": Case(
        lambda: models.DCGAN((8, 8, 1), **SMALL), EVERY_STATE
    ),
    "DRAGAN": Case(lambda: models.DRAGAN(SHAPE, **SMALL)),
    "DeepFake": Case(
        lambda: models.DeepFake(SHAPE, latent_dim=4, filters=2, seed=1),
        {"average": 0.9},
    ),
    "DiscoGAN": Case(lambda: models.DiscoGAN(SHAPE, filters=2, seed=1)),
    "DualGAN": Case(
        lambda: models.DualGAN((8, 8, 1), filters=2, depth=2, halvings=1, seed=1),
        {"generator_steps": 1},  # XLA compiles each one
    ),
    "EBGAN": Case(lambda: models.EBGAN(SHAPE, **SMALL)),
    "GAN": Case(lambda: gan((3,))),
    "GAN of sequences": Case(lambda: gan((4, 3)), {"average": 0.9}),
    "GAN of voxels": Case(lambda: gan((4, 4, 4, 1)), {"loss": "least_squares"}),
    "GLO": Case(
        lambda: models.GLO(SHAPE, num_codes=16, latent_dim=4, filters=2, seed=1),
        {"average": 0.9},
    ),
    "GatedPixelCNN": Case(
        lambda: models.GatedPixelCNN((4, 5, 1), filters=4, blocks=2, seed=1)
    ),
    "InfoGAN": Case(
        lambda: models.InfoGAN(
            SHAPE, categorical=(3,), continuous=1, dense_width=8, **SMALL
        )
    ),
    "LSGAN": Case(lambda: models.LSGAN(SHAPE, **SMALL)),
    "MLPGAN": Case(
        lambda: models.MLPGAN(
            (3,), latent_dim=4, units=8, discriminator_units=4, pieces=2, seed=1
        ),
        {"optimizer": keras.optimizers.Adam(1e-3)},
    ),
    "SemiSupervisedAAE": Case(
        lambda: models.SemiSupervisedAAE(
            (8, 8, 1), 3, units=8, discriminator_units=8, **SMALL
        ),
        {"average": 0.9},
    ),
    "SpikeAndSlabVAE": Case(
        lambda: models.SpikeAndSlabVAE(SHAPE, alpha=0.2, units=8, **SMALL),
        {"loss": {"name": "elbo", "warm_up": 10}},
    ),
    "Pix2Pix": Case(
        lambda: models.Pix2Pix((8, 8, 1), filters=2, depth=2, halvings=1, seed=1)
    ),
    "PixelCNN": Case(
        lambda: models.PixelCNN((4, 5, 1), "categorical", 4, 1, seed=1),
        {"average": 0.9},
    ),
    "PixelCNNPlusPlus": Case(
        lambda: models.PixelCNNPlusPlus((4, 5, 1), 4, 1, 0, components=2, seed=1)
    ),
    "PixelRNN": Case(
        lambda: models.PixelRNN((4, 5, 1), "categorical", "row", 4, 1, seed=1)
    ),
    "ThreeDGAN": Case(lambda: models.ThreeDGAN((8, 8, 8, 1), **SMALL)),
    "VAE": Case(lambda: models.VAE(SHAPE, **SMALL), {"average": 0.9}),
    "WGAN": Case(
        lambda: models.WGAN(SHAPE, **SMALL),
        {"turns": Alternating(2)},
        still="logits/bias",
    ),
    "WGANGP": Case(
        lambda: models.WGANGP(SHAPE, **SMALL),
        {"turns": Alternating(2)},
        still="logits/bias",
    ),
    "WassersteinAutoencoder": Case(
        lambda: models.WassersteinAutoencoder(SHAPE, 4, filters=2, units=8, seed=1)
    ),
    "WassersteinAutoencoder with a discriminator": Case(
        lambda: models.WassersteinAutoencoder(
            SHAPE,
            4,
            divergence="gan",
            log_prior=True,
            filters=2,
            units=8,
            discriminator_units=8,
            seed=1,
        ),
        {"average": 0.9, "weight": Falling(10.0, 4, 1.0)},
    ),
}
# State of a model itself that a step may move beside what it trains.
STATE = (
    "moving_mean",
    "moving_variance",
    "seed_generator_state",
    "epochs_seen",
    "global_step",
)

every_model = pytest.mark.parametrize("name", MODELS)


def build(name):
    keras.utils.set_random_seed(0)
    return MODELS[name].make()


def samples_of(kind, n, random):
    """Data of a kind: floats lie in what every kind of them admits."""
    if isinstance(kind, Pair):
        return tuple(samples_of(each, n, random) for each in (kind.a, kind.b))
    if isinstance(kind, Tokens):
        return random.integers(0, kind.vocabulary, (n, *kind.shape))
    if kind.dtype == "uint8":
        high = {Images: 256, Voxels: 2}[type(kind)]
        return random.integers(0, high, (n, *kind.shape)).astype("uint8")
    return random.uniform(0.0, 1.0, (n, *kind.shape)).astype(kind.dtype)


def data(model, n=16):
    """`(samples, labels)`, labels None for a model that takes none."""
    samples = samples_of(model.kind, n, np.random.default_rng(0))
    return samples, None if model.labels is None else np.arange(n) % model.labels.size


def fit(model, epochs=1, callbacks=()):
    """Two steps for each epoch."""
    model.fit(
        *data(model),
        batch_size=8,
        epochs=epochs,
        callbacks=list(callbacks),
        shuffle=False,
        verbose=0,
    )


def given(model, n):
    """What `generate` has to be given: samples of a domain, codes of no prior."""
    random = np.random.default_rng(1)
    return {
        each.name: samples_of(each.kind, n, random)
        if hasattr(each, "kind")
        else random.normal(size=(n, each.size))
        for each in model.inputs
        if not each.drawable
    }


def shape_of(each):
    """Of one value of an input, as networks take it."""
    return each.kind.shape if hasattr(each, "kind") else (each.size,)


def values(variables):
    return [v.numpy() for v in variables]


def moved(variables, before):
    """Identities of those that have changed: paths may repeat."""
    pairs = zip(variables, before, strict=True)
    return {id(v) for v, old in pairs if not np.array_equal(v.numpy(), old)}


def compiled(name):
    """A new model, and the variables that `compile` has made."""
    model = build(name)
    known = {id(v) for v in model.variables}
    model.compile(**MODELS[name].learning)
    return model, [v for v in model.variables if id(v) not in known]


@functools.cache
def trained(name):
    """A model after two steps, all its values before them, and what compile made."""
    model, made = compiled(name)
    before = values(model.variables)
    fit(model)
    return model, before, made


def assert_equal_state(model, other):
    """All variables agree; what optimizers are agrees too."""
    for a, b in zip(model.variables, other.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5, err_msg=a.path)
    optimizers = [m.optimizer.get_config() for m in (model, other)]
    assert optimizers[0] == optimizers[1]


def test_every_name_in_models_is_here():
    assert {name.split()[0] for name in MODELS} == set(models.__all__)


@every_model
def test_samples_have_the_shape_and_the_kind_of_the_data(name):
    model = build(name)
    samples = model.generate(5, seed=0, **given(model, 5))
    assert samples.shape == (5, *model.sampled_kind.shape)
    assert samples.dtype == model.sampled_kind.dtype
    model.sampled_kind.check(samples)


@every_model
def test_every_input_varies_the_samples(name):
    model = build(name)
    for varied in model.inputs:
        inputs = tuple(
            np.random.default_rng(0).normal(size=(6, *shape_of(each)))
            if each is varied
            else np.zeros((6, *shape_of(each)))
            for each in model.inputs
        )
        outputs = model.decode(inputs if len(inputs) > 1 else inputs[0])
        samples = keras.ops.convert_to_numpy(keras.ops.stop_gradient(outputs))
        assert samples.shape == (6, *model.sampled_kind.shape)
        assert np.isfinite(samples).all()
        assert samples.std(axis=0).max() > 0


@every_model
def test_a_step_moves_every_weight_it_should_and_nothing_else(name):
    model, before, made = trained(name)
    changed = moved(model.variables, before)
    weights = [v for n in model.networks.values() for v in n.trainable_variables]
    stuck = {v.path for v in weights if id(v) not in changed}
    still = MODELS[name].still
    assert stuck == {v.path for v in weights if still and v.path.endswith(still)}
    # What compile made, such as averages and `k_t`, is there to be moved.
    others = changed - {id(v) for v in weights + made}
    found = {v.path for v in model.variables if id(v) in others}
    assert not {path for path in found if not path.endswith(STATE)}


@every_model
def test_sampling_and_evaluating_move_no_weight(name):
    model, *_ = trained(name)
    before = values(model.weights)
    model.generate(2, **given(model, 2))
    losses = model.evaluate(*data(model), batch_size=16, return_dict=True, verbose=0)
    assert {f"{player}_loss" for player in model.players()} <= set(losses)
    assert np.isfinite(list(losses.values())).all()
    assert not moved(model.weights, before)


@every_model
def test_the_same_seed_gives_equal_results(name):
    model, before, _ = trained(name)
    again, _ = compiled(name)
    for a, b in zip(before, again.variables, strict=True):
        np.testing.assert_array_equal(a, b.numpy())
    fit(again)
    for a, b in zip(model.weights, again.weights, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5, err_msg=a.path)


@every_model
def test_save_and_load_give_equal_samples_and_an_equal_next_step(name, tmp_path):
    model, *_ = trained(name)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert type(again) is type(model)
    assert (again.kind, again.networks.keys()) == (model.kind, model.networks.keys())
    asked = {"seed": 0, **given(model, 4)}
    np.testing.assert_array_equal(
        model.generate(4, **asked), again.generate(4, **asked)
    )
    for each in (model, again):
        fit(each)
    assert_equal_state(model, again)


@pytest.mark.parametrize("name", ["BEGAN", "DCGAN with every state"])
def test_two_epochs_saved_and_two_more_equal_four(name, tmp_path):
    """As a checkpoint within `fit` would: nothing but the file goes on."""
    model, made = compiled(name)
    start = values(made)

    def keep(epoch, logs):
        if epoch == 1:
            model.save(tmp_path / "model.keras")

    fit(model, 4, [keras.callbacks.LambdaCallback(on_epoch_end=keep)])
    for variable, before in zip(made, start, strict=True):
        assert not np.array_equal(variable.numpy(), before), variable.path
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert (int(again.global_step.numpy()), int(again.epochs_seen.numpy())) == (4, 2)
    fit(again, 2)
    assert_equal_state(model, again)
    for a, b in zip(model.optimizer.variables, again.optimizer.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5, err_msg=a.path)


WIDE = (24, 32, 1)  # 6 x 8, doubled twice


def parameters_of(name):
    return inspect.signature(getattr(models, name)).parameters


OF_IMAGES = [name for name in models.__all__ if "image_shape" in parameters_of(name)]


@pytest.mark.parametrize("name", OF_IMAGES)
def test_images_need_not_be_square(name):
    narrow = {
        "num_codes": 2,
        "filters": 1,
        "blocks": 1,
        "discriminator_filters": 1,
        "units": 2,
        "dense_width": 2,
    }
    narrow = {k: v for k, v in narrow.items() if k in parameters_of(name)}
    model = getattr(models, name)(WIDE, **narrow)
    assert model.sampled_kind == Images(WIDE)
