"""Writes `tiny_digits`, the entry of the tests, and the samples it must draw.

Run it with one backend; the tests compare all three with what it wrote.
"""

import pathlib

import keras
import numpy as np

import kerasgen

FOLDER = pathlib.Path(__file__).parent / "tiny_digits"


def main():
    keras.utils.set_random_seed(0)
    model = kerasgen.models.DCGAN(
        (16, 16, 1), latent_dim=8, filters=4, seed=0, name="tiny"
    )
    model.compile(average=0.9)
    random = np.random.default_rng(0)
    for variable in model.network("generator", averaged=True).weights:
        # Untrained weights draw gray; these draw patterns in the full range.
        values = 0.7 * random.standard_normal(variable.shape)
        if "variance" in variable.path:
            values = 1.0 + values**2
        variable.assign(values.astype("float32"))
    kerasgen.zoo.save(model, FOLDER, half_precision=True)
    samples = kerasgen.zoo.load(FOLDER).generate(8, seed=0)
    np.save(FOLDER / "samples.npy", samples)


if __name__ == "__main__":
    main()
