"""The pictures of an entry: what its model makes, unselected."""

import numpy as np

from kerasgen.inputs import Codes, Given, Labels, answer
from kerasgen.pictures import save_image

SAMPLES = "samples.png"
TRAVERSAL = "traversal_{}.png"
VALUES = np.linspace(-2.0, 2.0, 9)  # twice the range of training


def write_pictures(model, folder):
    """Writes the pictures of `model` into `folder`.

    `samples.png` holds 64 samples of seed 0, of a conditional model its classes in
    turn. Of each continuous code of a model with codes `traversal_<n>.png` has a row
    for each category, one noise for all of them, and columns for values from -2 to 2.
    A model that is given what it starts from has none.
    """
    if any(isinstance(each, Given) for each in model.inputs):
        return
    samples = model.generate(64, seed=0, verbose=0)
    save_image(folder / SAMPLES, model.sampled_kind.picture(samples))
    for codes in model.inputs:
        if isinstance(codes, Codes):
            for i in range(codes.continuous):
                path = traversal(model, codes, i)
                picture = model.sampled_kind.picture(path, columns=len(VALUES))
                save_image(folder / TRAVERSAL.format(i + 1), picture)


def traversal(model, codes, number):
    """Samples of each category along one continuous code, others at zero.

    Args:
        model: A model made from codes.
        codes: Its `kerasgen.inputs.Codes`.
        number: Of the continuous code, from 0.
    """
    rows, first = (codes.categorical or (1,))[0], len(codes.categorical)
    values = np.zeros((rows, len(VALUES), first + codes.continuous), "float32")
    if codes.categorical:
        values[:, :, 0] = np.arange(rows)[:, None]
    values[:, :, first + number] = VALUES
    values = values.reshape(-1, values.shape[-1])  # (rows * columns, codes)
    held = {
        name: np.repeat(value, len(values), axis=0)
        for name, value in answer(model.inputs, 1, seed=0).items()
    }
    return model.generate(verbose=0, **{**held, codes.name: values})


def caption(name, inputs=()):
    """What a picture shows, in a line.

    Args:
        name: Of the picture.
        inputs: Of the model.
    """
    if name == SAMPLES:
        labels = next((each for each in inputs if isinstance(each, Labels)), None)
        turns = "" if labels is None else f"; in turn: {_classes(labels)}"
        return f"64 samples, seed 0, not selected{turns}"
    return (
        f"Continuous code {name.removesuffix('.png').split('_')[1]} from "
        f"{VALUES[0]:g} to {VALUES[-1]:g} in columns, the categories in rows, one noise"
    )


def _classes(labels):
    return ", ".join(labels.names or ()) or f"0 to {labels.size - 1}"
