"""Gated PixelCNN on binary digits, by class."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="gated_pixelcnn_mnist",
    summary="Handwritten digits by class, black and white, 28x28, pixel by pixel.",
    model="GatedPixelCNN",
    arguments={
        "image_shape": (28, 28, 1),
        "likelihood": "bernoulli",
        # Small enough for one core. A pixel sees 9 rows up, 8 columns to either side.
        "filters": 24,
        "blocks": 6,
        "num_classes": 10,
    },
    learning={
        # Not in the paper: over about the last 1,000 steps, as the rate falls.
        "average": 0.999,
    },
    data="mnist",
    split="train",
    data_arguments={"binarize": "static", "labels": True},
    # Many small steps: on a quarter of an epoch, batches of 16 at 3e-3 find the labels
    # of 87 % of held-out training images, batches of 32 at 2e-3 those of 74 %.
    batch_size=16,
    epochs=6,  # 22,500 steps
    optimizers={
        "network": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1.5e-4,
                "warmup_target": 3e-3,
                "warmup_steps": 100,
                "decay_steps": 22400,
                "alpha": 0.01,
            },
        }
    },
    seed=0,
    half_precision=True,
    runs=1,
    data_source=(
        "MNIST, 60,000 training images, by Yann LeCun, Corinna Cortes and "
        "Christopher J. C. Burges, http://yann.lecun.com/exdb/mnist/"
    ),
    data_license="CC BY-SA 3.0 (copyright Yann LeCun and Corinna Cortes)",
    license="Apache-2.0",
    limits=(
        "Pixels are black or white, as those of the data it learned from.",
        "Small: of the pixels before one, it sees 9 rows and 8 columns to either side.",
    ),
)
