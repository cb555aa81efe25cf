"""VAE on the handwritten digits of MNIST, with two latents."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="vae_mnist",
    summary="Handwritten digits from a plane of two latents, gray, 28x28.",
    model="VAE",
    arguments={
        "image_shape": (28, 28, 1),
        "latent_dim": 2,  # the whole space fits in one picture; the paper's figure 4
        "likelihood": "bernoulli",
        "architecture": "mlp",
        # The paper's one layer of 500 tanh leaves more of the digits out: with two
        # latents the networks have to fold the plane.
        "units": (512, 256),
        "activation": "relu",
    },
    data="mnist",
    split="train",
    batch_size=100,  # the paper's
    epochs=50,  # 30,000 updates
    optimizers={
        "autoencoder": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1e-3,
                "decay_steps": 30000,
                "alpha": 0.02,
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
    limits=(
        "Two numbers do not hold a digit: what it makes is blurred where several "
        "digits meet in the plane, and reconstructions may be of another digit.",
        "Samples are means of the likelihood, probabilities of ink, and no draws.",
        "Nothing is known about its coverage of writing styles.",
    ),
)
