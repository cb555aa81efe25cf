import pytest

from kerasgen.zoo.training.old_form import translated

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("model", "old", "learning"),
    [
        ("DCGAN", {"average": 0.9}, {"average": 0.9}),
        ("DCGAN", {"loss": "hinge", "average": None}, {"loss": "hinge"}),
        ("GAN", {"penalty": None, "replay": None, "input_noise": 0.0}, {}),
        ("DCGAN", {"update": "simultaneous"}, {"turns": "simultaneous"}),
        (
            "WGAN",
            {"clip": 0.02, "skip_margin": 1.0},
            {
                "constraints": {"discriminator": {"name": "clip", "limit": 0.02}},
                "turns": {
                    "name": "skip_while_ahead",
                    "margin": 1.0,
                    "turns": {"name": "alternating", "discriminator": 5},
                },
            },
        ),
        (
            "DCGAN",
            {"discriminator_steps": 2, "generator_steps": 3, "reuse_batch": True},
            {
                "turns": {
                    "name": "alternating",
                    "discriminator": 2,
                    "generator": 3,
                    "reuse_batch": True,
                }
            },
        ),
        (
            "ACGAN",
            {"class_weight": 2.0, "historical_weight": 0.1},
            {
                "terms": [
                    {"name": "auxiliary_classifier", "weight": 2.0},
                    {"name": "historical_averaging", "weight": 0.1},
                ]
            },
        ),
        (
            "InfoGAN",
            {"penalty": "r1", "penalty_weight": 5.0, "penalty_every": 16},
            {
                "terms": [
                    {"name": "r1", "weight": 5.0, "every": 16},
                    {"name": "mutual_information"},
                ]
            },
        ),
        (
            "DCGAN",
            {"replay": 50, "augmentation": "color,cutout", "input_noise": 0.1},
            {
                "views": [
                    {"name": "pool", "capacity": 50},
                    "color,cutout",
                    {"name": "noise", "stddev": 0.1},
                ]
            },
        ),
        (
            "DCGAN",
            {"feature_matching": True, "loss": "hinge"},
            {"loss": {"name": "feature_matching", "objective": "hinge"}},
        ),
        ("BEGAN", {"gamma": 0.7}, {"loss": {"name": "began", "gamma": 0.7}}),
        ("EBGAN", {"margin": 4.0}, {"loss": {"name": "ebgan", "margin": 4.0}}),
    ],
)
def test_how_it_learns(model, old, learning):
    arguments = {"image_shape": (28, 28, 1), **old}
    assert translated(model, arguments) == ({"image_shape": (28, 28, 1)}, learning)


def test_what_the_model_is():
    old = {"networks": "residual", "latent_distribution": "normal", "latent_dim": 8}
    expected = {"architecture": "residual", "latent_dim": 8}
    assert translated("WGANGP", old) == (expected, {})
    uniform = {"latent_distribution": "uniform"}
    assert translated("DCGAN", uniform) == (uniform, {})
    assert translated("WGANGP", uniform) == (uniform, {})  # which it refuses


def test_models_of_later_keep_their_arguments():
    later = {"average": 0.9, "loss": "elbo"}
    assert translated("VAE", later) == (later, {})
