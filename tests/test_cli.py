import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import kerasgen_cli as cli
from kerasgen import zoo

TINY = pathlib.Path(__file__).parent / "zoo" / "tiny_digits"


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the command in an empty folder; returns what it printed and its code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kerasgen.zoo.sources.catalog._registered", {})
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        return CliRunner().invoke(cli.app, [str(a) for a in arguments])

    return run


def picture(path):
    with Image.open(path) as file:
        return np.asarray(file)


@pytest.mark.host
def test_help_shows_commands_and_examples(run):
    result = run("--help")
    assert result.exit_code == 0
    for text in ("list", "info", "train", "evaluate", "toys", "sample dcgan_mnist"):
        assert text in result.output


@pytest.mark.host
@pytest.mark.parametrize(
    "command",
    ["list", "info", "sample", "translate", "train", "evaluate", "toys", "cache"],
)
def test_every_command_has_help_with_an_example(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"kerasgen {command}" in result.output.split("Usage:")[1].split("\n", 1)[1]


@pytest.mark.host
def test_help_comes_without_keras():
    code = "import sys, kerasgen_cli; print({'keras', 'kerasgen'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


@pytest.mark.host
def test_no_arguments_show_the_help(run):
    assert "Usage:" in run().output


@pytest.mark.host
def test_version(run):
    import kerasgen

    result = run("--version")
    assert (result.exit_code, result.output) == (
        0,
        f"kerasgen {kerasgen.__version__}\n",
    )


def test_class_folders_name_the_labels(run, tmp_path, images):
    for i, image in enumerate(images[:16]):
        folder = tmp_path / "photos" / ("7", "cats", "cats+dogs")[i % 3]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[:8, :8, 0]).save(folder / f"{i}.png")
    small = ("--epochs", 1, "--batch-size", 8)
    result = run("train", "cgan", "--data", "photos", *small, "-o", "pets")
    assert result.exit_code == 0, result.output
    assert "labels       7, cats, cats+dogs" in run("info", "pets").output
    numbers = ("--label", 0, "--label", 1, "--label", 2)
    names = ("--label", "7", "--label", "cats", "--label", "cats+dogs")
    for labels in (numbers, names):
        result = run("sample", "pets", "-n", 3, *labels, "-o", f"{labels[1]}.png")
        assert result.exit_code == 0, result.output
    np.testing.assert_array_equal(picture("0.png"), picture("7.png"))
    result = run("sample", "pets", "--label", "dogs")
    assert result.exit_code == 1 and "Received: dogs" in result.output
    assert run("sample", "pets", "--label", 3).exit_code == 1


@pytest.mark.host
def test_list_and_info(run, tmp_path, monkeypatch):
    from kerasgen import zoo

    zoo.register(shutil.copytree(TINY, tmp_path / "tiny"))
    result = run("list")
    assert result.exit_code == 0 and "tiny" in result.output
    assert "16 x 16 x 1" in result.output
    zoo.register(shutil.copytree(TINY, tmp_path / "wgan_gp_fashion_mnist_by_somebody"))
    monkeypatch.setenv("COLUMNS", "80")
    listed = run("list").output
    assert max(map(len, listed.splitlines())) <= 80
    for name in zoo.list():
        assert name in listed.split()
    result = run("info", "tiny")
    assert result.exit_code == 0 and zoo.info("tiny").sha256 in result.output


@pytest.mark.host
def test_the_cache_is_listed_and_cleared(run, tmp_path, monkeypatch):
    from kerasgen.zoo.entry.archive import pack

    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    assert f"0.0 MB  in {tmp_path / 'keras' / 'kerasgen'}" in run("cache").output
    pack(TINY, tmp_path / "tiny.zip")
    digest = hashlib.sha256((tmp_path / "tiny.zip").read_bytes()).hexdigest()
    assert run("info", "tiny.zip").exit_code == 0
    statistics = tmp_path / "keras" / "kerasgen" / "statistics"
    statistics.mkdir()
    (statistics / "a.npz").write_bytes(bytes(2_500_000))
    listed = run("cache").output.splitlines()
    assert [line.split()[-1] for line in listed[:-1]] == ["statistics", f"zoo/{digest}"]
    assert listed[0].startswith("      2.5 MB  20") and len(listed) == 3
    assert run("cache", "statistics").exit_code == 2
    result = run("cache", "--clear", "zoo")
    assert result.exit_code == 1 and f"statistics, zoo/{digest}" in result.output
    assert run("cache", "--clear", "statistics").exit_code == 0
    assert [line.split()[-1] for line in run("cache").output.splitlines()][:-1] == [
        f"zoo/{digest}"
    ]
    assert "MB  removed from" in run("cache", "--clear").output
    assert len(run("cache").output.splitlines()) == 1


