"""InfoGAN on the handwritten digits of MNIST, without their labels."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="infogan_mnist",
    summary="Handwritten digits by codes that nobody labeled, gray, 28x28.",
    model="InfoGAN",
    arguments={
        "image_shape": (28, 28, 1),
        "categorical": (10,),  # appendix C.1
        "continuous": 2,
        "latent_dim": 62,
        # Half the paper's 64 and 1024: a core has to train it.
        "filters": 32,
        "dense_width": 512,
    },
    learning={
        # Not in the paper. The last weights of a GAN depend on the step at which one
        # stops; their mean over about the last 1,000 steps does not.
        "average": 0.999,
    },
    data="mnist",
    split="train",
    batch_size=64,
    epochs=12,  # 11,244 updates of each player
    optimizers={
        "discriminator": {"learning_rate": 2e-4, "beta_1": 0.5},  # appendix C
        "generator": {"learning_rate": 1e-3, "beta_1": 0.5},
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
        "Three of its ten categories mix the digits 0, 3 and 8, as the purity of each "
        "says; the first continuous code is slant, the second thickness.",
        "What a code means was found by training, not chosen; another seed gives "
        "another order of the digits.",
        "Nothing is known about its coverage of writing styles.",
    ),
)
