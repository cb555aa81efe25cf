"""Games in which the discriminator is an autoencoder and its error an energy."""

from keras import ops

from kerasgen.arguments import check_above_zero, check_shares
from kerasgen.losses.objective import Objective, per_sample
from kerasgen.registered import registered

SMALLEST_SQUARE = 1e-24  # below it a norm has no gradient instead of an infinite one


class _Energy(Objective):
    """An objective on the error with which the discriminator rebuilds a sample."""

    needs = ("reconstruction",)

    def energy(self, side):
        """Low for real samples, `(batch,)`."""
        raise NotImplementedError(f"{type(self).__name__} must define `energy`.")

    def score(self, side):
        return -self.energy(side)

    def expects(self, kind):
        return {} if kind.interval is None else {"reconstruction": kind.interval}


@registered
class EnergyMargin(_Energy):
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

    def __init__(self, margin=10.0):
        super().__init__()
        check_above_zero(margin=margin)
        self.margin = margin

    def energy(self, side):
        """`|x - Dec(Enc(x))|`, norm over all axes but the batch: `(batch,)`."""
        error = _error(side)
        axes = tuple(range(1, len(error.shape)))
        square = ops.sum(ops.square(error), axis=axes)
        return ops.sqrt(ops.maximum(square, SMALLEST_SQUARE))

    def discriminator(self, game):
        # relu, unlike maximum, has one gradient at its kink on every backend.
        hinge = ops.relu(self.margin - self.energy(game.fake))
        return self.energy(game.real) + hinge

    def generator(self, game):
        return self.energy(game.fake)

    def get_config(self):
        return {"margin": self.margin}


@registered
class BoundaryEquilibrium(_Energy):
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

    measures = ("convergence",)

    def __init__(self, gamma=0.5, lambda_k=0.001, eta=1):
        super().__init__()
        check_shares(gamma=gamma)
        check_above_zero(gamma=gamma, lambda_k=lambda_k)
        if eta not in (1, 2):
            raise ValueError(f"`eta` must be 1 or 2. Received: eta={eta}")
        self.gamma = gamma
        self.lambda_k = lambda_k
        self.eta = eta
        self.k_t = self.add_weight((), "zeros", name="k_t", trainable=False)

    def energy(self, side):
        """Mean of `|x - D(x)|^eta` over all axes but the batch: `(batch,)`."""
        error = _error(side)
        return per_sample(ops.abs(error) if self.eta == 1 else ops.square(error))

    def discriminator(self, game):
        return self.energy(game.real) - self.k_t.value * self.energy(game.fake)

    def generator(self, game):
        return self.energy(game.fake)

    def after_step(self, real, fake):
        """Moves `k_t`; `fake` are the scores that the generator's update saw."""
        step = self.lambda_k * self._imbalance(real, fake)
        self.k_t.assign(ops.clip(self.k_t.value + step, 0.0, 1.0))

    def logged_state(self):
        return {"k_t": self.k_t.value}

    def convergence(self, real, fake):
        """`M_global`, a scalar that falls as training converges."""
        return ops.mean(-real) + ops.abs(self._imbalance(real, fake))

    def _imbalance(self, real, fake):
        """`gamma L(x) - L(G(z))`; scores are energies with the sign turned."""
        return self.gamma * ops.mean(-real) - ops.mean(-fake)

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


def _error(side):
    """What is left of samples without their reconstruction."""
    reconstruction = ops.cast(side["reconstruction"], "float32")
    return ops.cast(side.samples, "float32") - reconstruction
