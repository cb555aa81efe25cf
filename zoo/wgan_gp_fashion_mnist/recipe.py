"""WGAN-GP on the clothes of Fashion-MNIST."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="wgan_gp_fashion_mnist",
    summary="Clothes, shoes and bags, gray, 28x28.",
    model="WGANGP",
    arguments={
        "image_shape": (28, 28, 1),
        "latent_dim": 128,
        # Half the authors' 64, for a core to train it.
        "filters": 32,
    },
    learning={
        "terms": [{"name": "wgan_gp", "weight": 10.0}],  # algorithm 1
        "turns": {"name": "alternating", "discriminator": 5},  # algorithm 1
        # Not in the paper. The last weights of a GAN depend on the step at which one
        # stops; their mean over about the last 1,000 steps does not.
        "average": 0.999,
    },
    data="fashion_mnist",
    split="train",
    batch_size=64,  # of each of the critic's five updates
    epochs=30,  # 5,610 updates of the generator, 28,050 of the critic
    optimizers={
        # Algorithm 1 has a rate of 1e-4 and runs ten times as long.
        "discriminator": {"learning_rate": 2e-4, "beta_1": 0.0, "beta_2": 0.9},
        "generator": {"learning_rate": 2e-4, "beta_1": 0.0, "beta_2": 0.9},
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
        "Fashion-MNIST, 60,000 training images, by Han Xiao, Kashif Rasul and Roland "
        "Vollgraf, arXiv:1708.07747"
    ),
    data_license="MIT (copyright Zalando SE)",
    license="Apache-2.0",
    limits=(
        "Unconditional: the kind of clothing cannot be chosen.",
        "Trained for a few thousand updates of the generator, not the paper's 200,000.",
    ),
)
