"""Plain Keras training features, on a small DCGAN and a GAN of points."""

import csv
import shutil

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen.engine import DivergenceError


def weights(model):
    return [v.numpy() for v in model.trainable_variables]


def same(left, right, tolerance=1e-5):
    return all(
        np.allclose(a, b, atol=tolerance) for a, b in zip(left, right, strict=True)
    )


def test_fit_moves_every_weight_of_both_players(dcgan, images):
    model = dcgan()
    before = weights(model)
    model.compile()
    history = model.fit(images, epochs=1, verbose=0).history
    assert set(history) == {"discriminator_loss", "generator_loss"}
    for variable, old in zip(model.trainable_variables, before, strict=True):
        assert not np.array_equal(variable.numpy(), old), variable.path


def test_validation_data_is_measured_without_moving_a_weight(dcgan, images):
    model = dcgan()
    model.compile()
    history = model.fit(
        images, epochs=2, validation_data=(images[:16],), verbose=0
    ).history
    assert len(history["val_generator_loss"]) == 2
    before = weights(model)
    logs = model.evaluate(images[:16], return_dict=True, verbose=0)
    assert same(before, weights(model), 0.0)
    np.testing.assert_allclose(
        logs["discriminator_loss"], history["val_discriminator_loss"][-1], rtol=0.2
    )


def test_labels_of_the_data_are_ignored(points_gan, points):
    model, other = points_gan(), points_gan()
    other.set_weights(model.get_weights())
    for m, y in ((model, None), (other, np.arange(64))):
        m.compile()
        m.fit(points, y, shuffle=False, verbose=0)
    assert same(weights(model), weights(other))


def test_losses_are_means_over_the_epoch(points_gan, points):
    model, other = points_gan(), points_gan()
    other.set_weights(model.get_weights())
    model.compile()
    history = model.fit(points, batch_size=32, shuffle=False, verbose=0).history
    other.compile()
    each = [
        float(
            other.train_on_batch(points[i : i + 32], return_dict=True)["generator_loss"]
        )
        for i in (0, 32)
    ]
    np.testing.assert_allclose(history["generator_loss"][0], np.mean(each), rtol=1e-4)


def test_compiled_and_eager_steps_agree(dcgan, images):
    model, other = dcgan(), dcgan()
    other.set_weights(model.get_weights())
    model.compile(keras.optimizers.SGD(0.01))
    other.compile(keras.optimizers.SGD(0.01), run_eagerly=True)
    for m in (model, other):
        m.fit(images, batch_size=16, shuffle=False, verbose=0)
    assert same(weights(model), weights(other), 1e-4)


@pytest.mark.filterwarnings("ignore")  # torch.compile has many of its own
def test_a_compiled_step_agrees_with_the_default(dcgan, images, backend):
    if backend == "torch" and shutil.which("g++") is None:
        pytest.skip("torch.compile needs a compiler")
    model, other = dcgan(), dcgan()
    other.set_weights(model.get_weights())
    for m, jit_compile in ((model, True), (other, False)):
        optimizers = {
            "discriminator": keras.optimizers.SGD(0.01),
            "generator": keras.optimizers.Adam(1e-3),
        }
        m.compile(optimizers, jit_compile=jit_compile)
        m.fit(images[:32], batch_size=16, shuffle=False, verbose=0)
    # Compiled, TensorFlow and PyTorch draw other random numbers, for tiny networks.
    tolerance = 1e-4 if backend == "jax" else 1e-2
    assert same(weights(model), weights(other), tolerance)


def test_several_steps_per_execution(points_gan, points, backend):
    model = points_gan()
    model.compile(steps_per_execution=2)
    if backend == "torch":
        with pytest.raises(ValueError, match="steps_per_execution"):
            model.fit(points, batch_size=16, verbose=0)
    else:
        model.fit(points, batch_size=16, verbose=0)
        assert int(model.optimizer["generator"].iterations.numpy()) == 4


def test_learning_rate_schedules_run_for_each_player(points_gan, points):
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([1], [0.1, 0.0])
    model = points_gan()
    model.compile({"generator": keras.optimizers.SGD(schedule)})
    model.fit(points, batch_size=16, verbose=0)
    assert float(model.optimizer["generator"].learning_rate) == 0.0
    assert float(model.optimizer["discriminator"].learning_rate) > 0.0


