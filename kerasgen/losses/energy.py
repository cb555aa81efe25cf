"""Games in which the discriminator is an autoencoder and its error an energy."""

import math

from keras import ops

from kerasgen.losses.objective import Objective, per_sample, registered

SMALLEST_SQUARE = 1e-24  # below it a norm has no gradient instead of an infinite one


@registered
class EnergyMargin(Objective):
    """Low energy for real samples, at least `margin` for generated ones (EBGAN).

    Discriminator `D(x) + max(0, margin - D(G(z)))`, generator `D(G(z))`, where `D` is
    the Euclidean norm of the error with which the discriminator reconstructs a
    sample: an energy, not a logit.

    Args:
        margin: Positive; `m` of the paper, in the unit of the energy.

    Raises:
        ValueError: If `margin` is not a positive number.

    Reference:
        Zhao et al., 2017, arXiv:1609.03126, equations 1 to 3; the pulling-away term
        is `kerasgen.losses.pulling_away`.
    """

    needs_autoencoder = True

    def __init__(self, margin=10.0):
        if not 0.0 < margin < math.inf:
            raise ValueError(
                f"`margin` must be positive and finite. Received: margin={margin}"
            )
        self.margin = margin

    def energy(self, samples, reconstruction):
        """`|x - Dec(Enc(x))|`, norm over all axes but the batch: `(batch,)`."""
        error = _difference(samples, reconstruction)
        axes = tuple(range(1, len(error.shape)))
        square = ops.sum(ops.square(error), axis=axes)
        return ops.sqrt(ops.maximum(square, SMALLEST_SQUARE))

    def discriminator(self, real, fake):
        # relu, unlike maximum, has one gradient at its kink on every backend.
        hinge = ops.relu(self.margin - ops.cast(fake, "float32"))
        return per_sample(real) + per_sample(hinge)

    def generator(self, fake, real=None):
        return per_sample(fake)

    def get_config(self):
        return {"margin": self.margin}


@registered
class BoundaryEquilibrium(Objective):
    """Matches the energies of real and generated samples in a ratio (BEGAN).

    Discriminator `L(x) - k_t L(G(z))`, generator `L(G(z))`, where the energy `L` is
    the error with which the discriminator reconstructs a sample. The state `k_t`, in
    [0, 1], holds the mean energies at `L(G(z)) = gamma L(x)`:
    `k_t + lambda_k (gamma L(x) - L(G(z)))` is the next one.

    Args:
        gamma: Diversity ratio in (0, 1]: lower is sharper and less diverse.
        lambda_k: Positive rate of `k_t`.
        eta: Exponent of the error, 1 or 2.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Berthelot et al., 2017, arXiv:1703.10717, sections 3.1 (energy), 3.3 (gamma)
        and 3.4 (objective, `k_t`, convergence measure).
    """

    state = {"k_t": 0.0}
    measures = ("convergence",)
    needs_autoencoder = True

    def __init__(self, gamma=0.5, lambda_k=0.001, eta=1):
        if not 0.0 < gamma <= 1.0:
            raise ValueError(f"`gamma` must lie in (0, 1]. Received: gamma={gamma}")
        if not 0.0 < lambda_k < math.inf:
            raise ValueError(
                f"`lambda_k` must be positive and finite. Received: lambda_k={lambda_k}"
            )
        if eta not in (1, 2):
            raise ValueError(f"`eta` must be 1 or 2. Received: eta={eta}")
        self.gamma = gamma
        self.lambda_k = lambda_k
        self.eta = eta

    def energy(self, samples, reconstruction):
        """Mean of `|x - D(x)|^eta` over all axes but the batch: `(batch,)`."""
        error = _difference(samples, reconstruction)
        return per_sample(ops.abs(error) if self.eta == 1 else ops.square(error))

    def discriminator(self, real, fake, k_t):
        return per_sample(real) - k_t * per_sample(fake)

    def generator(self, fake, real=None, k_t=None):
        return per_sample(fake)

    def next_state(self, real, fake, k_t):
        """`{"k_t": scalar}`; `fake` are the energies the generator's update saw."""
        step = self.lambda_k * self._imbalance(real, fake)
        return {"k_t": ops.clip(k_t + step, 0.0, 1.0)}

    def convergence(self, real, fake):
        """`M_global`, a scalar that falls as training converges."""
        return ops.mean(per_sample(real)) + ops.abs(self._imbalance(real, fake))

    def _imbalance(self, real, fake):
        return self.gamma * ops.mean(per_sample(real)) - ops.mean(per_sample(fake))

    def get_config(self):
        return {"gamma": self.gamma, "lambda_k": self.lambda_k, "eta": self.eta}


def pulling_away(codes):
    """Mean squared cosine between each sample's code and those of the others.

    Added to the generator's loss of EBGAN it spreads samples over modes.

    Args:
        codes: Outputs of the discriminator's encoder for generated samples,
            `(batch, ...)`, at least two samples.

    Returns:
        `(batch,)` in [0, 1]; its mean is the paper's term.

    Reference:
        Zhao et al., 2017, arXiv:1609.03126, section 2.4.
    """
    codes = ops.cast(codes, "float32")
    n = ops.shape(codes)[0]
    codes = ops.reshape(codes, (n, -1))
    square = ops.sum(ops.square(codes), axis=1, keepdims=True)
    codes = codes / ops.sqrt(ops.maximum(square, SMALLEST_SQUARE))
    cosines = ops.matmul(codes, ops.transpose(codes))  # (batch, batch)
    others = ops.square(cosines) * (1.0 - ops.eye(n))
    return ops.sum(others, axis=1) / (ops.cast(n, "float32") - 1.0)


def _difference(samples, reconstruction):
    return ops.cast(samples, "float32") - ops.cast(reconstruction, "float32")
