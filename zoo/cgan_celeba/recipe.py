"""Conditional GAN on 9,000 faces of CelebA and four of their attributes."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="cgan_celeba",
    summary="Faces by four attributes, color, 64x64.",
    model="CGAN",
    arguments={
        "image_shape": (64, 64, 3),
        "num_classes": 4,  # attributes, of which a face may have several
        "class_names": ["Male", "Eyeglasses", "Smiling", "Blond_Hair"],
        "latent_dim": 100,
        "filters": 64,
    },
    learning={
        # Not in the paper. The last weights of a GAN depend on the step at which one
        # stops; their mean over about the last 1,000 steps does not.
        "average": 0.999,
    },
    data="celeba10k",
    split="train",
    data_arguments={
        "crop": 75,  # 150 of the original 178 x 218, as most work with DCGAN does
        "image_size": 64,
        "flip": True,  # faces have no left and right, and it doubles them
        "hold_out": 1000,
        "attributes": ["Male", "Eyeglasses", "Smiling", "Blond_Hair"],
        "passes": 10,
    },
    batch_size=64,
    epochs=10,  # 14,060 steps
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
    choose_by={
        "extractor": "efficientnet_lite0",  # to cifar10, blurred faces were better once
        "num_samples": 5000,
        "seed": 1,
        "every": 2,
    },
    half_precision=True,
    runs=2,
    data_source=(
        "CelebA, 9,000 of the aligned images 000001 to 010000 at half their size, "
        "cropped to 75x75 at the center and resized to 64x64 with Lanczos, by Ziwei "
        "Liu, Ping Luo, Xiaogang Wang and Xiaoou Tang, "
        "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"
    ),
    data_license="non-commercial research only, no redistribution",
    license="non-commercial research only, as CelebA asks for",
    limits=(
        "Nothing but the four attributes can be chosen, and they are as pictures were "
        "labeled: what looked to somebody like a man, a smile or blond hair.",
        "By eye some nine of the 64 samples of seed 0 are torn, most of them asked for "
        "eyeglasses, which few of the pictures have.",
        "Chosen from two trainings: this one, and an earlier one of 4,900 updates at a "
        "constant rate, whose fid_efficientnet_lite0_10000 was 50.0. Another, with "
        "augmentation, was stopped after its first epoch.",
        "It learned from 9,000 pictures of celebrities, most of them light-skinned, "
        "smiling and looking into the camera, and makes what it saw.",
        "Its numbers do not compare with those of models of all 202,599 images.",
    ),
)
