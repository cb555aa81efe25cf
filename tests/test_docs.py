"""The code of the documentation runs: pages from top to bottom, and docstrings."""

import ast
import pathlib
import re

import keras
import numpy as np
import pytest

import kerasgen

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OPENED_FIRST = ("README.md", "getting_started.md", "writing_a_model.md")
FILES = sorted((ROOT / "kerasgen").rglob("*.py"))
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def examples(path):
    """`{name: code}` of the docstrings of a file that hold any."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    found = {
        getattr(node, "name", path.stem): BLOCK.findall(ast.get_docstring(node) or "")
        for node in nodes
        if isinstance(node, DOCUMENTED)
    }
    return {name: "\n".join(code) for name, code in found.items() if code}


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty folder to write to, without data or downloads of the user's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KERASGEN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.mark.parametrize(
    "page",
    # The others once: what they call is tested on every backend elsewhere.
    [
        pytest.param(page, marks=() if page.name in OPENED_FIRST else pytest.mark.host)
        for page in PAGES
    ],
    ids=lambda p: p.name,
)
def test_code_blocks_run(page, elsewhere):
    names = {"__name__": "page"}
    for code in BLOCK.findall(page.read_text("utf-8")):
        exec(compile(code, str(page), "exec"), names)


@pytest.mark.host  # once: what they call is tested on every backend elsewhere
@pytest.mark.parametrize(
    "path",
    [path for path in FILES if examples(path)],
    ids=lambda p: str(p.relative_to(ROOT / "kerasgen")),
)
def test_examples_of_docstrings_run(path, elsewhere):
    for name, code in examples(path).items():
        names = {"__name__": "page", "keras": keras, "kerasgen": kerasgen, "np": np}
        exec(compile(code, f"{path}, {name}", "exec"), names)


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name in navigation
