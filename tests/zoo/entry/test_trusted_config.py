import builtins
import importlib
import inspect
import re

import keras
import pytest

import kerasgen
from kerasgen.zoo.entry import trusted_config
from kerasgen.zoo.entry.trusted_config import (
    NAMED,
    check_config,
    describes,
    read_config,
)

pytestmark = pytest.mark.host


def object_(class_name, module="keras.layers", registered_name=None, **config):
    return {
        "class_name": class_name,
        "module": module,
        "registered_name": registered_name,
        "config": config,
    }


@pytest.mark.parametrize(
    "config",
    [
        object_("Dense", units=1),
        object_("GlorotUniform", "keras.initializers"),
        object_("DTypePolicy", "keras", name="float32"),
        object_("Rescaling", scale=object_("__numpy__", value=[1], dtype="float32")),
        object_("GAN", "kerasgen.adversarial.gan", "kerasgen>GAN"),
        object_("Labels", "kerasgen.inputs.labels", "kerasgen>Labels"),
        object_("Images", "kerasgen.kinds.images", "kerasgen>Images"),
        object_("Hinge", "kerasgen.losses.hinge", "kerasgen>Hinge"),
        object_("R1", "kerasgen.adversarial.terms.penalty", "kerasgen>R1"),
        object_("Alternating", "kerasgen.adversarial.turns", "kerasgen>Alternating"),
        object_("Clip", "kerasgen.adversarial.constraints", "kerasgen>Clip"),
        object_("SamplePool", "kerasgen.layers.sample_pool", "kerasgen>SamplePool"),
        object_("Average", "kerasgen.engine.average", "kerasgen>Average"),
        object_(
            "Adam",
            "keras.optimizers",
            learning_rate=object_("CosineDecay", "keras.optimizers.schedules"),
        ),
        object_(
            "ByEpoch",
            "kerasgen.engine.schedule",
            "kerasgen>ByEpoch",
            schedule=object_("PolynomialDecay", "keras.optimizers.schedules"),
        ),
        {
            "layers": [
                object_("Functional", "keras.src.models.functional", "Functional")
            ]
        },
    ],
)
def test_layers_of_keras_and_kerasgen_pass(config):
    check_config(config, "it")


@pytest.mark.parametrize(
    "config",
    [
        object_("Lambda"),
        object_("__lambda__", None),
        object_("TorchModuleWrapper"),
        object_("TFSMLayer"),
        object_("Pipeline", layers=[object_("ReLU")]),
        object_("JaxLayer"),
        object_("FlaxLayer"),
        object_("StringLookup", vocabulary="/etc/passwd"),
        object_("IntegerLookup", vocabulary="/etc/passwd"),
        object_("TextVectorization", vocabulary="/etc/passwd"),
        object_("InceptionV3", "x", "kerasgen>InceptionV3", weights="/etc/passwd"),
        object_(
            "Sequential",
            "keras",
            layers=[
                object_(
                    "TimeDistributed",
                    layer=[object_("Sequential", "keras", layers=[object_("Lambda")])],
                )
            ],
        ),
        object_("Dense", activation=object_("function", "builtins", "get_file")),
        object_("Dense", activation=object_("function", "keras.utils", "get_file")),
        object_("Dense", activation={"class_name": "__lambda__", "config": {}}),
        object_("Dense", build_config=object_("__typespec__", "keras")),
        object_("TorchModuleWrapper", "keras.src.utils.torch_utils"),
        object_("Dense", "keras.src.layers.core.dense"),
        object_("Dense", "keras._tf_keras.keras.layers"),
        object_("AlphaDropout", "keras.src.legacy.layers"),
        object_("Adam", "keras.src.optimizers.adam"),
        object_("Adam", "keras.src.backend.torch.optimizers.torch_adam", "Adam"),
        object_("get", "keras.optimizers"),
        object_("deserialize", "keras.optimizers.schedules"),
        object_("SGD", "keras.optimizers", learning_rate=object_("system", "os")),
        object_(
            "R1",
            "kerasgen.adversarial.terms.penalty",
            "kerasgen>R1",
            weight=object_("function", "builtins", "get_file"),
        ),
        object_(
            "Given",
            "kerasgen.inputs.given",
            "kerasgen>Given",
            kind=object_("Lambda"),
        ),
        object_("PlayerOptimizer", "keras.optimizers", "kerasgen>PlayerOptimizer"),
        object_("FeatureSpace", "keras.utils"),
        object_("Dense", ["keras.layers"]),
        object_("PlayerOptimizer", "x", "kerasgen>PlayerOptimizer"),
        object_("GAN", "kerasgen.models.gan", ["kerasgen>GAN"]),
        object_("load_img", "keras.utils"),
        object_("__class__", "keras.layers"),
        object_("__builtins__", "keras.layers"),
        object_("kerasgen>GAN", "keras.layers", "kerasgen>GAN"),
        object_("__numpy__", value=[1], dtype="V1000000000"),
        object_("__numpy__", value=[1], dtype="object"),
        object_("__tensor__", value=[1]),
        {"class_name": "__bytes__", "config": {"value": ""}},
        {"class_name": None},
        object_("Popen", "subprocess"),
        object_("Layer", "kerasmodel"),
        object_("get_file", "keras.utils"),
        object_("load_model", "keras.saving"),
        object_("function", "builtins"),
        object_("Dense", None),
        object_("Dense", "keras.nowhere"),
        object_("Dense", "keras.layers", "other>Dense"),
        object_("GAN", "kerasgen.models.gan", "kerasgen>NoSuchClass"),
        object_("Dense", registered_name="kerasgen>Dense"),
        object_(["Dense"]),
        {"class_name": "Dense", "config": {}},
        object_("Dense", kernel_initializer=[{"deep": object_("system", "os")}]),
    ],
)
def test_everything_else_is_refused(config):
    with pytest.raises(ValueError, match="it must be made of layers"):
        check_config(config, "it")


