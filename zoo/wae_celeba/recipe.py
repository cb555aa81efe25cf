"""Wasserstein autoencoder, by maximum mean discrepancy, on 9,000 faces of CelebA."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="wae_celeba",
    summary="Faces, color, 64x64, with an encoder.",
    model="WassersteinAutoencoder",
    arguments={
        "image_shape": (64, 64, 3),
        "latent_dim": 64,  # the authors', as is the batch normalization
        "divergence": "mmd",
        "filters": 56,  # 128 in the authors' code, for 20 times as many images
        "units": (),
        "batch_normalization": True,
    },
    learning={
        "weight": 100.0,  # the authors' lambda for faces
        # Not in the paper. The mean of the weights over about the last 1,000 steps.
        "average": 0.999,
    },
    data="celeba10k",
    split="train",
    data_arguments={
        "crop": 75,  # 150 of the original 178 x 218; the authors take 140
        "image_size": 64,
        "flip": True,  # faces have no left and right, and it doubles them
        "hold_out": 1000,
        "passes": 10,
    },
    batch_size=100,  # the authors'
    epochs=12,  # 10,800 steps
    optimizers={
        "autoencoder": {
            # The authors halve it after 30 epochs, and divide it by 5 after 50.
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1e-3,
                "decay_steps": 10800,
                "alpha": 0.02,
            },
            "beta_1": 0.5,
        }
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
        "Squared errors make faces soft: it is here for its encoder and its space of "
        "latents, and no match for a GAN in sharpness.",
        "It learned from 9,000 pictures of celebrities, most of them light-skinned, "
        "smiling and looking into the camera, and makes what it saw.",
        "Its numbers do not compare with those of models of all 202,599 images.",
    ),
)
