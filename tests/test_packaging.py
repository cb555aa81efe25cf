"""What the distribution is called, and what people are told to install."""

import pathlib
import re
import tomllib

import pytest

pytestmark = pytest.mark.host
ROOT = pathlib.Path(__file__).parents[1]
PAGES = [
    *(
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "zoo/README.md")
    ),
    *sorted((ROOT / "docs").glob("*.md")),
]
CODE = sorted(
    p for room in ("kerasgen", "kerasgen_cli") for p in (ROOT / room).rglob("*.py")
)
# A name that pip would look for on PyPI, where it is another project or none.
FROM_PYPI = re.compile(r"pip install[^`\n]*[\s'\"](kerasgen(-models)?)(?![\w.-])")


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_distribution_has_a_name_of_its_own():
    assert project()["name"] == "kerasgen-models"
    assert project()["scripts"] == {"kerasgen": "kerasgen_cli:main"}
    ours = [x for extra in project()["optional-dependencies"].values() for x in extra]
    assert [x for x in ours if x.startswith("kerasgen")] == ["kerasgen-models[test]"]


def test_the_wheel_holds_entries_of_at_most_60_megabytes():
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    taken = tool["hatch"]["build"]["targets"]["wheel"]["force-include"]
    files = [path for entry in taken for path in (ROOT / entry).rglob("*.*")]
    assert all((ROOT / entry / "manifest.json").is_file() for entry in taken)
    assert 20e6 < sum(path.stat().st_size for path in files) <= 60e6
    assert set(taken.values()) == {
        f"kerasgen/{e}".replace("zoo/", "zoo/entries/", 1) for e in taken
    }


@pytest.mark.parametrize("path", [*PAGES, *CODE], ids=lambda p: str(p.name))
def test_nobody_is_told_to_install_another_project(path):
    found = FROM_PYPI.search(path.read_text("utf-8"))
    assert not found, found[0]


def test_the_pages_name_the_file_of_the_wheel():
    from kerasgen import __version__

    page = (ROOT / "docs" / "getting_started.md").read_text("utf-8")
    assert f"kerasgen_models-{__version__}-py3-none-any.whl" in page


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("pip install 'kerasgen[torch]'", True),
        ("pip install --upgrade kerasgen", True),
        ("pip install kerasgen-models", True),
        ("pip install '.[torch]'  # of kerasgen.org", False),
        ("pip install './kerasgen_models-0.1.0-py3-none-any.whl[torch]'", False),
    ],
)
def test_what_would_be_caught(line, caught):
    assert bool(FROM_PYPI.search(line)) is caught
