import keras
import numpy as np
import pytest

from kerasgen.models import WGAN


def small(**arguments):
    return WGAN((8, 8, 1), **{"filters": 2, "latent_dim": 3} | arguments)


def test_the_networks_are_those_of_the_authors_for_64_pixels():
    model = WGAN((64, 64, 3))
    convolutions = [
        layer
        for layer in model.discriminator.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    assert [c.filters for c in convolutions] == [64, 128, 256, 512]
    assert {c.kernel_size for c in convolutions} == {(4, 4)}
    norms = [
        layer
        for layer in model.discriminator.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert len(norms) == 3
    assert model.latent_dim == 100
    assert model.latent_distribution == "normal"


def test_the_critics_weights_alone_are_clipped_after_a_step():
    model = small(discriminator_steps=1)
    model.compile()
    model.fit(np.zeros((8, 8, 8, 1), "uint8"), batch_size=8, verbose=0)
    for v in model.discriminator.trainable_variables:
        assert np.abs(v.numpy()).max() <= 0.01 + 1e-9, v.path
    largest = max(np.abs(v.numpy()).max() for v in model.generator.trainable_variables)
    assert largest > 0.02


def test_the_critic_moves_five_times_as_often():
    model = small(normalization=None)
    model.compile()
    model.fit(np.zeros((10, 8, 8, 1), "uint8"), batch_size=10, verbose=0)
    updates = [int(o.iterations.numpy()) for o in model.optimizer.optimizers]
    assert updates == [5, 1]


def test_the_optimizers_are_the_papers_also_after_loading(tmp_path):
    model = small()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for each in (model, again):
        each.compile()
        for optimizer in each.optimizer.optimizers:
            config = optimizer.get_config()
            assert isinstance(optimizer, keras.optimizers.RMSprop)
            assert config["learning_rate"] == pytest.approx(5e-5)
            assert (config["rho"], config["momentum"]) == (0.99, 0.0)
    assert again.clip == 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": None}, "image_shape=None"),
        ({"image_shape": (9, 9, 1)}, "height=9"),
        ({"normalization": "group"}, "normalization='group'"),
        ({"clip": -0.1}, "clip=-0.1"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        WGAN(**{"image_shape": (8, 8, 1)} | arguments)


def test_any_number_of_samples_is_measured():
    model = small(discriminator_steps=5)
    model.compile()
    x = np.zeros((10, 8, 8, 1), "uint8")
    history = model.fit(x, batch_size=10, validation_data=(x[:7],), verbose=0).history
    assert np.isfinite(history["val_generator_loss"][0])
    assert np.isfinite(
        model.evaluate(x[:7], return_dict=True, verbose=0)["generator_loss"]
    )
