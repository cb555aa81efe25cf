"""ACGAN on the handwritten digits of MNIST."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="acgan_mnist",
    summary="Handwritten digits by class, gray, 28x28.",
    model="ACGAN",
    arguments={
        "image_shape": (28, 28, 1),
        "num_classes": 10,
        "latent_dim": 100,
        # The paper's 96 for 32x32 color; digits need less, and a core has to train it.
        "filters": 64,
        "discriminator_filters": 16,  # appendix, as are 5x5 and 3x3 kernels
        "dropout": 0.5,
    },
    learning={
        # Not in the paper. The last weights of a GAN depend on the step at which one
        # stops; their mean over about the last 1,000 steps does not.
        "average": 0.999,
    },
    data="mnist",
    split="train",
    data_arguments={"labels": True},
    batch_size=64,
    epochs=20,  # 18,740 updates of each player
    optimizers={
        "discriminator": {"learning_rate": 2e-4, "beta_1": 0.5},
        "generator": {"learning_rate": 2e-4, "beta_1": 0.5},
    },
    seed=0,
    half_precision=True,
    runs=1,
    as_run={
        "average": (
            "without the statistics of batch normalization, which are those of the "
            "last weights: the library averages them now"
        ),
        "record": "its note was written into it by hand",
    },
    data_source=(
        "MNIST, 60,000 training images, by Yann LeCun, Corinna Cortes and "
        "Christopher J. C. Burges, http://yann.lecun.com/exdb/mnist/"
    ),
    data_license="CC BY-SA 3.0 (copyright Yann LeCun and Corinna Cortes)",
    license="Apache-2.0",
    limits=(
        "It learned from the training images alone and was judged without regard to "
        "who wrote them: nothing is known about its coverage of writing styles.",
    ),
)
