"""What a discriminator sees, and what it says of that."""

from keras import ops

from kerasgen import layers


class Judging:
    """The discriminator's side of a `GAN`, which has its networks and arguments."""

    def seen(self, given, training):
        """What the discriminator gets to see of samples in training.

        Augmented where there is augmentation, then with noise where there is noise.
        """
        samples = given["samples"]
        for layer in (self.augment, self.noise):
            if layer is not None:
                samples = layer(samples, training=training)
        return {**given, "samples": samples}

    def judge(self, given, training=True):
        """Outputs of the discriminator, a dictionary.

        `"logits"` are energies where the objective asks for them.
        """
        outputs = self.discriminator(self.shown(given), training=training)
        if not isinstance(outputs, dict):
            outputs = {"logits": outputs}
        if self.objective.needs_autoencoder:
            energy = self.objective.energy(given["samples"], outputs["reconstruction"])
            return {**outputs, "logits": energy}
        return {**outputs, "logits": ops.cast(outputs["logits"], "float32")}

    def shown(self, given):
        """Inputs of the discriminator: the samples alone."""
        return given["samples"]

    def penalize(self, real, fake, training=True):
        """The weighted penalty, a scalar, or 0 where there is none."""
        if self.penalty_function is None or not training:
            return 0.0

        def critic(samples):
            return self.judge({**real, "samples": samples})["logits"]

        def penalty():
            values = self.penalty_function(
                critic, real["samples"], fake["samples"], seed=self.seed_generator
            )
            return self.penalty_every * self.penalty_weight * ops.mean(values)

        if self.penalty_every == 1:
            return penalty()
        return self.every(self.penalty_every, penalty, "discriminator")

    def may_move(self, player, logits):
        """Whether a player is updated: not a discriminator that is far ahead."""
        if player != "discriminator" or self.skip_margin is None:
            return True
        lead = ops.mean(logits["real"]) - ops.mean(logits["fake"])
        if self.objective.needs_autoencoder:
            lead = -lead  # energies are low for real samples
        return lead <= self.skip_margin

    @property
    def adaptive(self):
        """Whether the augmentation follows the discriminator."""
        return isinstance(self.augment, layers.AdaptiveAugmentation)

    def adapt_augmentation(self, logits):
        """Makes an adaptive augmentation stronger or weaker, after an update.

        An objective whose discriminator has no undecided logit is undecided half way
        between the means of real and of generated samples.
        """
        if not self.adaptive:
            return
        boundary = self.objective.boundary
        if boundary is None:
            boundary = (ops.mean(logits["real"]) + ops.mean(logits["fake"])) / 2
        lead = logits["real"] - boundary
        self.augment.adapt(-lead if self.objective.needs_autoencoder else lead)

    def freeze_discriminator(self, blocks):
        """Keeps the discriminator's first layers as they are: FreezeD.

        For a trained model that goes on with few images of another kind, before
        `compile`: what is close to the pixels fits other images as well.

        Args:
            blocks: How many layers with kernels, convolutions or dense ones, counted
                from the samples; they and all between them are frozen. 0 frees all.

        Raises:
            ValueError: If the model is compiled already, or has not one block more.

        Example:

        ```py
        model = kerasgen.zoo.load("dcgan_celeba")
        model.freeze_discriminator(2)
        model.compile()
        ```

        Reference:
            Mo, Cho and Shin, 2020, arXiv:2002.10964, section 3.
        """
        if self.compiled:
            raise ValueError(
                "Freeze before `compile`, which gives each trainable weight its place "
                "in the optimizer. Received: a compiled model"
            )
        inner = self.discriminator.layers
        kernels = [i for i, la in enumerate(inner) if hasattr(la, "kernel")]
        if not isinstance(blocks, int) or not 0 <= blocks < len(kernels):
            raise ValueError(
                f"`blocks` must be an integer in [0, {len(kernels)}): one of the "
                f"discriminator's layers has to learn. Received: blocks={blocks}"
            )
        last = kernels[blocks - 1] if blocks else -1
        for i, layer in enumerate(inner):
            layer.trainable = i > last
