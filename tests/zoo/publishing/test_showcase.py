import numpy as np
import pytest
from PIL import Image

from kerasgen import data, models, zoo
from kerasgen.pictures import image_grid
from kerasgen.zoo.publishing.showcase import (
    MANIFOLD,
    caption,
    spread,
    write_pictures,
    write_ways_back,
)
from kerasgen.zoo.publishing.triptych import main


@pytest.fixture(scope="module")
def vae():
    return models.VAE((8, 8, 1), latent_dim=2, filters=2, seed=0)


def test_a_plane_of_latents_is_shown_whole(vae, tmp_path):
    write_pictures(vae, tmp_path)
    with Image.open(tmp_path / MANIFOLD) as picture:
        plane = np.asarray(picture)
    assert plane.shape == (20 * 8, 20 * 8)
    # The lower left corner is the 2.5 % quantile of both numbers: -1.96.
    corner = vae.generate(latents=[[-1.959964, -1.959964]])
    np.testing.assert_allclose(plane[-8:, :8], corner[0, ..., 0], atol=1)
    samples = image_grid(vae.generate(64, seed=0, verbose=0))
    with Image.open(tmp_path / "samples.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), samples[..., 0])


def test_the_card_shows_the_plane(vae, tmp_path):
    zoo.save(vae, tmp_path)
    recipe = "recipe = Recipe(name='vae_digits', model='VAE', data='digits')\n"
    (tmp_path / "recipe.py").write_text(recipe, "utf-8")
    write_pictures(vae, tmp_path)
    assert f"({MANIFOLD})" in zoo.card(tmp_path)
    assert "plane of latents" in caption(MANIFOLD, vae.inputs, vae.kind)


@pytest.mark.parametrize("latent_dim, num_classes", [(3, None), (2, 4)])
def test_other_models_have_no_plane(latent_dim, num_classes, tmp_path):
    model = models.VAE(
        (8, 8, 1), latent_dim=latent_dim, num_classes=num_classes, filters=2
    )
    write_pictures(model, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["samples.png"]


def test_translators_show_what_they_made_and_not_what_it_is_made_of(tmp_path):
    random = np.random.default_rng(0)
    a, b = random.integers(0, 256, (2, 5, 8, 8, 1)).astype("uint8")
    model = models.CycleGAN((8, 8, 1), filters=1, blocks=1, halvings=1)
    folder = tmp_path / "entry"
    zoo.save(model, folder)
    write_pictures(model, folder, images=a)
    write_ways_back(model, folder, data.load_pairs((a, b)))
    for name, wanted in (
        ("samples.png", model.translate(a)),
        ("samples_to_a.png", model.translate(b, to="A")),
    ):
        with Image.open(folder / name) as picture:
            found = np.asarray(picture)
        np.testing.assert_array_equal(found, image_grid(wanted)[..., 0])
    assert "not shown" in caption("samples.png", model.inputs, model.kind)
    assert "other way" in caption("samples_to_a.png", model.inputs, model.kind)
    # Whoever has the set sees all three.
    np.savez(tmp_path / "set.npz", x_testA=a, x_testB=b)
    (folder / "recipe.py").write_text(
        "recipe = Recipe(name='entry', model='CycleGAN', data='set',"
        " data_arguments={'image_size': 8, 'jitter': 10, 'flip': True})\n"
    )
    file, path = tmp_path / "all.png", tmp_path / "set.npz"
    main([str(folder), "--output", str(file), "--data", str(path), "-n", "2"])
    with Image.open(file) as picture:
        width, height = picture.size
    assert (width, height) == (2 * (3 * 8 + 2 * 2) + 3 * 4, 2 * 8 + 3 * 4)


def test_what_is_shown_is_of_the_whole_set():
    """Files are sorted, and their names often begin with what they show."""
    images = np.arange(200, dtype="uint8")[:, None, None, None] * np.ones(
        (1, 4, 4, 1), "uint8"
    )
    found = spread(data.load(images, batch_size=1).samples, 4)
    np.testing.assert_array_equal(found[:, 0, 0, 0], [0, 50, 100, 150])
    assert len(spread(data.load(images[:3], batch_size=1).samples, 4)) == 3
