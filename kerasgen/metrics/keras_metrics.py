"""Metrics of Keras for numbers that need no second look at the features."""

import keras

from kerasgen.metrics.feature_statistics import FeatureStatistics
from kerasgen.metrics.frechet_distance import frechet_distance
from kerasgen.metrics.inception_score import ScoreStatistics


@keras.saving.register_keras_serializable(package="kerasgen")
class FrechetDistance(keras.metrics.Metric):
    """The Fréchet distance of features, batch after batch.

    A mean and a covariance in float32 lose digits that the distance needs, so they are
    no Keras variables: they are gathered on the host in float64, the same on every
    backend. Call the metric from a loop or a callback, not in a compiled step, and save
    a `FeatureStatistics` with its own `save`.

    Args:
        reset_real: Whether `reset_state` forgets the real features too.
        name: Name of the metric.
        dtype: Has no effect on the result, which is a Python float.

    Attributes:
        real, fake: `FeatureStatistics`.

    Example:

    ```python
    features = np.random.default_rng(0).normal(size=(2, 64, 4))
    metric = kerasgen.metrics.FrechetDistance()
    metric.update_state(*features)
    metric.result()
    ```
    """

    def __init__(self, reset_real=True, name="frechet_distance", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.reset_real = reset_real
        self.real = FeatureStatistics()
        self.fake = FeatureStatistics()

    def update_state(self, real=None, fake=None):
        """Adds a batch of either.

        Args:
            real, fake: Features, array-like `(batch, size)`, or None.

        Raises:
            ValueError: As `FeatureStatistics.update`.
        """
        if real is not None:
            self.real.update(real)
        if fake is not None:
            self.fake.update(fake)

    def result(self):
        """The distance of all features since the reset, a float.

        Raises:
            ValueError: If there are fewer than two of either.
        """
        return frechet_distance(
            self.real.mean, self.real.covariance, self.fake.mean, self.fake.covariance
        )

    def reset_state(self):
        self.fake = FeatureStatistics()
        if self.reset_real:
            self.real = FeatureStatistics()

    def get_config(self):
        return {**super().get_config(), "reset_real": self.reset_real}


@keras.saving.register_keras_serializable(package="kerasgen")
class InceptionScore(keras.metrics.Metric):
    """The Inception score of probabilities, batch after batch.

    On the host in float64, for the reasons given at `FrechetDistance`.

    Args:
        num_images: How many images there will be, to divide them into splits.
        splits: Number of parts.
        name: Name of the metric.
        dtype: Has no effect on the result, which is of Python floats.

    Raises:
        ValueError: If there are fewer images than splits.
    """

    def __init__(self, num_images, splits=10, name="inception_score", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.num_images = num_images
        self.splits = splits
        self.reset_state()

    def update_state(self, probs):
        """Adds the next probabilities, array-like `(batch, classes)`.

        Raises:
            ValueError: As `ScoreStatistics.update`.
        """
        self.statistics.update(probs)

    def result(self):
        """Dictionary of two floats: the metric's name, and with `_std` its deviation.

        Raises:
            ValueError: If images are missing.
        """
        score = self.statistics.score()
        return {self.name: score.mean, f"{self.name}_std": score.std}

    def reset_state(self):
        self.statistics = ScoreStatistics(self.num_images, self.splits)

    def get_config(self):
        return {
            **super().get_config(),
            "num_images": self.num_images,
            "splits": self.splits,
        }
