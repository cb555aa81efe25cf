"""Two epochs, saved and loaded, and two more equal four, however a GAN learns.

Loaded where the global policy is another, as in a new process.
"""

import keras
import numpy as np
import pytest

from kerasgen import layers
from kerasgen.adversarial import (
    GAN,
    R1,
    Alternating,
    Clip,
    GradientPenalty,
    HistoricalAveraging,
    SkipWhileAhead,
)
from kerasgen.engine import Average, ByEpoch
from kerasgen.inputs import Codes, Labels, Latents
from kerasgen.losses import BoundaryEquilibrium

SHAPE = (4, 4, 1)
SPECTRAL = layers.SpectralNormalization
STEPWISE = keras.optimizers.schedules.PiecewiseConstantDecay


def generator(*sizes):
    """Dense layers with batch statistics, from inputs of these sizes."""
    inputs = [keras.Input((size,)) for size in sizes]
    x = keras.layers.Concatenate()(inputs) if len(sizes) > 1 else inputs[0]
    x = keras.layers.BatchNormalization()(keras.layers.Dense(6)(x))
    x = keras.layers.Dense(16, "tanh")(keras.layers.ReLU()(x))
    images = keras.layers.Reshape(SHAPE)(x)
    return keras.Model(inputs if len(sizes) > 1 else inputs[0], images)


def discriminator(*sizes, wrap=lambda layer: layer, **heads):
    """Dense layers with dropout; `heads` gives sizes of outputs beside the logits."""
    images, *others = inputs = [keras.Input(SHAPE), *map(keras.Input, zip(sizes))]
    x = keras.layers.Flatten()(images)
    x = keras.layers.Concatenate()([x, *others]) if others else x
    x = keras.layers.Dropout(0.2, seed=7)(wrap(keras.layers.Dense(6, "relu"))(x))
    outputs = {"logits": wrap(keras.layers.Dense(1))(x)}
    outputs |= {name: keras.layers.Dense(size)(x) for name, size in heads.items()}
    return keras.Model(inputs if others else images, outputs)


def autoencoder():
    images = keras.Input(SHAPE)
    x = keras.layers.Dense(4, "tanh")(keras.layers.Flatten()(images))
    x = keras.layers.Reshape(SHAPE)(keras.layers.Dense(16)(x))
    return keras.Model(images, {"reconstruction": x})


def plain(**learning):
    model = GAN(generator(3), discriminator(), seed=3)
    model.compile(**learning)
    return model


def conditional(**learning):
    inputs = (Latents(3), Labels(4))
    networks = generator(3, 4), discriminator(4)
    model = GAN(*networks, inputs=inputs, conditions=("labels",), seed=3)
    model.compile(**learning)
    return model


def with_codes(**learning):
    inputs = (Latents(3), Codes((2,), 1))
    model = GAN(generator(3, 3), discriminator(codes=3), inputs=inputs, seed=3)
    model.compile(**learning)
    return model


def with_spectral_normalization(**learning):
    networks = generator(3), discriminator(wrap=SPECTRAL)
    model = GAN(*networks, seed=3)
    model.compile(**learning)
    return model


def of_energies(**learning):
    model = GAN(generator(3), autoencoder(), seed=3)
    model.compile(**learning)
    return model


def accumulating():
    return keras.optimizers.Adam(1e-3, gradient_accumulation_steps=3)


def by_epoch():
    return keras.optimizers.Adam(ByEpoch(STEPWISE([2], [1e-3, 2e-3])))


