"""Gated PixelCNN on the articles of Fashion-MNIST, by class."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="gated_pixelcnn_fashion_mnist",
    summary="Articles of clothing by class, gray, 28x28, pixel by pixel.",
    model="GatedPixelCNN",
    arguments={
        "image_shape": (28, 28, 1),
        # All 256 levels of a byte, so that bits a dimension compare with other models.
        "likelihood": "categorical",
        "filters": 64,
        "blocks": 10,
        "num_classes": 10,
    },
    learning={
        # Not in the paper: over about the last 1,000 steps, as the rate falls.
        "average": 0.999,
    },
    data="fashion_mnist",
    split="train",
    data_arguments={"labels": True},
    batch_size=64,
    epochs=11,  # 10,307 steps
    optimizers={
        "network": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1e-3,
                "decay_steps": 10318,
                "alpha": 0.01,
            },
        }
    },
    seed=0,
    half_precision=True,
    runs=1,
    data_source=(
        "Fashion-MNIST, 60,000 training images, by Han Xiao, Kashif Rasul and Roland "
        "Vollgraf, arXiv:1708.07747"
    ),
    data_license="MIT (copyright Zalando SE)",
    license="Apache-2.0",
    limits=(
        "It learned the likelihood of every gray level, most of which is texture and "
        "noise: outlines are less sure than in samples of a GAN.",
        "Nothing is known about its coverage of what is rare in the data.",
    ),
)
