import pytest

from kerasgen.zoo import Recipe

pytestmark = pytest.mark.host

TEXT = '''"""Words."""

from kerasgen.zoo import Recipe

recipe = Recipe(
    name="dcgan_x",
    model="DCGAN",
    data="x",
    arguments={"image_shape": (28, 28, 1)},  # a reason
    epochs=3,
)
'''


def write(tmp_path, text):
    path = tmp_path / "recipe.py"
    path.write_text(text)
    return path


def test_read(tmp_path):
    recipe = Recipe.read(write(tmp_path, TEXT))
    assert recipe.arguments == {"image_shape": (28, 28, 1)}
    assert (recipe.name, recipe.epochs, recipe.batch_size) == ("dcgan_x", 3, 64)


def test_reading_runs_nothing(tmp_path):
    trap = tmp_path / "trap"
    text = TEXT.replace("epochs=3", f"epochs=open({str(trap)!r}, 'w').write('3')")
    with pytest.raises(ValueError, match="is not a recipe"):
        Recipe.read(write(tmp_path, text))
    assert not trap.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT + "\nprint(1)\n",
        TEXT.replace("recipe = ", "other = "),
        TEXT.replace("Recipe(\n", "dict(\n"),
    ],
)
def test_a_file_with_anything_else_is_refused(tmp_path, text):
    with pytest.raises(ValueError, match="one statement"):
        Recipe.read(write(tmp_path, text))


def test_what_is_not_python_or_not_a_field_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is not Python"):
        Recipe.read(write(tmp_path, "recipe = ("))
    with pytest.raises(ValueError, match="epoch_number"):
        Recipe.read(write(tmp_path, TEXT.replace("epochs=", "epoch_number=")))


@pytest.mark.parametrize(
    "nested",
    ["-" * 100_000 + "1", "1" + "+1" * 100_000, "[" * 300 + "]" * 300, "\0"],
    ids=["signs", "sums", "lists", "null"],
)
def test_what_python_cannot_parse_is_refused(tmp_path, nested):
    text = TEXT.replace("epochs=3", f"epochs={nested}")
    with pytest.raises(ValueError, match="recipe.py is not .*: ."):
        Recipe.read(write(tmp_path, text))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "recipe.py").write_bytes(b"\xff\xfe recipe")
    with pytest.raises(ValueError, match="is not Python.*codec"):
        Recipe.read(tmp_path / "recipe.py")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": 3},
        {"data": None},
        {"arguments": ["image_shape"]},
        {"data_arguments": None},
        {"half_precision": 1},
        {"limits": "Squares alone."},
        {"seed": -1},
        {"seed": "0"},
    ],
)
def test_what_is_of_another_type_is_refused(recipe, changes):
    ((name, value),) = changes.items()
    with pytest.raises(ValueError, match=f"`{name}` must be .*Received: {name}="):
        recipe(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "DC GAN"},
        {"epochs": 0},
        {"batch_size": 2.5},
        {"runs": 0},
        {"precision": "float16"},
        {"choose_by": {"every": 5}},
        {"as_run": {"views": "as it pleased"}},
    ],
)
def test_out_of_range(recipe, changes):
    (name,) = changes
    with pytest.raises(ValueError, match=f"`{name}` must be.*Received: {name}"):
        recipe(**changes)


def test_a_dictionary_makes_the_same_training(recipe):
    there = Recipe(**recipe().to_dict())
    assert recipe().differences(there) == []
    assert recipe(seed=1, epochs=9).differences(there) == ["seed: 0 there, 1 here"]


def test_how_it_learns_makes_another_training(recipe):
    other = recipe(learning={"average": 0.9, "loss": "hinge"})
    (difference,) = recipe().differences(other)
    assert (
        difference.startswith("learning: ") and "'loss': 'hinge'} there" in difference
    )


def test_a_number_of_the_logs_can_be_chosen_by(recipe):
    recipe(choose_by={"number": "elbo", "mode": "max"})
    with pytest.raises(ValueError, match="`mode` must be one of.*mode='most'"):
        recipe(choose_by={"number": "elbo", "mode": "most"})


def test_what_was_run_otherwise_is_about_something_the_recipe_says(recipe):
    recipe(as_run={"average": "0.99 at first", "epochs": "9", "record": "its note"})


OLD = {
    "image_shape": (16, 16, 1),
    "discriminator_steps": 5,
    "penalty_weight": 10.0,
    "average": 0.99,
}


def test_a_recipe_of_the_older_form_says_what_to_write(recipe):
    said = (
        r"write arguments={'image_shape': \(16, 16, 1\)}, learning={'terms': "
        r"\[{'name': 'wgan_gp', 'weight': 10.0}\], 'turns': {'name': 'alternating', "
        r"'discriminator': 5}, 'average': 0.99}. Received: arguments with average, "
        "discriminator_steps, penalty_weight"
    )
    with pytest.raises(ValueError, match=said):
        recipe(model="WGANGP", arguments=OLD, learning={})


def test_a_record_of_the_older_form_is_read(recipe):
    values = recipe(model="WGANGP").to_dict()
    del values["learning"]
    found = Recipe.of_run({**values, "arguments": OLD})
    assert found.arguments == {"image_shape": (16, 16, 1)}
    assert found.learning["turns"] == {"name": "alternating", "discriminator": 5}
    with pytest.raises(ValueError, match="This is no recipe"):
        Recipe.of_run({"command": "rm"})