@pytest.fixture
def registered():
    """Registers a class under a name, with and without a package."""

    class Tool:
        pass

    objects = keras.saving.get_custom_objects()
    objects |= {"mine>Tool": Tool, "Tool": Tool, "relu": Tool}
    yield
    for name in ("mine>Tool", "Tool", "relu"):
        del objects[name]


STRANGERS = ["kerasgen>InceptionV3", "kerasgen>GAN", "mine>Tool", "Tool", "Nothing"]


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize("word", NAMED)
def test_a_name_is_of_keras_and_of_its_kind(registered, word, name):
    for argument in (word, f"kernel_{word}"):
        with pytest.raises(ValueError, match=f"must name.*{argument}': '{name}'"):
            check_config(object_("Dense", **{argument: name}), "it")


@pytest.mark.parametrize(
    "config",
    [
        object_("Dense", kernel_initializer="Dense"),
        object_("Dense", kernel_initializer="get"),
        object_("Dense", kernel_initializer="__doc__"),
        object_("Dense", kernel_initializer="l2"),
        object_("Dense", kernel_initializer=object_("Dense")),
        object_("Dense", kernel_initializer=object_("L2", "keras.regularizers")),
        object_("Dense", activation=object_("Zeros", "keras.initializers")),
        object_("Dense", activation="relu"),  # which is somebody's here
        object_("Dense", name="mine>Tool"),
        object_("Dense", kwargs={"x": ["mine>Tool"]}),
        object_("GAN", "x", "kerasgen>GAN", defaults={"optimizer": "mine>Tool"}),
        "mine>Tool",
    ],
)
def test_nothing_is_looked_up_that_is_not_keras_own(registered, config):
    with pytest.raises(ValueError, match="it must name initializers, regularizers, c"):
        check_config(config, "it")


def test_a_class_of_keras_that_somebody_replaced_is_refused(registered):
    objects = keras.saving.get_custom_objects()
    objects["Dense"] = objects["Tool"]
    try:
        with pytest.raises(ValueError, match="it must be made of layers"):
            check_config(object_("Dense"), "it")
    finally:
        del objects["Dense"]


def test_names_of_keras_pass():
    for argument, name in {
        "activation": "relu",
        "recurrent_activation": "hard_sigmoid",
        "kernel_initializer": "glorot_uniform",
        "gamma_initializer": "Ones",
        "kernel_regularizer": "l2",
        "bias_constraint": "max_norm",
    }.items():
        check_config(object_("Dense", **{argument: name}), "it")
    leaky = object_("LeakyReLU", negative_slope=0.1)
    check_config(object_("Dense", activation=leaky, bias_initializer=None), "it")


def test_every_argument_for_which_keras_looks_up_a_name_is_known():
    """Layers of Keras and of ours pass such arguments to `get` of their kind."""
    found = set()
    for source in map(inspect.getsource, classes()):
        for word in NAMED:
            pattern = rf"{word}s\.(?:get|deserialize)\(\s*([a-z_]+)"
            found |= {(word, argument) for argument in re.findall(pattern, source)}
    assert {w for w, _ in found} == {*NAMED}
    assert {(w, a) for w, a in found if a.rsplit("_", 1)[-1] != w} == set()


def classes():
    """Layers of Keras and of ours, and what they are derived from."""
    public = [*vars(keras.layers).values(), *vars(kerasgen.layers).values()]
    public = [c for c in public if isinstance(c, type)]
    derived = {base for cls in public for base in cls.__mro__}
    return [c for c in derived if c.__module__.startswith(("keras.src.", "kerasgen."))]


