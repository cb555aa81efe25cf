"""The rules of the house that a machine can check."""

import ast
import functools
import importlib
import inspect
import os
import pathlib
import re
import subprocess
import sys
import textwrap

import pytest

ROOT = pathlib.Path(__file__).parents[1] / "kerasgen"
COMMAND = ROOT.parent / "kerasgen_cli"  # may import everything, and none of it first
FILES = sorted(ROOT.rglob("*.py"))
BACKENDS = {"tensorflow", "jax", "torch"}
# A room may import those it names; `...` are all before it.
ROOMS = {
    "files": (),
    "pictures": ("files",),
    "kinds": ("files", "pictures"),
    "inputs": ("kinds",),
    "engine": ("files", "kinds", "inputs"),
    "layers": ("engine",),
    "extractors": ("files", "kinds", "engine", "layers"),
    "losses": ("engine", "extractors"),
    "penalties": ("engine",),
    "networks": ("kinds", "engine", "layers"),
    "coding": ("kinds", "inputs", "engine", "losses", "layers", "networks"),
    "autoregressive": ("kinds", "inputs", "engine", "losses", "layers"),
    "adversarial": (
        "kinds",
        "inputs",
        "engine",
        "losses",
        "penalties",
        "layers",
        "networks",
    ),
    "models": ...,
    "data": ("files", "pictures", "kinds"),
    "metrics": ("files", "kinds", "inputs", "engine", "extractors", "data"),
    "latent": ("pictures", "kinds", "inputs", "engine", "data"),
    "callbacks": ("files", "pictures", "kinds", "inputs", "engine", "data", "metrics"),
    "games": ...,
    "zoo": ...,
}
ORDER = list(ROOMS)


def imports(path):
    """Absolute names of all modules a file imports, at any depth."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            if node.module == "kerasgen":
                yield from (f"kerasgen.{alias.name}" for alias in node.names)


def room(name):
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "kerasgen" else None


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
@pytest.mark.host
def test_imports_go_one_way(path):
    here = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if here not in ROOMS:
        return
    for name in imports(path):
        there = room(name)
        if there in ROOMS and there != here:
            before = ORDER[: ORDER.index(here)]
            allowed = before if ROOMS[here] is ... else ROOMS[here]
            assert there in allowed, f"{here} imports {name}"


@pytest.mark.host
def test_a_room_names_rooms_before_it():
    for here, named in ROOMS.items():
        before = ORDER[: ORDER.index(here)]
        assert named is ... or set(named) <= set(before), here


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.name == "__init__.py"],
    ids=lambda p: str(p.parent.relative_to(ROOT)),
)
@pytest.mark.host
def test_a_room_says_its_idea(path):
    said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert said and said.splitlines()[0].endswith((".", ":"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
@pytest.mark.host
def test_backends_are_named_in_the_engine_alone(path):
    named = {name.split(".")[0] for name in imports(path)} & BACKENDS
    if path.relative_to(ROOT).parts[0] != "engine":
        assert not named
    elif named:  # one small file for each backend
        (backend,) = named
        assert path.name.startswith(backend)


PRIVATE = re.compile("_[a-z]")
# Names with an underscore that belong neither to us nor to Keras.
OF_OTHERS = {
    "_asdict",  # public in a namedtuple, like the next
    "_fields",
    "_fused_adam_",  # PyTorch's, which has no other name
}
KEEPS_NAMES_OF_KERAS = ROOT / "engine" / "keras_private.py"


def defined(tree):
    """Names that a file gives to functions, classes, attributes and variables."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                yield node.attr


