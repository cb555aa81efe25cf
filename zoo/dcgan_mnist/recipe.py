"""DCGAN on the handwritten digits of MNIST."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="dcgan_mnist",
    summary="Handwritten digits, gray, 28x28.",
    model="DCGAN",
    arguments={
        "image_shape": (28, 28, 1),
        "latent_dim": 100,
        "filters": 32,
        # Two strided convolutions alone see strokes and no digit: without this layer,
        # at 64 filters, fid_mnist_5000 was 14.7 after as many epochs.
        "dense_width": 384,
        # Not in the paper. Without gaps between latents one sample in ten was between
        # two digits; twice as many categories as digits, so that each finds one.
        "categories": 20,
        # Uniform in the paper. Normal latents look the same in every direction, so
        # that arithmetic and spherical interpolation between them stay in
        # distribution.
        "latent_distribution": "normal",
    },
    learning={
        # Not in the paper. The last weights of a GAN depend on the step at which one
        # stops; their mean over about the last 1,000 steps does not.
        "average": 0.999,
    },
    data="mnist",
    split="train",
    batch_size=64,  # the paper has 128 for a set 50 times as large
    epochs=16,  # 14,992 steps
    optimizers={
        "discriminator": {
            "learning_rate": {
                "name": "constant_then_linear",
                "value": 2e-4,  # DCGAN, section 4
                "constant": 50,
                "linear": 50,
                "by": "percent",
            },
            "beta_1": 0.5,
        },
        "generator": {
            "learning_rate": {
                "name": "constant_then_linear",
                "value": 1e-3,  # as InfoGAN, which is DCGAN with codes
                "constant": 50,
                "linear": 50,
                "by": "percent",
            },
            "beta_1": 0.5,
        },
    },
    seed=0,
    half_precision=True,
    runs=5,
    choose_by={"extractor": "mnist", "num_samples": 5000, "seed": 1, "every": 2},
    data_source=(
        "MNIST, 60,000 training images, by Yann LeCun, Corinna Cortes and "
        "Christopher J. C. Burges, http://yann.lecun.com/exdb/mnist/"
    ),
    data_license="CC BY-SA 3.0 (copyright Yann LeCun and Corinna Cortes)",
    license="Apache-2.0",
    limits=(
        "Unconditional: the digit cannot be chosen.",
        "Chosen from five trainings: this one; one without categories, whose "
        "fid_mnist_10000 was 1.27 and of whose digits a classifier was sure in 89 %; "
        "one without a dense layer (64 filters), fid_mnist_5000 14.7 in its last "
        "epoch; one with the hinge loss and spectral normalization beside the dense "
        "layer, 11.5; and an earlier one of 25 epochs without a dense layer, whose "
        "fid_mnist_10000 was 13.98. About ten others were stopped within four epochs.",
        "Its samples are less various than without categories: recall is 0.67, where "
        "it was 0.78.",
        "Along a path between two latents the digit may jump where another of the "
        "first 20 latents becomes the largest.",
        "It learned from the training images alone and was judged without regard to "
        "who wrote them: nothing is known about its coverage of writing styles.",
    ),
)
