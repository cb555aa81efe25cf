"""Augmentation as strong as the discriminator's overfitting asks for."""

from keras import ops

from kerasgen.arguments import check_positive, check_shares
from kerasgen.layers.augmentation import DifferentiableAugmentation
from kerasgen.registered import registered


@registered
class AdaptiveAugmentation(DifferentiableAugmentation):
    """Differentiable augmentation whose probability training itself sets.

    The measure of overfitting is `r_t = E[sign(D(x))]` over real samples, as the
    discriminator saw them: 0 where it cannot tell them, 1 where it is sure of all.
    Every `interval` updates the probability goes up if `r_t` is above the target, down
    if it is below, at a rate that takes `ramp_samples` real samples from 0 to 1.
    Probability and sums are saved with the model.

    Args:
        policy: As for `DifferentiableAugmentation`; the default has the changes of the
            paper's best, "bgc".
        target: The `r_t` to hold, in (-1, 1).
        ramp_samples: Real samples that take the probability from 0 to 1, at least 1.
        interval: Updates of the discriminator between two adjustments, at least 1.
        most: Where the probability stops rising, in [0, 1].
        seed: Integer, seed of the changes.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Karras et al., 2020, arXiv:2006.06676, section 3.1 and equation 1.

    Differences:
        Those of the changes, see `DifferentiableAugmentation`.
    """

    def __init__(
        self,
        policy=("flip", "quarter_turns", "translation", "geometry", "palette"),
        target=0.6,
        ramp_samples=500_000,
        interval=4,
        most=1.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(policy, probability=0.0, seed=seed, **kwargs)
        if not -1.0 < target < 1.0:
            raise ValueError(f"`target` must lie in (-1, 1). Received: target={target}")
        check_shares(most=most)
        check_positive(ramp_samples=ramp_samples, interval=interval)
        self.target = target
        self.ramp_samples = ramp_samples
        self.interval = interval
        self.most = most
        self._now = self._scalar("now")
        self._signs = self._scalar("signs")
        self._samples = self._scalar("samples")
        self._updates = self._scalar("updates")

    def current_probability(self):
        return self._now.value

    def measured(self):
        """What `fit` logs."""
        return {"augmentation_probability": self.current_probability()}

    def adapt(self, real):
        """Takes in the discriminator's answers to one minibatch of real samples.

        Args:
            real: How far each is on the side of the real ones, `(batch, ...)`; zero is
                undecided.
        """
        signs = ops.sign(ops.cast(real, "float32"))
        n = ops.shape(signs)[0]
        per_sample = ops.mean(ops.reshape(signs, (n, -1)), axis=-1)
        samples = self._samples.value + ops.cast(n, "float32")
        total = self._signs.value + ops.sum(per_sample)
        updates = self._updates.value + 1.0
        due = updates >= self.interval
        step = ops.sign(total / samples - self.target) * samples / self.ramp_samples
        moved = ops.clip(self._now.value + step, 0.0, self.most)
        self._now.assign(ops.where(due, moved, self._now.value))
        for variable, value in (
            (self._signs, total),
            (self._samples, samples),
            (self._updates, updates),
        ):
            variable.assign(ops.where(due, 0.0, value))

    def _scalar(self, name):
        return self.add_weight(
            (), "zeros", name=name, dtype="float32", trainable=False, autocast=False
        )

    def get_config(self):
        config = super().get_config()
        config.pop("probability")
        return {
            **config,
            "target": self.target,
            "ramp_samples": self.ramp_samples,
            "interval": self.interval,
            "most": self.most,
        }
