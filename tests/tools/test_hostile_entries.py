"""The cases of `tools/break/hostile_entries.py`, apart from those that take seconds."""

import importlib.util
import pathlib
import random
import shutil
import sys

import h5py
import keras
import pytest

import kerasgen

BREAK = pathlib.Path(__file__).parents[2] / "tools" / "break"


def imported(name):
    spec = importlib.util.spec_from_file_location(name, BREAK / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # one imports the other
    spec.loader.exec_module(module)
    return module


hostile_cases = imported("hostile_cases")
hostile_configurations = imported("hostile_configurations")
imported("hostile_tensors")
hostile_entries = imported("hostile_entries")


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("entries") / "honest"
    hostile_cases.honest(folder)
    return folder


def quick(part, flips=0):
    """Cases of a part that take a fraction of a second."""
    cases = list(hostile_entries.PARTS[part](random.Random(0), flips))
    return [case for case in cases if case.name not in hostile_configurations.TOO_LONG]


@pytest.mark.parametrize(
    "case", [*quick("configurations"), *quick("arrays")], ids=lambda case: case.name
)
def test_what_no_honest_entry_has_is_refused_and_nothing_has_a_value(
    case, honest, tmp_path, monkeypatch
):
    path = shutil.copytree(honest, tmp_path / "entry")
    case.write(path)
    hostile_cases.sign(path)
    monkeypatch.setattr(keras.Variable, "_initialize_with_initializer", None)
    with pytest.raises(ValueError, match=str(path)):
        kerasgen.zoo.load(path)


@pytest.mark.host
@pytest.mark.parametrize("case", quick("flips", 60), ids=lambda case: case.name)
def test_a_changed_bit_is_noticed_or_loads(case, honest, tmp_path):
    path = shutil.copytree(honest, tmp_path / "entry")
    case.write(path)
    if case.signed:
        hostile_cases.sign(path)
    try:
        kerasgen.zoo.load(path)
    except ValueError as error:
        assert str(path) in str(error)


@pytest.mark.host
def test_whatever_stands_beside_a_model_is_told_or_refused(honest, tmp_path):
    path = shutil.copytree(honest, tmp_path / "entry")
    refused = 0
    for case in quick("records"):
        for file in ("training.json", "metrics.json", "recipe.py"):
            (path / file).unlink(missing_ok=True)
        case.write(path)
        try:
            str(kerasgen.zoo.info(path))
        except ValueError as error:
            assert str(path) in str(error)
            refused += 1
    assert refused > 50


@pytest.mark.host
def test_an_honest_entry_loads_after_all_that(honest):
    assert kerasgen.zoo.load(honest).generate(1, seed=0).shape == (1, 16, 16, 1)


@pytest.mark.host
def test_the_script_measures_and_counts_what_does_not_pass(monkeypatch, capsys):
    def altered(folder):
        with h5py.File(folder / "weights.h5", "a") as file:
            file[hostile_cases.first(file)][0, 0] = 0.5

    network = hostile_configurations.FOREIGN["somebody's class"]
    Case, foreign = (
        hostile_cases.Case,
        hostile_configurations.with_fields(generator=network),
    )
    cases = [
        Case("nothing wrong", lambda folder: None),
        Case("foreign", foreign),
        Case("missing", lambda folder: folder / "nowhere", what="tensors"),
        Case("altered", altered, may_load=True),
        Case("altered without a word", altered),
    ]
    monkeypatch.setitem(hostile_entries.PARTS, "arrays", lambda chance, flips: cases)
    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())
    assert hostile_entries.main(["--part", "arrays", "--seconds", "60"]) == 1
    said = capsys.readouterr().out
    assert said.count("arrays: altered without a word: loaded, ") == 1
    assert "arrays: 5 cases, 2 refused, 1 not as they should be; at most" in said