@pytest.mark.host
def test_words_of_others_do_not_control_the_terminal(run, tmp_path, monkeypatch, web):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    code, harmless = "\x1b]0;owned\x07", r"\x1b]0;owned\x07"
    shutil.copytree(TINY, tmp_path / "tiny")
    recipe = {"name": "a", "model": "M", "data": "d", "learning": {}}
    recipe["data_license"] = f"{code}\nCC0"
    (tmp_path / "tiny" / "training.json").write_text(json.dumps({"recipe": recipe}))
    result = run("info", "tiny")
    assert result.exit_code == 0, result.output
    assert f"  data license {harmless} CC0\n" in result.output
    assert "\x1b" not in result.output
    web.faults.append({"status": 404, "reason": code})
    result = run("info", web.url("/x.zip"), "--sha256", "0" * 64)
    assert result.exit_code == 1 and f"404: {harmless}" in result.output
    assert "\x1b" not in result.output


def test_sample_writes_the_grid_of_the_seed(run, tmp_path):
    for seed in (0, 0, 1):
        name = f"{len(list(tmp_path.iterdir()))}.png"
        result = run("sample", TINY, "-n", 4, "--seed", seed, "-o", name)
        assert result.exit_code == 0, result.output
    first, second, other = (picture(f"{i}.png") for i in range(3))
    assert first.shape == (2 * 16 + 6, 2 * 16 + 6)
    np.testing.assert_array_equal(first, second)
    assert np.any(first != other)


def test_archives_and_addresses_stand_for_names(run, tmp_path, monkeypatch, web):
    from kerasgen.zoo.entry.archive import pack
    from kerasgen.zoo.entry.manifest import StoredFile

    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    pack(TINY, tmp_path / "tiny.zip")
    web.files["/tiny.zip"] = (tmp_path / "tiny.zip").read_bytes()
    url, digest = web.url("/tiny.zip"), StoredFile.of(tmp_path / "tiny.zip").sha256
    result = run("sample", "tiny.zip", "-n", 1, "-o", "archive.png")
    assert result.exit_code == 0, result.output
    result = run("sample", url, "--sha256", digest, "-n", 1, "-o", "web.png")
    assert result.exit_code == 0, result.output
    np.testing.assert_array_equal(picture("archive.png"), picture("web.png"))
    result = run("info", url, "--sha256", digest)
    assert result.exit_code == 0 and url in result.output
    result = run("info", url)
    assert result.exit_code == 1 and "`sha256` is required" in result.output


def test_samples_of_any_kind_are_seen(run, points_gan):
    from kerasgen import zoo

    model = points_gan()
    zoo.save(model, "points")
    result = run("sample", "points", "-n", 5, "--seed", 2)
    assert result.exit_code == 0, result.output
    expected = model.kind.picture(model.generate(5, seed=2))
    np.testing.assert_array_equal(picture("samples.png"), expected)
    assert "Vectors(shape=(2,))" in run("info", "points").output


def test_sample_takes_labels_in_turn(run):
    from kerasgen import models, zoo

    names = ["hat", "coat", "boot"]
    model = models.CGAN(
        (8, 8, 1), num_classes=3, class_names=names, filters=2, latent_dim=4, seed=0
    )
    zoo.save(model, "asked")
    for labels in ((), ("--label", 2, "--label", 1), ("--label", "hat+boot")):
        result = run("sample", "asked", "-n", 2, *labels, "-o", f"{len(labels)}.png")
        assert result.exit_code == 0, result.output
    assert np.any(picture("0.png") != picture("4.png"))
    expected = model.generate(2, seed=0, labels={"hat", "boot"})
    np.testing.assert_allclose(picture("2.png")[2:10, 2:10], expected[0, :, :, 0], 0, 2)
    result = run("sample", "asked", "--label", "hat+shoe")
    assert (
        result.exit_code == 1 and "of hat, coat, boot. Received: shoe" in result.output
    )
    result = run("sample", TINY, "--label", 1)
    assert result.exit_code == 1 and "takes no `labels`" in result.output


def test_samples_may_be_files_of_their_own(run, tmp_path):
    from kerasgen import zoo

    result = run("sample", TINY, "-n", 3, "--seed", 2, "--separate", "-o", "digits")
    assert result.exit_code == 0, result.output
    names = [f"{i:05d}.png" for i in range(3)]
    assert sorted(path.name for path in pathlib.Path("digits").iterdir()) == names
    samples = zoo.load(TINY).generate(3, seed=2)[..., 0]
    for name, sample in zip(names, samples, strict=True):
        np.testing.assert_array_equal(picture(f"digits/{name}"), sample)
    result = run("sample", TINY, "-n", 1, "--separate", "-o", "digits")
    assert result.exit_code == 2 and "not an empty folder" in result.output
    assert run("sample", TINY, "-n", 1, "--separate").exit_code == 0
    assert pathlib.Path("samples", "00000.png").exists()


