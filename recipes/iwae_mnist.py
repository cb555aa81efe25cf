"""VAE with 50 latents on statically binarized MNIST, by the importance-weighted bound.

Its number is the log-likelihood, see docs/vae.md, and not its samples: no entry of the
zoo. 5,000 training digits are held out, by which it was chosen.
"""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="iwae_mnist",
    summary="Black and white digits of a model that is measured by its likelihood.",
    model="VAE",
    arguments={
        "image_shape": (28, 28, 1),
        "latent_dim": 50,  # IWAE, section 5
        "likelihood": "bernoulli",
        "architecture": "convolutional",
        "filters": 16,
        # After 5,500 updates 5.8 nats better than ReLU, on digits held out.
        "activation": "silu",
    },
    learning={"loss": {"name": "elbo", "samples": 5}, "average": 0.999},
    data="mnist",
    split="train",
    data_arguments={"binarize": "static", "hold_out": 5000},
    batch_size=100,
    epochs=30,  # 16,500 updates
    optimizers={
        "autoencoder": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 2e-3,
                "decay_steps": 16500,
                "alpha": 0.01,
            }
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
    limits=("Chosen for its likelihood: samples are smooth, and some are malformed.",),
)