def read(tree):
    """Names that a file reads from objects, as attributes or out of dictionaries."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Subscript):
            yield getattr(node.slice, "value", None)
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", None))
            if called in ("getattr", "hasattr", "setattr", "get", "pop"):
                yield from (getattr(each, "value", None) for each in node.args)
            yield from (keyword.arg for keyword in node.keywords)


def private(names):
    return {n for n in names if isinstance(n, str) and PRIVATE.match(n)}


@pytest.mark.host
def test_names_of_keras_that_are_not_public_stand_in_one_file():
    trees = {path: ast.parse(path.read_text("utf-8")) for path in FILES}
    ours = set().union(*(private(defined(tree)) for tree in trees.values()))
    foreign = {path: private(read(trees[path])) - ours - OF_OTHERS for path in FILES}
    assert foreign.pop(KEEPS_NAMES_OF_KERAS)  # otherwise it need not be
    assert {str(path): names for path, names in foreign.items() if names} == {}
    for path in FILES:
        assert not any(name.startswith("keras.src") for name in imports(path)), path


def classes():
    """All classes of ours that the running backend can import."""
    import keras

    others = BACKENDS - {keras.backend.backend()}
    for path in FILES:
        if not path.name.startswith((*others, "__main__")):
            name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
            module = importlib.import_module(name.removesuffix(".__init__"))
            found = vars(module).values()
            yield from (c for c in found if inspect.isclass(c) and c.__module__ == name)


@functools.cache
def named_by(cls):
    """Names with an underscore that a class defines, methods and attributes."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    return private({*defined(node), *vars(cls)})


def test_no_class_of_ours_overwrites_what_is_private_in_keras():
    checked = 0
    for cls in classes():
        bases = [c for c in cls.__mro__ if c.__module__ != "builtins"]
        keras_bases = [c for c in bases if c.__module__.startswith("keras.src.")]
        own = [c for c in bases if c.__module__.startswith("kerasgen.")]
        theirs = set().union(*map(named_by, keras_bases))
        taken = theirs & set().union(*map(named_by, own))
        assert not taken, f"{cls.__name__}: {taken}"
        checked += bool(theirs)
    assert checked > 50


@pytest.mark.parametrize(
    "path",
    [*FILES, *sorted(COMMAND.rglob("*.py"))],
    ids=lambda p: str(p.relative_to(ROOT.parent)),
)
@pytest.mark.host
def test_files_hold_one_idea(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.host
def test_import_brings_no_optional_package():
    optional = [
        "PIL", "matplotlib", "tensorflow_datasets", "grain", "keras_cv", "keras_hub",
        "typer", "scipy.linalg", "sklearn",
    ]  # fmt: skip
    code = (
        "import sys, keras; before = set(sys.modules); from kerasgen import *; "
        f"print([n for n in {optional} if n in set(sys.modules) - before])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ
    )
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stderr[-500:]


@pytest.mark.host
def test_rooms_come_when_they_are_named():
    code = (
        "import sys, kerasgen; before = set(sys.modules); "
        "late = {f'kerasgen.{n}' for n in kerasgen.__all__} - before; "
        "found = [getattr(kerasgen, n).__name__ for n in kerasgen.__all__[1:]]; "
        "print(sorted(late), len(found) == len(kerasgen.__all__) - 1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ
    )
    late = ["callbacks", "data", "games", "latent", "metrics", "zoo"]
    late = [f"kerasgen.{name}" for name in late]
    told = done.stdout.strip().splitlines()[-1]
    assert told == f"{['kerasgen.__version__', *late]} True", done.stderr[-500:]


HIDE = """
import importlib.util, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {hidden}:
            raise ModuleNotFoundError("No module named " + name, name=name)

found = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name in {hidden} else found(name)
sys.meta_path.insert(0, Missing())
import kerasgen, keras
print(keras.backend.backend())
"""


def import_without(hidden, tmp_path, **environment):
    kept = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", HIDE.format(hidden=hidden)],
        env={**kept, "KERAS_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
    )


def test_a_missing_backend_is_said_plainly(tmp_path):
    done = import_without(["torch"], tmp_path, KERAS_BACKEND="torch")
    assert done.returncode != 0
    assert "pip install torch" in done.stderr


def test_the_installed_backend_is_taken_where_none_was_chosen(tmp_path, backend):
    hidden = {"tensorflow", "jax", "torch"} - {backend}
    done = import_without(sorted(hidden), tmp_path)
    assert done.stdout.split()[-1:] == [backend], done.stderr[-1000:]


@pytest.mark.host
def test_an_old_keras_is_refused(monkeypatch):
    import keras

    from kerasgen._requirements import check

    monkeypatch.setattr(keras, "__version__", "3.14.1")
    with pytest.raises(ImportError, match="keras 3.14.1"):
        check()