def test_sample_replaces_a_picture(run, tmp_path):
    (tmp_path / "samples.png").write_text("old")
    assert run("sample", TINY, "-n", 6, "--columns", 6).exit_code == 0
    assert picture("samples.png").shape == (20, 6 * 18 + 2)
    assert [path.name for path in tmp_path.iterdir()] == ["samples.png"]


def test_train_makes_a_folder_to_sample_from(run, tmp_path, images):
    np.savez(tmp_path / "squares.npz", x_train=images)
    arguments = ("--data", "squares.npz", "--epochs", 1, "--batch-size", 32)
    result = run("train", "DCGAN", *arguments)
    assert result.exit_code == 0, result.output
    folder = pathlib.Path("runs", "dcgan_squares")
    assert f"kerasgen sample {folder}" in result.output
    assert run("sample", folder, "-n", 1, "-o", "more.png").exit_code == 0
    assert picture("more.png").shape == (20, 20)


def test_few_pictures_are_enough(run, images):
    np.save("few.npy", images[:7, :8, :8])
    result = run("train", "wgan-gp", "--data", "few.npy", "--epochs", 1)
    assert result.exit_code == 0, result.output
    assert run("sample", "runs/wgangp_few", "-n", 1).exit_code == 0


def test_the_home_folder_may_be_written_as_a_tilde(run, tmp_path, monkeypatch, images):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    home = tmp_path / "home"
    home.mkdir()
    np.savez(home / "squares.npz", x_train=images)
    shutil.copytree(TINY, home / "tiny")
    options = ("--extractor", "mnist", "--metrics", "fid", "--metrics", "prdc")
    commands = [
        ("sample", "~/tiny", "-n", 1, "-o", "~/a/b.png"),
        ("sample", "~/tiny", "-n", 20, "--separate", "-o", "~/many"),
        ("info", "~/tiny"),
        ("train", "DCGAN", "--data=~/squares.npz", "--epochs", 1, "-o", "~/runs/a"),
        ("evaluate", "~/many", "~/squares.npz", *options, "-o", "~/numbers.json"),
    ]
    for command in commands:
        result = run(*command)
        assert result.exit_code == 0, result.output
    assert {path.name for path in home.iterdir()} >= {"a", "many", "runs"}
    numbers = json.loads((home / "numbers.json").read_text())["values"]
    assert {"fid_mnist_20", "recall_mnist_20"} <= set(numbers)
    assert not any(path.name == "~" for path in tmp_path.iterdir())


def test_train_takes_a_recipe_file(run, tmp_path, images):
    from kerasgen import zoo

    np.savez(tmp_path / "squares.npz", x_train=images)
    pathlib.Path("mine.py").write_text(
        "recipe = Recipe(name='mine', model='DCGAN', data='squares.npz', epochs=1,\n"
        " arguments={'image_shape': (16, 16, 1), 'filters': 4}, batch_size=32)\n"
    )
    result = run("train", "mine.py", "--output", "there", "--seed", 3)
    assert result.exit_code == 0, result.output
    assert zoo.info("there").recipe.seed == 3


