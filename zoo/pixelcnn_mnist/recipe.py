"""PixelCNN on the binary handwritten digits of MNIST."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="pixelcnn_mnist",
    summary="Handwritten digits in black and white, 28x28, pixel by pixel.",
    model="PixelCNN",
    arguments={
        "image_shape": (28, 28, 1),
        "likelihood": "bernoulli",
        # The paper's 16 and 7 blocks for these digits were chosen in 2016; twice the
        # maps and some more blocks, which reach all of a digit, still train in minutes.
        "filters": 32,
        "blocks": 12,
    },
    learning={
        # Not in the paper: over about the last 1,000 steps, as the rate falls.
        "average": 0.999,
    },
    data="mnist",
    split="train",
    # Drawn once, PCG64 of seed 0, as numbers of binary MNIST are compared.
    data_arguments={"binarize": "static"},
    batch_size=64,
    epochs=30,  # 28,110 steps
    optimizers={
        "network": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 2e-3,
                "decay_steps": 28140,
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
        "Unconditional: the digit cannot be chosen, but images can be completed.",
        "Pixels are black or white, as those of the data it learned from.",
        "Pixels to the upper right of a pixel are in part in its blind spot, which all "
        "networks of this form have.",
    ),
)
