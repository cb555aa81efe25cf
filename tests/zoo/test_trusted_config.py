import keras
import pytest

from kerasgen.zoo.trusted_config import check_config


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
        object_("GAN", "kerasgen.models.gan", "kerasgen>GAN"),
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
