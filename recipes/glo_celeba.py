"""Generative latent optimization on 9,000 faces of CelebA."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="glo_celeba",
    summary="Faces, color, 64x64, without an encoder or a discriminator.",
    model="GLO",
    arguments={
        "image_shape": (64, 64, 3),
        "num_codes": 9000,  # one for each image of the data below
        "latent_dim": 128,
        "filters": 24,
    },
    data="celeba10k",
    split="train",
    data_arguments={
        "crop": 75,  # 150 of the original 178 x 218, as most work with DCGAN does
        "image_size": 64,
        "hold_out": 1000,
        "indices": True,  # mirrored images would need codes of their own
        "passes": 10,
    },
    batch_size=64,
    epochs=4,  # 5,624 updates of the generator, 40 of each code
    optimizers={
        "generator": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1e-3,
                "decay_steps": 5624,
                "alpha": 0.02,
            }
        },
        "codes": {
            "optimizer": "SGD",
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1.0,
                "decay_steps": 5624,
                "alpha": 0.1,
            },
        },
    },
    seed=0,
    half_precision=True,
    runs=1,
    data_source=(
        "CelebA, 9,000 of the aligned images 000001 to 010000 at half their size, "
        "cropped to 75x75 at the center and resized to 64x64 with Lanczos, by Ziwei "
        "Liu, Ping Luo, Xiaogang Wang and Xiaoou Tang, "
        "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"
    ),
    data_license="non-commercial research only, no redistribution",
    license="non-commercial research only, as CelebA asks for",
    limits=(
        "It keeps a code for each of its 9,000 images, from which it makes something "
        "close to that image: do not take it for a model that forgets its data.",
        "Samples of the Gaussian of all codes are softer than the images it was "
        "trained on, and some are no faces.",
        "It learned from pictures of celebrities, most of them light-skinned, smiling "
        "and looking into the camera, and makes what it saw.",
        "Its numbers do not compare with those of models of all 202,599 images.",
    ),
)
