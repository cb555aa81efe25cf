"""VAE on 9,000 faces of CelebA."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="vae_celeba",
    summary="Faces, color, 64x64, with an encoder.",
    model="VAE",
    arguments={
        "image_shape": (64, 64, 3),
        "latent_dim": 64,  # WAE, section 4, for the same data and size
        # About the squared error that reconstructions leave, in [-1, 1]: the bound is
        # the largest for that one (Rybkin et al., 2021, arXiv:2006.13202).
        "likelihood": {"name": "gaussian", "variance": 0.05},
        "architecture": "convolutional",
        "filters": 24,
        "units": (),
        "batch_normalization": True,
    },
    learning={
        # With less, codes lie where the prior has hardly any draws, and most samples
        # are no faces: judged by a few short trainings at 32x32.
        "loss": {"name": "elbo", "beta": 50.0},
        "average": 0.995,  # steadies the statistics of batch normalization
    },
    data="celeba10k",
    split="train",
    data_arguments={
        "crop": 75,  # 150 of the original 178 x 218
        "image_size": 64,
        "flip": True,  # faces have no left and right, and it doubles them
        "hold_out": 1000,
        "passes": 10,
    },
    batch_size=64,
    epochs=4,  # 5,624 updates
    optimizers={
        "autoencoder": {
            "learning_rate": {
                "name": "cosine_decay",
                "initial_learning_rate": 1e-3,
                "decay_steps": 5624,
                "alpha": 0.02,
            }
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
        "Blurred: a sample is the mean of a Gaussian, and what 64 latents do not say "
        "of a face is averaged away.",
        "It learned from 9,000 pictures of celebrities, most of them light-skinned, "
        "smiling and looking into the camera, and makes what it saw.",
        "Its numbers do not compare with those of models of all 202,599 images.",
    ),
)
