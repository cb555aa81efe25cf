"""CycleGAN between photographs of facades and maps of their parts, unpaired."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="cyclegan_facades",
    summary="Photographs of facades into maps of their parts and back, color, 128x128.",
    model="CycleGAN",
    arguments={
        "image_shape": (128, 128, 3),
        # 64 of all networks in the paper: 21 million weights, of which 13 MB hold 6.
        # Multiples of 8, as tensor cores want: XLA pads others in float16 alone.
        "filters": 32,
        "discriminator_filters": 32,
        "blocks": 6,  # appendix 7.2, for 128 pixels
    },
    data="facades",
    split="train",
    # Without `paired`, each domain comes in an order of its own.
    data_arguments={
        "image_size": 128,
        "jitter": 143,  # 286 of 256 in the authors' code
        "flip": True,
        "passes": 5,
    },
    batch_size=1,
    epochs=5,  # 10,000 steps, 25 passes; 200 in the paper
    # The colors of a map mean something else than those of a photograph.
    learning={"identity": 0.0},
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
    runs=1,
    data_source=(
        "CMP Facade Database, 400 training pairs at half their 256x256 pixels, by "
        "Radim Tylecek and Radim Sara, https://cmp.felk.cvut.cz/~tylecr1/facade/, "
        "as split for pix2pix"
    ),
    data_license="research only",
    license="research only, as its data",
    limits=(
        "It learned without knowing which map belongs to which photograph: "
        "pix2pix_facades knew. It makes maps and photographs of facades alone, of "
        "128x128 pixels.",
        "Maps have the right parts at many places and wrong ones at others, with soft "
        "edges; photographs have windows and ledges where maps have them, in few "
        "colors, most of them gray, with a pattern of dots, and a skyline of scraps.",
        "Half of the paper's width and 25 of its 200 passes, at half the size.",
    ),
)
