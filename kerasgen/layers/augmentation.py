"""Random changes of all that a discriminator sees."""

import keras
from keras import ops

from kerasgen.arguments import as_list, check_shares, check_training_seeds
from kerasgen.layers import transforms
from kerasgen.nearest import nearest
from kerasgen.registered import registered

POLICIES = {
    "flip": transforms.flip,
    "quarter_turns": transforms.quarter_turns,
    "translation": transforms.translation,
    "geometry": transforms.geometry,
    "color": transforms.color,
    "palette": transforms.palette,
    "cutout": transforms.cutout,
}


@registered
class DifferentiableAugmentation(keras.layers.Layer):
    """Changes images at random in training, so that a gradient passes through.

    A discriminator that sees real and generated samples in this way alone cannot learn
    a small set of images by heart, and what the generator learns is not augmented as
    long as the changes can be told from the images.

    Args:
        policy: Names, or one string of names with commas. Of the first paper below
            `"color"` (brightness, saturation, contrast), `"translation"` by up to an
            eighth of the sides, `"cutout"` of a rectangle of half the sides; of the
            second `"flip"` left and right, `"quarter_turns"`, `"geometry"` (scales,
            rotations by any angle, shifts) and `"palette"` (brightness, contrast,
            inversion, hue, saturation). Geometry comes before colors, cutout last.
        probability: That an image undergoes a change, for each change by itself, in
            [0, 1].
        seed: Integer, seed of the changes.

    Call arguments:
        inputs: Images `(batch, height, width, channels)` in [-1, 1].
        training: Where False the images pass as they are.

    Returns:
        The same shape; `"color"` and `"palette"` can leave [-1, 1].

    Raises:
        ValueError: If a name is unknown, the probability is out of range or the inputs
            are not images.

    Reference:
        Zhao et al., 2020, arXiv:2006.10738, section 3.2; the numbers are those of the
        authors. Karras et al., 2020, arXiv:2006.06676, appendix B.

    Differences:
        `"geometry"` samples bilinearly at the image's own resolution, where the paper
        filters at twice of it. `"translation"` is over gray, the paper's over the
        image's reflection.
    """

    POLICIES = tuple(POLICIES)

    def __init__(
        self,
        policy=("color", "translation", "cutout"),
        probability=1.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        check_shares(probability=probability)
        self.policy = _names(policy)
        self.probability = probability
        self.seed = seed
        check_training_seeds(seed=seed)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        if len(input_shape) != 4:
            raise ValueError(
                "Augmentation is for images (batch, height, width, channels). "
                f"Received: samples of shape {tuple(input_shape[1:])}"
            )
        self.built = True

    def call(self, inputs, training=False):
        if not training:
            return inputs
        images = ops.cast(inputs, "float32")
        draw = transforms.Draw(ops.shape(images)[0], self.seed_generator)
        probability = self.current_probability()
        for name in self.policy:
            images = POLICIES[name](images, draw, probability)
        return ops.cast(images, inputs.dtype)

    def current_probability(self):
        """That of the next training call."""
        return self.probability

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "policy": self.policy,
            "probability": self.probability,
            "seed": self.seed,
        }


def _names(policy):
    """The names of a policy, checked, in the order of their application."""
    names = policy.split(",") if isinstance(policy, str) else policy
    names = [str(name).strip() for name in as_list("policy", names, "names")]
    for name in names:
        if name not in POLICIES:
            raise ValueError(
                f"`policy` must be of {', '.join(POLICIES)}. {nearest(name, POLICIES)}"
                f"Received: policy with {name!r}"
            )
    if not names or len(set(names)) < len(names):
        raise ValueError(
            f"`policy` must name each change once, and one at least. Received: {names}"
        )
    return [name for name in POLICIES if name in names]
