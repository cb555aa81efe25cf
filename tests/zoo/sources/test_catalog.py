import shutil

import pytest

import kerasgen
from kerasgen.zoo.entry.manifest import StoredFile

pytestmark = pytest.mark.host


def test_an_entry_is_registered_by_the_name_of_its_folder(entry):
    assert kerasgen.zoo.register(entry) == ["entry"]
    assert "entry" in kerasgen.zoo.list()
    assert kerasgen.zoo.info("entry").inputs[0].size == 8


def test_a_folder_of_entries_is_registered(entry):
    shutil.copytree(entry, entry.parent / "another")
    assert kerasgen.zoo.register(entry.parent) == ["another", "entry"]
    names = kerasgen.zoo.list()
    assert names == sorted(names) and {"another", "entry"} <= set(names)


def test_a_folder_of_entries_is_named_by_a_variable(entry, monkeypatch):
    shutil.copytree(entry, entry.parent / "dcgan_mnist")
    shutil.copytree(entry, entry.parent / "of_the_variable")
    assert "of_the_variable" not in kerasgen.zoo.list()
    monkeypatch.setenv("KERASGEN_ZOO", str(entry.parent))
    assert "of_the_variable" in kerasgen.zoo.list()
    assert kerasgen.zoo.info("of_the_variable").inputs[0].size == 8
    # What comes with kerasgen goes before.
    assert kerasgen.zoo.info("dcgan_mnist").inputs[0].size == 100


def test_registering_twice_is_harmless_and_a_taken_name_is_refused(entry, tmp_path):
    kerasgen.zoo.register(entry)
    kerasgen.zoo.register(entry)
    other = shutil.copytree(entry, tmp_path / "elsewhere" / "entry")
    with pytest.raises(ValueError, match="has an entry of that name"):
        kerasgen.zoo.register(other)


@pytest.mark.parametrize("folder", [".", "missing"])
def test_a_folder_without_entries_is_refused(tmp_path, folder):
    with pytest.raises(ValueError, match="`folder` must hold an entry"):
        kerasgen.zoo.register(tmp_path / folder)


def test_an_unknown_name_lists_the_nearest(entry):
    kerasgen.zoo.register(entry)
    with pytest.raises(ValueError, match="nearest.*entry.*Received: name='entri'"):
        kerasgen.zoo.load("entri")


def test_a_folder_called_zoo_beside_an_installed_kerasgen_is_not_ours(
    tmp_path, monkeypatch
):
    from kerasgen.zoo.sources import catalog

    (tmp_path / "zoo" / "stranger").mkdir(parents=True)
    monkeypatch.setattr(catalog, "_ZOO", tmp_path / "kerasgen" / "zoo")
    assert catalog.shipped_folder() is None
    (tmp_path / "pyproject.toml").touch()
    assert catalog.shipped_folder() == tmp_path / "zoo"
    (tmp_path / "kerasgen" / "zoo" / "entries").mkdir(parents=True)
    assert catalog.shipped_folder() == tmp_path / "kerasgen" / "zoo" / "entries"


def test_find_recipe_by_name_file_and_folder(tmp_path):
    from kerasgen.zoo.sources.catalog import find_recipe, shipped_folder

    recipe = find_recipe("dcgan_mnist")
    folder = shipped_folder() / "dcgan_mnist"
    assert recipe == find_recipe(folder) == find_recipe(folder / "recipe.py")
    assert find_recipe(recipe) is recipe
    with pytest.raises(ValueError, match="nearest names are dcgan_mnist"):
        find_recipe("dcgan_mnst")


def test_a_name_for_an_archive(archive, monkeypatch):
    monkeypatch.chdir(archive.parent)
    assert kerasgen.zoo.register("mine", archive.name) == ["mine"]
    monkeypatch.chdir("/")
    assert "mine" in kerasgen.zoo.list()
    assert kerasgen.zoo.info("mine").inputs[0].size == 8
    assert kerasgen.zoo.info("mine").name == "mine"


def test_a_name_for_an_address_is_fetched_when_it_is_asked_for(web, archive):
    digest = StoredFile.of(archive).sha256
    web.files["/mine.zip"] = archive.read_bytes()
    kerasgen.zoo.register("mine", web.url("/mine.zip"), digest)
    assert "mine" in kerasgen.zoo.list() and not web.requests
    assert kerasgen.zoo.info("mine").inputs[0].size == 8
    assert kerasgen.zoo.info("mine").inputs[0].size == 8
    assert len(web.requests) == 1


def test_the_same_name_twice(archive, entry):
    for _ in range(2):
        kerasgen.zoo.register("mine", archive)
    with pytest.raises(ValueError, match="has an entry of that name.*tiny.zip"):
        kerasgen.zoo.register("mine", entry)


def test_shipped_names_are_not_shadowed(entry):
    with pytest.raises(ValueError, match="has an entry of that name.*dcgan_mnist"):
        kerasgen.zoo.register("dcgan_mnist", entry)


@pytest.mark.parametrize("name", ["", "../x", "a b", "hf://a/b", ".x", "a/b"])
def test_names_that_are_none(entry, name):
    with pytest.raises(ValueError, match="`name` must be made of letters"):
        kerasgen.zoo.register(name, entry)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("https://example.org/x.zip", "`sha256` is required"),
        ("hf://me", "must be hf://user/repo"),
        ("nowhere", "the folder or zip archive"),
    ],
)
def test_sources_are_looked_at_at_once(source, said):
    with pytest.raises(ValueError, match=said):
        kerasgen.zoo.register("mine", source)
    assert "mine" not in kerasgen.zoo.list()
