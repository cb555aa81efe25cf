"""How the classifiers that kerasgen ships as extractors were trained."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything `train.py` needs to train a classifier again.

    Args:
        name: Name of the extractor with its version. A version never changes.
        data: What `kerasgen.data.load` takes.
        network: Arguments of `kerasgen.extractors.classifier.classifier`.
        epochs: Passes over the training images.
        batch_size: Images of one step.
        learning_rate: The highest, after a fifth of all steps; from and to it straight
            lines.
        weight_decay: What each step takes from kernels, as a share of the rate.
        label_smoothing: Share of the target given to all classes evenly.
        shift: Pixels by which an image is moved at most, its border mirrored.
        flip: Whether every other epoch shows the image mirrored.
        seed: Of weights, order and augmentation.
        runs: How many full trainings were tried before this one was published.
    """

    name: str
    data: str
    network: dict
    epochs: int
    batch_size: int = 256
    learning_rate: float = 0.25
    weight_decay: float = 5e-3
    label_smoothing: float = 0.1
    shift: int = 2
    flip: bool = False
    seed: int = 0
    runs: int = 1


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="mnist_v1",
            data="mnist",
            network={"image_shape": (28, 28, 1), "widths": (32, 64, 96)},
            epochs=5,
        ),
        Recipe(
            name="fashion_mnist_v1",
            data="fashion_mnist",
            network={"image_shape": (28, 28, 1), "widths": (32, 64, 128)},
            epochs=8,
            flip=True,
        ),
        Recipe(
            name="cifar10_v1",
            data="cifar10",
            network={"image_shape": (32, 32, 3), "widths": (64, 96, 160)},
            epochs=16,
            shift=3,
            flip=True,
        ),
    )
}