class Noting(keras.callbacks.Callback):
    """Notes the epochs that its model has seen when an epoch ends."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(int(self.model.epochs_seen.numpy()))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda callback: callback,
        lambda callback: (callback,),
        lambda callback: keras.callbacks.CallbackList([callback], add_history=True),
    ],
)
def test_callbacks_come_alone_or_together_after_those_of_the_engine(points_gan, wrap):
    model, noting = points_gan(), Noting()
    model.compile()
    points = np.zeros((8, 2), "float32")
    history = model.fit(points, epochs=2, callbacks=wrap(noting), verbose=0)
    assert noting.seen == [1, 2] == [1 + epoch for epoch in history.epoch]


def test_learning_rate_callbacks_reach_both_players(points_gan, points):
    model = points_gan()
    model.compile()
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
    history = model.fit(points, epochs=2, callbacks=[scheduler], verbose=0).history
    for player in ("discriminator", "generator"):
        np.testing.assert_allclose(
            history[f"learning_rate_{player}"], [1e-4, 5e-5], rtol=1e-5
        )


def test_plateau_callback_reaches_both_players(points_gan, points):
    model = points_gan()
    model.compile()
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="generator_loss", mode="min", factor=0.5, patience=1, min_delta=100.0
    )
    model.fit(points, epochs=3, callbacks=[plateau], verbose=0)
    for optimizer in model.optimizer.optimizers:
        assert float(optimizer.learning_rate) < 2e-4


def test_checkpoints_csv_and_early_stopping(points_gan, points, tmp_path):
    model = points_gan()
    model.compile()
    callbacks = [
        keras.callbacks.ModelCheckpoint(
            str(tmp_path / "best.keras"),
            monitor="generator_loss",
            mode="min",
            save_best_only=True,
        ),
        keras.callbacks.ModelCheckpoint(
            str(tmp_path / "last.weights.h5"), save_weights_only=True
        ),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        keras.callbacks.EarlyStopping(
            monitor="generator_loss", mode="min", patience=1, min_delta=100.0
        ),
    ]
    model.fit(points, epochs=9, callbacks=callbacks, verbose=0)
    with open(tmp_path / "log.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert set(rows[0]) >= {"epoch", "discriminator_loss", "generator_loss"}
    best = keras.saving.load_model(tmp_path / "best.keras")
    assert best.generate(2, seed=0).shape == (2, 2)
    other = points_gan()
    other.load_weights(tmp_path / "last.weights.h5")
    assert same(weights(model), weights(other), 0.0)


def test_tensorboard_writes_its_events(points_gan, points, tmp_path):
    model = points_gan()
    model.compile()
    board = keras.callbacks.TensorBoard(tmp_path)
    model.fit(points, epochs=1, callbacks=[board], verbose=0)
    assert list((tmp_path / "train").iterdir())


class Interrupt(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def test_backup_goes_on_where_training_was_interrupted(points_gan, points, tmp_path):
    straight, broken = points_gan(), points_gan()
    start = straight.get_weights()
    broken.set_weights(start)
    straight.compile()
    straight.fit(points, epochs=4, shuffle=False, verbose=0)

    broken.compile()
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        broken.fit(
            points, epochs=4, shuffle=False, callbacks=[backup, Interrupt()], verbose=0
        )
    again = points_gan()
    again.compile()
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    again.fit(points, epochs=4, shuffle=False, callbacks=[backup], verbose=0)
    assert int(again.epochs_seen.numpy()) == 4
    assert same(weights(straight), weights(again))


def test_mixed_bfloat16_trains_with_float32_losses(dcgan, images):
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = dcgan()
    assert model.generator.layers[4].compute_dtype == "bfloat16"
    logits = model.judge({"samples": ops.zeros((2, 16, 16, 1))})["logits"]
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    model.compile()
    history = model.fit(images, epochs=1, verbose=0).history
    assert all(np.isfinite(h[0]) for h in history.values())
    assert all(v.dtype == "float32" for v in model.trainable_variables)


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_diverging_player_stops_training_and_is_named(
    points_gan, points, player, tmp_path
):
    model = points_gan()
    model.compile({player: keras.optimizers.SGD(1e38)})
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "last.keras")
    with pytest.raises(DivergenceError, match="diverged"):
        model.fit(points, batch_size=8, epochs=3, callbacks=[checkpoint], verbose=0)
    assert not (tmp_path / "last.keras").exists()


def test_a_loader_is_told_the_epoch(points_gan, points):
    class Loader(keras.utils.PyDataset):
        epochs = []

        def __len__(self):
            return 2

        def __getitem__(self, index):
            return (points[index * 32 : index * 32 + 32],)

        def set_epoch(self, epoch):
            self.epochs.append(epoch)

    model = points_gan()
    model.compile()
    model.fit(Loader(), epochs=2, verbose=0)
    model.fit(Loader(), epochs=1, verbose=0)
    assert Loader.epochs == [0, 1, 2]


def test_any_kind_of_data_set_trains(points_gan, points, backend):
    def batches():
        yield from ((points[i : i + 32],) for i in (0, 32))

    model = points_gan()
    model.compile()
    model.fit(batches(), steps_per_epoch=2, verbose=0)
    assert int(model.optimizer["generator"].iterations.numpy()) == 2
    if backend == "tensorflow":
        import tensorflow as tf

        model.fit(tf.data.Dataset.from_tensor_slices(points).batch(16), verbose=0)
        assert int(model.optimizer["generator"].iterations.numpy()) == 6
    if backend == "torch":
        import torch

        data = torch.utils.data.TensorDataset(torch.from_numpy(points))
        model.fit(torch.utils.data.DataLoader(data, batch_size=16), verbose=0)
        assert int(model.optimizer["generator"].iterations.numpy()) == 6