# name: (policy, function that makes a compiled model)
CASES = {
    "noise that fades": (
        "mixed_bfloat16",
        lambda: plain(views=[layers.GaussianNoise(0.3, decay_calls=40, seed=1)]),
    ),
    "noise of Keras": (
        "mixed_bfloat16",
        lambda: plain(views=[keras.layers.GaussianNoise(0.3, seed=1)]),
    ),
    "pool of labeled samples": (
        "mixed_bfloat16",
        lambda: conditional(loss="hinge", views=[layers.SamplePool(10, seed=1)]),
    ),
    "pool, augmentation and noise by value": (
        "mixed_bfloat16",
        lambda: plain(
            loss="hinge",
            views=[
                layers.SamplePool(10, seed=1),
                layers.DifferentiableAugmentation("cutout", 0.5, seed=2),
                layers.GaussianNoise(0.1, seed=3),
            ],
        ),
    ),
    "all by name": (
        "mixed_bfloat16",
        lambda: plain(views=["pool", "color", {"name": "noise", "stddev": 0.1}]),
    ),
    "adaptive augmentation by value": (
        "mixed_bfloat16",
        lambda: plain(
            views=[layers.AdaptiveAugmentation("translation", -0.5, 200, seed=1)],
            terms=[R1(0.1, every=3)],
        ),
    ),
    "adaptive augmentation by name, in bfloat16 alone": (
        "bfloat16",
        lambda: plain(views=[{"name": "adaptive", "policy": "flip"}]),
    ),
    "codes": (
        "mixed_bfloat16",
        lambda: with_codes(terms=["mutual_information"], average=0.9),
    ),
    "spectral normalization and several updates": (
        "mixed_bfloat16",
        lambda: with_spectral_normalization(
            loss="hinge", turns=Alternating(discriminator=2), average=0.9
        ),
    ),
    "penalty, clipping and averages of both": (
        "float32",
        lambda: with_spectral_normalization(
            loss="wasserstein",
            terms=[GradientPenalty(1.0, every=2)],
            constraints={"discriminator": Clip(0.5)},
            average=[0.9, Average(0.5, ["discriminator", "generator"])],
        ),
    ),
    "schedules": (
        "mixed_bfloat16",
        lambda: plain(
            optimizer={"discriminator": by_epoch()},
            terms=[R1(STEPWISE([12], [0.1, 0.2]), every=2)],
            views=[layers.GaussianNoise(0.1, seed=1)],
        ),
    ),
    "histories and turns that are skipped": (
        "mixed_bfloat16",
        lambda: plain(
            loss="least_squares",
            terms=[HistoricalAveraging(0.1), R1(0.1)],
            turns=SkipWhileAhead(0.2),
        ),
    ),
    "balance of energies and gradients that add up": (
        "mixed_bfloat16",
        lambda: of_energies(
            optimizer={"discriminator": accumulating()},
            loss=BoundaryEquilibrium(1.0, lambda_k=0.1),
            views=[layers.SamplePool(10, seed=1)],
            average=0.9,
        ),
    ),
}
# Each compiles for seconds there, and JAX has one program for all of a step.
UNDER_JAX = (
    "all by name",
    "adaptive augmentation by value",
    "spectral normalization and several updates",
)


def data(model):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (32, *SHAPE), dtype="uint8")
    return (images, np.arange(32) % 4) if model.labels else (images,)


def values(model):
    """`{path: value}` of all that a training changes, without running means."""
    metrics = {id(v) for v in model.metrics_variables}
    variables = [*model.variables, *model.optimizer.variables]
    variables = [v for v in variables if id(v) not in metrics]
    return [(v.path, keras.ops.convert_to_numpy(v.value)) for v in variables]


@pytest.mark.parametrize("case", CASES)
def test_two_epochs_and_two_more_equal_four(case, tmp_path, backend):
    if backend == "jax" and case not in UNDER_JAX:
        pytest.skip("on the two other backends")
    policy, make = CASES[case]
    keras.config.set_dtype_policy(policy)
    whole = make()
    keras.config.set_dtype_policy("float32")
    train = {"batch_size": 8, "shuffle": False, "verbose": 0}
    whole.fit(*data(whole), epochs=2, **train)
    whole.save(tmp_path / "half.keras")
    before = values(whole)
    whole.fit(*data(whole), epochs=4, initial_epoch=2, **train)
    second = keras.saving.load_model(tmp_path / "half.keras")
    second.fit(*data(second), epochs=4, initial_epoch=2, **train)
    found, expected = values(second), values(whole)
    assert len(found) == len(expected)
    for (_, a), (path, b) in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, err_msg=path)
    moved = [
        not np.array_equal(a, b) for (_, a), (_, b) in zip(before, found, strict=True)
    ]
    assert sum(moved) > len(moved) / 2