@pytest.mark.host
@pytest.mark.parametrize(
    "arguments, message",
    [
        (("info", "tinny"), "Error: `name` must be one of kerasgen.zoo.list()"),
        (("train", "dcgan"), "Error: A model needs data"),
        (("train", "dcgn", "--data", "x"), "The nearest names are dcgan"),
        (("train", "dcgan", "--data", "nowhere.npz"), "nowhere.npz"),
        (("train", "dcgan", "--data", "fashion_mnist_6k", "--image-size", 30), "28"),
        (("evaluate", "dcgan_mnst", "x"), "The nearest names are dcgan_mnist"),
        (
            ("evaluate", "fashion_mnist_6k", "fashion_mnist_6k", "--metrics", "fad")
            + ("--extractor", "mnist"),
            "The nearest names are fid",
        ),
        (("sample", ".", "-n", 1), "manifest.json is missing"),
        (("sample", TINY, "-n", 1, "-o", "/dev/null/x.png"), "Error: "),
        (("evaluate", TINY, "x", "-o", "/dev/null/x.json"), "`folder` must be"),
        (("toys", "ring", "-o", "/dev/null"), "`folder` must be"),
        (("toys", "saddle", "-o", "/dev/null"), "`folder` must be"),
    ],
)
def test_errors_are_one_line_and_code_1(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 1
    assert message in result.output and "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert isinstance(result.exception, SystemExit)


@pytest.mark.host
@pytest.mark.parametrize(
    "arguments, message",
    [
        (("smaple",), "smaple"),
        (("sample",), "NAME"),
        (("sample", TINY, "-n", 0), "-n"),
        (("sample", TINY, "--backend", "mxnet"), "mxnet"),
        (("sample", TINY, "-o", "grid.xyz"), "ending of a picture"),
        (("sample", TINY, "-o", "grid"), "ending of a picture"),
        (("train", "dcgan", "--epochs", "many"), "--epochs"),
    ],
)
def test_wrong_usage_is_code_2(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output and "Traceback" not in result.output


@pytest.mark.host
def test_debug_shows_where_an_error_arose(run):
    result = run("--debug", "info", "tinny")
    assert isinstance(result.exception, ValueError)


@pytest.mark.host
def test_an_interrupted_training_says_how_to_go_on(run, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("kerasgen.zoo.train", interrupted)
    result = run("train", "dcgan_mnist")
    assert result.exit_code == 130
    assert "same command goes on" in result.output
    ours = zoo.info("dcgan_mnist").training
    assert f"Ours: {ours['epochs']} epochs in" in result.output
    assert f"{ours['backend']} on {ours['cores']} cores" in result.output


def test_the_backend_is_chosen_by_an_option(tmp_path):
    other = {"tensorflow": "jax", "jax": "torch", "torch": "jax"}
    other = other[keras.backend.backend()]
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, sys\n"
        "@atexit.register\n"
        "def _():\n"
        "    keras = sys.modules.get('keras')\n"
        "    print('backend', keras and keras.config.backend())\n"
    )
    root = pathlib.Path(cli.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "kerasgen", "sample", TINY, "-n", "1"]
        + ["--backend", other],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert (tmp_path / "samples.png").exists()
    assert f"backend {other}" in done.stdout


def test_evaluate_measures_folders_and_models(run, tmp_path, images, monkeypatch):
    from kerasgen.zoo.entry.archive import pack

    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for name, pictures in (("real", images), ("fake", images[:32])):
        (tmp_path / name).mkdir()
        for i, image in enumerate(pictures):
            Image.fromarray(image[..., 0]).save(tmp_path / name / f"{i}.png")
    options = ("--metrics", "fid,prdc", "--extractor", "mnist")
    result = run("evaluate", "fake", "real", *options, "--output", "numbers.json")
    assert result.exit_code == 0, result.output
    told = json.loads(pathlib.Path("numbers.json").read_text())
    assert list(told["values"])[:2] == ["fid_mnist_32", "precision_mnist_32"]
    assert told["protocol"]["extractor"] == "mnist_v1"
    Image.fromarray(np.zeros((20, 30, 3), "uint8")).save(tmp_path / "fake" / "a.png")
    output = ("--channels", 1, "--image-size", 20, "--output", "numbers.json")
    result = run("evaluate", "fake", "real", *options, *output)
    assert result.exit_code == 0, result.output
    told = json.loads(pathlib.Path("numbers.json").read_text())
    assert told["protocol"]["generated_shape"] == [20, 20, 1]
    pack(TINY, tmp_path / "tiny.zip")
    for model in (TINY, "tiny.zip"):
        result = run(
            "evaluate", model, "real", *options, "--num-samples", 20, "--seed", 1
        )
        assert result.exit_code == 0, result.output
    assert "fid_mnist_20  " in result.output


@pytest.mark.host
@pytest.mark.parametrize(
    ("extractor", "message"),
    [
        ("mnist", "`weights` belongs to the extractors"),
        ("efficientnet_lite0", "other.pth"),
    ],
)
def test_evaluate_reads_weights_of_the_extractors_that_have_none(
    run, extractor, message
):
    pathlib.Path("other.pth").write_text("not those that were published")
    options = ("--extractor", extractor, "--weights", "other.pth")
    result = run("evaluate", TINY, "mnist", *options)
    assert result.exit_code == 1
    assert message in result.output and "Traceback" not in result.output


def test_translate_writes_files_of_the_same_names_and_names_broken_ones(run, tmp_path):
    from kerasgen import models, zoo

    zoo.save(models.CycleGAN((8, 8, 1), filters=1, blocks=1, halvings=1), "entry")
    (tmp_path / "in").mkdir()
    Image.fromarray(np.zeros((8, 12), "uint8")).save("in/a.png")
    pathlib.Path("in/b.png").write_text("none")
    result = run("translate", "entry", "in", "out", "--to", "A")
    assert result.exit_code == 0, result.output
    assert picture("out/a.png").shape == (8, 12)
    assert "Warning: 1 of 2 files cannot be read" in result.output
    assert result.output.count("Warning") == 1  # none of what libraries say
    assert "b.png" in result.output and "1 pictures by entry: out" in result.output
    result = run("translate", "entry", "in", "in")
    assert result.exit_code == 1
    assert "Error: `target` must be another folder" in result.output
