"""WGAN-GP on the clothes of Fashion-MNIST."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="wgan_gp_fashion_mnist",
    summary="Clothes, shoes and bags, gray, 28x28.",
    model="WGANGP",
    arguments={
        "image_shape": (28, 28, 1),
        "latent_dim": 128,
        # The networks of the appendix for CIFAR-10, of half their width. Two strided
        # convolutions do not see a whole image.
        "architecture": "residual",
        "filters": 64,
    },
    learning={
        "terms": [{"name": "wgan_gp", "weight": 10.0}],  # algorithm 1
        # 5 in algorithm 1: here more updates of the generator are worth more.
        "turns": {"name": "alternating", "discriminator": 2},
        # Not in the paper. The last weights of a GAN depend on the step at which one
        # stops; their mean over about the last 1,000 steps does not.
        "average": 0.999,
    },
    data="fashion_mnist",
    split="train",
    batch_size=64,  # of each of the critic's two updates
    epochs=20,  # 9,360 steps
    optimizers={
        "discriminator": {
            "learning_rate": {
                "name": "constant_then_linear",
                "value": 2e-4,  # the authors' code, for these networks
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
    runs=3,
    precision="mixed_bfloat16",
    choose_by={
        "extractor": "fashion_mnist",
        "num_samples": 5000,
        "seed": 1,
        "every": 2,
    },
    data_source=(
        "Fashion-MNIST, 60,000 training images, by Han Xiao, Kashif Rasul and Roland "
        "Vollgraf, arXiv:1708.07747"
    ),
    data_license="MIT (copyright Zalando SE)",
    license="Apache-2.0",
    limits=(
        "Unconditional: the kind of clothing cannot be chosen.",
        "Trained for 9,360 updates of the generator, where the paper has 200,000, and "
        "not done: fid_fashion_mnist_5000 was still falling, from 13.0 after 16 epochs "
        "to 11.6 after 20. Patterns on clothes come out as blots.",
        "Chosen from three trainings: this one; one with the authors' convolutional "
        "networks and five updates of the critic, fid_fashion_mnist_5000 16.8; and an "
        "earlier one of 5,610 updates, whose fid_fashion_mnist_10000 was 29.9.",
    ),
)
