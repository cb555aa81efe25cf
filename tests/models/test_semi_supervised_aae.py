"""All phases by hand, on linear networks, and digits of four bars with few labels."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgen import models, zoo
from kerasgen.kinds import Vectors

RANDOM = np.random.default_rng(0)
POINTS = RANDOM.normal(size=(6, 3)).astype("float32")
TO_CODES, TO_CLASSES = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(3, 4))
DECODER = RANDOM.normal(size=(6, 3))
OF_CODES, OF_CLASSES = RANDOM.normal(size=(2, 1)), RANDOM.normal(size=(4, 1))
LABELS = np.array([0, -1, 3, -1, 2, -1])


def critic(weights):
    network = keras.Sequential(
        [keras.Input((len(weights),)), keras.layers.Dense(1, use_bias=False)]
    )
    network.set_weights([weights])
    return network


def by_hand(rates=None):
    samples = keras.Input((3,))
    heads = {"codes": TO_CODES, "classes": TO_CLASSES}
    outputs = {
        name: keras.layers.Dense(weights.shape[1], use_bias=False, name=name)(samples)
        for name, weights in heads.items()
    }
    encoder = keras.Model(samples, outputs)
    for name, weights in heads.items():
        encoder.get_layer(name).set_weights([weights])
    takes = keras.Input((2,)), keras.Input((4,))
    line = keras.layers.Dense(3, use_bias=False)
    decoder = keras.Model(takes, line(keras.layers.Concatenate()(takes)))
    line.set_weights([DECODER])
    model = models.SemiSupervisedAAE(
        kind=Vectors(3),
        num_classes=4,
        encoder=encoder,
        decoder=decoder,
        code_discriminator=critic(OF_CODES),
        class_discriminator=critic(OF_CLASSES),
        seed=1,
    )
    rates = {name: 0.0 for name in model.players()} | (rates or {})
    model.compile({name: keras.optimizers.SGD(r) for name, r in rates.items()})
    return model


def batch_of(model, labels=LABELS):
    return {
        "samples": ops.convert_to_tensor(POINTS),
        "labels": model.labels.from_batch(ops.convert_to_tensor(labels)),
    }


def array(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))


def softmax(logits):
    logits = np.exp(logits - logits.max(axis=1, keepdims=True))
    return logits / logits.sum(axis=1, keepdims=True)


CLASSES = softmax(POINTS @ TO_CLASSES)
CODES = POINTS @ TO_CODES
AGAIN = np.concatenate([CODES, CLASSES], axis=1) @ DECODER


def test_a_sample_is_made_again_of_its_code_and_class():
    model = by_hand()
    loss, errors = model.reconstruction_loss(batch_of(model))
    expected = ((POINTS - AGAIN) ** 2).sum(axis=1)
    np.testing.assert_allclose(array(errors), expected, rtol=1e-4)
    assert float(array(loss)) == pytest.approx(expected.mean(), rel=1e-4)
    np.testing.assert_allclose(model.reconstruct(POINTS), AGAIN, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(model.encode(POINTS), CODES, atol=1e-5)
    np.testing.assert_allclose(model.classify(POINTS), CLASSES, atol=1e-5)


def test_both_games_count():
    model = by_hand()
    prior = {name: array(x) for name, x in model.draw_prior(batch_of(model)).items()}
    assert (prior["classes"].sum(axis=1) == 1.0).all() and prior["codes"].shape == (
        6,
        2,
    )
    tensors = {name: ops.convert_to_tensor(x) for name, x in prior.items()}
    expected = {"discriminator": 0.0, "generator": 0.0}
    for name, said, weights in (
        ("classes", CLASSES, OF_CLASSES),
        ("codes", CODES, OF_CODES),
    ):
        real, fake = (x @ weights for x in (prior[name], said))
        expected["discriminator"] += np.logaddexp(0, -real) + np.logaddexp(0, fake)
        expected["generator"] += np.logaddexp(0, -fake)
    for player, losses in expected.items():
        found, _ = model.game_loss(player, batch_of(model), tensors)
        assert float(array(found)) == pytest.approx(np.mean(losses), rel=1e-4)


def test_only_samples_with_a_label_count_for_the_class():
    model = by_hand()
    loss, right = model.classification_loss(batch_of(model))
    labeled = LABELS >= 0
    chosen = CLASSES[labeled, LABELS[labeled]]
    assert float(array(loss)) == pytest.approx(-np.log(chosen).mean(), rel=1e-4)
    logs = model.train_on_batch(POINTS, LABELS, return_dict=True)
    accuracy = (CLASSES.argmax(axis=1) == LABELS)[labeled].mean()
    assert float(logs["accuracy"]) == pytest.approx(accuracy)
    nothing, _ = model.classification_loss(batch_of(model, np.full(6, -1)))
    assert float(array(nothing)) == 0.0


def test_the_classifier_moves_the_encoder_towards_the_labels():
    model = by_hand({"classifier": 1.0})
    model.train_on_batch(POINTS, LABELS)
    labeled = LABELS >= 0
    rest = CLASSES[labeled] - np.eye(4)[LABELS[labeled]]
    gradient = POINTS[labeled].T @ rest / labeled.sum()
    found = model.encoder.get_layer("classes").get_weights()[0]
    np.testing.assert_allclose(found, TO_CLASSES - gradient, atol=1e-5)
    codes = model.encoder.get_layer("codes").get_weights()[0]
    np.testing.assert_allclose(codes, TO_CODES, atol=1e-6)


def test_a_class_can_be_asked_for():
    model = by_hand()
    latents = RANDOM.normal(size=(3, 2)).astype("float32")
    found = model.generate(latents=latents, labels=[2, 0, 3])
    expected = np.concatenate([latents, np.eye(4)[[2, 0, 3]]], axis=1) @ DECODER
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_zoo_keeps_both_discriminators(tmp_path):
    model = models.SemiSupervisedAAE(
        (8, 8, 1), 3, class_names=list("abc"), filters=2, units=8, discriminator_units=4
    )
    zoo.save(model, tmp_path / "entry")
    again = zoo.load(tmp_path / "entry")
    assert again.networks.keys() == model.networks.keys()
    asked = {"seed": 1, "labels": ["b", "c"]}
    np.testing.assert_array_equal(again.generate(**asked), model.generate(**asked))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_classes": 1}, "`num_classes`"),
        ({"num_classes": None}, "`num_classes`"),
        ({"latent_dim": 0}, "`latent_dim`"),
        ({"discriminator_units": 0}, "units=0"),
        ({"class_discriminator": critic(OF_CODES)}, "must take"),
    ],
    ids=str,
)
def test_models_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.SemiSupervisedAAE((8, 8, 1), filters=2, units=4, **arguments)


def test_an_encoder_says_classes_beside_codes():
    samples = keras.Input((3,))
    alone = keras.Model(samples, {"codes": keras.layers.Dense(2)(samples)})
    with pytest.raises(ValueError, match="`encoder` must return `classes`"):
        models.SemiSupervisedAAE(kind=Vectors(3), num_classes=4, encoder=alone)


def test_labels_are_for_training_and_for_generate():
    model = by_hand()
    with pytest.raises(ValueError, match="takes no `labels`"):
        model.encode(POINTS, labels=[0] * 6)
    with pytest.raises(ValueError, match="labels from -1"):
        model.generate(labels=[-1])
    with pytest.raises(ValueError, match="needs labels"):
        model.fit(POINTS, verbose=0)