def test_a_model_in_a_model_is_refused():
    model = object_("GAN", "x", "kerasgen>GAN")
    check_config(model, "it")
    with pytest.raises(ValueError, match="it must be one model, made of networks. Rec"):
        check_config(object_("GAN", "x", "kerasgen>GAN", generator=model), "it")


def test_layers_of_keras_are_not_run_to_be_built():
    """Those whose shape Keras finds by running them, which it does with real values."""
    run = set()
    for layer in vars(keras.layers).values():
        is_layer = isinstance(layer, type) and issubclass(layer, keras.Layer)
        if is_layer and not issubclass(layer, trusted_config.DANGEROUS):
            run |= {layer.__name__} if is_run(layer) else set()
    cells = {"GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"}
    assert run == {"InputLayer", "Layer", "Wrapper", *cells}


def is_run(layer):
    method = layer.compute_output_spec.__qualname__
    return method in (
        "Layer.compute_output_spec",
        "Operation.compute_output_spec",
    ) and (getattr(layer.compute_output_shape, "_is_default", False))


def test_what_was_compiled_is_refused():
    model = object_("GAN", "x", "kerasgen>GAN")
    model["compile_config"] = {"optimizer": "adam"}
    with pytest.raises(ValueError, match="without what `compile` was given. Received"):
        check_config([model], "it")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ([object_("Dense")] * 1001, "at most 1,000 layers.*Received: 1,001"),
        (
            [{**object_("Dense"), "inbound_nodes": [{}] * 600}] * 2,
            "at most 1,000 layers.*Received: 1,200",
        ),
        (
            object_("Sequential", "keras", layers=[object_("ReLU")] * 101),
            "at most 100 layers in a `Sequential`.*Received: 101",
        ),
        (
            [object_("Sequential", "keras", layers=[object_("ReLU")] * 80)] * 2,
            "fewer in each of several. Received: 80, 80",
        ),
    ],
)
def test_more_than_any_model_has_is_refused(config, said):
    with pytest.raises(ValueError, match=said):
        check_config(config, "it")


def test_more_values_than_any_model_has_are_refused(monkeypatch):
    monkeypatch.setattr(trusted_config, "VALUES", 50)
    for config in ([[]] * 51, ["a"] * 51, [{"a": "b"}] * 26):
        with pytest.raises(ValueError, match="it must have at most 50 dictionaries, l"):
            check_config(config, "it")


@pytest.mark.parametrize("depth", [101, 100_000])
def test_too_deep_a_configuration_is_refused(depth):
    config = []
    for _ in range(depth):
        config = [config]
    with pytest.raises(ValueError, match="it is nested too deeply to be a model"):
        check_config(config, "it")


def test_what_describes_a_model():
    kind = object_("Images", "x", "kerasgen>Images", shape=[8, 8, 1])
    given = object_("Given", "x", "kerasgen>Given", kind=kind)
    assert describes(kind) and describes([kind, given])
    for other in (
        object_("Dense"),
        object_("GAN", "x", "kerasgen>GAN"),
        object_("Given", "x", "kerasgen>Given", kind=object_("Dense")),
        object_("Images", "kerasgen.kinds.images"),
        [kind, object_("R1", "x", "kerasgen>R1")],
        {},
        "Images",
        None,
        5,
    ):
        assert not describes(other)


def test_a_stranger_registered_under_our_name_is_refused():
    class Stranger(keras.layers.Layer):
        pass

    name = "kerasgen>Stranger"
    objects = keras.saving.get_custom_objects()
    objects[name] = Stranger
    try:
        with pytest.raises(ValueError, match="must be made of"):
            check_config(object_("Stranger", "x", name), "it")
    finally:
        del objects[name]


def test_nothing_is_imported_because_a_file_says_so(monkeypatch):
    def imported(*args, **kwargs):
        raise AssertionError

    monkeypatch.setattr(importlib, "import_module", imported)
    monkeypatch.setattr(builtins, "__import__", imported)
    with pytest.raises(ValueError, match="must be made of layers"):
        check_config(object_("Layer", "keras.nowhere"), "it")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "config.json is not JSON"),
        ("9" * 5000, "config.json is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' * 100_000, "nested too deeply"),
        ("[" + "[]," * 300_000 + "[]]", "at most 200,000 .*Received: 300,002"),
        ("[]", r"configuration of one model. Received: \[\]"),
        ("{}", "configuration of one model"),
        ('"GAN"', "configuration of one model. Received: 'GAN'"),
        ("5", "configuration of one model. Received: 5"),
    ],
)
def test_files_that_are_no_configuration(tmp_path, text, said):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        read_config(tmp_path / "config.json")
