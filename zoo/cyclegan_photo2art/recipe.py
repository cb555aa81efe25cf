"""CycleGAN between photographs and paintings of six kinds of things."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="cyclegan_photo2art",
    summary="Photographs into paintings and back, color, 128x128.",
    model="CycleGAN",
    arguments={
        "image_shape": (128, 128, 3),
        # 64 of all networks in the paper: 21 million weights, of which 13 MB hold 6.
        # Multiples of 8, as tensor cores want: XLA pads others in float16 alone.
        "filters": 32,
        "discriminator_filters": 32,
        "blocks": 6,  # appendix 7.2, for 128 pixels
    },
    data="photo2art",
    split="train",
    data_arguments={
        "image_size": 128,
        "jitter": 143,  # 286 of 256 in the authors' code
        "flip": True,
    },
    batch_size=1,
    epochs=14,  # 15,722 steps; 200 in the paper
    optimizers={
        "discriminator": {
            "learning_rate": {
                "name": "constant_then_linear",
                "value": 2e-4,  # appendix 7.1, as its fall in the second half
                "constant": 50,
                "linear": 50,
                "by": "percent",
            },
            "beta_1": 0.5,
        },
        "generator": {
            "learning_rate": {
                "name": "constant_then_linear",
                "value": 2e-4,
                "constant": 50,
                "linear": 50,
                "by": "percent",
            },
            "beta_1": 0.5,
        },
    },
    seed=0,
    precision="mixed_bfloat16",
    half_precision=True,
    runs=1,  # others, with and without the identity loss, were stopped within 2 epochs
    data_source=(
        "PACS, 1,117 photographs and 1,123 paintings of dogs, elephants, giraffes, "
        "guitars, horses and houses at 128x128, by Da Li, Yongxin Yang, Yi-Zhe Song "
        "and Timothy Hospedales, https://arxiv.org/abs/1710.03077"
    ),
    data_license="research only; pictures from the web",
    license="research only, as its data",
    limits=(
        "Photographs get the colors, outlines and canvas of paintings, and a regular "
        "pattern of dots, but keep every shape; paintings only grow paler and stay "
        "paintings to the eye.",
        "It knows six kinds of things, none of them people, and one size, 128x128.",
        "The paper trains on one subject and one painter, for 200 passes; here are "
        "many of both, and 14 of the passes.",
    ),
)
