"""WGAN-GP on the clothes of Fashion-MNIST."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="wgan_gp_fashion_mnist",
    summary="Clothes, shoes and bags, gray, 28x28.",
    model="WGANGP",
    arguments={
        "image_shape": (28, 28, 1),
        "latent_dim": 128,
        "filters": 64,  # the authors'
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
    epochs=150,
    optimizers={
        "discriminator": {
            "learning_rate": {
                "name": "constant_then_linear",
                "value": 2e-4,
                "constant": 50,
                "linear": 50,
                "by": "percent",
            },
            "beta_1": 0.0,
            "beta_2": 0.9,
        },
        "generator": {
            "learning_rate": {
                "name": "constant_then_linear",
                "value": 2e-4,
                "constant": 50,
                "linear": 50,
                "by": "percent",
            },
            "beta_1": 0.0,
            "beta_2": 0.9,
        },
    },
    seed=0,
    half_precision=True,
    runs=2,
    choose_by={
        "extractor": "fashion_mnist",
        "num_samples": 5000,
        "seed": 1,
        "every": 10,
    },
    data_source=(
        "Fashion-MNIST, 60,000 training images, by Han Xiao, Kashif Rasul and Roland "
        "Vollgraf, arXiv:1708.07747"
    ),
    data_license="MIT (copyright Zalando SE)",
    license="Apache-2.0",
    limits=(
        "Unconditional: the kind of clothing cannot be chosen.",
        "Trained for fewer updates of the generator than the paper's 200,000.",
    ),
)
