"""Adversarial autoencoder on the handwritten digits of MNIST."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="aae_mnist",
    summary="Handwritten digits from eight latents, gray, 28x28.",
    model="AdversarialAutoencoder",
    arguments={
        "image_shape": (28, 28, 1),
        "latent_dim": 8,  # the paper's for its likelihoods
        "filters": 32,
        "discriminator_units": 512,
    },
    learning={
        # Not in the paper: the encoder never comes to rest in its game.
        "average": 0.999,
    },
    data="mnist",
    split="train",
    batch_size=100,  # the paper's
    epochs=30,  # 18,000 updates of each player
    optimizers={
        # The game moves faster than the reconstruction, or codes stay apart.
        "autoencoder": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 3e-4,
                "decay_steps": 18000,
                "alpha": 0.05,
            }
        },
        "discriminator": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1e-3,
                "decay_steps": 18000,
                "alpha": 0.05,
            },
            "beta_1": 0.5,
        },
        "generator": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1e-3,
                "decay_steps": 18000,
                "alpha": 0.05,
            },
            "beta_1": 0.5,
        },
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
        "Means of squared errors: strokes are softer than those of a GAN, and between "
        "two digits there are some that are neither.",
        "It learned without labels: no digit can be asked for.",
        "Nothing is known about its coverage of writing styles.",
    ),
)
