import builtins
import importlib

import keras
import pytest

from kerasgen.zoo.entry.trusted_config import check_config, describes, read_config

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
